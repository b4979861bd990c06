/** The linear hash of the COT check and the MAC sum (definition at `Kernels.columnHash`). */
import {
  BLOCK_BYTES,
  BUCKET_ARRAYS,
  BUCKETS,
  HALF_BYTES,
  PRG_DOMAIN,
  PRG_GROUP_BYTES,
  SACRIFICED_ROWS,
} from "../constants.ts";
import type { Bits, Blocks, Halves } from "../kernels.ts";
import { needBits, needBlocks, needCoin, needHalves, needRows } from "../shapes.ts";
import { forPieces, PIECE } from "./arena.ts";
import type { KernelArena } from "./module.ts";

const SUMS = BUCKET_ARRAYS * BUCKETS;
const PIECE_GROUPS = (PIECE * BUCKET_ARRAYS) / PRG_GROUP_BYTES;

/** Adds `count` elements, `bits` bits each, to the sums at `sums`. */
interface Summed {
  readonly source: Uint8Array;
  readonly count: number;
  readonly bits: number;
  readonly add: (sums: number, buckets: number, from: number, count: number) => void;
}

/** Step 1; returns where the point r stands, 16 bytes. */
function sum(arena: KernelArena, coin: Uint8Array, sums: number, of: Summed): number {
  const seed = arena.hold(coin);
  const r = arena.take(PRG_GROUP_BYTES);
  arena.wasm.prg(r, seed, 1, PRG_DOMAIN.POLYNOMIAL, 0, 1);
  const size = Math.min(of.count, PIECE);
  const buckets = arena.take(Math.ceil(size * BUCKET_ARRAYS / PRG_GROUP_BYTES) * PRG_GROUP_BYTES);
  const at = arena.take((size * of.bits) / 8);
  forPieces(of.count, (first, length) => {
    const groups = Math.ceil(length * BUCKET_ARRAYS / PRG_GROUP_BYTES);
    const group = PIECE_GROUPS * (first / PIECE);
    arena.wasm.prg(buckets, seed, 1, PRG_DOMAIN.BUCKETS, group, groups);
    arena.write(at, of.source, (first * of.bits) / 8, (length * of.bits) / 8);
    of.add(sums, buckets, at, length);
  });
  return r;
}

/** `Kernels.columnHash`. */
export function columnHash(
  arena: KernelArena,
  coin: Uint8Array,
  blocks: Blocks,
  rows: number,
): Blocks {
  needCoin(coin);
  needBlocks(blocks, needRows(rows));
  const count = rows - SACRIFICED_ROWS;
  const out = new Uint8Array(BLOCK_BYTES * 128);
  arena.use(() => {
    const { wasm } = arena;
    const sums = arena.take(BLOCK_BYTES * SUMS);
    const bits = 8 * BLOCK_BYTES;
    const r = sum(arena, coin, sums, { source: blocks, count, bits, add: wasm.sumBlocks });
    const last = arena.hold(blocks.subarray(BLOCK_BYTES * count, BLOCK_BYTES * rows));
    const at = arena.take(out.length);
    wasm.finishColumns(at, sums, last, r, arena.take(wasm.work.value));
    arena.read(at, out, 0, out.length);
  });
  return out;
}

/** `Kernels.bitsHash`. */
export function bitsHash(arena: KernelArena, coin: Uint8Array, bits: Bits, rows: number): Blocks {
  needCoin(coin);
  needBits(bits, needRows(rows));
  const count = rows - SACRIFICED_ROWS;
  const out = new Uint8Array(BLOCK_BYTES);
  arena.use(() => {
    const { wasm } = arena;
    const parities = arena.take(SUMS);
    const r = sum(arena, coin, parities, { source: bits, count, bits: 1, add: wasm.sumBits });
    const last = arena.hold(bits.subarray(count / 8, rows / 8));
    const at = arena.take(BLOCK_BYTES);
    wasm.finishBits(at, parities, last, r);
    arena.read(at, out, 0, BLOCK_BYTES);
  });
  return out;
}

/** `Kernels.macSum`. */
export function macSum(
  arena: KernelArena,
  coin: Uint8Array,
  blocks: Blocks,
  count: number,
): Blocks {
  needBlocks(blocks, count);
  const add = arena.wasm.sumBlocks;
  return polynomial(arena, coin, { source: blocks, count, bits: 8 * BLOCK_BYTES, add });
}

/** `Kernels.macSumHalves`. */
export function macSumHalves(
  arena: KernelArena,
  coin: Uint8Array,
  halves: Halves,
  count: number,
): Blocks {
  needHalves(halves, count);
  const add = arena.wasm.sumHalves;
  return polynomial(arena, coin, { source: halves, count, bits: 8 * HALF_BYTES, add });
}

function polynomial(arena: KernelArena, coin: Uint8Array, of: Summed): Blocks {
  needCoin(coin);
  const out = new Uint8Array(BLOCK_BYTES);
  arena.use(() => {
    const sums = arena.take(BLOCK_BYTES * SUMS);
    const r = sum(arena, coin, sums, of);
    const at = arena.take(BLOCK_BYTES);
    arena.wasm.finishSum(at, sums, r, arena.take(arena.wasm.work.value));
    arena.read(at, out, 0, BLOCK_BYTES);
  });
  return out;
}
