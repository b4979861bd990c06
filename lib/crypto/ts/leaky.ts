/**
 * Leaky ANDs, the hash step (protocol, "Leaky ANDs"). Source: KRRW18 (eprint 2018/578), figure 5, in the n-party form of
 * YWZ20 (eprint 2019/1104), section 4.
 */
import { HASH_ROUNDS } from "../constants.ts";
import type { Halves, LeakyKeySide, LeakyMacSide } from "../kernels.ts";
import { needBits } from "../shapes.ts";
import { chachaInto } from "./chacha.ts";
import { hashState, setIndex } from "./tweaked_hash.ts";
import { bitMask, blockWords, halfWords } from "./words.ts";

/** `Kernels.leakyKeySide`. */
export function leakyKeySide(args: LeakyKeySide): Halves {
  const { count, salt, tweak, index } = args;
  const state = hashState(salt, tweak);
  const keys = blockWords(args.keys, count);
  const phi = halfWords(args.phi, count);
  const s = halfWords(args.s, count);
  const delta = blockWords(args.delta, 1);
  const u = new Int32Array(2 * count);
  const h0 = new Int32Array(16);
  const h1 = new Int32Array(16);
  for (let m = 0; m < count; m++) {
    setIndex(state, index + m);
    for (let w = 0; w < 4; w++) state[4 + w] = keys[4 * m + w] as number;
    chachaInto(h0, 0, 1, state, HASH_ROUNDS);
    for (let w = 0; w < 4; w++) state[4 + w] = (state[4 + w] as number) ^ (delta[w] as number);
    chachaInto(h1, 0, 1, state, HASH_ROUNDS);
    for (let w = 0; w < 2; w++) {
      const b = h0[w] as number;
      u[2 * m + w] = b ^ (h1[w] as number) ^ (phi[2 * m + w] as number);
      s[2 * m + w] = (s[2 * m + w] as number) ^ b;
    }
  }
  for (const scratch of [state, h0, h1]) scratch.fill(0);
  return new Uint8Array(u.buffer);
}

/** `Kernels.leakyMacSide`. */
export function leakyMacSide(args: LeakyMacSide): void {
  const { count, salt, tweak, index } = args;
  const state = hashState(salt, tweak);
  const macs = blockWords(args.macs, count);
  const u = halfWords(args.u, count);
  const s = halfWords(args.s, count);
  const x = needBits(args.x, count);
  const h = new Int32Array(16);
  for (let m = 0; m < count; m++) {
    setIndex(state, index + m);
    for (let w = 0; w < 4; w++) state[4 + w] = macs[4 * m + w] as number;
    chachaInto(h, 0, 1, state, HASH_ROUNDS);
    const mask = bitMask(x, m);
    for (let w = 0; w < 2; w++) {
      const a = (h[w] as number) ^ ((u[2 * m + w] as number) & mask);
      s[2 * m + w] = (s[2 * m + w] as number) ^ a;
    }
  }
  for (const scratch of [state, h]) scratch.fill(0);
}
