/**
 * One batch of correlated OT with every peer: authenticated bits from leaf seeds.
 *
 * Source: SoftSpoken OT (Roy, eprint 2022/192), sections 3.1 and 3.2 with the repetition code; the check is
 * that of its section 4, with one coin for all pairs and x̃ broadcast, which also serves as the check of
 * Π_aBit^n of WRK17 (eprint 2017/189).
 * Assumes: leaf seeds (seeds.ts). Realises: for each MAC holder j and key holder i, row m:
 * M_i[x_m] = K_i[x_m] ⊕ x_m·Δ_i, with the same x of party j towards all.
 * In, MAC holder: x, whose last 128 bits are fresh and random; key holder: Δ_i. Out: MACs; keys.
 * Rounds: 3 (d with the commitments, openings of the coin, x̃ with the hashes). The rows are there after the first, and
 * may be used for what a failed check makes worthless.
 * Bytes, MAC holder to each key holder: 16/k a row, then 16 + 32; both: the coin.
 * Aborts: x̃ and hashes => "COT check", naming the MAC holder; the coin => "coin opening"; different x̃ to
 * different parties => "echo" of the next comparison.
 * Notation: i key holder, j MAC holder, x̃ = R(x) (Kernels.bitsHash), R the linear hash under the coin.
 * Why the check costs 128 rows: R adds them as they are, so that the opened x̃ and hashes hide the rest.
 */
import { equal } from "../../base/mod.ts";
import {
  type Bits,
  BLOCK_BYTES,
  type Blocks,
  cotGroups,
  type CotSeeds,
  HASH_BYTES,
  KAPPA,
  transcriptHash,
  u32,
} from "../../crypto/mod.ts";
import { broadcast } from "../broadcast.ts";
import { commitCoin } from "../coin.ts";
import { DOMAIN } from "../domains.ts";
import { exchange, type Message, receiveAll, sendAll } from "../exchange.ts";
import type { Party } from "../party.ts";

/** One direction of correlated OT with one peer: seeds, and how much of their streams is used up. */
export interface CotStream {
  /** All leaf seeds at the MAC holder, punctured ones at the key holder. */
  readonly seeds: CotSeeds;
  /** First unused PRG group; a batch moves it on. */
  group: number;
}

/** A batch of correlated OT as one party sees it. */
export interface CotBatch {
  /** Unique in the session. */
  readonly step: string;
  /** What x̃ is compared with. */
  readonly scope: string;
  /** A multiple of 128: ℓ rows, then 128 for the check. */
  readonly rows: number;
  /** Own bits, `rows` of them, the last 128 fresh and random. No bytes if this party holds no MACs. */
  readonly x: Bits;
  /** Streams by peer for which this party is MAC holder; no entry for itself. */
  readonly macs: readonly (CotStream | undefined)[];
  /** Streams by peer for which this party is key holder. */
  readonly keys: readonly (CotStream | undefined)[];
  /** When the streams for keys may be used. */
  readonly keysReady: Promise<void>;
}

/** What a batch gives: `rows` blocks by peer, from `party.secrets`, of which the last 128 are used up by the check. */
export interface CotRows {
  /** M_j of the own bits, by key holder j; empty for the party itself. */
  readonly macs: readonly Blocks[];
  /** K for the bits of each peer. */
  readonly keys: readonly Blocks[];
  /**
   * The check, to be called at once: it opens the coin, which all wait for. Rejects with a CheatingError "COT
   * check" if a peer's corrections do not come from one x.
   */
  readonly check: () => Promise<void>;
}

/** Runs one batch with all peers at once, up to its check. */
export async function correlate(party: Party, batch: CotBatch): Promise<CotRows> {
  const { macs, corrections } = correctionsOf(party, batch);
  const length = correctionBytes(batch.rows, party.parameters.k);
  const received = receiveAll(party, `${batch.step}/d`, length);
  const sent = sendAll(party, `${batch.step}/d`, (to) => corrections[to] as Message);
  const coin = commitCoin(party, `${batch.step}/coin`);
  const release = party.ledger.hold(2 * length * (party.parameters.parties - 1));
  const [d] = await Promise.all([received, sent, batch.keysReady]);
  const keys = keysOf(party, batch, d);
  release();
  return {
    ...{ macs, keys },
    // Security: the coin opens only now, when the corrections of all MAC holders are here.
    check: async () =>
      await checkCorrelation(party, batch, { macs, keys, coin: await coin.open() }),
  };
}

