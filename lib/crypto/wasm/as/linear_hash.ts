/**
 * The linear hash of the COT check and the MAC sum: bucket sums, then a polynomial hash. The data may be
 * secret; bucket numbers and the point r are public.
 */
import { multiply, MULTIPLY_BYTES, multiplyPlanes, PLANES_BYTES, power128, setBits } from "./gf128.ts";
import { transpose } from "./transpose.ts";

@inline
function addTo(at: usize, x: v128): void { v128.store(at, v128.xor(v128.load(at), x)); }

/** Adds `x` to one sum of each of the eight arrays of 256 at `sums`; the bytes at `buckets` say to which. */
@inline
function toBuckets(sums: usize, buckets: usize, x: v128): void {
  const n = load<u32>(buckets), p = load<u32>(buckets, 4);
  addTo(sums + ((n << 4) & 0xff0), x);
  addTo(sums + 4096 + ((n >> 4) & 0xff0), x);
  addTo(sums + 8192 + ((n >> 12) & 0xff0), x);
  addTo(sums + 12288 + ((n >> 20) & 0xff0), x);
  addTo(sums + 16384 + ((p << 4) & 0xff0), x);
  addTo(sums + 20480 + ((p >> 4) & 0xff0), x);
  addTo(sums + 24576 + ((p >> 12) & 0xff0), x);
  addTo(sums + 28672 + ((p >> 20) & 0xff0), x);
}

/** Adds `count` blocks to the 2048 sums. */
export function sumBlocks(sums: usize, buckets: usize, blocks: usize, count: u32): void {
  for (let m: u32 = 0; m < count; m++, buckets += 8, blocks += 16) toBuckets(sums, buckets, v128.load(blocks));
}

/** Adds `count` halves, zero-extended. */
export function sumHalves(sums: usize, buckets: usize, halves: usize, count: u32): void {
  for (let m: u32 = 0; m < count; m++, buckets += 8, halves += 8) {
    toBuckets(sums, buckets, v128.load64_zero(halves));
  }
}

@inline
function toggle(at: usize, bit: u32): void { store<u8>(at, load<u8>(at) ^ bit); }

/** Adds `count` bits (a multiple of eight) to 2048 parities of one byte each. */
export function sumBits(parities: usize, buckets: usize, bits: usize, count: u32): void {
  for (let m: u32 = 0; m < count; m += 8, bits++) {
    let rest: u32 = load<u8>(bits);
    for (let i = 0; i < 8; i++, rest >>= 1, buckets += 8) {
      const bit = rest & 1, n = load<u32>(buckets), p = load<u32>(buckets, 4);
      toggle(parities + (n & 255), bit);
      toggle(parities + 256 + ((n >> 8) & 255), bit);
      toggle(parities + 512 + ((n >> 16) & 255), bit);
      toggle(parities + 768 + (n >> 24), bit);
      toggle(parities + 1024 + (p & 255), bit);
      toggle(parities + 1280 + ((p >> 8) & 255), bit);
      toggle(parities + 1536 + ((p >> 16) & 255), bit);
      toggle(parities + 1792 + (p >> 24), bit);
    }
  }
}

/** Room that the polynomial hash needs: the power of r, two sets of planes, and multiplyPlanes's own. */
export const WORK_BYTES: usize = 16 + 2 * PLANES_BYTES + MULTIPLY_BYTES;

@inline
function addBlocks(to: usize, from: usize): void {
  for (let i: usize = 0; i < PLANES_BYTES; i += 16) addTo(to + i, v128.load(from + i));
}

/**
 * Steps 2 to 4 of the hash of 128 columns: `sums`, the last 128 blocks `last`, the point `r`; 128 blocks
 * to `out`. The columns are the lanes: sum 128·t + i is plane i of B_t. `work` is `WORK_BYTES` of zeros.
 */
export function finishColumns(out: usize, sums: usize, last: usize, r: usize, work: usize): void {
  const count = setBits(work, r);
  for (let i: usize = 0; i < PLANES_BYTES; i += 16) v128.store(out + i, i64x2.splat(0));
  for (let t: usize = 0; t < 16; t++) {
    addBlocks(out, sums + PLANES_BYTES * t);
    multiplyPlanes(out, work, count);
  }
  addBlocks(out, last);
  for (let i: usize = 0; i < PLANES_BYTES; i += 16) v128.store(sums + i, v128.load(out + i));
  transpose(out, sums, 16, 128);
}

/** The same of one column: 2048 parities, the last 16 bytes, the point; one block to `out`. */
export function finishBits(out: usize, parities: usize, last: usize, r: usize): void {
  v128.store(out, i64x2.splat(0));
  for (let t: usize = 0; t < 16; t++, parities += 128) {
    let low: u64 = 0, high: u64 = 0;
    for (let i: usize = 0; i < 64; i += 16) {
      // The parities as sign bits.
      low |= <u64>i8x16.bitmask(i8x16.shl(v128.load(parities + i), 7)) << i;
      high |= <u64>i8x16.bitmask(i8x16.shl(v128.load(parities + i, 64), 7)) << i;
    }
    addTo(out, i64x2(low, high));
    multiply(out, r);
  }
  addTo(out, v128.load(last));
}

/**
 * Horner over all 2048 sums: h = (h ⊕ S_m)·r; one block to `out`. Done as 128 lanes, lane l taking
 * S_{128·t + l} with the point r^128, and then over the lanes. `work` as above.
 */
export function finishSum(out: usize, sums: usize, r: usize, work: usize): void {
  const power = work, planes = work + 16, lanes = planes + PLANES_BYTES;
  power128(power, r);
  const bits = lanes + PLANES_BYTES, count = setBits(bits, power);
  for (let i: usize = 0; i < PLANES_BYTES; i += 16) v128.store(planes + i, i64x2.splat(0));
  for (let t: usize = 0; t < 16; t++) {
    multiplyPlanes(planes, bits, count);
    transpose(lanes, sums + PLANES_BYTES * t, 16, 128);
    addBlocks(planes, lanes);
  }
  transpose(lanes, planes, 16, 128);
  v128.store(out, i64x2.splat(0));
  for (let l: usize = 0; l < 128; l++) {
    addTo(out, v128.load(lanes + 16 * l));
    multiply(out, r);
  }
}
