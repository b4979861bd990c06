/**
 * Arithmetic modulo p = 2^255 − 19, on two independent numbers at a time.
 *
 * Source: the layout and bounds of "ref10" (Bernstein, Duif, Lange, Schwabe, Yang: "High-speed high-security
 * signatures"): ten signed limbs of 26 and 25 bits in turn. A number pair is five vectors of four 32-bit
 * lanes (80 bytes): vector i holds limb 2i of both numbers, then limb 2i + 1 of both.
 *
 * Bounds. "Tight": even limbs below 1.01·2^25, odd ones below 1.01·2^24 in size; results of mul, square,
 * carry and fromBytes are. A sum or difference of three tight ones may be a factor, of more may not.
 * Everything runs in constant time. Outputs may be inputs.
 */

/** Bytes of a pair of numbers. */
export const FE: usize = 80;

@inline
function low(a: v128, b: v128): v128 { return i64x2.extmul_low_i32x4_s(a, b); }
@inline
function high(a: v128, b: v128): v128 { return i64x2.extmul_high_i32x4_s(a, b); }
@inline
function add(a: v128, b: v128): v128 { return i64x2.add(a, b); }
@inline
function swap(a: v128): v128 { return v128.shuffle<i64>(a, a, 1, 0); }
/** 19·a in each 32-bit lane. */
@inline
function times19(a: v128): v128 { return i32x4.mul(a, i32x4.splat(19)); }
/** The even limbs as they are, the odd ones doubled. */
@inline
function doubleOdd(a: v128): v128 { return i32x4.add(a, v128.and(a, i64x2(0, -1))); }

/** Round(h / 2^26). A logical shift of a number made positive: there is no arithmetic one of 64 bits. */
@inline
function carry26(h: v128): v128 {
  return i64x2.sub(i64x2.shr_u(add(h, i64x2.splat(0x4000000002000000)), 26), i64x2.splat(0x1000000000));
}
/** Round(h / 2^25). */
@inline
function carry25(h: v128): v128 {
  return i64x2.sub(i64x2.shr_u(add(h, i64x2.splat(0x4000000001000000)), 25), i64x2.splat(0x2000000000));
}
/** The low 32 bits of four numbers. */
@inline
function pack(even: v128, odd: v128): v128 { return v128.shuffle<i32>(even, odd, 0, 2, 4, 6); }

/** Carries ten sums of products (below 2^61 in size) and stores the tight result. */
@inline
function reduce(
  out: usize, h0: v128, h1: v128, h2: v128, h3: v128, h4: v128, h5: v128, h6: v128, h7: v128, h8: v128, h9: v128,
): void {
  let c = carry26(h0); h1 = add(h1, c); h0 = i64x2.sub(h0, i64x2.shl(c, 26));
  c = carry26(h4); h5 = add(h5, c); h4 = i64x2.sub(h4, i64x2.shl(c, 26));
  c = carry25(h1); h2 = add(h2, c); h1 = i64x2.sub(h1, i64x2.shl(c, 25));
  c = carry25(h5); h6 = add(h6, c); h5 = i64x2.sub(h5, i64x2.shl(c, 25));
  c = carry26(h2); h3 = add(h3, c); h2 = i64x2.sub(h2, i64x2.shl(c, 26));
  c = carry26(h6); h7 = add(h7, c); h6 = i64x2.sub(h6, i64x2.shl(c, 26));
  c = carry25(h3); h4 = add(h4, c); h3 = i64x2.sub(h3, i64x2.shl(c, 25));
  c = carry25(h7); h8 = add(h8, c); h7 = i64x2.sub(h7, i64x2.shl(c, 25));
  c = carry26(h4); h5 = add(h5, c); h4 = i64x2.sub(h4, i64x2.shl(c, 26));
  c = carry26(h8); h9 = add(h9, c); h8 = i64x2.sub(h8, i64x2.shl(c, 26));
  c = carry25(h9); h9 = i64x2.sub(h9, i64x2.shl(c, 25));
  h0 = add(h0, add(add(i64x2.shl(c, 4), i64x2.shl(c, 1)), c));
  c = carry26(h0); h1 = add(h1, c); h0 = i64x2.sub(h0, i64x2.shl(c, 26));
  v128.store(out, pack(h0, h1)); v128.store(out, pack(h2, h3), 16); v128.store(out, pack(h4, h5), 32);
  v128.store(out, pack(h6, h7), 48); v128.store(out, pack(h8, h9), 64);
}

