/**
 * The ChaCha block function with a free number of rounds.
 *
 * Source: RFC 8439, section 2.3 (state layout, quarter round, feed-forward); D. J. Bernstein, "ChaCha, a
 * variant of Salsa20", for 8 and 12 rounds. State words: 0–3 constants, 4–11 key, 12 counter, 13–15 nonce.
 */

/** A fresh state: the four constants ("expand 32-byte k") and twelve zero words. */
export function chachaState(): Int32Array<ArrayBuffer> {
  const state = new Int32Array(16);
  state[0] = 0x61707865;
  state[1] = 0x3320646e;
  state[2] = 0x79622d32;
  state[3] = 0x6b206574;
  return state;
}

/**
 * Writes block(state): word w goes to `out[at + stride·w]`, so that a stride of 4 interleaves four
 * blocks. `rounds` is even. The state is only read.
 */
// Why unrolled over sixteen local integers: arrays and helper calls cost a factor of two to five here.
// deno-lint-ignore layers/one-screen
export function chachaInto(
  out: Int32Array,
  at: number,
  stride: number,
  state: Int32Array,
  rounds: number,
): void {
  let x0 = state[0] as number;
  let x1 = state[1] as number;
  let x2 = state[2] as number;
  let x3 = state[3] as number;
  let x4 = state[4] as number;
  let x5 = state[5] as number;
  let x6 = state[6] as number;
  let x7 = state[7] as number;
  let x8 = state[8] as number;
  let x9 = state[9] as number;
  let x10 = state[10] as number;
  let x11 = state[11] as number;
  let x12 = state[12] as number;
  let x13 = state[13] as number;
  let x14 = state[14] as number;
  let x15 = state[15] as number;
  for (let round = 0; round < rounds; round += 2) {
    x0 = (x0 + x4) | 0;
    x12 ^= x0;
    x12 = (x12 << 16) | (x12 >>> 16);
    x8 = (x8 + x12) | 0;
    x4 ^= x8;
    x4 = (x4 << 12) | (x4 >>> 20);
    x0 = (x0 + x4) | 0;
    x12 ^= x0;
    x12 = (x12 << 8) | (x12 >>> 24);
    x8 = (x8 + x12) | 0;
    x4 ^= x8;
    x4 = (x4 << 7) | (x4 >>> 25);
    x1 = (x1 + x5) | 0;
    x13 ^= x1;
    x13 = (x13 << 16) | (x13 >>> 16);
    x9 = (x9 + x13) | 0;
    x5 ^= x9;
    x5 = (x5 << 12) | (x5 >>> 20);
    x1 = (x1 + x5) | 0;
    x13 ^= x1;
    x13 = (x13 << 8) | (x13 >>> 24);
    x9 = (x9 + x13) | 0;
    x5 ^= x9;
    x5 = (x5 << 7) | (x5 >>> 25);
    x2 = (x2 + x6) | 0;
    x14 ^= x2;
    x14 = (x14 << 16) | (x14 >>> 16);
    x10 = (x10 + x14) | 0;
    x6 ^= x10;
    x6 = (x6 << 12) | (x6 >>> 20);
    x2 = (x2 + x6) | 0;
    x14 ^= x2;
    x14 = (x14 << 8) | (x14 >>> 24);
    x10 = (x10 + x14) | 0;
    x6 ^= x10;
    x6 = (x6 << 7) | (x6 >>> 25);
    x3 = (x3 + x7) | 0;
    x15 ^= x3;
    x15 = (x15 << 16) | (x15 >>> 16);
    x11 = (x11 + x15) | 0;
    x7 ^= x11;
    x7 = (x7 << 12) | (x7 >>> 20);
    x3 = (x3 + x7) | 0;
    x15 ^= x3;
    x15 = (x15 << 8) | (x15 >>> 24);
    x11 = (x11 + x15) | 0;
    x7 ^= x11;
    x7 = (x7 << 7) | (x7 >>> 25);
    x0 = (x0 + x5) | 0;
    x15 ^= x0;
    x15 = (x15 << 16) | (x15 >>> 16);
    x10 = (x10 + x15) | 0;
    x5 ^= x10;
    x5 = (x5 << 12) | (x5 >>> 20);
    x0 = (x0 + x5) | 0;
    x15 ^= x0;
    x15 = (x15 << 8) | (x15 >>> 24);
    x10 = (x10 + x15) | 0;
    x5 ^= x10;
    x5 = (x5 << 7) | (x5 >>> 25);
    x1 = (x1 + x6) | 0;
    x12 ^= x1;
    x12 = (x12 << 16) | (x12 >>> 16);
    x11 = (x11 + x12) | 0;
    x6 ^= x11;
    x6 = (x6 << 12) | (x6 >>> 20);
    x1 = (x1 + x6) | 0;
    x12 ^= x1;
    x12 = (x12 << 8) | (x12 >>> 24);
    x11 = (x11 + x12) | 0;
    x6 ^= x11;
    x6 = (x6 << 7) | (x6 >>> 25);
    x2 = (x2 + x7) | 0;
    x13 ^= x2;
    x13 = (x13 << 16) | (x13 >>> 16);
    x8 = (x8 + x13) | 0;
    x7 ^= x8;
    x7 = (x7 << 12) | (x7 >>> 20);
    x2 = (x2 + x7) | 0;
    x13 ^= x2;
    x13 = (x13 << 8) | (x13 >>> 24);
    x8 = (x8 + x13) | 0;
    x7 ^= x8;
    x7 = (x7 << 7) | (x7 >>> 25);
    x3 = (x3 + x4) | 0;
    x14 ^= x3;
    x14 = (x14 << 16) | (x14 >>> 16);
    x9 = (x9 + x14) | 0;
    x4 ^= x9;
    x4 = (x4 << 12) | (x4 >>> 20);
    x3 = (x3 + x4) | 0;
    x14 ^= x3;
    x14 = (x14 << 8) | (x14 >>> 24);
    x9 = (x9 + x14) | 0;
    x4 ^= x9;
    x4 = (x4 << 7) | (x4 >>> 25);
  }
  out[at] = x0 + (state[0] as number);
  out[at + stride] = x1 + (state[1] as number);
  out[at + 2 * stride] = x2 + (state[2] as number);
  out[at + 3 * stride] = x3 + (state[3] as number);
  out[at + 4 * stride] = x4 + (state[4] as number);
  out[at + 5 * stride] = x5 + (state[5] as number);
  out[at + 6 * stride] = x6 + (state[6] as number);
  out[at + 7 * stride] = x7 + (state[7] as number);
  out[at + 8 * stride] = x8 + (state[8] as number);
  out[at + 9 * stride] = x9 + (state[9] as number);
  out[at + 10 * stride] = x10 + (state[10] as number);
  out[at + 11 * stride] = x11 + (state[11] as number);
  out[at + 12 * stride] = x12 + (state[12] as number);
  out[at + 13 * stride] = x13 + (state[13] as number);
  out[at + 14 * stride] = x14 + (state[14] as number);
  out[at + 15 * stride] = x15 + (state[15] as number);
}
