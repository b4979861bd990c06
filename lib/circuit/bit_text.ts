/** Bits as text, in wire order: digits 0 and 1, or hexadecimal whose first digit's top bit is bit 0. */
import { bitBytes, getBit, ProgramError, setBit } from "../base/mod.ts";

/**
 * The packed bits of a text: `count` digits 0 and 1, or `0x` (which may be left out) and the hexadecimal
 * digits of all bits, where bits beyond `count` are 0.
 *
 * @throws ProgramError for any other text, which is private and not quoted
 */
export function readBits(text: string, count: number): Uint8Array<ArrayBuffer> {
  const trimmed = text.trim();
  const binary = trimmed.length === count && /^[01]*$/.test(trimmed);
  const digits = binary ? trimmed : trimmed.replace(/^0x/i, "");
  const width = binary ? 1 : 4;
  const bits = new Uint8Array(bitBytes(count));
  const fits = digits.length === Math.ceil(count / width) && /^[0-9a-f]*$/i.test(digits);
  let spare = 0;
  for (let i = 0; fits && i < digits.length * width; i++) {
    const digit = Number.parseInt(digits[Math.floor(i / width)] ?? "", 16);
    const bit = (digit >>> (width - 1 - i % width)) & 1;
    if (i < count) setBit(bits, i, bit);
    else spare |= bit;
  }
  if (fits && spare === 0) return bits;
  const hex = Math.ceil(count / 4);
  throw new ProgramError(
    `Cannot use the input: ${count} bits are needed, as ${count} digits 0 and 1, or as ${hex} ` +
      `hexadecimal digit${hex === 1 ? "" : "s"}`,
    {
      hint: "The first digit holds the first wires; its most significant bit is the first of them",
    },
  );
}

/** The text of `count` packed bits from bit `from` on: hexadecimal if the digits come out even. */
export function writeBits(bits: Uint8Array, from: number, count: number): string {
  const width = count > 0 && count % 4 === 0 ? 4 : 1;
  let text = width === 4 ? "0x" : "";
  for (let i = 0; i < count; i += width) {
    let digit = 0;
    for (let bit = 0; bit < width; bit++) digit = digit * 2 + getBit(bits, from + i + bit);
    text += digit.toString(16);
  }
  return text;
}
