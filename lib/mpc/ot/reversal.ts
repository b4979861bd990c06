/**
 * Reversal: OTs with the bits of the higher party's Δ as choices, from leaf seeds in the other direction, without
 * a public-key operation.
 *
 * Source: Ishai, Kilian, Nissim, Petrank (CRYPTO 2003): OTs from hashed correlated OTs; SoftSpoken OT (Roy, eprint
 * 2022/192) for those and for their check.
 * Assumes: leaf seeds of the pair i < j, party i being the key holder. Realises: party i has both strings of 128
 * OTs, party j has the string of bit t of Δ_j.
 * In: Δ_j. Out: {@linkcode PeerStrings}.
 * Rounds: 1, which can be that of the trees. Bytes: (128/k)·32 + 16 + 32 from j to i.
 * Aborts: "COT check" at party i, naming j.
 * Notation: x the 128 bits of Δ_j and 128 random ones, for this pair alone; M = K ⊕ x·Δ_i. The strings are H(K), H(K ⊕
 * Δ_i) at party i and H(M) at party j. Column c of M and K: 128 bits, then 128 more (lib/crypto/point_hash.ts).
 * Deviation: the challenge of the check is a hash of everything it tests (Fiat–Shamir), not a joint coin, so that
 * the check travels with its data. Its error is 2^-128 a try, since the columns are short enough for a polynomial
 * hash of one block. What it tests is fixed by the messages of the base OTs, the trees and the corrections: all are
 * hashed. Why not the corrections alone: with many leaves to choose from, seeds that fit a known challenge can be found.
 * Why fresh random bits for every pair: each pair has a challenge of its own, and two hashes of Δ_j under one mask
 * would tell Δ_j.
 */
import { concat, equal } from "../../base/mod.ts";
import {
  type Bits,
  BLOCK_BYTES,
  type Blocks,
  HASH_BYTES,
  KAPPA,
  POINT_HASH_ROWS,
  pointHash,
  SACRIFICED_ROWS,
  transcriptHash,
  TWEAK_DOMAIN,
  type TweakDomain,
  u32,
} from "../../crypto/mod.ts";
import { DOMAIN } from "../domains.ts";
import { type Message, receive } from "../exchange.ts";
import type { Party } from "../party.ts";
import type { PeerStrings } from "./base.ts";
import { advance, correctionBytes } from "./correlated.ts";
import type { GrownSeeds } from "./seeds.ts";

const STEP = "setup/reversal";

/** Bytes of the message: corrections, x̃, and the hash of the columns. */
export function reversalBytes(k: number): number {
  return correctionBytes(POINT_HASH_ROWS, k) + BLOCK_BYTES + HASH_BYTES;
}

/** Party j: what it sends at once, and the strings once the salt is known. */
export interface Reversal {
  /** Rows M, which become strings; secret. */
  readonly macs: Blocks;
  /** Hash of everything that fixed them. */
  readonly transcript: Message;
}

/** Party j, the MAC holder: sends the corrections with their check. */
export async function offerReversal(
  party: Party,
  peer: number,
  grown: GrownSeeds,
): Promise<Reversal> {
  const fresh = party.rng.fork(`reversal ${peer}`).fill(new Uint8Array(SACRIFICED_ROWS / 8));
  const x = concat(party.delta, fresh);
  const { stream } = grown;
  const { d, macs } = party.kernels.cotReceive({
    ...stream.seeds,
    ...{ rows: POINT_HASH_ROWS, group: advance(stream, POINT_HASH_ROWS), x },
  });
  const site = { from: party.self, to: peer };
  party.secrets.keep(macs);
  const { message, transcript } = reversalMessage(party, site, {
    fixed: grown.transcript,
    d,
    x,
    macs,
  });
  // Security: with the bits that mask it, what was sent tells Δ.
  for (const secret of [x, fresh]) secret.fill(0);
  await party.channel.send(peer, STEP, message);
  return { macs, transcript };
}

/** The corrections with their proof, for M = K ⊕ x·Δ_i and what fixed the seeds; and the hash of it all. */
export function reversalMessage(
  party: Pick<Party, "kernels" | "sid">,
  site: ReversalSite,
  of: {
    readonly fixed: Message;
    readonly d: Message;
    readonly x: Bits;
    readonly macs: Blocks;
  },
): { readonly message: Message; readonly transcript: Message } {
  const transcript = challengeOf(party, site, of.fixed, of.d);
  const point = transcript.subarray(0, BLOCK_BYTES);
  const masked = pointHash(point, of.x.subarray(0, BLOCK_BYTES), of.x.subarray(BLOCK_BYTES));
  const hash = columnsHash(party, site, columnHashes(party, point, of.macs));
  return { message: concat(of.d, masked, hash), transcript };
}

