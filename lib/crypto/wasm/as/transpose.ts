/**
 * Transposition of bit matrices of 128 columns, in tiles of 128 × 128 bits: bit swaps on whole vectors
 * (three stages on eight rows), then byte transpositions of 16 × 16 by four rounds of interleaving.
 */
import { TILE } from "./layout.ts";

/** The bits of `a`, shifted right by `s`, that differ from `b`, at the mask. */
@inline
function differ(a: v128, b: v128, s: i32, m: v128): v128 { return v128.and(v128.xor(i64x2.shr_u(a, s), b), m); }

/** Eight rows of 16 bytes; afterwards row b holds, in byte j, column 8j + b of the eight rows. */
@inline
function bits8(dst: usize, src: usize, st: usize): void {
  const m1 = i64x2.splat(0x5555555555555555), m2 = i64x2.splat(0x3333333333333333), m4 = i64x2.splat(0x0f0f0f0f0f0f0f0f);
  let r0 = v128.load(src), r1 = v128.load(src + st), r2 = v128.load(src + 2 * st), r3 = v128.load(src + 3 * st);
  let r4 = v128.load(src + 4 * st), r5 = v128.load(src + 5 * st), r6 = v128.load(src + 6 * st), r7 = v128.load(src + 7 * st);
  let t: v128;
  t = differ(r0, r4, 4, m4); r4 = v128.xor(r4, t); r0 = v128.xor(r0, i64x2.shl(t, 4));
  t = differ(r1, r5, 4, m4); r5 = v128.xor(r5, t); r1 = v128.xor(r1, i64x2.shl(t, 4));
  t = differ(r2, r6, 4, m4); r6 = v128.xor(r6, t); r2 = v128.xor(r2, i64x2.shl(t, 4));
  t = differ(r3, r7, 4, m4); r7 = v128.xor(r7, t); r3 = v128.xor(r3, i64x2.shl(t, 4));
  t = differ(r0, r2, 2, m2); r2 = v128.xor(r2, t); r0 = v128.xor(r0, i64x2.shl(t, 2));
  t = differ(r1, r3, 2, m2); r3 = v128.xor(r3, t); r1 = v128.xor(r1, i64x2.shl(t, 2));
  t = differ(r4, r6, 2, m2); r6 = v128.xor(r6, t); r4 = v128.xor(r4, i64x2.shl(t, 2));
  t = differ(r5, r7, 2, m2); r7 = v128.xor(r7, t); r5 = v128.xor(r5, i64x2.shl(t, 2));
  t = differ(r0, r1, 1, m1); r1 = v128.xor(r1, t); r0 = v128.xor(r0, i64x2.add(t, t));
  t = differ(r2, r3, 1, m1); r3 = v128.xor(r3, t); r2 = v128.xor(r2, i64x2.add(t, t));
  t = differ(r4, r5, 1, m1); r5 = v128.xor(r5, t); r4 = v128.xor(r4, i64x2.add(t, t));
  t = differ(r6, r7, 1, m1); r7 = v128.xor(r7, t); r6 = v128.xor(r6, i64x2.add(t, t));
  v128.store(dst, r0); v128.store(dst, r1, 256); v128.store(dst, r2, 512); v128.store(dst, r3, 768);
  v128.store(dst, r4, 1024); v128.store(dst, r5, 1280); v128.store(dst, r6, 1536); v128.store(dst, r7, 1792);
}

@inline
function lo8(a: v128, b: v128): v128 { return i8x16.shuffle(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23); }
@inline
function hi8(a: v128, b: v128): v128 { return i8x16.shuffle(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31); }

