/**
 * Authenticated shares of many bits, as arrays.
 *
 * Invariant, for every pair of parties i ≠ j and every index m:
 * `macs_i[j][m] = keys_j[i][m] ⊕ bits_i[m]·Δ_j`.
 */
import { bitBytes, sliceBits } from "../base/mod.ts";
import type { Bits, Blocks, ShareArrays } from "../crypto/mod.ts";

/** One party's part of `count` authenticated shares ⟨x⟩. */
export interface Shares extends ShareArrays {
  /** Number of shares. */
  readonly count: number;
}

const NO_BLOCKS: Blocks = new Uint8Array(0);

/** Gives arrays of so many bytes; what is in them is overwritten by whoever asked for them. */
export type Room = (bytes: number) => Blocks;

/** Fresh arrays. */
export function freshRoom(bytes: number): Blocks {
  return new Uint8Array(bytes);
}

/** Shares of `count` zeros (all bits, MACs and keys zero) for party `self` of `parties`. */
export function zeroShares(count: number, self: number, parties: number): Shares {
  return blankShares(count, self, parties);
}

/** The same with MACs and keys that are to be overwritten, in arrays of `room`. */
export function blankShares(
  count: number,
  self: number,
  parties: number,
  room: Room = freshRoom,
): Shares {
  const blocks = (): Blocks[] =>
    Array.from({ length: parties }, (_, j) => j === self ? NO_BLOCKS : room(16 * count));
  return { count, bits: new Uint8Array(bitBytes(count)), macs: blocks(), keys: blocks() };
}

/**
 * `count` shares from index `from` on. MACs and keys are views, bits too if `from` is a multiple of
 * 128; multiples of 128 keep the alignment that the kernels ask for.
 */
export function sliceShares(shares: Shares, from: number, count: number): Shares {
  const cut = (blocks: Blocks): Blocks =>
    blocks.length === 0 ? NO_BLOCKS : blocks.subarray(16 * from, 16 * (from + count));
  const bits: Bits = from % 128 === 0 && count % 8 === 0
    ? shares.bits.subarray(from / 8, from / 8 + bitBytes(count))
    : sliceBits(shares.bits, from, count);
  return { count, bits, macs: shares.macs.map(cut), keys: shares.keys.map(cut) };
}

/** All arrays of shares. */
export function arraysOf(...all: readonly Shares[]): Uint8Array[] {
  return all.flatMap(({ bits, macs, keys }) => [bits, ...macs, ...keys]);
}

/** MACs and keys of shares. */
export function blocksOf(...all: readonly Shares[]): Blocks[] {
  return all.flatMap(({ macs, keys }) => [...macs, ...keys]);
}

/** Overwrites shares with zeros. */
export function wipeShares(...all: readonly Shares[]): void {
  for (const part of arraysOf(...all)) part.fill(0);
}
