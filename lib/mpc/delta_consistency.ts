/**
 * Δ consistency: that every party keeps its keys under one Δ towards everybody.
 *
 * Source: WRK17 (eprint 2017/189), the check of Π_aShare^n, for n ≥ 3, on ρ sacrificed shares.
 * In: ρ aShares. Out: nothing; the shares are used up.
 * Rounds: 3 (commitments; comparison, bits and MACs; values), of which the first two travel with the check of
 * the batch that the shares come from. Bytes, each party to each other one:
 * 32·(1 + 2ρ) + 32 + (ρ/8 + 16·ρ·(n − 1) + 32) + 48·ρ.
 * Aborts: comparison => "echo"; openings => "delta opening"; MACs => "delta MAC check"; values =>
 * "delta consistency". All but the first name the party.
 * Notation: i the party whose Δ_i is tested; row m; y_i = ⊕_{k≠i} K_i[x^k].
 * Deviation: all commitments of a party travel in one message, and one comparison covers them. It travels with
 * the opened bits and MACs, which serve nothing else; y is opened only if it agreed.
 * Security: a party that used Δ_i ⊕ ε towards some party k passes a row only if it guesses ⊕ x^k over those
 * parties, hence 2^-ρ. Why the MACs are checked before y is opened: one flipped bit would make an honest
 * party open the other value, and the XOR of the two is Δ_i.
 */
import { bitBytes, concat, equal, getBit, xorInto } from "../base/mod.ts";
import {
  type Bits,
  BLOCK_BYTES,
  type Blocks,
  commit,
  type CommitContext,
  HASH_BYTES,
  NONCE_BYTES,
  verifyCommitment,
} from "../crypto/mod.ts";
import { broadcast, echo } from "./broadcast.ts";
import { DOMAIN } from "./domains.ts";
import { exchange, type Message } from "./exchange.ts";
import { others, type Party } from "./party.ts";
import type { Shares } from "./shares.ts";

/** What a party commits to, and later opens in part. */
export interface Committed {
  /** All commitments in order: bits and MACs, then two for each row. */
  readonly message: Message;
  /** Bits, MACs and their nonce: the first opening. */
  readonly first: Message;
  /** y and y ⊕ Δ with their nonces, two for each row; one of the two is opened. */
  readonly rows: readonly Message[];
}

/**
 * Runs the check on `shares`, which must not be used for anything else afterwards.
 *
 * @param batch the check of the batch that the shares come from, which runs at the same time: y is opened only
 * when it has passed.
 * @throws {CheatingError} if a party used different global keys, or lied in the check.
 */
export async function checkDelta(
  party: Party,
  step: string,
  shares: Shares,
  batch: Promise<unknown> = Promise.resolve(),
): Promise<void> {
  const committed = commitDelta(party, step, shares);
  // Step (a): commitments.
  const length = committed.message.length;
  const commitments = await broadcast(party, `${step}/commit`, committed.message, length, step);
  // Step (b): bits and MACs, with the comparison.
  const first = committed.first;
  const [opened] = await Promise.all([
    exchange(party, `${step}/macs`, () => first.slice(), first.length),
    echo(party, `${step}/echo`, step),
    batch,
  ]);
  opened[party.self] = first;
  // Step (c): Security: nothing else is opened unless every MAC under the own key is right.
  checkOpenedMacs(party, step, { shares, commitments, opened });
  // Step (d): the value that belongs to the sum of the others' bits.
  const values = openedValues(party, { rows: committed.rows, opened, count: shares.count });
  const received = await exchange(party, `${step}/values`, () => values.slice(), values.length);
  // Security: with both values of a row anybody has Δ.
  for (const row of committed.rows) row.fill(0);
  for (const from of others(party)) {
    const message = received[from] as Message;
    checkValues(party, step, { from, message, commitments, opened, count: shares.count });
  }
}

function context(party: Party, step: string, of: number): CommitContext {
  return { domain: DOMAIN.DELTA, sid: party.sid, step, party: of };
}

/** Name of commitment `bit` of row m. */
function rowStep(step: string, m: number, bit: number): string {
  return `${step}/row ${m}/${bit}`;
}

