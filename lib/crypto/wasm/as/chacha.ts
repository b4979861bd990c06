/**
 * The ChaCha block function (RFC 8439, section 2.3), four blocks at a time: vector w holds word w of all
 * four. Each lane may have its own key, counter and nonce.
 */
import { STATE } from "./layout.ts";

@inline
function r16(x: v128): v128 { return i8x16.shuffle(x, x, 2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13); }
@inline
function r12(x: v128): v128 { return v128.or(i32x4.shl(x, 12), i32x4.shr_u(x, 20)); }
// Why shifts, though bytes move: V8 would build the indices of the shuffle anew each time.
@inline
function r8(x: v128): v128 { return v128.or(i32x4.shl(x, 8), i32x4.shr_u(x, 24)); }
@inline
function r7(x: v128): v128 { return v128.or(i32x4.shl(x, 7), i32x4.shr_u(x, 25)); }
@inline
function add(a: v128, b: v128): v128 { return i32x4.add(a, b); }
@inline
function xor(a: v128, b: v128): v128 { return v128.xor(a, b); }
@inline
function feed(out: usize, state: usize, at: usize, x: v128): void {
  v128.store(out + at, add(x, v128.load(state + at)));
}

/** Writes the first `words` (4 or 16) output vectors of four blocks to `out`. `rounds` is even. */
@inline
function blocks(out: usize, state: usize, rounds: i32, words: i32): void {
  let a0 = v128.load(state, 0), a1 = v128.load(state, 16), a2 = v128.load(state, 32), a3 = v128.load(state, 48);
  let b0 = v128.load(state, 64), b1 = v128.load(state, 80), b2 = v128.load(state, 96), b3 = v128.load(state, 112);
  let c0 = v128.load(state, 128), c1 = v128.load(state, 144), c2 = v128.load(state, 160), c3 = v128.load(state, 176);
  let d0 = v128.load(state, 192), d1 = v128.load(state, 208), d2 = v128.load(state, 224), d3 = v128.load(state, 240);
  for (let i = rounds; i > 0; i -= 2) {
    // Columns.
    a0 = add(a0, b0); d0 = r16(xor(d0, a0)); a1 = add(a1, b1); d1 = r16(xor(d1, a1));
    a2 = add(a2, b2); d2 = r16(xor(d2, a2)); a3 = add(a3, b3); d3 = r16(xor(d3, a3));
    c0 = add(c0, d0); b0 = r12(xor(b0, c0)); c1 = add(c1, d1); b1 = r12(xor(b1, c1));
    c2 = add(c2, d2); b2 = r12(xor(b2, c2)); c3 = add(c3, d3); b3 = r12(xor(b3, c3));
    a0 = add(a0, b0); d0 = r8(xor(d0, a0)); a1 = add(a1, b1); d1 = r8(xor(d1, a1));
    a2 = add(a2, b2); d2 = r8(xor(d2, a2)); a3 = add(a3, b3); d3 = r8(xor(d3, a3));
    c0 = add(c0, d0); b0 = r7(xor(b0, c0)); c1 = add(c1, d1); b1 = r7(xor(b1, c1));
    c2 = add(c2, d2); b2 = r7(xor(b2, c2)); c3 = add(c3, d3); b3 = r7(xor(b3, c3));
    // Diagonals.
    a0 = add(a0, b1); d3 = r16(xor(d3, a0)); a1 = add(a1, b2); d0 = r16(xor(d0, a1));
    a2 = add(a2, b3); d1 = r16(xor(d1, a2)); a3 = add(a3, b0); d2 = r16(xor(d2, a3));
    c2 = add(c2, d3); b1 = r12(xor(b1, c2)); c3 = add(c3, d0); b2 = r12(xor(b2, c3));
    c0 = add(c0, d1); b3 = r12(xor(b3, c0)); c1 = add(c1, d2); b0 = r12(xor(b0, c1));
    a0 = add(a0, b1); d3 = r8(xor(d3, a0)); a1 = add(a1, b2); d0 = r8(xor(d0, a1));
    a2 = add(a2, b3); d1 = r8(xor(d1, a2)); a3 = add(a3, b0); d2 = r8(xor(d2, a3));
    c2 = add(c2, d3); b1 = r7(xor(b1, c2)); c3 = add(c3, d0); b2 = r7(xor(b2, c3));
    c0 = add(c0, d1); b3 = r7(xor(b3, c0)); c1 = add(c1, d2); b0 = r7(xor(b0, c1));
  }
  feed(out, state, 0, a0); feed(out, state, 16, a1); feed(out, state, 32, a2); feed(out, state, 48, a3);
  if (words > 4) {
    feed(out, state, 64, b0); feed(out, state, 80, b1); feed(out, state, 96, b2); feed(out, state, 112, b3);
    feed(out, state, 128, c0); feed(out, state, 144, c1); feed(out, state, 160, c2); feed(out, state, 176, c3);
    feed(out, state, 192, d0); feed(out, state, 208, d1); feed(out, state, 224, d2); feed(out, state, 240, d3);
  }
}

