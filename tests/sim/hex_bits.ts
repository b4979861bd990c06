/** Bits in the order of hexadecimal texts: the most significant bit of the first digit is bit 0. */

/** The packed bits of a text of hexadecimal bytes. */
export function hexBits(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.fromHex(text).map(reversed);
}

/** The text of packed bits, a multiple of 8 of them. */
export function bitsHex(bits: Uint8Array): string {
  return bits.map(reversed).toHex();
}

/** The same bits of a byte, from the other end. */
function reversed(byte: number): number {
  let out = 0;
  for (let bit = 0; bit < 8; bit++) out |= ((byte >>> bit) & 1) << (7 - bit);
  return out;
}
