/** Sums over arrays of bits, MACs and keys. */
import { BLOCK_BYTES, HALF_BYTES } from "../constants.ts";
import type { Bits, Blocks, Halves, ShareArrays } from "../kernels.ts";
import { needBits, needBlocks, needPlaces, roomForBlocks } from "../shapes.ts";
import { forPieces, PIECE } from "./arena.ts";
import type { KernelArena } from "./module.ts";

/** Bits that choose every block of a piece. */
const ALL = new Uint8Array(PIECE / 8).fill(0xff);

/** Where one piece of bits stands. */
function writeBits(
  arena: KernelArena,
  at: number,
  bits: Bits,
  first: number,
  length: number,
): void {
  arena.write(at, bits, first / 8, Math.ceil(length / 8));
}

/** out[m] ^= bit m ? delta : 0, from `source` to `target`, which may be the same array. */
function scale(
  arena: KernelArena,
  target: Blocks,
  source: Blocks,
  of: { readonly bits: Bits; readonly delta: Blocks; readonly count: number },
): void {
  const { bits, delta, count } = of;
  needBits(bits, count);
  needBlocks(source, count);
  needBlocks(delta, 1);
  arena.use(() => {
    const key = arena.hold(delta.subarray(0, BLOCK_BYTES));
    const at = arena.take(BLOCK_BYTES * Math.min(count, PIECE));
    const packed = arena.take(PIECE / 8);
    forPieces(count, (first, length) => {
      arena.write(at, source, BLOCK_BYTES * first, BLOCK_BYTES * length);
      writeBits(arena, packed, bits, first, length);
      arena.wasm.addScaled(at, packed, key, length);
      arena.read(at, target, BLOCK_BYTES * first, BLOCK_BYTES * length);
    });
  });
}

/** `Kernels.expectedMacs`. */
export function expectedMacs(
  arena: KernelArena,
  keys: Blocks,
  bits: Bits,
  delta: Blocks,
  count: number,
  into?: Blocks,
): Blocks {
  const out = roomForBlocks(into, count);
  scale(arena, out, keys, { bits, delta, count });
  return out;
}

/** `Kernels.xorDeltaInto`. */
export function xorDeltaInto(
  arena: KernelArena,
  out: Blocks,
  bits: Bits,
  delta: Blocks,
  count: number,
): void {
  scale(arena, out, out, { bits, delta, count });
}

/** How `combine` adds bits·Δ and one array of blocks to sums of `bytes` bytes. */
interface Sums {
  readonly bytes: number;
  readonly scaled: (out: number, bits: number, delta: number, count: number) => void;
  readonly add: (out: number, blocks: number, count: number) => void;
}

/** bits·Δ ⊕ all of `arrays` that are not empty. */
function combine(
  arena: KernelArena,
  of: { readonly bits: Bits; readonly delta: Blocks; readonly count: number },
  arrays: readonly Blocks[],
  { bytes, scaled, add }: Sums,
): Blocks {
  const { bits, delta, count } = of;
  needBits(bits, count);
  needBlocks(delta, 1);
  const all = arrays.filter((array) => array.length > 0);
  for (const array of all) needBlocks(array, count);
  const out = new Uint8Array(bytes * count);
  arena.use(() => {
    const key = arena.hold(delta.subarray(0, BLOCK_BYTES));
    const sums = arena.take(bytes * Math.min(count, PIECE));
    const from = arena.take(BLOCK_BYTES * Math.min(count, PIECE));
    const packed = arena.take(PIECE / 8);
    forPieces(count, (first, length) => {
      arena.clear(sums, bytes * length);
      writeBits(arena, packed, bits, first, length);
      scaled(sums, packed, key, length);
      for (const array of all) {
        arena.write(from, array, BLOCK_BYTES * first, BLOCK_BYTES * length);
        add(sums, from, length);
      }
      arena.read(sums, out, bytes * first, bytes * length);
    });
  });
  return out;
}

/** `Kernels.crossShare`. */
export function crossShare(
  arena: KernelArena,
  shares: ShareArrays,
  delta: Blocks,
  count: number,
): Halves {
  const { wasm } = arena;
  const sums = { bytes: HALF_BYTES, scaled: wasm.addScaledHalves, add: wasm.addLowHalves };
  const arrays = [...shares.macs, ...shares.keys];
  return combine(arena, { bits: shares.bits, delta, count }, arrays, sums);
}

/** `Kernels.keyShare`. */
export function keyShare(
  arena: KernelArena,
  shares: ShareArrays,
  delta: Blocks,
  count: number,
): Blocks {
  const { wasm } = arena;
  const add = (out: number, from: number, length: number): void => {
    wasm.addAll(out, from, BLOCK_BYTES * length);
  };
  const sums = { bytes: BLOCK_BYTES, scaled: wasm.addScaled, add };
  return combine(arena, { bits: shares.bits, delta, count }, shares.keys, sums);
}

/** `Kernels.xorBlocksInto`. */
export function xorBlocksInto(
  arena: KernelArena,
  out: Blocks,
  blocks: Blocks,
  count: number,
  from?: Uint32Array,
  bits?: Bits,
): void {
  needBlocks(out, count);
  if (from === undefined) needBlocks(blocks, count);
  else needPlaces(from, count, blocks.length / BLOCK_BYTES);
  if (bits !== undefined) needBits(bits, count);
  arena.use(() => {
    const size = BLOCK_BYTES * Math.min(count, PIECE);
    const at = arena.take(size);
    const packed = arena.hold(ALL);
    // Why all of it: the places are anywhere in it.
    const source = from === undefined ? arena.take(size) : arena.hold(blocks);
    const places = arena.take(4 * PIECE);
    forPieces(count, (first, length) => {
      const bytes = BLOCK_BYTES * length;
      arena.write(at, out, BLOCK_BYTES * first, bytes);
      if (bits !== undefined) writeBits(arena, packed, bits, first, length);
      if (from !== undefined) {
        arena.write(places, new Uint8Array(from.buffer, from.byteOffset), 4 * first, 4 * length);
        arena.wasm.addPlaced(at, source, places, packed, length);
      } else {
        arena.write(source, blocks, BLOCK_BYTES * first, bytes);
        if (bits === undefined) arena.wasm.addAll(at, source, bytes);
        else arena.wasm.addChosen(at, source, packed, length);
      }
      arena.read(at, out, BLOCK_BYTES * first, bytes);
    });
  });
}
