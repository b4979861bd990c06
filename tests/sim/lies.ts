/** Taps for {@linkcode MemoryOptions}: what a lying party does to its messages. */
import type { Tap } from "./memory_channel.ts";

/** Which messages a lie concerns; a missing field stands for all. */
export interface Target {
  readonly step: string | RegExp;
  readonly from: number;
  readonly to?: number;
}

/** Flips bit `bit` of each message that is meant (negative: counted from the end, in bytes). */
export function flipBit(target: Target, bit = 0): Tap {
  return (from, to, step, bytes) => {
    if (!meant(target, from, to, step)) return bytes;
    const at = bit < 0 ? bytes.length + bit : bit >>> 3;
    bytes[at] = (bytes[at] as number) ^ (1 << (bit & 7));
    return bytes;
  };
}

/** Whether the message is meant. */
export function meant(target: Target, from: number, to: number, step: string): boolean {
  const named = typeof target.step === "string" ? target.step === step : target.step.test(step);
  return named && from === target.from && (target.to === undefined || target.to === to);
}
