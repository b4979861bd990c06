/** Ideal authenticated shares of all parties as BigInt, one bit at a time: slow and obvious. */
import type { Rng, ShareArrays } from "../../lib/crypto/mod.ts";
import { blockAt, toBlocks } from "./gf128.ts";

/** One authenticated share ⟨x⟩: `macs[i][j]` held by i under j's key, `keys[j][i]` held by j. */
export interface Shared {
  readonly bits: readonly number[];
  readonly macs: readonly (readonly bigint[])[];
  readonly keys: readonly (readonly bigint[])[];
}

/** The trusted dealer: all parties' global keys, and fresh shares of random bits. */
export interface Dealer {
  readonly deltas: readonly bigint[];
  /** ⟨x⟩ of a random x, or of the given one. */
  share(value?: number): Shared;
  bit(): number;
  block(): bigint;
}

/** A dealer for `parties`; lsb(Δ) is 1 for party `lowest` only. */
export function dealer(rng: Rng, parties: number, lowest: number): Dealer {
  const block = (): bigint => blockAt(rng.fill(new Uint8Array(16)));
  const bit = (): number => (rng.fill(new Uint8Array(1))[0] as number) & 1;
  const all = Array.from({ length: parties }, (_, i) => i);
  const deltas = all.map((i) => (block() & ~1n) | (i === lowest ? 1n : 0n));
  const share = (value?: number): Shared => {
    const bits = all.map(bit);
    if (value !== undefined && reveal(bits) !== value) bits[0] = (bits[0] as number) ^ 1;
    const keys = all.map((j) => all.map((i) => i === j ? 0n : block()));
    const macs = all.map((i) =>
      all.map((j) => i === j ? 0n : at(keys, j, i) ^ (bits[i] ? deltas[j] as bigint : 0n))
    );
    return { bits, macs, keys };
  };
  return { deltas, share, bit, block };
}

/** Entry [i][j]. */
export function at(matrix: readonly (readonly bigint[])[], i: number, j: number): bigint {
  return (matrix[i] as readonly bigint[])[j] as bigint;
}

/** The XOR of `bits`. */
export function reveal(bits: readonly number[]): number {
  return bits.reduce((x, y) => x ^ y, 0);
}

/** ⟨x ⊕ y⟩. */
export function addShared(x: Shared, y: Shared): Shared {
  const add = (
    p: readonly (readonly bigint[])[],
    q: readonly (readonly bigint[])[],
  ): bigint[][] => p.map((row, i) => row.map((value, j) => value ^ at(q, i, j)));
  return {
    bits: x.bits.map((bit, i) => bit ^ (y.bits[i] as number)),
    macs: add(x.macs, y.macs),
    keys: add(x.keys, y.keys),
  };
}

/** `bits` (0 or 1 each) packed, least significant first. */
export function packBits(bits: readonly number[]): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(Math.ceil(bits.length / 8));
  bits.forEach((bit, i) => out[i >>> 3] = (out[i >>> 3] as number) | (bit << (i & 7)));
  return out;
}

/** What party `i` holds of `shares`, as the kernels read it. */
export function shareArrays(shares: readonly Shared[], i: number): ShareArrays {
  const columns = (pick: (share: Shared, j: number) => bigint): Uint8Array<ArrayBuffer>[] =>
    (shares[0]?.bits ?? []).map((_, j) =>
      j === i ? new Uint8Array(0) : toBlocks(shares.map((share) => pick(share, j)))
    );
  return {
    bits: packBits(shares.map((share) => share.bits[i] as number)),
    macs: columns((share, j) => at(share.macs, i, j)),
    keys: columns((share, j) => at(share.keys, i, j)),
  };
}