/** out = f·g. Limb k is the sum of all f_i·g_j with i + j = k, of 19 times those with i + j = k + 10. */
export function mul(out: usize, f: usize, g: usize): void {
  const f0 = v128.load(f), f1 = v128.load(f, 16), f2 = v128.load(f, 32), f3 = v128.load(f, 48), f4 = v128.load(f, 64);
  const g0 = v128.load(g), g1 = v128.load(g, 16), g2 = v128.load(g, 32), g3 = v128.load(g, 48), g4 = v128.load(g, 64);
  // Odd times odd counts twice.
  const d0 = doubleOdd(f0), d1 = doubleOdd(f1), d2 = doubleOdd(f2), d3 = doubleOdd(f3), d4 = doubleOdd(f4);
  const s0 = swap(g0), s1 = swap(g1), s2 = swap(g2), s3 = swap(g3), s4 = swap(g4);
  const n0 = times19(g0), n1 = times19(g1), n2 = times19(g2), n3 = times19(g3), n4 = times19(g4);
  const m0 = swap(n0), m1 = swap(n1), m2 = swap(n2), m3 = swap(n3), m4 = swap(n4);
  const h0 = add(
    add(add(add(add(low(f0, g0), high(d0, n4)), high(d1, n3)), low(f1, n4)), high(d2, n2)),
    add(add(add(add(low(f2, n3), high(d3, n1)), low(f3, n2)), high(d4, n0)), low(f4, n1)),
  );
  const h1 = add(
    add(add(add(add(low(f0, s0), high(f0, s0)), low(f1, m4)), high(f1, m4)), low(f2, m3)),
    add(add(add(add(high(f2, m3), low(f3, m2)), high(f3, m2)), low(f4, m1)), high(f4, m1)),
  );
  const h2 = add(
    add(add(add(add(high(d0, g0), low(f0, g1)), low(f1, g0)), high(d1, n4)), high(d2, n3)),
    add(add(add(add(low(f2, n4), high(d3, n2)), low(f3, n3)), high(d4, n1)), low(f4, n2)),
  );
  const h3 = add(
    add(add(add(add(low(f0, s1), high(f0, s1)), low(f1, s0)), high(f1, s0)), low(f2, m4)),
    add(add(add(add(high(f2, m4), low(f3, m3)), high(f3, m3)), low(f4, m2)), high(f4, m2)),
  );
  const h4 = add(
    add(add(add(add(high(d0, g1), low(f0, g2)), high(d1, g0)), low(f1, g1)), low(f2, g0)),
    add(add(add(add(high(d2, n4), high(d3, n3)), low(f3, n4)), high(d4, n2)), low(f4, n3)),
  );
  const h5 = add(
    add(add(add(add(low(f0, s2), high(f0, s2)), low(f1, s1)), high(f1, s1)), low(f2, s0)),
    add(add(add(add(high(f2, s0), low(f3, m4)), high(f3, m4)), low(f4, m3)), high(f4, m3)),
  );
  const h6 = add(
    add(add(add(add(high(d0, g2), low(f0, g3)), high(d1, g1)), low(f1, g2)), high(d2, g0)),
    add(add(add(add(low(f2, g1), low(f3, g0)), high(d3, n4)), high(d4, n3)), low(f4, n4)),
  );
  const h7 = add(
    add(add(add(add(low(f0, s3), high(f0, s3)), low(f1, s2)), high(f1, s2)), low(f2, s1)),
    add(add(add(add(high(f2, s1), low(f3, s0)), high(f3, s0)), low(f4, m4)), high(f4, m4)),
  );
  const h8 = add(
    add(add(add(add(high(d0, g3), low(f0, g4)), high(d1, g2)), low(f1, g3)), high(d2, g1)),
    add(add(add(add(low(f2, g2), high(d3, g0)), low(f3, g1)), low(f4, g0)), high(d4, n4)),
  );
  const h9 = add(
    add(add(add(add(low(f0, s4), high(f0, s4)), low(f1, s3)), high(f1, s3)), low(f2, s2)),
    add(add(add(add(high(f2, s2), low(f3, s1)), high(f3, s1)), low(f4, s0)), high(f4, s0)),
  );
  reduce(out, h0, h1, h2, h3, h4, h5, h6, h7, h8, h9);
}

