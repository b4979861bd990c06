/** The tweakable hash: ChaCha12, key = block ‖ salt, tweak in counter and nonce; four blocks at a time. */
import { chacha12First, lane0, lane1, lane2, lane3, setConstants, setKeys, setSplat } from "./chacha.ts";
import { OUT, STATE } from "./layout.ts";

/** Constants, salt, the first tweak word `word` and call number 0 in all lanes. */
export function setTweak(salt: usize, word: u32): void {
  setConstants();
  setSplat(8, salt);
  v128.store(STATE, i32x4.splat(word), 192);
  v128.store(STATE, i32x4.splat(0), 208);
}

/** Tweak indices `index` … `index` + 3 in the four lanes. */
@inline
export function setIndices(index: u64): void {
  const low = i32x4.splat(index as u32);
  const lows = i32x4.add(low, i32x4(0, 1, 2, 3));
  v128.store(STATE, lows, 224);
  // A carry is a lane of ones, that is -1.
  v128.store(STATE, i32x4.sub(i32x4.splat((index >> 32) as u32), i32x4.lt_u(lows, low)), 240);
}

/** Keys of four consecutive blocks. */
@inline
export function loadKeys(blocks: usize): void {
  setKeys(v128.load(blocks), v128.load(blocks, 16), v128.load(blocks, 32), v128.load(blocks, 48));
}

/** Hashes `count` blocks, rounded up to a multiple of four, with tweak indices from `index` on. */
export function hash(out: usize, blocks: usize, count: u32, salt: usize, word: u32, index: u64): void {
  setTweak(salt, word);
  for (let m: u32 = 0; m < count; m += 4, blocks += 64, out += 64, index += 4) {
    loadKeys(blocks);
    setIndices(index);
    chacha12First(OUT);
    const x0 = v128.load(OUT), x1 = v128.load(OUT, 16), x2 = v128.load(OUT, 32), x3 = v128.load(OUT, 48);
    v128.store(out, lane0(x0, x1, x2, x3));
    v128.store(out, lane1(x0, x1, x2, x3), 16);
    v128.store(out, lane2(x0, x1, x2, x3), 32);
    v128.store(out, lane3(x0, x1, x2, x3), 48);
  }
}
