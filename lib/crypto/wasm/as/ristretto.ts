/** ristretto255 (RFC 9496), two elements at a time; the letters are those of its sections. Constant time. */
import { copy, FE, fromBytes, isNegative, isZero, minus, mul, negate, plus, select, square, tighten, toBytes } from "./field.ts";
import { ONE, POINT_END, power252, T, X, Y, Z } from "./point.ts";

// Constants of RFC 9496, section 4.1, set by `setConstants`.
const EDWARDS_D: usize = POINT_END;
const SQRT_M1: usize = EDWARDS_D + FE;
const SQRT_AD_MINUS_ONE: usize = SQRT_M1 + FE;
const INVSQRT_A_MINUS_D: usize = SQRT_AD_MINUS_ONE + FE;
const ONE_MINUS_D_SQ: usize = INVSQRT_A_MINUS_D + FE;
const D_MINUS_ONE_SQ: usize = ONE_MINUS_D_SQ + FE;
const CONSTANTS: usize = 6;

/** First byte after the constants: scratch of this file. */
export const SCRATCH: usize = D_MINUS_ONE_SQ + FE;
const P: usize = SCRATCH;
const Q: usize = P + FE;
const R: usize = Q + FE;
const S: usize = R + FE;
const U: usize = S + FE;
const V: usize = U + FE;
const W: usize = V + FE;
const N: usize = W + FE;
const M: usize = N + FE;
const CHECK: usize = M + FE;
const RATIO: usize = CHECK + FE;
const V3: usize = RATIO + FE;
const MASK: usize = V3 + FE;
const OTHER_MASK: usize = MASK + 16;
const SQUARE_MASK: usize = OTHER_MASK + 16;
/** First byte after the places of this file. */
export const RISTRETTO_END: usize = SQUARE_MASK + 16;

/** Sets the constants, 32 bytes each at `from`, in the order above. */
export function setConstants(from: usize): void {
  for (let i: usize = 0; i < CONSTANTS; i++) {
    fromBytes(EDWARDS_D + FE * i, from + 32 * i, from + 32 * i);
  }
}

/** out = |f|. */
function absolute(out: usize, f: usize): void {
  isNegative(MASK, f);
  negate(CHECK, f);
  select(out, f, CHECK, MASK);
}

/** SQRT_RATIO_M1 (section 4.2): out = the non-negative root of u/v or i·u/v; SQUARE_MASK tells which. */
function sqrtRatio(out: usize, u: usize, v: usize): void {
  square(V3, v);
  mul(V3, V3, v);
  square(RATIO, V3);
  mul(RATIO, RATIO, v); // v^7
  mul(RATIO, RATIO, u);
  power252(RATIO, RATIO, CHECK);
  mul(RATIO, RATIO, V3);
  mul(RATIO, RATIO, u);
  square(CHECK, RATIO);
  mul(CHECK, CHECK, v);
  minus(V3, CHECK, u);
  isZero(SQUARE_MASK, V3); // correct_sign_sqrt
  plus(V3, CHECK, u);
  isZero(MASK, V3); // flipped_sign_sqrt
  mul(V3, u, SQRT_M1);
  plus(V3, V3, CHECK);
  isZero(OTHER_MASK, V3); // flipped_sign_sqrt_i
  v128.store(OTHER_MASK, v128.or(v128.load(OTHER_MASK), v128.load(MASK)));
  v128.store(SQUARE_MASK, v128.or(v128.load(SQUARE_MASK), v128.load(MASK)));
  mul(V3, RATIO, SQRT_M1);
  select(RATIO, RATIO, V3, OTHER_MASK);
  absolute(out, RATIO);
}

/** Decode (4.3.1) of two canonical, non-negative s; ones in `valid` (16 bytes) where there is an element. */
export function decode(point: usize, valid: usize, a: usize, b: usize): void {
  fromBytes(S, a, b);
  square(P, S);
  minus(U, ONE, P); // u1
  tighten(U, U);
  plus(W, ONE, P); // u2
  tighten(W, W);
  square(N, W); // u2_sqr
  square(M, U);
  mul(M, M, EDWARDS_D);
  plus(V, M, N);
  negate(V, V); // v = −(D·u1²) − u2_sqr
  tighten(V, V);
  mul(M, V, N);
  sqrtRatio(R, ONE, M); // invsqrt
  v128.store(valid, v128.load(SQUARE_MASK));
  mul(P, R, W); // den_x
  mul(Q, R, P);
  mul(Q, Q, V); // den_y
  plus(S, S, S);
  mul(S, S, P);
  absolute(point + X, S);
  mul(point + Y, U, Q);
  copy(point + Z, ONE);
  mul(point + T, point + X, point + Y);
  isNegative(MASK, point + T);
  isZero(OTHER_MASK, point + Y);
  const bad = v128.or(v128.load(MASK), v128.load(OTHER_MASK));
  v128.store(valid, v128.andnot(v128.load(valid), bad));
}

/** Encode (4.3.2) to 32 bytes each. */
export function encode(a: usize, b: usize, point: usize): void {
  plus(P, point + Z, point + Y);
  minus(Q, point + Z, point + Y);
  mul(U, P, Q); // u1
  mul(V, point + X, point + Y); // u2
  square(N, V);
  mul(N, N, U);
  sqrtRatio(R, ONE, N); // invsqrt
  mul(P, R, U); // den1
  mul(Q, R, V); // den2
  mul(W, P, Q);
  mul(W, W, point + T); // z_inv
  mul(M, point + T, W);
  isNegative(OTHER_MASK, M); // rotate
  mul(U, point + Y, SQRT_M1);
  select(S, point + X, U, OTHER_MASK); // x
  mul(U, point + X, SQRT_M1);
  select(U, point + Y, U, OTHER_MASK); // y
  mul(V, P, INVSQRT_A_MINUS_D);
  select(Q, Q, V, OTHER_MASK); // den_inv
  mul(M, S, W);
  isNegative(MASK, M);
  negate(V, U);
  select(U, U, V, MASK);
  minus(V, point + Z, U);
  mul(V, V, Q);
  absolute(V, V);
  toBytes(a, b, V);
}

/** MAP (4.3.4) of 32 bytes each. */
export function map(point: usize, a: usize, b: usize): void {
  fromBytes(P, a, b); // t
  square(R, P);
  mul(R, R, SQRT_M1); // r
  plus(U, R, ONE);
  mul(U, U, ONE_MINUS_D_SQ); // u
  mul(V, R, EDWARDS_D);
  plus(V, V, ONE);
  negate(V, V); // −1 − r·D
  plus(W, R, EDWARDS_D);
  mul(V, V, W); // v
  sqrtRatio(S, U, V); // s
  mul(W, S, P);
  absolute(W, W);
  negate(W, W); // s'
  select(S, W, S, SQUARE_MASK);
  negate(W, ONE);
  select(W, R, W, SQUARE_MASK); // c
  minus(N, R, ONE);
  mul(N, N, W);
  mul(N, N, D_MINUS_ONE_SQ);
  minus(N, N, V); // N
  plus(P, S, S);
  mul(P, P, V); // w0
  mul(Q, N, SQRT_AD_MINUS_ONE); // w1
  square(R, S);
  minus(U, ONE, R); // w2
  plus(W, ONE, R); // w3
  mul(point + X, P, W);
  mul(point + Y, U, Q);
  mul(point + Z, Q, W);
  mul(point + T, P, U);
}
