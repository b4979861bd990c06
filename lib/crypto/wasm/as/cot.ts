/**
 * Correlated OT. Source: SoftSpoken OT (Roy, eprint 2022/192), figures 6 and 7. Letters as in the
 * protocol's section "Correlated OT": c chunk, y leaf, b bit-plane, d corrections.
 *
 * One PRG group (2048 rows) at a time, so that the 128 columns stay in the first level cache. `slots` has
 * room for 2^k streams of 256 bytes, `columns` for 128 columns of 256 bytes.
 */
import { bitMask } from "./bits.ts";
import { setSplat } from "./chacha.ts";
import { group, setSeed } from "./prg.ts";
import { transpose } from "./transpose.ts";

const GROUP_BYTES: usize = 256;
const GROUP_ROWS: u32 = 2048;
const PRG_DOMAIN_COT: u32 = 1;

@inline
function addGroup(to: usize, from: usize): void {
  for (let i: usize = 0; i < GROUP_BYTES; i += 64) {
    v128.store(to + i, v128.xor(v128.load(to + i), v128.load(from + i)));
    v128.store(to + i, v128.xor(v128.load(to + i, 16), v128.load(from + i, 16)), 16);
    v128.store(to + i, v128.xor(v128.load(to + i, 32), v128.load(from + i, 32)), 32);
    v128.store(to + i, v128.xor(v128.load(to + i, 48), v128.load(from + i, 48)), 48);
  }
}

/** The streams of the 2^k leaves at `seeds` to `slots`, from slot `from` on. */
@inline
function expand(slots: usize, seeds: usize, k: u32, from: u32, number: u32): void {
  for (let y = from; y < 1 << k; y++) {
    setSplat(4, seeds + 16 * <usize>y);
    group(slots + GROUP_BYTES * <usize>y, number);
  }
}

/**
 * Column b = the sum of all slots y with bit b of y set, for b < k; slot 0 = the sum of all slots. Adds
 * neighbours, which leaves half as many slots for the next bit.
 */
function fold(columns: usize, slots: usize, k: u32): void {
  for (let b: u32 = 0, n: u32 = 1 << k; b < k; b++, n >>= 1, columns += GROUP_BYTES) {
    memory.copy(columns, slots + GROUP_BYTES, GROUP_BYTES);
    for (let y: u32 = 0; y < n; y += 2) {
      const pair = slots + GROUP_BYTES * <usize>y, sum = slots + GROUP_BYTES * <usize>(y >> 1);
      if (y > 0) addGroup(columns, pair + GROUP_BYTES);
      for (let i: usize = 0; i < GROUP_BYTES; i += 16) {
        v128.store(sum + i, v128.xor(v128.load(pair + i), v128.load(pair + i, GROUP_BYTES)));
      }
    }
  }
}

/** MAC holder, `rows` rows from PRG group `number` on; the corrections of chunk c stand at d + c·stride. */
export function cotReceive(
  macs: usize, d: usize, stride: usize, x: usize, seeds: usize, k: u32, number: u32, rows: u32,
  slots: usize, columns: usize,
): void {
  setSeed(seeds, false, PRG_DOMAIN_COT);
  for (let row: u32 = 0; row < rows; row += GROUP_ROWS, number++) {
    let seed = seeds, to = d;
    for (let j: usize = 0; j < 128; j += k, seed += 16 << k, to += stride) {
      expand(slots, seed, k, 0, number);
      fold(columns + GROUP_BYTES * j, slots, k);
      for (let i: usize = 0; i < GROUP_BYTES; i += 16) {
        v128.store(to + i, v128.xor(v128.load(slots + i), v128.load(x + i)));
      }
    }
    transpose(macs, columns, GROUP_BYTES, min(GROUP_ROWS, rows - row));
    x += GROUP_BYTES; d += GROUP_BYTES; macs += 16 * GROUP_ROWS;
  }
}

/**
 * Moves leaf y of each chunk to place y ⊕ δ_c, so that the missing leaf is at place 0.
 *
 * Security: δ is secret. Bit b of it decides, by masks, whether the leaves whose numbers differ in bit b
 * change places: all leaves are read and written whatever δ is.
 */
export function cotPuncture(seeds: usize, delta: usize, k: u32): void {
  for (let bit: u32 = 0; bit < 128; bit++) {
    const mask = bitMask(delta, bit);
    const chunk = seeds + ((<usize>(bit / k)) << (k + 4));
    const step: u32 = 1 << (bit % k);
    for (let y: u32 = 0; y < 1 << k; y++) {
      if (y & step) continue;
      const p = chunk + 16 * <usize>y, q = chunk + 16 * <usize>(y | step);
      const swap = v128.and(v128.xor(v128.load(p), v128.load(q)), mask);
      v128.store(p, v128.xor(v128.load(p), swap));
      v128.store(q, v128.xor(v128.load(q), swap));
    }
  }
}

/** Key holder; `seeds` after `cotPuncture`. With places y ⊕ δ_c a plane is the sum over its bit, as above. */
export function cotSend(
  keys: usize, d: usize, stride: usize, delta: usize, seeds: usize, k: u32, number: u32, rows: u32,
  slots: usize, columns: usize,
): void {
  setSeed(seeds, false, PRG_DOMAIN_COT);
  for (let row: u32 = 0; row < rows; row += GROUP_ROWS, number++) {
    let seed = seeds, from = d;
    for (let j: usize = 0; j < 128; j += k, seed += 16 << k, from += stride) {
      expand(slots, seed, k, 1, number);
      const column = columns + GROUP_BYTES * j;
      fold(column, slots, k);
      for (let b: u32 = 0; b < k; b++) {
        const mask = bitMask(delta, (j as u32) + b), to = column + GROUP_BYTES * <usize>b;
        for (let i: usize = 0; i < GROUP_BYTES; i += 16) {
          v128.store(to + i, v128.xor(v128.load(to + i), v128.and(v128.load(from + i), mask)));
        }
      }
    }
    transpose(keys, columns, GROUP_BYTES, min(GROUP_ROWS, rows - row));
    d += GROUP_BYTES; keys += 16 * GROUP_ROWS;
  }
}
