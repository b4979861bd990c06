/**
 * The linear hash of the COT check and the MAC sum: random buckets, then a polynomial hash. The exact
 * definition stands at `Kernels.columnHash`.
 *
 * Source: the statement R of SoftSpoken OT (Roy, eprint 2022/192, section 4: F_2-linear universal hash);
 * buckets as a first, faster stage are this project's choice (protocol, "Check").
 */
import { BLOCK_BYTES, BUCKET_ARRAYS, BUCKETS, PRG_DOMAIN, SACRIFICED_ROWS } from "../constants.ts";
import type { Bits, Blocks, Halves } from "../kernels.ts";
import { needBits, needCoin, needRows } from "../shapes.ts";
import { type Element, multiply, multiplyPlanes, PLANES_WORDS } from "./gf128.ts";
import { prgInto } from "./prg.ts";
import { transposeInto } from "./transpose.ts";
import { bitMask, blockWords, halfWords, words } from "./words.ts";

const SUMS = BUCKET_ARRAYS * BUCKETS;
/** Blocks of a column of sums, and lanes × blocks of all sums. */
const SUM_BLOCKS = SUMS / 128;
/** Rows whose bucket numbers are made at a time: 64 PRG groups, 16 KB. */
const SLICE_ROWS = 2048;
const SLICE_GROUPS = 64;

/** Calls `add(bucket numbers, first row, rows)` for slices of `rows` rows; 8 numbers a row. */
function forSlices(
  coin: Uint8Array,
  rows: number,
  add: (buckets: Uint8Array, first: number, rows: number) => void,
): void {
  const buckets = new Uint8Array(SLICE_ROWS * BUCKET_ARRAYS);
  for (let first = 0; first < rows; first += SLICE_ROWS) {
    const slice = Math.min(SLICE_ROWS, rows - first);
    const group = SLICE_GROUPS * (first / SLICE_ROWS);
    prgInto(buckets.subarray(0, slice * BUCKET_ARRAYS), coin, PRG_DOMAIN.BUCKETS, group);
    add(buckets, first, slice);
  }
}

/** Step 1: the 2048 sums of `rows` elements of `width` words (2 or 4), as blocks. */
function sumBlocks(coin: Uint8Array, source: Int32Array, rows: number, width: number): Int32Array {
  const sums = new Int32Array(4 * SUMS);
  forSlices(coin, rows, (buckets, first, slice) => {
    for (let i = 0; i < slice; i++) {
      const at = width * (first + i);
      const w0 = source[at] as number;
      const w1 = source[at + 1] as number;
      const w2 = width === 4 ? source[at + 2] as number : 0;
      const w3 = width === 4 ? source[at + 3] as number : 0;
      for (let d = 0; d < BUCKET_ARRAYS; d++) {
        const sum = 4 * (BUCKETS * d + (buckets[BUCKET_ARRAYS * i + d] as number));
        sums[sum] = (sums[sum] as number) ^ w0;
        sums[sum + 1] = (sums[sum + 1] as number) ^ w1;
        sums[sum + 2] = (sums[sum + 2] as number) ^ w2;
        sums[sum + 3] = (sums[sum + 3] as number) ^ w3;
      }
    }
  });
  return sums;
}

/** Step 3: the point r. */
function point(coin: Uint8Array): Element {
  const r = new Uint8Array(BLOCK_BYTES);
  prgInto(r, needCoin(coin), PRG_DOMAIN.POLYNOMIAL, 0);
  return words(r, 4);
}

function xorWords(
  out: Int32Array,
  at: number,
  source: Int32Array,
  from: number,
  count: number,
): void {
  for (let w = 0; w < count; w++) {
    out[at + w] = (out[at + w] as number) ^ (source[from + w] as number);
  }
}

/** `Kernels.columnHash`. The columns are the lanes: block 128·t + i of the sums is plane i of B_t. */
export function columnHash(coin: Uint8Array, blocks: Blocks, rows: number): Blocks {
  const r = point(coin);
  const source = blockWords(blocks, needRows(rows));
  const hashed = rows - SACRIFICED_ROWS;
  const sums = sumBlocks(coin, source, hashed, 4);
  const planes = new Int32Array(PLANES_WORDS);
  for (let t = 0; t < SUM_BLOCKS; t++) {
    xorWords(planes, 0, sums, t * PLANES_WORDS, PLANES_WORDS);
    multiplyPlanes(planes, r);
  }
  xorWords(planes, 0, source, 4 * hashed, PLANES_WORDS);
  const out = new Int32Array(PLANES_WORDS);
  transposeInto(out, 0, planes, 4, 128);
  for (const scratch of [sums, planes]) scratch.fill(0);
  return new Uint8Array(out.buffer);
}

/** `Kernels.bitsHash`. */
export function bitsHash(coin: Uint8Array, bits: Bits, rows: number): Blocks {
  const r = point(coin);
  const hashed = rows - SACRIFICED_ROWS;
  needBits(bits, needRows(rows));
  const parities = new Uint8Array(SUMS);
  forSlices(coin, hashed, (buckets, first, slice) => {
    for (let i = 0; i < slice; i++) {
      const bit = bitMask(bits, first + i) & 1;
      for (let d = 0; d < BUCKET_ARRAYS; d++) {
        const sum = BUCKETS * d + (buckets[BUCKET_ARRAYS * i + d] as number);
        parities[sum] = (parities[sum] as number) ^ bit;
      }
    }
  });
  let h = new Int32Array(4);
  for (let t = 0; t < SUM_BLOCKS; t++) {
    for (let i = 0; i < 128; i++) {
      h[i >>> 5] = (h[i >>> 5] as number) ^ ((parities[128 * t + i] as number) << (i & 31));
    }
    h = multiply(h, r);
  }
  const last = bits.slice(hashed / 8, rows / 8);
  xorWords(h, 0, words(last, 4), 0, 4);
  return new Uint8Array(h.buffer);
}

/** `Kernels.macSum`. */
export function macSum(coin: Uint8Array, blocks: Blocks, count: number): Blocks {
  return polynomial(sumBlocks(coin, blockWords(blocks, count), count, 4), point(coin));
}

/** `Kernels.macSumHalves`. */
export function macSumHalves(coin: Uint8Array, halves: Halves, count: number): Blocks {
  return polynomial(sumBlocks(coin, halfWords(halves, count), count, 2), point(coin));
}

/**
 * Horner over all 2048 sums: h = (h ⊕ S_m)·r. Done as 128 lanes, lane l taking S_{128·t + l} with the
 * point r^128, and then over the lanes: S_{128·t + l} meets r^(128·(15 − t)) and r^(128 − l).
 */
function polynomial(sums: Int32Array, r: Element): Blocks {
  let power: Element = r;
  for (let i = 0; i < 7; i++) power = multiply(power, power);
  const lanes = new Int32Array(PLANES_WORDS);
  const planes = new Int32Array(PLANES_WORDS);
  for (let t = 0; t < SUM_BLOCKS; t++) {
    if (t > 0) multiplyPlanes(planes, power);
    transposeInto(lanes, 0, sums.subarray(t * PLANES_WORDS), 4, 128);
    xorWords(planes, 0, lanes, 0, PLANES_WORDS);
  }
  transposeInto(lanes, 0, planes, 4, 128);
  let h = new Int32Array(4);
  for (let l = 0; l < 128; l++) {
    xorWords(h, 0, lanes, 4 * l, 4);
    h = multiply(h, r);
  }
  for (const scratch of [sums, lanes, planes]) scratch.fill(0);
  return new Uint8Array(h.buffer);
}
