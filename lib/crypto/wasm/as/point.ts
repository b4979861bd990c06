/**
 * Points of the twisted Edwards curve −x² + y² = 1 + d·x²·y² behind ristretto255, two at a time, and fixed
 * multiples. Source: Hisil, Wong, Carter, Dawson, "Twisted Edwards curves revisited" (ASIACRYPT 2008) for
 * the formulas; "ref10" for the signed digits of the exponent. Constant time.
 *
 * A point is X, Y, Z, T, one number pair each, with x = X/Z, y = Y/Z, T = X·Y/Z. The bounds of field.ts are
 * kept: what a comment marks "loose" is no more than a sum of three tight ones.
 */
import { copy, FE, FIELD_END, fromBytes, minus, mul, negate, plus, select, square, squares, tighten } from "./field.ts";

/** Bytes of a pair of points. */
export const POINT: usize = 4 * FE;
/** Coordinates within a point. */
export const X: usize = 0, Y: usize = FE, Z: usize = 2 * FE, T: usize = 3 * FE;

// Scratch of this file.
const A: usize = FIELD_END;
const B: usize = A + FE;
const C: usize = B + FE;
const D: usize = C + FE;
const E: usize = D + FE;
const F: usize = E + FE;
const G: usize = F + FE;
const H: usize = G + FE;
/** A table entry, chosen by digits. */
const ENTRY: usize = H + FE;
const MASK: usize = ENTRY + 3 * FE;
/** Digits of two exponents. */
const DIGITS: usize = MASK + 16;
/** 1 and 2·d, set by `setPoints`. */
export const ONE: usize = DIGITS + 128;
export const D2: usize = ONE + FE;
/** 32 times 8 multiples of the generator, as (y + x, y − x, 2·d·x·y). */
const TABLE: usize = D2 + FE;
const ENTRY_BYTES: usize = 3 * FE;
/** First byte after the places of this file. */
export const POINT_END: usize = TABLE + 256 * ENTRY_BYTES;

/** X, Y, Z, T of the result from E, F, G, H. */
function complete(out: usize): void {
  mul(out + X, E, F);
  mul(out + Y, G, H);
  mul(out + Z, F, G);
  mul(out + T, E, H);
}

/** out = p + q. */
export function addPoints(out: usize, p: usize, q: usize): void {
  minus(A, p + Y, p + X);
  minus(B, q + Y, q + X);
  mul(A, A, B);
  plus(B, p + Y, p + X);
  plus(C, q + Y, q + X);
  mul(B, B, C);
  mul(C, p + T, D2);
  mul(C, C, q + T);
  mul(D, p + Z, q + Z);
  finishAdd(out);
}

/** The second half of an addition: A, B, C, and D with 2·D = 2·Z1·Z2. */
function finishAdd(out: usize): void {
  plus(D, D, D);
  minus(E, B, A);
  minus(F, D, C); // loose
  plus(G, D, C); // loose
  plus(H, B, A);
  complete(out);
}

/** out = p + the table entry at `entry`. */
function addEntry(out: usize, p: usize, entry: usize): void {
  plus(B, p + Y, p + X);
  mul(B, B, entry);
  minus(A, p + Y, p + X);
  mul(A, A, entry + FE);
  mul(C, p + T, entry + 2 * FE);
  copy(D, p + Z);
  finishAdd(out);
}

/** out = 2·p. */
function double(out: usize, p: usize): void {
  plus(E, p + X, p + Y);
  square(E, E);
  square(A, p + X);
  square(B, p + Y);
  square(C, p + Z);
  plus(C, C, C);
  plus(H, A, B);
  minus(E, H, E); // loose
  minus(G, A, B);
  plus(F, C, G);
  tighten(F, F);
  complete(out);
}

/** out = −p where the mask is ones, else p. */
export function negateWhere(p: usize, mask: usize): void {
  negate(A, p + X);
  select(p + X, p + X, A, mask);
  negate(A, p + T);
  select(p + T, p + T, A, mask);
}

/** out = f^(2^252 − 3) = f^((p − 5)/8); also f^11 to `eleventh`. */
export function power252(out: usize, f: usize, eleventh: usize): void {
  square(A, f); // 2
  squares(B, A, 2); // 8
  mul(B, B, f); // 9
  mul(A, A, B); // 11
  copy(eleventh, A);
  square(A, A); // 22
  mul(A, B, A); // 2^5 − 1
  squares(B, A, 5);
  mul(A, B, A); // 2^10 − 1
  squares(B, A, 10);
  mul(B, B, A); // 2^20 − 1
  squares(C, B, 20);
  mul(B, C, B); // 2^40 − 1
  squares(B, B, 10);
  mul(A, B, A); // 2^50 − 1
  squares(B, A, 50);
  mul(B, B, A); // 2^100 − 1
  squares(C, B, 100);
  mul(B, C, B); // 2^200 − 1
  squares(B, B, 50);
  mul(A, B, A); // 2^250 − 1
  squares(A, A, 2);
  mul(out, A, f);
}

