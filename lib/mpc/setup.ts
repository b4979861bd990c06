/**
 * Set-up of a session: links for correlated OT between every pair of parties, and the session salt.
 *
 * Source: SoftSpoken OT (Roy, eprint 2022/192) over base OTs; OTs from hashed correlated OTs after Ishai,
 * Kilian, Nissim, Petrank (CRYPTO 2003).
 * Assumes: {@linkcode baseStrings}. Realises: {@linkcode Links}, under the Δ of every party.
 * In: Δ_i. Out: links and salt.
 * Rounds: 2 for base OTs (the trees travel with the second), 3 for the batch of the reversal, 1 for its trees.
 * Bytes, a pair i < j: 64·128 from i; 32·128 from j; trees in both directions (ot/seeds.ts); a batch of 256
 * rows from j (ot/correlated.ts); the joint coin.
 * Aborts: "tree check", "COT check", "coin opening", as the parts say.
 * Notation: pair i < j; in the first direction i is the key holder and j the MAC holder.
 * Deviation: public-key operations in one direction only. For the other one, party j takes MACs on the bits
 * of Δ_j in a batch that serves nothing else; both hash: H(K) and H(K ⊕ Δ_i) at party i, H(M) at party j are
 * 128 OTs with the bits of Δ_j as choices, since M = K ⊕ bit·Δ_i.
 */
import { concat, utf8 } from "../base/mod.ts";
import {
  BLOCK_BYTES,
  type Blocks,
  KAPPA,
  SACRIFICED_ROWS,
  SALT_BYTES,
  SALT_WORD,
  sha256,
  TWEAK_DOMAIN,
  type TweakDomain,
} from "../crypto/mod.ts";
import type { Message } from "./exchange.ts";
import { type BaseStrings, baseStrings, type PeerStrings } from "./ot/base.ts";
import { correlate, type CotRows, type CotStream } from "./ot/correlated.ts";
import { seedsFrom } from "./ot/seeds.ts";
import { others, type Party } from "./party.ts";

/** Both directions of correlated OT with one peer. */
export interface Link {
  /** This party gets MACs under the peer's key: it has all leaf seeds. */
  readonly macs: CotStream;
  /** This party keeps keys for the peer's bits: it lacks one leaf seed of each chunk. */
  readonly keys: CotStream;
}

/** What the set-up gives; serves the whole session. */
export interface Links {
  /** By party; the own entry is undefined. */
  readonly peers: readonly (Link | undefined)[];
  /** Session salt, 16 bytes, public. */
  readonly salt: Message;
  /** Batches of authenticated bits made so far. */
  batches: number;
}

/**
 * Sets up the session with all peers. Records "tree check" in the order table.
 *
 * @throws {CheatingError} if a check fails.
 * @throws {ProtocolError} if a peer sends what is no group element.
 */
export async function setUp(party: Party): Promise<Links> {
  return await linksFromStrings(party, await baseStrings(party));
}

/** The part of {@linkcode setUp} after the base OTs. Wipes the strings. */
export async function linksFromStrings(party: Party, strings: BaseStrings): Promise<Links> {
  const first = await seedsOfAll(party, "setup/trees", strings);
  const reversal = await reverse(party, first);
  const second = await seedsOfAll(party, "setup/reversed trees", reversal.strings);
  party.order.passed("tree check");
  const peers = first.map((stream, peer): Link | undefined => {
    const other = second[peer];
    if (stream === undefined || other === undefined) return undefined;
    return party.self < peer ? { keys: stream, macs: other } : { macs: stream, keys: other };
  });
  return { peers, salt: reversal.salt, batches: 0 };
}

/** Overwrites all seeds. */
export function wipeLinks(links: Links): void {
  for (const link of links.peers) {
    link?.macs.seeds.seeds.fill(0);
    link?.keys.seeds.seeds.fill(0);
  }
}

/** Streams of one direction with every peer. */
async function seedsOfAll(
  party: Party,
  step: string,
  strings: BaseStrings,
): Promise<(CotStream | undefined)[]> {
  return await Promise.all(strings.map(async (own, peer) => {
    return own === undefined ? undefined : await seedsFrom(party, { step, peer, strings: own });
  }));
}

/** OTs in the other direction, and the session salt from the batch's coin. */
async function reverse(
  party: Party,
  first: readonly (CotStream | undefined)[],
): Promise<{ readonly strings: BaseStrings; readonly salt: Message }> {
  const lower = (peer: number): boolean => peer < party.self;
  const fresh = party.rng.fork("reversal").fill(new Uint8Array(SACRIFICED_ROWS / 8));
  const x = concat(party.delta, fresh);
  const rows = await correlate(party, {
    step: "setup/reversal",
    rows: KAPPA + SACRIFICED_ROWS,
    x,
    // Party 0 has no lower peer, so it holds no MACs here.
    holders: Array.from({ length: party.parameters.parties }, (_, j) => j).slice(1),
    macs: first.map((stream, peer) => lower(peer) ? stream : undefined),
    keys: first.map((stream, peer) => lower(peer) ? undefined : stream),
  });
  const salt = sha256(utf8(SALT_WORD), rows.coin).slice(0, SALT_BYTES);
  const strings: (PeerStrings | undefined)[] = first.map(() => undefined);
  for (const peer of others(party)) {
    strings[peer] = lower(peer)
      ? { kind: "chosen", strings: chosenStrings(party, salt, peer, rows) }
      : { kind: "pairs", strings: stringPairs(party, salt, peer, rows) };
  }
  for (const secret of [x, ...rows.macs, ...rows.keys]) secret.fill(0);
  return { strings, salt };
}

/** The tweak of the reversal: `sender` gets both strings. One batch a session, hence index 0 … 127. */
function reversalTweak(sender: number, receiver: number): TweakDomain {
  return { domain: TWEAK_DOMAIN.REVERSAL, side: 0, sender, receiver };
}

/** MAC holder: H(M), the string for each bit of Δ. */
function chosenStrings(party: Party, salt: Message, peer: number, rows: CotRows): Blocks {
  const macs = rows.macs[peer] as Blocks;
  return party.kernels.hash(salt, reversalTweak(peer, party.self), 0, macs, KAPPA);
}

/** Key holder: H(K) and H(K ⊕ Δ), in turn. */
function stringPairs(party: Party, salt: Message, peer: number, rows: CotRows): Blocks {
  const { kernels, delta } = party;
  const zeros = rows.keys[peer] as Blocks;
  const ones = kernels.expectedMacs(zeros, new Uint8Array(KAPPA / 8).fill(0xff), delta, KAPPA);
  const tweak = reversalTweak(party.self, peer);
  const strings = [zeros, ones].map((keys) => kernels.hash(salt, tweak, 0, keys, KAPPA));
  const pairs = new Uint8Array(2 * KAPPA * BLOCK_BYTES);
  for (const [b, blocks] of strings.entries()) {
    for (let t = 0; t < KAPPA; t++) {
      const block = blocks.subarray(BLOCK_BYTES * t, BLOCK_BYTES * (t + 1));
      pairs.set(block, BLOCK_BYTES * (2 * t + b));
    }
    blocks.fill(0);
  }
  ones.fill(0);
  return pairs;
}