/** out = f². */
export function square(out: usize, f: usize): void {
  const f0 = v128.load(f), f1 = v128.load(f, 16), f2 = v128.load(f, 32), f3 = v128.load(f, 48), f4 = v128.load(f, 64);
  const d0 = i32x4.add(f0, f0), d1 = i32x4.add(f1, f1), d2 = i32x4.add(f2, f2), d3 = i32x4.add(f3, f3), d4 = i32x4.add(f4, f4);
  const e0 = doubleOdd(f0), e1 = doubleOdd(f1), e2 = doubleOdd(f2), e3 = doubleOdd(f3), e4 = doubleOdd(f4);
  const s0 = swap(f0), s1 = swap(f1), s2 = swap(f2), s3 = swap(f3), s4 = swap(f4);
  const n0 = times19(e0), n1 = times19(e1), n2 = times19(e2), n3 = times19(e3), n4 = times19(e4);
  const m0 = times19(s0), m1 = times19(s1), m2 = times19(s2), m3 = times19(s3), m4 = times19(s4);
  const h0 = add(
    add(add(low(f0, e0), high(d0, n4)), high(d1, n3)),
    add(add(low(d1, n4), high(f2, n2)), low(d2, n3)),
  );
  const h1 = add(
    add(low(d0, s0), low(d1, m4)),
    add(add(low(d2, m3), low(d3, m2)), low(d4, m1)),
  );
  const h2 = add(
    add(add(high(f0, e0), low(d0, e1)), high(d1, n4)),
    add(add(high(d2, n3), low(d2, n4)), low(f3, n3)),
  );
  const h3 = add(
    add(low(d0, s1), low(d1, s0)),
    add(add(low(d2, m4), low(d3, m3)), low(d4, m2)),
  );
  const h4 = add(
    add(add(high(d0, e1), low(d0, e2)), low(f1, e1)),
    add(add(high(d2, n4), high(f3, n3)), low(d3, n4)),
  );
  const h5 = add(
    add(low(d0, s2), low(d1, s1)),
    add(add(low(d2, s0), low(d3, m4)), low(d4, m3)),
  );
  const h6 = add(
    add(add(high(d0, e2), low(d0, e3)), high(f1, e1)),
    add(add(low(d1, e2), high(d3, n4)), low(f4, n4)),
  );
  const h7 = add(
    add(low(d0, s3), low(d1, s2)),
    add(add(low(d2, s1), low(d3, s0)), low(d4, m4)),
  );
  const h8 = add(
    add(add(high(d0, e3), low(d0, e4)), high(d1, e2)),
    add(add(low(d1, e3), low(f2, e2)), high(f4, n4)),
  );
  const h9 = add(
    add(low(d0, s4), low(d1, s3)),
    add(add(low(d2, s2), low(d3, s1)), low(d4, s0)),
  );
  reduce(out, h0, h1, h2, h3, h4, h5, h6, h7, h8, h9);
}

/** out = f^(2^n), n ≥ 1. */
export function squares(out: usize, f: usize, n: i32): void {
  square(out, f);
  for (let i = 1; i < n; i++) square(out, out);
}

/** out = f + g. */
export function plus(out: usize, f: usize, g: usize): void {
  for (let i: usize = 0; i < FE; i += 16) v128.store(out + i, i32x4.add(v128.load(f + i), v128.load(g + i)));
}

/** out = f − g. */
export function minus(out: usize, f: usize, g: usize): void {
  for (let i: usize = 0; i < FE; i += 16) v128.store(out + i, i32x4.sub(v128.load(f + i), v128.load(g + i)));
}

/** out = −f. */
export function negate(out: usize, f: usize): void {
  for (let i: usize = 0; i < FE; i += 16) v128.store(out + i, i32x4.neg(v128.load(f + i)));
}

/** out = f. */
export function copy(out: usize, f: usize): void {
  for (let i: usize = 0; i < FE; i += 16) v128.store(out + i, v128.load(f + i));
}

/** out = g where the mask is ones, else f. */
export function select(out: usize, f: usize, g: usize, mask: usize): void {
  const m = v128.load(mask);
  for (let i: usize = 0; i < FE; i += 16) {
    v128.store(out + i, v128.bitselect(v128.load(g + i), v128.load(f + i), m));
  }
}

/** out = f, tight. */
export function tighten(out: usize, f: usize): void {
  const f0 = v128.load(f), f1 = v128.load(f, 16), f2 = v128.load(f, 32), f3 = v128.load(f, 48), f4 = v128.load(f, 64);
  const one = i32x4.splat(1);
  reduce(
    out, low(f0, one), high(f0, one), low(f1, one), high(f1, one), low(f2, one), high(f2, one), low(f3, one), high(f3, one),
    low(f4, one), high(f4, one),
  );
}