/** out = 1/f, and 0 for 0: f^(2^255 − 21) = (f^(2^252 − 3))^8 · f^3. */
export function invert(out: usize, f: usize): void {
  square(E, f);
  mul(E, E, f); // 3
  power252(D, f, F);
  squares(D, D, 3);
  mul(out, D, E);
}

/** Sets the constants and makes the table from 1, 2·d, x and y, 32 bytes each at `from`; `work`: 3 points. */
export function setPoints(from: usize, work: usize): void {
  const p = work, q = work + POINT, base = q + POINT;
  fromBytes(ONE, from, from);
  fromBytes(D2, from + 32, from + 32);
  fromBytes(base + X, from + 64, from + 64);
  fromBytes(base + Y, from + 96, from + 96);
  copy(base + Z, ONE);
  mul(base + T, base + X, base + Y);
  let entry = TABLE;
  for (let i = 0; i < 32; i++) {
    for (let at: usize = 0; at < POINT; at += FE) copy(p + at, base + at);
    for (let j = 0; j < 8; j++, entry += ENTRY_BYTES) {
      invert(q + Z, p + Z);
      mul(q + X, p + X, q + Z);
      mul(q + Y, p + Y, q + Z);
      plus(entry, q + Y, q + X);
      tighten(entry, entry);
      minus(entry + FE, q + Y, q + X);
      tighten(entry + FE, entry + FE);
      mul(q + T, q + X, q + Y);
      mul(entry + 2 * FE, q + T, D2);
      addPoints(p, p, base);
    }
    for (let j = 0; j < 8; j++) double(base, base);
  }
}

/** 64 signed digits in base 16, from −8 to 8, of a number below 2^255, every second byte of `digits`. */
function recode(digits: usize, exponent: usize): void {
  let carry: i32 = 0;
  for (let i: usize = 0; i < 64; i++) {
    const digit = ((<i32>load<u8>(exponent + (i >> 1)) >> ((<i32>i & 1) << 2)) & 15) + carry;
    carry = (digit + 8) >> 4;
    // The last digit takes its carry itself.
    carry &= <i32>(i < 63);
    store<i8>(digits + 2 * i, <i8>(digit - (carry << 4)));
  }
}

/** Entry number |digit| of row `row` of the table for the digits of both lanes, with the digits' signs. */
function choose(row: usize, digits: usize): void {
  const a = <i32>load<i8>(digits), b = <i32>load<i8>(digits, 1);
  const both = i32x4(a, b, a, b);
  const size = i32x4.abs(both);
  // The neutral element: (1, 1, 0).
  copy(ENTRY, ONE);
  copy(ENTRY + FE, ONE);
  for (let at: usize = 2 * FE; at < ENTRY_BYTES; at += 16) v128.store(ENTRY + at, i64x2.splat(0));
  for (let j = 1; j <= 8; j++, row += ENTRY_BYTES) {
    const mask = i32x4.eq(size, i32x4.splat(j));
    for (let at: usize = 0; at < ENTRY_BYTES; at += 16) {
      v128.store(ENTRY + at, v128.bitselect(v128.load(row + at), v128.load(ENTRY + at), mask));
    }
  }
  // −(x, y) = (−x, y): the first two change places.
  v128.store(MASK, i32x4.shr_s(both, 31));
  copy(A, ENTRY);
  select(ENTRY, ENTRY, ENTRY + FE, MASK);
  select(ENTRY + FE, ENTRY + FE, A, MASK);
  negate(A, ENTRY + 2 * FE);
  select(ENTRY + 2 * FE, ENTRY + 2 * FE, A, MASK);
}

/** out = the generator times the 32-byte exponents (below 2^255) at `a` and `b`. */
export function multiplyBase(out: usize, a: usize, b: usize): void {
  recode(DIGITS, a);
  recode(DIGITS + 1, b);
  for (let at: usize = 0; at < POINT; at += 16) v128.store(out + at, i64x2.splat(0));
  copy(out + Y, ONE);
  copy(out + Z, ONE);
  for (let i: usize = 1; i < 64; i += 2) addDigit(out, i);
  for (let i = 0; i < 4; i++) double(out, out);
  for (let i: usize = 0; i < 64; i += 2) addDigit(out, i);
}

function addDigit(out: usize, i: usize): void {
  choose(TABLE + 8 * ENTRY_BYTES * (i >> 1), DIGITS + 2 * i);
  addEntry(out, out, ENTRY);
}
