/** The PRG: ChaCha8 in counter mode; the output stays in vertical order, as the format has it. */
import { chacha8, setConstants, setSplat } from "./chacha.ts";
import { OUT, STATE } from "./layout.ts";

/** Sets the state for a seed of 16 or, with `wide`, 32 bytes in `domain`. */
export function setSeed(seed: usize, wide: bool, domain: u32): void {
  setConstants();
  setSplat(4, seed);
  if (wide) setSplat(8, seed + 16);
  else for (let at: usize = 128; at < 192; at += 16) v128.store(STATE + at, i32x4.splat(0));
  v128.store(STATE, i32x4.splat(domain), 208);
  v128.store(STATE, i32x4.splat(0), 224);
  v128.store(STATE, i32x4.splat(0), 240);
}

/** Writes one group (256 bytes) of the stream in the state. */
@inline
export function group(out: usize, number: u32): void {
  v128.store(STATE, i32x4.add(i32x4.splat(4 * number), i32x4(0, 1, 2, 3)), 192);
  chacha8(out);
}

/** Writes `groups` groups from `first` on. */
export function prg(out: usize, seed: usize, wide: bool, domain: u32, first: u32, groups: u32): void {
  setSeed(seed, wide, domain);
  for (let g: u32 = 0; g < groups; g++, out += 256) group(out, first + g);
}

/** Writes the first 32 bytes of the streams of `count` seeds of 16 bytes. */
export function expand(out: usize, seeds: usize, count: u32, domain: u32): void {
  setSeed(seeds, false, domain);
  for (let m: u32 = 0; m < count; m++, seeds += 16, out += 32) {
    setSplat(4, seeds);
    group(OUT, 0);
    v128.store(out, v128.load(OUT));
    v128.store(out, v128.load(OUT, 16), 16);
  }
}
