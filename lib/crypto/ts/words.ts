/**
 * Views of byte arrays as 32-bit words. Word w of block m stands at index 4·m + w. Platforms of Deno are
 * little-endian, so a view has the byte order that the formats define.
 */
import { BLOCK_BYTES, HALF_BYTES } from "../constants.ts";

/** The first `count` words of `bytes`. @throws {RangeError} if it is too short or not aligned. */
export function words(bytes: Uint8Array, count: number): Int32Array {
  if (bytes.length < 4 * count) {
    throw new RangeError(`Cannot use an array of ${bytes.length} bytes: ${4 * count} are needed`);
  }
  return new Int32Array(bytes.buffer, bytes.byteOffset, count);
}

/** The first `count` blocks of `bytes` as words. @throws {RangeError} as {@linkcode words}. */
export function blockWords(bytes: Uint8Array, count: number): Int32Array {
  return words(bytes, count * (BLOCK_BYTES / 4));
}

/** The first `count` halves of `bytes` as words. @throws {RangeError} as {@linkcode words}. */
export function halfWords(bytes: Uint8Array, count: number): Int32Array {
  return words(bytes, count * (HALF_BYTES / 4));
}

/** Checks that `bits` holds `count` packed bits and returns it. @throws {RangeError} if it does not. */
export function needBits<T extends Uint8Array>(bits: T, count: number): T {
  if (bits.length * 8 < count) {
    throw new RangeError(`Cannot use an array of ${bits.length * 8} bits: ${count} are needed`);
  }
  return bits;
}

/** Minus bit `index` of `bits`: 0 or all ones, to be used as a mask instead of a branch. */
export function bitMask(bits: Uint8Array, index: number): number {
  return -(((bits[index >>> 3] as number) >>> (index & 7)) & 1);
}
