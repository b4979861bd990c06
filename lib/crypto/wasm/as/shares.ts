/** Sums over arrays of bits, MACs and keys. Bits choose by masks only. */

import { bitMask } from "./bits.ts";

/** out[m] ^= bit m ? delta : 0, of `count` blocks. */
export function addScaled(out: usize, bits: usize, delta: usize, count: u32): void {
  const d = v128.load(delta);
  for (let m: u32 = 0; m < count; m++, out += 16) {
    v128.store(out, v128.xor(v128.load(out), v128.and(bitMask(bits, m), d)));
  }
}

/** out[m] ^= blocks[m], `bytes` in all, rounded up to a multiple of 16. */
export function addAll(out: usize, blocks: usize, bytes: usize): void {
  for (let i: usize = 0; i < bytes; i += 16) {
    v128.store(out + i, v128.xor(v128.load(out + i), v128.load(blocks + i)));
  }
}

/** out[m] ^= bit m ? blocks[m] : 0. */
export function addChosen(out: usize, blocks: usize, bits: usize, count: u32): void {
  for (let m: u32 = 0; m < count; m++, out += 16, blocks += 16) {
    v128.store(out, v128.xor(v128.load(out), v128.and(bitMask(bits, m), v128.load(blocks))));
  }
}

/** out[m] ^= bit m ? blocks[from[m]] : 0, of 4-byte indices, which are public. */
export function addPlaced(out: usize, blocks: usize, from: usize, bits: usize, count: u32): void {
  for (let m: u32 = 0; m < count; m++, out += 16, from += 4) {
    const block = v128.load(blocks + (<usize>load<u32>(from) << 4));
    v128.store(out, v128.xor(v128.load(out), v128.and(bitMask(bits, m), block)));
  }
}

/** out[m] ^= ⌊blocks[m]⌋ of halves. */
export function addLowHalves(out: usize, blocks: usize, count: u32): void {
  for (let m: u32 = 0; m < count; m++, out += 8, blocks += 16) {
    store<u64>(out, load<u64>(out) ^ load<u64>(blocks));
  }
}

/** out[m] ^= bit m ? ⌊delta⌋ : 0 of halves. */
export function addScaledHalves(out: usize, bits: usize, delta: usize, count: u32): void {
  const d = load<u64>(delta);
  for (let m: u32 = 0; m < count; m++, out += 8) {
    const mask: u64 = -<u64>((load<u8>(bits + (m >> 3)) >> (m & 7)) & 1);
    store<u64>(out, load<u64>(out) ^ (d & mask));
  }
}