/** Bytes of the corrections of `rows` rows. */
export function correctionBytes(rows: number, k: number): number {
  return (KAPPA / k) * (rows / 8);
}

/** MAC holder: rows of v and the corrections d, by key holder. */
function correctionsOf(
  party: Party,
  batch: CotBatch,
): { readonly macs: Blocks[]; readonly corrections: Message[] } {
  const macs: Blocks[] = [];
  const corrections: Message[] = [];
  for (const stream of batch.macs) {
    if (stream === undefined) {
      macs.push(new Uint8Array(0));
      corrections.push(new Uint8Array(0));
      continue;
    }
    const { rows, x } = batch;
    const result = party.kernels.cotReceive({
      ...stream.seeds,
      rows,
      group: advance(stream, rows),
      into: party.secrets.take(BLOCK_BYTES * rows),
      x,
    });
    macs.push(result.macs);
    corrections.push(result.d);
  }
  return { macs, corrections };
}

/** Key holder: rows of q, by MAC holder. */
function keysOf(party: Party, batch: CotBatch, d: readonly Message[]): Blocks[] {
  const { rows } = batch;
  return batch.keys.map((stream, from) => {
    if (stream === undefined) return new Uint8Array(0);
    const group = advance(stream, rows);
    const { delta } = party;
    const corrections = d[from] as Message;
    const into = party.secrets.take(BLOCK_BYTES * rows);
    const args = { ...stream.seeds, rows, group, delta, d: corrections, into };
    return party.kernels.cotSend(args);
  });
}

/** Takes the PRG groups of one batch from the stream; returns the first. */
export function advance(stream: CotStream, rows: number): number {
  const group = stream.group;
  stream.group += cotGroups(rows);
  return group;
}

/** Rows with the coin of their check. */
interface CheckedRows {
  readonly macs: readonly Blocks[];
  readonly keys: readonly Blocks[];
  readonly coin: Message;
}

/** The check of a batch: sends x̃ and the hashes, verifies those of the peers, and blames by name. */
async function checkCorrelation(party: Party, batch: CotBatch, rows: CheckedRows): Promise<void> {
  const { step, scope } = batch;
  const { kernels } = party;
  const own = kernels.bitsHash(rows.coin, batch.x, batch.rows);
  const hashes = batch.macs.map((stream, to) => {
    if (stream === undefined) return new Uint8Array(0);
    const columns = kernels.columnHash(rows.coin, rows.macs[to] as Blocks, batch.rows);
    return checkHash(party, step, { from: party.self, to, columns });
  });
  const [x, received] = await Promise.all([
    broadcast(party, `${step}/x`, own, BLOCK_BYTES, scope),
    exchange(party, `${step}/hash`, (to) => hashes[to] as Message, HASH_BYTES),
  ]);
  for (const [from, stream] of batch.keys.entries()) {
    if (stream === undefined) continue;
    const columns = kernels.columnHash(rows.coin, rows.keys[from] as Blocks, batch.rows);
    kernels.xorDeltaInto(columns, party.delta, x[from] as Message, KAPPA);
    const expected = checkHash(party, step, { from, to: party.self, columns });
    columns.fill(0);
    const ok = equal(expected, received[from] as Message);
    party.checks.require("COT check", ok, { step, party: from });
  }
}

function checkHash(
  party: Party,
  step: string,
  of: { readonly from: number; readonly to: number; readonly columns: Blocks },
): Message {
  const { from, to, columns } = of;
  return transcriptHash(DOMAIN.COT_CHECK, party.sid, step, u32(from), u32(to), columns);
}
