/** Sums over arrays of bits, MACs and keys (protocol, sections on shares, leaky ANDs and garbling). */
import { bitBytes } from "../../base/mod.ts";
import type { Bits, Blocks, Halves, ShareArrays } from "../kernels.ts";
import { needBits, needBlocks, needPlaces, roomForBlocks } from "../shapes.ts";
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
export function expectedMacs(
  keys: Blocks,
  bits: Bits,
  delta: Blocks,
  count: number,
  into?: Blocks,
): Blocks {
  const out = roomForBlocks(into, count);
  out.set(needBlocks(keys, count).subarray(0, out.length));
  xorDeltaInto(out, bits, delta, count);
  return out;
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

/** Adds the block at word `from` of `source` to the one at word `to` of `out`, under a mask. */
// Why without a loop: engines do not unroll it.
function addBlock(
  out: Int32Array,
  to: number,
  source: Int32Array,
  from: number,
  mask: number,
): void {
  out[to] = (out[to] as number) ^ ((source[from] as number) & mask);
  out[to + 1] = (out[to + 1] as number) ^ ((source[from + 1] as number) & mask);
  out[to + 2] = (out[to + 2] as number) ^ ((source[from + 2] as number) & mask);
  out[to + 3] = (out[to + 3] as number) ^ ((source[from + 3] as number) & mask);
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
  if (from !== undefined) needPlaces(from, count, source.length / 4);
  if (bits !== undefined) needBits(bits, count);
  // Why four loops: each does only what it needs.
  if (from === undefined && bits === undefined) {
    for (let w = 0; w < 4 * count; w++) target[w] = (target[w] as number) ^ (source[w] as number);
  } else if (from === undefined) {
    for (let m = 0; m < count; m++) {
      addBlock(target, 4 * m, source, 4 * m, bitMask(bits as Bits, m));
    }
  } else if (bits === undefined) {
    for (let m = 0; m < count; m++) addBlock(target, 4 * m, source, 4 * (from[m] as number), -1);
  } else {
    for (let m = 0; m < count; m++) {
      addBlock(target, 4 * m, source, 4 * (from[m] as number), bitMask(bits, m));
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
  if (bits !== undefined) needBits(bits, count);
  if (from === undefined) {
    xorPackedInto(out, needBits(source, count), count, bits);
    return;
  }
  needPlaces(from, count, 8 * source.length);
  for (let m = 0; m < count; m++) {
    const bit = bitMask(source, from[m] as number) & (bits === undefined ? 1 : bitMask(bits, m)) &
      1;
    out[m >>> 3] = (out[m >>> 3] as number) ^ (bit << (m & 7));
  }
}

/** The same without indices, a byte at a time. */
function xorPackedInto(out: Bits, source: Bits, count: number, bits: Bits | undefined): void {
  const bytes = bitBytes(count);
  for (let i = 0; i < bytes; i++) {
    const used = i === bytes - 1 && (count & 7) !== 0 ? (1 << (count & 7)) - 1 : 0xff;
    const chosen = bits === undefined ? used : (bits[i] as number) & used;
    out[i] = (out[i] as number) ^ ((source[i] as number) & chosen);
  }
}

/** `Kernels.xorDeltaInto`. */
export function xorDeltaInto(out: Blocks, bits: Bits, delta: Blocks, count: number): void {
  const target = blockWords(out, count);
  const d = blockWords(delta, 1);
  needBits(bits, count);
  for (let m = 0; m < count; m++) addBlock(target, 4 * m, d, 0, bitMask(bits, m));
}
