/** Leaky ANDs: both sides of the hash step, four products at a time. */
import { chacha12First } from "./chacha.ts";
import { loadKeys, setIndices, setTweak } from "./hash.ts";
import { OUT, STATE } from "./layout.ts";

/** Halves of lanes 0 and 1 of the output words 0 and 1. */
@inline
function halves01(w0: v128, w1: v128): v128 { return v128.shuffle<i32>(w0, w1, 0, 4, 1, 5); }
/** Halves of lanes 2 and 3. */
@inline
function halves23(w0: v128, w1: v128): v128 { return v128.shuffle<i32>(w0, w1, 2, 6, 3, 7); }
@inline
function addTo(at: usize, x: v128): void { v128.store(at, v128.xor(v128.load(at), x)); }
@inline
function offsetKey(at: usize, delta: usize): void { addTo(STATE + at, v128.load32_splat(delta)); }

/** U = ⌊H(K) ⊕ H(K ⊕ Δ) ⊕ Φ⌋ and s ^= ⌊H(K)⌋; `count` is rounded up to a multiple of four. */
export function leakyKeySide(
  u: usize, s: usize, keys: usize, phi: usize, count: u32, delta: usize, salt: usize, word: u32, index: u64,
): void {
  setTweak(salt, word);
  for (let m: u32 = 0; m < count; m += 4, keys += 64, phi += 32, u += 32, s += 32, index += 4) {
    loadKeys(keys);
    setIndices(index);
    chacha12First(OUT);
    const w0 = v128.load(OUT), w1 = v128.load(OUT, 16);
    offsetKey(64, delta); offsetKey(80, delta + 4); offsetKey(96, delta + 8); offsetKey(112, delta + 12);
    chacha12First(OUT);
    const v0 = v128.xor(w0, v128.load(OUT)), v1 = v128.xor(w1, v128.load(OUT, 16));
    v128.store(u, v128.xor(halves01(v0, v1), v128.load(phi)));
    v128.store(u, v128.xor(halves23(v0, v1), v128.load(phi, 16)), 16);
    addTo(s, halves01(w0, w1));
    addTo(s + 16, halves23(w0, w1));
  }
}

/** s ^= ⌊H(M)⌋ ⊕ x·U; `count` is rounded up to a multiple of four. */
export function leakyMacSide(
  s: usize, macs: usize, x: usize, u: usize, count: u32, salt: usize, word: u32, index: u64,
): void {
  setTweak(salt, word);
  for (let m: u32 = 0; m < count; m += 4, macs += 64, u += 32, s += 32, index += 4) {
    loadKeys(macs);
    setIndices(index);
    chacha12First(OUT);
    const w0 = v128.load(OUT), w1 = v128.load(OUT, 16);
    const bits = i64x2.splat(<u64>load<u8>(x + (m >> 3)) >> (m & 4));
    const mask01 = i64x2.eq(v128.and(bits, i64x2(1, 2)), i64x2(1, 2));
    const mask23 = i64x2.eq(v128.and(bits, i64x2(4, 8)), i64x2(4, 8));
    addTo(s, v128.xor(halves01(w0, w1), v128.and(mask01, v128.load(u))));
    addTo(s + 16, v128.xor(halves23(w0, w1), v128.and(mask23, v128.load(u, 16))));
  }
}