/** Ten vectors with the limbs of the least non-negative representatives in lanes 0 and 1, to `out` (160 bytes). */
function freeze(out: usize, f: usize): void {
  for (let i: usize = 0; i < 5; i++) {
    const pair = v128.load(f + 16 * i);
    v128.store(out + 32 * i, pair);
    v128.store(out + 32 * i, swap(pair), 16);
  }
  // How often p must be taken away: the carry out of 2^255 when 19 is added to |f|.
  let q = i32x4.shr_s(i32x4.add(times19(v128.load(out, 144)), i32x4.splat(1 << 24)), 25);
  for (let i: usize = 0; i < 160; i += 32) {
    q = i32x4.shr_s(i32x4.add(v128.load(out + i), q), 26);
    q = i32x4.shr_s(i32x4.add(v128.load(out + i, 16), q), 25);
  }
  let c = times19(q);
  for (let i: usize = 0; i < 160; i += 32) {
    const even = i32x4.add(v128.load(out + i), c);
    v128.store(out + i, v128.and(even, i32x4.splat(0x3ffffff)));
    const odd = i32x4.add(v128.load(out + i, 16), i32x4.shr_s(even, 26));
    v128.store(out + i, v128.and(odd, i32x4.splat(0x1ffffff)), 16);
    c = i32x4.shr_s(odd, 25);
  }
}

/** First place in the memory. */
export const FIELD_START: usize = 1024;
/** Room for the limbs of `freeze`. */
const LIMBS: usize = FIELD_START;
const DIFFERENCE: usize = LIMBS + 160;
/** First byte after the scratch of this file. */
export const FIELD_END: usize = DIFFERENCE + FE;

/** Ones in the lanes of the numbers that are 0, to `mask` (16 bytes). f is a difference of tight ones or tight. */
export function isZero(mask: usize, f: usize): void {
  tighten(DIFFERENCE, f);
  freeze(LIMBS, DIFFERENCE);
  let any = v128.load(LIMBS);
  for (let i: usize = 16; i < 160; i += 16) any = v128.or(any, v128.load(LIMBS + i));
  const zero = i32x4.eq(any, i32x4.splat(0));
  v128.store(mask, v128.shuffle<i64>(zero, zero, 0, 0));
}

/** Ones in the lanes of the numbers whose least non-negative representative is odd. */
export function isNegative(mask: usize, f: usize): void {
  tighten(DIFFERENCE, f);
  freeze(LIMBS, DIFFERENCE);
  const odd = i32x4.neg(v128.and(v128.load(LIMBS), i32x4.splat(1)));
  v128.store(mask, v128.shuffle<i64>(odd, odd, 0, 0));
}

/** Four bytes from any address. */
@inline
function word(at: usize): u64 { return <u64>load<u32>(at); }

/** The numbers of two times 32 bytes, little-endian, without their highest bit. */
export function fromBytes(out: usize, a: usize, b: usize): void {
  for (let lane: usize = 0; lane < 2; lane++) {
    const s = lane == 0 ? a : b;
    let bit: usize = 0;
    for (let i: usize = 0; i < 10; i++) {
      const size: usize = 26 - (i & 1);
      // Up to 26 bits from a bit position within a byte: eight bytes hold them; the last ones are read early.
      const at = min<usize>(bit >> 3, 24);
      const value = (load<u64>(s + at) >> <u64>(bit - 8 * at)) & ((<u64>1 << <u64>size) - 1);
      store<u32>(out + 16 * (i >> 1) + 8 * (i & 1) + 4 * lane, <u32>value);
      bit += size;
    }
  }
  tighten(out, out);
}

/** 32 bytes of each number, little-endian, the least non-negative representative. */
export function toBytes(a: usize, b: usize, f: usize): void {
  tighten(DIFFERENCE, f);
  freeze(LIMBS, DIFFERENCE);
  for (let lane: usize = 0; lane < 2; lane++) {
    const to = lane == 0 ? a : b;
    let held: u64 = 0, bits: u64 = 0, at = to;
    for (let i: usize = 0; i < 10; i++) {
      held |= word(LIMBS + 16 * i + 4 * lane) << bits;
      bits += 26 - (i & 1);
      while (bits >= 8) {
        store<u8>(at++, <u8>held);
        held >>= 8;
        bits -= 8;
      }
    }
    store<u8>(at, <u8>held);
  }
}
