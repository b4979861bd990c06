/** What garbling and evaluation share: codes of gates, tweaks, and places of blocks in the tables. */
import { STATE } from "./layout.ts";

/** Operation codes; 0 is XOR. */
export const AND: u32 = 1;
export const NOT: u32 = 2;
/** Domain of the tweak; the side stands in bits 8 …, the sender in bits 16 …. */
export const TWEAK_GARBLING: u32 = 3;
export const SIDE_BETA: u32 = 1 << 8;

/** The tweak index of the gate in all lanes. */
@inline
export function setGate(index: u64): void {
  v128.store(STATE, i32x4.splat(index as u32), 224);
  v128.store(STATE, i32x4.splat((index >> 32) as u32), 240);
}

/**
 * First block, within the table of the garbler of rank `sender`, of the three for the garbler of rank
 * `receiver`.
 */
@inline
export function crossBlock(sender: u32, receiver: u32): usize {
  return 2 + 3 * (receiver < sender ? receiver : receiver - 1);
}

/** 1 if all `count` register numbers are below `registers`. */
export function inRange(numbers: usize, count: u32, registers: u32): u32 {
  let most: u32 = 0;
  for (let g: u32 = 0; g < count; g++, numbers += 4) most = max(most, load<u32>(numbers));
  return u32(count == 0 || most < registers);
}
