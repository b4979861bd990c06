/**
 * A linear hash of columns of 256 bits under a public point, small and exact: for short columns whose check
 * must hold against somebody who tries many challenges.
 *
 * Source: Carter and Wegman's polynomial hash over GF(2^128), of one block.
 */
import { BLOCK_BYTES, KAPPA } from "./constants.ts";
import type { Bits, Blocks } from "./kernels.ts";
import { multiply } from "./ts/gf128.ts";
import { blockWords } from "./ts/words.ts";

/**
 * first·r ⊕ last for each of `first.length / 16` columns of two blocks. For a fixed non-zero column it is zero
 * for at most one r of 2^128, and with a random `last` it tells nothing of `first`.
 *
 * @param point r, one block, public.
 * @throws {RangeError} if the arrays have different lengths or are not aligned.
 */
export function pointHash(point: Uint8Array, first: Bits | Blocks, last: Bits | Blocks): Blocks {
  if (first.length !== last.length || point.length !== BLOCK_BYTES) {
    throw new RangeError("Cannot hash columns: the parts have different lengths");
  }
  const r = blockWords(point, 1);
  const out = last.slice();
  for (let at = 0; at < first.length; at += BLOCK_BYTES) {
    const product = multiply(blockWords(first.subarray(at, at + BLOCK_BYTES), 1), r);
    const bytes = new Uint8Array(product.buffer);
    for (let b = 0; b < BLOCK_BYTES; b++) {
      out[at + b] = (out[at + b] as number) ^ (bytes[b] as number);
    }
    // Security: the point is public, so a product tells its column.
    product.fill(0);
  }
  return out;
}

/** Rows of the two parts of a column that {@linkcode pointHash} takes. */
export const POINT_HASH_ROWS: number = 2 * KAPPA;
