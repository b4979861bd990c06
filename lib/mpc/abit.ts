/**
 * Authenticated bits: random shares ⟨x⟩ of all parties.
 *
 * Source: WRK17 (eprint 2017/189), Π_aBit^n, over SoftSpoken OT (ot/correlated.ts).
 * Assumes: links (setup.ts). Realises: every party has random bits, MACs on them under every other party's
 * key, and keys for everybody's bits, with the invariant of shares.ts.
 * In: nothing. Out: `count` shares.
 * Rounds and bytes: those of one batch of correlated OT with ⌈count/128⌉·128 + 128 rows, in both directions with
 * every peer. For n ≥ 3 the first batch has ρ rows more and runs the Δ consistency on them, which takes one round more; the
 * comparison of its x̃ travels with that.
 * Aborts: those of ot/correlated.ts and delta_consistency.ts.
 * Notation: x own bits. Deviation: one coin serves the checks of all pairs, so that x is proved to be the same
 * towards everybody.
 */
import { BLOCK_BYTES, RHO, SACRIFICED_ROWS } from "../crypto/mod.ts";
import { echo } from "./broadcast.ts";
import { checkDelta } from "./delta_consistency.ts";
import { correlate } from "./ot/correlated.ts";
import type { Party } from "./party.ts";
import type { Links } from "./setup.ts";
import { type Shares, sliceShares } from "./shares.ts";

/** A source of authenticated bits: correlated OT, or in tests an ideal dealer. */
export interface AuthenticatedBits {
  /**
   * `count` fresh random authenticated shares, in one batch for `chunk`. All parties call it with the
   * same arguments in the same order, one call after the other.
   *
   * Records in the party's order table: "COT check" of `chunk`, and with the first batch "tree check"
   * and "delta consistency".
   */
  take(count: number, chunk: number): Promise<Shares>;
}

/** Authenticated bits from the links of a set-up. */
export function bitsFromLinks(party: Party, links: Links): AuthenticatedBits {
  return { take: (count, chunk) => authenticatedBits(party, links, { count, chunk }) };
}

/** Rows of a batch are a multiple of this: the kernels work on blocks of 128 rows. */
const ROW_STEP = 128;

/**
 * One batch of authenticated bits, with its check.
 *
 * @throws {CheatingError} if a check fails; nothing of the batch may be used then.
 */
export async function authenticatedBits(
  party: Party,
  links: Links,
  wanted: { readonly count: number; readonly chunk: number },
): Promise<Shares> {
  const { count, chunk } = wanted;
  const batch = links.batches++;
  const step = `aBit ${batch}`;
  const comparesDelta = batch === 0 && party.parameters.parties > 2;
  const needed = count + (comparesDelta ? RHO : 0);
  const rows = Math.ceil(needed / ROW_STEP) * ROW_STEP + SACRIFICED_ROWS;
  const x = party.rng.fork(step).fill(new Uint8Array(rows / 8));
  party.secrets.keep(x);
  // Why: x̃ of the first batch is compared before anything is made from the bits, that of a later one with the e
  // of its chunk.
  const scope = comparesDelta ? step : `c${chunk}`;
  const { macs, keys, check } = await correlate(party, {
    ...{ step, scope, rows, x, keysReady: links.keysReady },
    macs: links.peers.map((link) => link?.macs),
    keys: links.peers.map((link) => link?.keys),
  });
  const all: Shares = { count: rows, bits: x, macs, keys };
  const checked = check().then(() => party.order.passed("COT check", chunk));
  const compared = comparesDelta
    ? checkDelta(party, `${step}/delta`, sliceShares(all, count, RHO), checked)
    : undefined;
  const agreed = comparesDelta ? checked.then(() => echo(party, `${step}/echo`, scope)) : undefined;
  await Promise.all([checked, compared, agreed]);
  if (batch === 0) party.order.passed("delta consistency");
  const directions = 2 * (party.parameters.parties - 1);
  party.observe({ kind: "ot", sort: "extended", count: directions * rows });
  wipeRows(all, count);
  return sliceShares(all, 0, count);
}

/** Wipes all rows from `from` on, which a check has used up. */
function wipeRows(shares: Shares, from: number): void {
  for (const blocks of [...shares.macs, ...shares.keys]) blocks.fill(0, BLOCK_BYTES * from);
  const whole = Math.ceil(from / 8);
  shares.bits.fill(0, whole);
  if (from % 8 !== 0) {
    const last = shares.bits[whole - 1] as number;
    shares.bits[whole - 1] = last & ((1 << from % 8) - 1);
  }
}