/**
 * Party i, the key holder. Records "reversal check" of the peer.
 *
 * @returns rows K; secret.
 * @throws {CheatingError} "COT check".
 */
export async function acceptReversal(
  party: Party,
  peer: number,
  grown: GrownSeeds,
): Promise<Reversal> {
  const { kernels, delta, parameters } = party;
  const message = await receive(party, STEP, peer, reversalBytes(parameters.k));
  const end = correctionBytes(POINT_HASH_ROWS, parameters.k);
  const d = message.slice(0, end);
  const { stream } = grown;
  const group = advance(stream, POINT_HASH_ROWS);
  const keys = kernels.cotSend({ ...stream.seeds, rows: POINT_HASH_ROWS, group, delta, d });
  party.secrets.keep(keys);
  const site = { from: peer, to: party.self };
  const transcript = challengeOf(party, site, grown.transcript, d);
  const columns = columnHashes(party, transcript.subarray(0, BLOCK_BYTES), keys);
  const masked = message.slice(end, end + BLOCK_BYTES);
  // Column c of K is that of M ⊕ δ_c·x.
  for (let c = 0; c < KAPPA; c++) {
    const mask = -(((delta[c >>> 3] as number) >>> (c & 7)) & 1);
    for (let b = 0; b < BLOCK_BYTES; b++) {
      const at = BLOCK_BYTES * c + b;
      columns[at] = (columns[at] as number) ^ ((masked[b] as number) & mask);
    }
  }
  const ok = equal(columnsHash(party, site, columns), message.subarray(end + BLOCK_BYTES));
  party.checks.require("COT check", ok, { step: STEP, party: peer });
  party.order.passed("reversal check", peer);
  return { macs: keys, transcript };
}

/** Party j: H(M), the string for each bit of Δ. Wipes the rows. */
export function chosenStrings(
  party: Party,
  salt: Uint8Array,
  peer: number,
  { macs, transcript }: Reversal,
): PeerStrings {
  const strings = party.kernels.hash(salt, reversalTweak(peer, party.self), 0, macs, KAPPA);
  macs.fill(0);
  return { kind: "chosen", strings, transcript };
}

/** Party i: H(K) and H(K ⊕ Δ), in turn. Wipes the rows. */
export function stringPairs(
  party: Party,
  salt: Uint8Array,
  peer: number,
  { macs: zeros, transcript }: Reversal,
): PeerStrings {
  const { kernels, delta } = party;
  const ones = kernels.expectedMacs(zeros, new Uint8Array(KAPPA / 8).fill(0xff), delta, KAPPA);
  const tweak = reversalTweak(party.self, peer);
  const pairs = new Uint8Array(2 * KAPPA * BLOCK_BYTES);
  for (const [b, keys] of [zeros, ones].entries()) {
    const blocks = kernels.hash(salt, tweak, 0, keys, KAPPA);
    for (let t = 0; t < KAPPA; t++) {
      const block = blocks.subarray(BLOCK_BYTES * t, BLOCK_BYTES * (t + 1));
      pairs.set(block, BLOCK_BYTES * (2 * t + b));
    }
    for (const secret of [blocks, keys]) secret.fill(0);
  }
  return { kind: "pairs", strings: pairs, transcript };
}

/** The tweak of the reversal: `sender` gets both strings. Once a session for each pair, hence index 0 … 127. */
function reversalTweak(sender: number, receiver: number): TweakDomain {
  return { domain: TWEAK_DOMAIN.REVERSAL, side: 0, sender, receiver };
}

/** Who sends the corrections, and to whom. */
export interface ReversalSite {
  /** The MAC holder, party j. */
  readonly from: number;
  /** The key holder, party i. */
  readonly to: number;
}

/** The hash of everything that fixed the rows: the challenge, 32 bytes of which 16 are used. */
function challengeOf(
  party: Pick<Party, "sid">,
  { from, to }: ReversalSite,
  fixed: Message,
  d: Bits,
): Message {
  return transcriptHash(
    DOMAIN.REVERSAL,
    party.sid,
    STEP,
    ...[u32(from), u32(to), fixed, d],
  );
}

/** The hash of each column of 256 rows under the challenge. */
function columnHashes(party: Pick<Party, "kernels">, point: Uint8Array, rows: Blocks): Blocks {
  const half = BLOCK_BYTES * KAPPA;
  const first = party.kernels.transpose(rows.subarray(0, half), KAPPA);
  const last = party.kernels.transpose(rows.subarray(half, 2 * half), KAPPA);
  const hashes = pointHash(point, first, last);
  for (const secret of [first, last]) secret.fill(0);
  return hashes;
}

function columnsHash(
  party: Pick<Party, "sid">,
  { from, to }: ReversalSite,
  columns: Blocks,
): Message {
  return transcriptHash(DOMAIN.COT_CHECK, party.sid, STEP, u32(from), u32(to), columns);
}
