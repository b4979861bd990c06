/** The PRG: ChaCha8 in counter mode, four blocks interleaved (protocol, "symmetric primitives"). */
import { EXPANDED_BYTES, PRG_GROUP_BYTES, PRG_ROUNDS } from "../constants.ts";
import type { Blocks } from "../kernels.ts";
import { needSeed } from "../shapes.ts";
import { chachaInto, chachaState } from "./chacha.ts";
import { blockWords, words } from "./words.ts";

/** Words of one group. */
export const GROUP_WORDS: number = PRG_GROUP_BYTES / 4;

/** A PRG's state for `seedWords` (4 or 8 words of `seeds` from `at` on) in `domain`. */
export function prgState(
  seeds: Int32Array,
  at: number,
  seedWords: number,
  domain: number,
): Int32Array {
  const state = chachaState();
  for (let w = 0; w < seedWords; w++) state[4 + w] = seeds[at + w] as number;
  state[13] = domain;
  return state;
}

/** Writes group `group` of the stream of `state` to the 64 words of `out` from `at` on. */
export function prgGroupInto(out: Int32Array, at: number, state: Int32Array, group: number): void {
  for (let block = 0; block < 4; block++) {
    state[12] = 4 * group + block;
    chachaInto(out, at + block, 4, state, PRG_ROUNDS);
  }
}

/** `Kernels.prgInto`. */
export function prgInto(out: Uint8Array, seed: Uint8Array, domain: number, group: number): void {
  const groups = Math.ceil(out.length / PRG_GROUP_BYTES);
  needSeed(seed, group, groups);
  // A copy, since a seed may stand anywhere in its buffer.
  const state = prgState(words(seed.slice(), seed.length / 4), 0, seed.length / 4, domain);
  const buffer = new Int32Array(GROUP_WORDS);
  const bytes = new Uint8Array(buffer.buffer);
  for (let g = 0; g < groups; g++) {
    prgGroupInto(buffer, 0, state, group + g);
    const at = g * PRG_GROUP_BYTES;
    out.set(bytes.subarray(0, out.length - at), at);
  }
}

/** `Kernels.expand`. */
export function expand(seeds: Blocks, count: number, domain: number): Uint8Array<ArrayBuffer> {
  const keys = blockWords(seeds, count);
  const out = new Int32Array((EXPANDED_BYTES / 4) * count);
  const state = prgState(keys, 0, 0, domain);
  const buffer = new Int32Array(GROUP_WORDS);
  for (let m = 0; m < count; m++) {
    for (let w = 0; w < 4; w++) state[4 + w] = keys[4 * m + w] as number;
    prgGroupInto(buffer, 0, state, 0);
    out.set(buffer.subarray(0, EXPANDED_BYTES / 4), (EXPANDED_BYTES / 4) * m);
  }
  return new Uint8Array(out.buffer);
}
