/** Packed bits: bit `i` is bit `i % 8` (least significant first) of byte `i / 8`; padding bits are 0. */

/** Number of bytes that hold `count` packed bits. */
export function bitBytes(count: number): number {
  return (count + 7) >>> 3;
}

/** Bit `index` of `bits`, 0 or 1. */
export function getBit(bits: Uint8Array, index: number): number {
  return ((bits[index >>> 3] as number) >>> (index & 7)) & 1;
}

/** Sets bit `index` of `bits` to the low bit of `value`. */
export function setBit(bits: Uint8Array, index: number, value: number): void {
  const at = index >>> 3;
  const shift = index & 7;
  bits[at] = ((bits[at] as number) & ~(1 << shift)) | ((value & 1) << shift);
}

/** Copies `count` bits of `source` from bit `from` on into a new packed array. */
export function sliceBits(
  source: Uint8Array,
  from: number,
  count: number,
): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(bitBytes(count));
  const shift = from & 7;
  const first = from >>> 3;
  for (let i = 0; i < out.length; i++) {
    const low = source[first + i] ?? 0;
    const high = shift === 0 ? 0 : source[first + i + 1] ?? 0;
    out[i] = (low >>> shift) | (high << (8 - shift));
  }
  clearPadding(out, count);
  return out;
}

/** Writes the first `count` bits of `source` to `out` from bit `at` on. */
export function copyBitsInto(out: Uint8Array, at: number, source: Uint8Array, count: number): void {
  if ((at & 7) === 0) {
    const whole = count >>> 3;
    out.set(source.subarray(0, whole), at >>> 3);
    for (let i = whole << 3; i < count; i++) setBit(out, at + i, getBit(source, i));
    return;
  }
  for (let i = 0; i < count; i++) setBit(out, at + i, getBit(source, i));
}

/** Sets the bits of the last byte that lie beyond `count` to 0. */
export function clearPadding(bits: Uint8Array, count: number): void {
  const rest = count & 7;
  if (rest !== 0) {
    const last = count >>> 3;
    bits[last] = (bits[last] as number) & ((1 << rest) - 1);
  }
}
