/**
 * The SIMD kernels. Pointers are addresses in the memory of this module; secrets are handled without a
 * branch or an address that depends on them.
 */
import { WORK_BYTES } from "./linear_hash.ts";
import { HEAP, STATE } from "./layout.ts";

export { cotPuncture, cotReceive, cotSend } from "./cot.ts";
export { evaluateGates, evaluateRun } from "./evaluate.ts";
export { garbleGates, garbleRun } from "./garble.ts";
export { inRange } from "./gates.ts";
export { hash } from "./hash.ts";
export { leakyKeySide, leakyMacSide } from "./leaky.ts";
export { finishBits, finishColumns, finishSum, sumBits, sumBlocks, sumHalves } from "./linear_hash.ts";
export { expand, prg } from "./prg.ts";
export { addAll, addChosen, addLowHalves, addPlaced, addScaled, addScaledHalves } from "./shares.ts";
export { transpose } from "./transpose.ts";

/** Room, filled with zeros, that the functions of linear_hash.ts get as `work`. */
export const work: u32 = WORK_BYTES as u32;
/** First byte that the caller may use. */
export const heap: u32 = HEAP as u32;

/** Overwrites the fixed places and the caller's bytes up to `end`. */
export function wipe(end: usize): void {
  memory.fill(STATE, 0, end - STATE);
}