/** Step (a): commits to bits with MACs, and for each row to y and y ⊕ Δ, in this order. */
export function commitDelta(party: Party, step: string, shares: Shares): Committed {
  const rng = party.rng.fork(step);
  const { count } = shares;
  const bits = shares.bits.subarray(0, bitBytes(count));
  const macs = others(party).map((j) => (shares.macs[j] as Blocks).subarray(0, 16 * count));
  const value = concat(bits, ...macs);
  const all = commit(context(party, step, party.self), value, rng);
  const y = new Uint8Array(BLOCK_BYTES * count);
  for (const k of others(party)) xorInto(y, (shares.keys[k] as Blocks).subarray(0, y.length));
  const commitments = [all.commitment];
  const rows: Message[] = [];
  for (let m = 0; m < count; m++) {
    const row = y.subarray(BLOCK_BYTES * m, BLOCK_BYTES * (m + 1));
    for (const bit of [0, 1]) {
      if (bit === 1) xorInto(row, party.delta);
      const made = commit(context(party, rowStep(step, m, bit), party.self), row, rng);
      commitments.push(made.commitment);
      rows.push(concat(row, made.nonce));
      made.nonce.fill(0);
    }
  }
  // Security: the row is y ⊕ Δ now. An abort may come before one value of each row is opened.
  y.fill(0);
  party.secrets.keep(...rows);
  return { message: concat(...commitments), first: concat(value, all.nonce), rows };
}

/** What was opened in step (b), by party. */
interface OpenedMacs {
  readonly shares: Shares;
  readonly commitments: readonly Message[];
  readonly opened: readonly Message[];
}

/** Step (c): the openings fit their commitments, and the MACs under the own key are right. */
function checkOpenedMacs(party: Party, step: string, received: OpenedMacs): void {
  const { shares, commitments, opened } = received;
  for (const from of others(party)) {
    const message = opened[from] as Message;
    const commitment = (commitments[from] as Message).slice(0, HASH_BYTES);
    const at = message.length - NONCE_BYTES;
    const [value, nonce] = [message.subarray(0, at), message.slice(at)];
    const fits = verifyCommitment(context(party, step, from), { commitment, value, nonce });
    party.checks.require("delta opening", fits, { step, party: from });
    const bits: Bits = message.slice(0, bitBytes(shares.count));
    const keys = shares.keys[from] as Blocks;
    const expected = party.kernels.expectedMacs(keys, bits, party.delta, shares.count);
    const ok = equal(expected, openedMacsOf({ message, from, under: party.self }, shares.count));
    expected.fill(0);
    party.checks.require("delta MAC check", ok, { step, party: from });
  }
}

/** The MACs under the key of party `under` in the opening of party `from`. */
function openedMacsOf(
  opening: { readonly message: Message; readonly from: number; readonly under: number },
  count: number,
): Uint8Array {
  const { message, from, under } = opening;
  const rank = under < from ? under : under - 1;
  const at = bitBytes(count) + rank * BLOCK_BYTES * count;
  return message.subarray(at, at + BLOCK_BYTES * count);
}

/** The bit of row m summed over all parties but `of`. */
function sumOfBits(opened: readonly Message[], of: number, m: number): number {
  let sum = 0;
  for (const [k, message] of opened.entries()) if (k !== of) sum ^= getBit(message, m);
  return sum;
}

/** Step (d): for each row, commitment number ⊕_{k≠i} x^k, opened. */
function openedValues(
  party: Party,
  of: {
    readonly rows: readonly Message[];
    readonly opened: readonly Message[];
    readonly count: number;
  },
): Message {
  const chosen: Message[] = [];
  for (let m = 0; m < of.count; m++) {
    chosen.push(of.rows[2 * m + sumOfBits(of.opened, party.self, m)] as Message);
  }
  return concat(...chosen);
}

/** Step (d), verification: what `from` opened is the sum of the MACs under its key. */
function checkValues(
  party: Party,
  step: string,
  of: {
    readonly from: number;
    readonly message: Message;
    readonly commitments: readonly Message[];
    readonly opened: readonly Message[];
    readonly count: number;
  },
): void {
  const { from, message, opened, count } = of;
  const sum = new Uint8Array(BLOCK_BYTES * count);
  for (const [k, opening] of opened.entries()) {
    if (k !== from) {
      xorInto(sum, openedMacsOf({ message: opening, from: k, under: from }, count).slice());
    }
  }
  const size = BLOCK_BYTES + NONCE_BYTES;
  for (let m = 0; m < count; m++) {
    const bit = sumOfBits(opened, from, m);
    const value = message.slice(size * m, size * m + BLOCK_BYTES);
    const nonce = message.slice(size * m + BLOCK_BYTES, size * (m + 1));
    const at = HASH_BYTES * (1 + 2 * m + bit);
    const commitment = (of.commitments[from] as Message).slice(at, at + HASH_BYTES);
    const fits = verifyCommitment(context(party, rowStep(step, m, bit), from), {
      commitment,
      value,
      nonce,
    });
    party.checks.require("delta opening", fits, { step, party: from });
    const ok = equal(value, sum.subarray(BLOCK_BYTES * m, BLOCK_BYTES * (m + 1)));
    party.checks.require("delta consistency", ok, { step, party: from });
  }
}
