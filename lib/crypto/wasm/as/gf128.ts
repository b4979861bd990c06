/**
 * GF(2^128) = F_2[x] / (x^128 + x^7 + x^2 + x + 1); bit i of a block is the coefficient of x^i. Data may be
 * secret, the factor r is public: branches and addresses depend on r only.
 */

/** Bytes of 128 bit-planes of 128 lanes: bit l of plane i is the coefficient of x^i of lane l. */
export const PLANES_BYTES: usize = 2048;
/** Planes of zeros on either side of the factor in `multiplyPlanes`. */
const MARGIN: usize = 8;
/** Room for a list of bits, and behind it for factor, margins and a product of 256 planes. */
const LIST_BYTES: usize = 128;
export const MULTIPLY_BYTES: usize = LIST_BYTES + 2 * 16 * MARGIN + 3 * PLANES_BYTES;

/** Multiplies the block at `a` by the one at `r`, in time that depends on neither. */
export function multiply(a: usize, r: usize): void {
  let low = load<u64>(a), high = load<u64>(a, 8);
  let outLow: u64 = 0, outHigh: u64 = 0;
  for (let i: u32 = 0; i < 128; i++) {
    const mask: u64 = -(<u64>((load<u8>(r + (i >> 3)) >> (i & 7)) & 1));
    outLow ^= low & mask;
    outHigh ^= high & mask;
    const carry: u64 = <u64>(<i64>high >> 63);
    high = (high << 1) | (<u64>low >> 63);
    low = (low << 1) ^ (carry & 0x87);
  }
  store<u64>(a, outLow);
  store<u64>(a, outHigh, 8);
}

/** r^128 to `out`. */
export function power128(out: usize, r: usize): void {
  v128.store(out, v128.load(r));
  for (let i = 0; i < 7; i++) multiply(out, out);
}

/** Writes the numbers of the set bits of r to `list`, one byte each; returns how many there are. */
export function setBits(list: usize, r: usize): u32 {
  let count: u32 = 0;
  for (let i: u32 = 0; i < 128; i++) {
    if ((load<u8>(r + (i >> 3)) >> (i & 7)) & 1) store<u8>(list + count++, i as u8);
  }
  return count;
}

/**
 * Multiplies 128 elements, given as bit-planes, by the r whose `count` set bits are at `list`: a shift by
 * x^i moves whole planes. The list stands in `MULTIPLY_BYTES` of zeros.
 */
export function multiplyPlanes(planes: usize, list: usize, count: u32): void {
  const factor = list + LIST_BYTES + 16 * MARGIN;
  const product = factor + PLANES_BYTES + 16 * MARGIN;
  for (let i: usize = 0; i < PLANES_BYTES; i += 16) v128.store(factor + i, v128.load(planes + i));
  // Bits number first … end − 1 of the list reach the planes m … m + 7 of the product.
  let first: usize = list, end: usize = list;
  for (let m: i32 = 0; m < 256; m += 8) {
    while (first < list + count && <i32>load<u8>(first) < m - 127) first++;
    while (end < list + count && <i32>load<u8>(end) <= m + 7) end++;
    let p0 = i64x2.splat(0), p1 = p0, p2 = p0, p3 = p0, p4 = p0, p5 = p0, p6 = p0, p7 = p0;
    for (let n = first; n < end; n++) {
      const from = factor + 16 * (m - <i32>load<u8>(n));
      p0 = v128.xor(p0, v128.load(from)); p1 = v128.xor(p1, v128.load(from, 16));
      p2 = v128.xor(p2, v128.load(from, 32)); p3 = v128.xor(p3, v128.load(from, 48));
      p4 = v128.xor(p4, v128.load(from, 64)); p5 = v128.xor(p5, v128.load(from, 80));
      p6 = v128.xor(p6, v128.load(from, 96)); p7 = v128.xor(p7, v128.load(from, 112));
    }
    const to = product + 16 * m;
    v128.store(to, p0); v128.store(to, p1, 16); v128.store(to, p2, 32); v128.store(to, p3, 48);
    v128.store(to, p4, 64); v128.store(to, p5, 80); v128.store(to, p6, 96); v128.store(to, p7, 112);
  }
  reduce(product);
  for (let i: usize = 0; i < PLANES_BYTES; i += 16) v128.store(planes + i, v128.load(product + i));
}

/** x^128 = x^7 + x^2 + x + 1, from the highest plane down, so that carries beyond x^127 are folded again. */
function reduce(product: usize): void {
  for (let i: i32 = 127; i >= 0; i--) {
    const low = product + 16 * i;
    const high = v128.load(low, PLANES_BYTES);
    v128.store(low, v128.xor(v128.load(low), high));
    v128.store(low, v128.xor(v128.load(low, 16), high), 16);
    v128.store(low, v128.xor(v128.load(low, 32), high), 32);
    v128.store(low, v128.xor(v128.load(low, 112), high), 112);
  }
}
