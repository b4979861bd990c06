/** Bits as masks: what depends on a secret bit is chosen by AND and XOR, never by a branch or an address. */

/** All ones if bit m of `bits` is 1, else zeros. */
@inline
export function bitMask(bits: usize, m: u32): v128 {
  return i32x4.splat(-((<i32>load<u8>(bits + (m >> 3)) >> <i32>(m & 7)) & 1));
}