/** 16 × 16 bytes of consecutive rows at `s`; output row j goes to dst + j·ds. */
@inline
function bytes16(dst: usize, ds: usize, s: usize): void {
  let a0 = v128.load(s), a1 = v128.load(s, 16), a2 = v128.load(s, 32), a3 = v128.load(s, 48);
  let a4 = v128.load(s, 64), a5 = v128.load(s, 80), a6 = v128.load(s, 96), a7 = v128.load(s, 112);
  let a8 = v128.load(s, 128), a9 = v128.load(s, 144), aa = v128.load(s, 160), ab = v128.load(s, 176);
  let ac = v128.load(s, 192), ad = v128.load(s, 208), ae = v128.load(s, 224), af = v128.load(s, 240);
  let b0 = lo8(a0, a8), b1 = hi8(a0, a8), b2 = lo8(a1, a9), b3 = hi8(a1, a9);
  let b4 = lo8(a2, aa), b5 = hi8(a2, aa), b6 = lo8(a3, ab), b7 = hi8(a3, ab);
  let b8 = lo8(a4, ac), b9 = hi8(a4, ac), ba = lo8(a5, ad), bb = hi8(a5, ad);
  let bc = lo8(a6, ae), bd = hi8(a6, ae), be = lo8(a7, af), bf = hi8(a7, af);
  a0 = lo8(b0, b8); a1 = hi8(b0, b8); a2 = lo8(b1, b9); a3 = hi8(b1, b9);
  a4 = lo8(b2, ba); a5 = hi8(b2, ba); a6 = lo8(b3, bb); a7 = hi8(b3, bb);
  a8 = lo8(b4, bc); a9 = hi8(b4, bc); aa = lo8(b5, bd); ab = hi8(b5, bd);
  ac = lo8(b6, be); ad = hi8(b6, be); ae = lo8(b7, bf); af = hi8(b7, bf);
  b0 = lo8(a0, a8); b1 = hi8(a0, a8); b2 = lo8(a1, a9); b3 = hi8(a1, a9);
  b4 = lo8(a2, aa); b5 = hi8(a2, aa); b6 = lo8(a3, ab); b7 = hi8(a3, ab);
  b8 = lo8(a4, ac); b9 = hi8(a4, ac); ba = lo8(a5, ad); bb = hi8(a5, ad);
  bc = lo8(a6, ae); bd = hi8(a6, ae); be = lo8(a7, af); bf = hi8(a7, af);
  v128.store(dst, lo8(b0, b8)); v128.store(dst + ds, hi8(b0, b8));
  v128.store(dst + 2 * ds, lo8(b1, b9)); v128.store(dst + 3 * ds, hi8(b1, b9));
  v128.store(dst + 4 * ds, lo8(b2, ba)); v128.store(dst + 5 * ds, hi8(b2, ba));
  v128.store(dst + 6 * ds, lo8(b3, bb)); v128.store(dst + 7 * ds, hi8(b3, bb));
  v128.store(dst + 8 * ds, lo8(b4, bc)); v128.store(dst + 9 * ds, hi8(b4, bc));
  v128.store(dst + 10 * ds, lo8(b5, bd)); v128.store(dst + 11 * ds, hi8(b5, bd));
  v128.store(dst + 12 * ds, lo8(b6, be)); v128.store(dst + 13 * ds, hi8(b6, be));
  v128.store(dst + 14 * ds, lo8(b7, bf)); v128.store(dst + 15 * ds, hi8(b7, bf));
}

/** One tile: 128 rows of 16 bytes, `stride` apart, to 128 consecutive rows. */
function tile(dst: usize, src: usize, stride: usize): void {
  for (let g: usize = 0; g < 16; g++) bits8(TILE + 16 * g, src + 8 * g * stride, stride);
  for (let b: usize = 0; b < 8; b++) bytes16(dst + 16 * b, 128, TILE + 256 * b);
}

/** 128 columns, `stride` bytes apart, of `rows` bits (a multiple of 128) to `rows` blocks. */
export function transpose(dst: usize, columns: usize, stride: usize, rows: u32): void {
  for (let row: u32 = 0; row < rows; row += 128, dst += 2048, columns += 16) tile(dst, columns, stride);
}
