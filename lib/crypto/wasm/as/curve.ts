/**
 * ristretto255 for base OT, two elements at a time. Pointers are addresses in the memory of this module.
 * Exponents, and which elements belong to which choice, are secret: constant time throughout.
 */
import { copy, FE, FIELD_START, isZero, minus, mul, plus, toBytes } from "./field.ts";
import { addPoints, invert, multiplyBase, negateWhere, ONE, POINT, setPoints, X, Y, Z } from "./point.ts";
import { decode, encode, map, RISTRETTO_END, SCRATCH, setConstants } from "./ristretto.ts";

const P: usize = RISTRETTO_END;
const Q: usize = P + POINT;
const R: usize = Q + POINT;
const ZERO: usize = R + POINT;
const ZERO_Y: usize = ZERO + 16;
const VALID: usize = ZERO_Y + 16;
const PRODUCT: usize = VALID + 16;
const INVERSE: usize = PRODUCT + FE;
/** First byte that the caller may use. */
export const heap: u32 = (INVERSE + FE) as u32;

/** Constants, 32 bytes each: 1, 2·d and the generator's x and y, then those of ristretto.ts. Call it once. */
export function start(constants: usize): void {
  setPoints(constants, P);
  setConstants(constants + 128);
}

/** out += the elements of two times 64 uniform bytes: MAP of both halves, added. */
function addUniform(out: usize, a: usize, b: usize, negated: bool): void {
  map(Q, a, b);
  map(R, a + 32, b + 32);
  addPoints(Q, Q, R);
  if (negated) {
    v128.store(ZERO, i64x2.splat(-1));
    negateWhere(Q, ZERO);
  }
  addPoints(out, out, Q);
}

/** P = ±exponent·G: 33 bytes each at `a` and `b`, the last one 1 for minus. */
function power(a: usize, b: usize): void {
  multiplyBase(P, a, b);
  const sa = -<i32>load<u8>(a, 32), sb = -<i32>load<u8>(b, 32);
  v128.store(ZERO, i32x4(sa, sb, sa, sb));
  negateWhere(P, ZERO);
}

/** Encodings of ±exponent·G, 32 bytes each to consecutive places at `out`; exponents consecutive, too. */
export function powers(out: usize, exponents: usize): void {
  power(exponents, exponents + 33);
  encode(out, out + 32, P);
}

/** The same of ±exponent·G less the elements of two times 64 consecutive uniform bytes. */
export function powersLess(out: usize, exponents: usize, uniform: usize): void {
  power(exponents, exponents + 33);
  addUniform(P, uniform, uniform + 64, true);
  encode(out, out + 32, P);
}

/** Encodings of the elements of two times 64 consecutive uniform bytes. */
export function hashed(out: usize, uniform: usize): void {
  map(P, uniform, uniform + 64);
  map(Q, uniform + 32, uniform + 96);
  addPoints(P, P, Q);
  encode(out, out + 32, P);
}

/** Bytes of `work` for each pair of `coordinates`: numerators, denominators, and the product of those before. */
export const work: u32 = (3 * FE) as u32;

/**
 * The coordinates u of Curve25519, 32 bytes each, of pairs of encoded elements, to each of which the one of
 * 64 uniform bytes is added if `uniform` is not 0. Returns 1 if all went well, 0 if an encoding was invalid
 * or a result the identity; then `out` means nothing. The encodings are public; they are canonical and
 * non-negative.
 *
 * u = (Z + Y)/(Z − Y), and one inversion serves all pairs (Montgomery's trick).
 */
export function coordinates(out: usize, elements: usize, uniform: usize, pairs: u32, work: usize): u32 {
  let good = i64x2.splat(-1), at = work;
  const end = work + 3 * FE * <usize>pairs;
  copy(PRODUCT, ONE);
  for (; at < end; at += 3 * FE, elements += 64) {
    decode(P, VALID, elements, elements + 32);
    if (uniform != 0) {
      addUniform(P, uniform, uniform + 64, false);
      uniform += 128;
    }
    isZero(ZERO, P + X);
    isZero(ZERO_Y, P + Y);
    good = v128.and(good, v128.andnot(v128.load(VALID), v128.or(v128.load(ZERO), v128.load(ZERO_Y))));
    plus(at, P + Z, P + Y);
    minus(at + FE, P + Z, P + Y);
    copy(at + 2 * FE, PRODUCT);
    mul(PRODUCT, PRODUCT, at + FE);
  }
  invert(INVERSE, PRODUCT);
  out += 64 * <usize>pairs;
  while (at > work) {
    at -= 3 * FE;
    out -= 64;
    mul(Q, INVERSE, at + 2 * FE);
    mul(Q, Q, at);
    toBytes(out, out + 32, Q);
    mul(INVERSE, INVERSE, at + FE);
  }
  return u32(v128.all_true<i32>(good));
}

/** Overwrites the caller's bytes up to `end` and all scratch; constants and table stay. */
export function wipe(end: usize): void {
  memory.fill(FIELD_START, 0, ONE - FIELD_START);
  memory.fill(SCRATCH, 0, end - SCRATCH);
}