/** Four blocks of 8 rounds from the state at STATE. */
export function chacha8(out: usize): void { blocks(out, STATE, 8, 16); }
/** Four blocks of 12 rounds from the state at STATE. */
export function chacha12(out: usize): void { blocks(out, STATE, 12, 16); }
/** The first four words of four blocks of 12 rounds from the state at STATE. */
export function chacha12First(out: usize): void { blocks(out, STATE, 12, 4); }

/** The constants ("expand 32-byte k") in all lanes. */
export function setConstants(): void {
  v128.store(STATE, i32x4.splat(0x61707865));
  v128.store(STATE, i32x4.splat(0x3320646e), 16);
  v128.store(STATE, i32x4.splat(0x79622d32), 32);
  v128.store(STATE, i32x4.splat(0x6b206574), 48);
}

/** State words `word` … `word` + 3 of all lanes from 16 bytes. */
export function setSplat(word: usize, from: usize): void {
  const to = STATE + 16 * word;
  v128.store(to, v128.load32_splat(from));
  v128.store(to, v128.load32_splat(from, 4), 16);
  v128.store(to, v128.load32_splat(from, 8), 32);
  v128.store(to, v128.load32_splat(from, 12), 48);
}

// A transposition of 4 × 4 words: lane l of the vectors x0 … x3 becomes one vector. It takes the words of
// one block out of vertical order, and back, since it is its own inverse.

/** Lane 0. */
@inline
export function lane0(x0: v128, x1: v128, x2: v128, x3: v128): v128 {
  return v128.shuffle<i64>(v128.shuffle<i32>(x0, x1, 0, 4, 1, 5), v128.shuffle<i32>(x2, x3, 0, 4, 1, 5), 0, 2);
}
/** Lane 1. */
@inline
export function lane1(x0: v128, x1: v128, x2: v128, x3: v128): v128 {
  return v128.shuffle<i64>(v128.shuffle<i32>(x0, x1, 0, 4, 1, 5), v128.shuffle<i32>(x2, x3, 0, 4, 1, 5), 1, 3);
}
/** Lane 2. */
@inline
export function lane2(x0: v128, x1: v128, x2: v128, x3: v128): v128 {
  return v128.shuffle<i64>(v128.shuffle<i32>(x0, x1, 2, 6, 3, 7), v128.shuffle<i32>(x2, x3, 2, 6, 3, 7), 0, 2);
}
/** Lane 3. */
@inline
export function lane3(x0: v128, x1: v128, x2: v128, x3: v128): v128 {
  return v128.shuffle<i64>(v128.shuffle<i32>(x0, x1, 2, 6, 3, 7), v128.shuffle<i32>(x2, x3, 2, 6, 3, 7), 1, 3);
}

/** State words 4 … 7 of the four lanes from four blocks: the first half of the key. */
@inline
export function setKeys(x0: v128, x1: v128, x2: v128, x3: v128): void {
  v128.store(STATE, lane0(x0, x1, x2, x3), 64);
  v128.store(STATE, lane1(x0, x1, x2, x3), 80);
  v128.store(STATE, lane2(x0, x1, x2, x3), 96);
  v128.store(STATE, lane3(x0, x1, x2, x3), 112);
}
