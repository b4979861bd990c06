/** Sums over arrays of bits, MACs and keys (protocol, sections on shares, leaky ANDs and garbling). */
import type { Bits, Blocks, Halves, ShareArrays } from "../kernels.ts";
import { needBits } from "../shapes.ts";
import { bitMask, blockWords } from "./words.ts";

/** out[m] = bit m ? delta : 0, for the first `width` words of a block. */
function scaled(bits: Bits, delta: Blocks, count: number, width: number): Int32Array<ArrayBuffer> {
  needBits(bits, count);
  const d = blockWords(delta, 1);
  const out = new Int32Array(width * count);
  for (let m = 0; m < count; m++) {
    const mask = bitMask(bits, m);
    for (let w = 0; w < width; w++) out[width * m + w] = (d[w] as number) & mask;
  }
  return out;
}

/** Adds the first `width` words of each block of every array that is not empty. */
function addAll(out: Int32Array, arrays: readonly Blocks[], count: number, width: number): void {
  for (const array of arrays) {
    if (array.length === 0) continue;
    const source = blockWords(array, count);
    for (let m = 0; m < count; m++) {
      for (let w = 0; w < width; w++) {
        out[width * m + w] = (out[width * m + w] as number) ^ (source[4 * m + w] as number);
      }
    }
  }
}

/** `Kernels.expectedMacs`. */
export function expectedMacs(keys: Blocks, bits: Bits, delta: Blocks, count: number): Blocks {
  const out = scaled(bits, delta, count, 4);
  addAll(out, [keys], count, 4);
  return new Uint8Array(out.buffer);
}

/** `Kernels.crossShare`. */
export function crossShare(shares: ShareArrays, delta: Blocks, count: number): Halves {
  const out = scaled(shares.bits, delta, count, 2);
  addAll(out, shares.macs, count, 2);
  addAll(out, shares.keys, count, 2);
  return new Uint8Array(out.buffer);
}

/** `Kernels.keyShare`. */
export function keyShare(shares: ShareArrays, delta: Blocks, count: number): Blocks {
  const out = scaled(shares.bits, delta, count, 4);
  addAll(out, shares.keys, count, 4);
  return new Uint8Array(out.buffer);
}

/** `Kernels.xorBlocksInto`. */
export function xorBlocksInto(
  out: Blocks,
  blocks: Blocks,
  count: number,
  from?: Uint32Array,
  bits?: Bits,
): void {
  const target = blockWords(out, count);
  const source = blockWords(blocks, from === undefined ? count : blocks.length >>> 4);
  if (bits !== undefined) needBits(bits, count);
  for (let m = 0; m < count; m++) {
    const at = 4 * (from === undefined ? m : from[m] as number);
    if (at >= source.length) throw new RangeError("Cannot XOR blocks: an index is out of range");
    const mask = bits === undefined ? -1 : bitMask(bits, m);
    for (let w = 0; w < 4; w++) {
      target[4 * m + w] = (target[4 * m + w] as number) ^ ((source[at + w] as number) & mask);
    }
  }
}

/** `Kernels.xorBitsInto`. */
export function xorBitsInto(
  out: Bits,
  source: Bits,
  count: number,
  from?: Uint32Array,
  bits?: Bits,
): void {
  needBits(out, count);
  if (from === undefined) needBits(source, count);
  if (bits !== undefined) needBits(bits, count);
  for (let m = 0; m < count; m++) {
    const at = from === undefined ? m : from[m] as number;
    if (at >= 8 * source.length) {
      throw new RangeError("Cannot XOR bits: an index is out of range");
    }
    const bit = bitMask(source, at) & (bits === undefined ? 1 : bitMask(bits, m)) & 1;
    out[m >>> 3] = (out[m >>> 3] as number) ^ (bit << (m & 7));
  }
}

/** `Kernels.xorDeltaInto`. */
export function xorDeltaInto(out: Blocks, bits: Bits, delta: Blocks, count: number): void {
  const target = blockWords(out, count);
  const d = blockWords(delta, 1);
  needBits(bits, count);
  for (let m = 0; m < count; m++) {
    const mask = bitMask(bits, m);
    for (let w = 0; w < 4; w++) {
      target[4 * m + w] = (target[4 * m + w] as number) ^ ((d[w] as number) & mask);
    }
  }
}
