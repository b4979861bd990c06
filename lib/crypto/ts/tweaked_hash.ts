/**
 * The tweakable hash: ChaCha12 with key = block ‖ salt and the tweak in counter and nonce (protocol,
 * "symmetric primitives").
 */
import { HASH_ROUNDS, SALT_BYTES } from "../constants.ts";
import type { Blocks, TweakDomain } from "../kernels.ts";
import { needSalt } from "../shapes.ts";
import { chachaInto, chachaState } from "./chacha.ts";
import { blockWords, words } from "./words.ts";

/** A state with salt and tweak of call 0; key, index and call are still to be set. */
export function hashState(salt: Uint8Array, tweak: TweakDomain): Int32Array {
  needSalt(salt);
  const state = chachaState();
  state.set(words(salt.slice(), SALT_BYTES / 4), 8);
  state[12] = tweakWord(tweak);
  return state;
}

/** State word 12: the first four bytes of the tweak. */
export function tweakWord(tweak: TweakDomain): number {
  return tweak.domain | (tweak.side << 8) | (tweak.sender << 16) | (tweak.receiver << 24);
}

/** Sets the tweak index (an integer below 2^53) in `state`. */
export function setIndex(state: Int32Array, index: number): void {
  state[14] = index;
  state[15] = Math.floor(index / 0x100000000);
}

/** `Kernels.hash`. */
export function hash(
  salt: Uint8Array,
  tweak: TweakDomain,
  index: number,
  blocks: Blocks,
  count: number,
): Blocks {
  const state = hashState(salt, tweak);
  const source = blockWords(blocks, count);
  const out = new Int32Array(4 * count);
  const output = new Int32Array(16);
  for (let m = 0; m < count; m++) {
    setIndex(state, index + m);
    for (let w = 0; w < 4; w++) state[4 + w] = source[4 * m + w] as number;
    chachaInto(output, 0, 1, state, HASH_ROUNDS);
    for (let w = 0; w < 4; w++) out[4 * m + w] = output[w] as number;
  }
  for (const scratch of [state, output]) scratch.fill(0);
  return new Uint8Array(out.buffer);
}
