/**
 * Transposition of bit matrices of 128 columns, in tiles of 32 × 32 bits.
 *
 * Source of the tile: H. S. Warren, "Hacker's Delight", 2nd edition, section 7-3 (recursive block swaps),
 * for least significant bit first.
 */
import type { Blocks } from "../kernels.ts";
import { needRows } from "../shapes.ts";
import { words } from "./words.ts";

/** Transposes the 32 × 32 bits of `tile` in place: bit j of word i becomes bit i of word j. */
function transposeTile(tile: Int32Array): void {
  let mask = 0x0000ffff;
  for (let half = 16; half !== 0; half >>>= 1, mask ^= mask << half) {
    // Each pair of words (i, i + half), i without the bit `half`.
    for (let i = 0; i < 32; i = (i + half + 1) & ~half) {
      const low = tile[i] as number;
      const high = tile[i + half] as number;
      const swap = ((low >>> half) ^ high) & mask;
      tile[i] = low ^ (swap << half);
      tile[i + half] = high ^ swap;
    }
  }
}

/**
 * Transposes 128 columns of 32·`stride` bits: column c stands in the words `columns[c·stride]` on;
 * its first `rows` bits (a multiple of 32) go to bit c of the blocks of `out` from block `at` on.
 */
export function transposeInto(
  out: Int32Array,
  at: number,
  columns: Int32Array,
  stride: number,
  rows: number,
): void {
  const tile = new Int32Array(32);
  for (let word = 0; 32 * word < rows; word++) {
    for (let part = 0; part < 4; part++) {
      const source = 32 * part * stride + word;
      for (let i = 0; i < 32; i++) tile[i] = columns[source + i * stride] as number;
      transposeTile(tile);
      const target = 4 * (at + 32 * word) + part;
      for (let i = 0; i < 32; i++) out[target + 4 * i] = tile[i] as number;
    }
  }
}

/** `Kernels.transpose`. */
export function transpose(columns: Uint8Array, rows: number): Blocks {
  const out = new Int32Array(4 * needRows(rows));
  transposeInto(out, 0, words(columns, 4 * rows), rows / 32, rows);
  return new Uint8Array(out.buffer);
}
