/**
 * Views of byte arrays as 32-bit words. Word w of block m stands at index 4·m + w. Platforms of Deno are
 * little-endian, so a view has the byte order that the formats define.
 */
import { BLOCK_BYTES, HALF_BYTES } from "../constants.ts";
import { needWords } from "../shapes.ts";

/** The first `count` words of `bytes`. @throws {RangeError} if it is too short or not aligned. */
export function words(bytes: Uint8Array, count: number): Int32Array {
  return new Int32Array(needWords(bytes, count).buffer, bytes.byteOffset, count);
}

/** The first `count` blocks of `bytes` as words. @throws {RangeError} as {@linkcode words}. */
export function blockWords(bytes: Uint8Array, count: number): Int32Array {
  return words(bytes, count * (BLOCK_BYTES / 4));
}

/** The first `count` halves of `bytes` as words. @throws {RangeError} as {@linkcode words}. */
export function halfWords(bytes: Uint8Array, count: number): Int32Array {
  return words(bytes, count * (HALF_BYTES / 4));
}

/** Minus bit `index` of `bits`: 0 or all ones, to be used as a mask instead of a branch. */
export function bitMask(bits: Uint8Array, index: number): number {
  return -(((bits[index >>> 3] as number) >>> (index & 7)) & 1);
}
