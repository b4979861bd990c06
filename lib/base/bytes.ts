/** Small helpers over byte arrays. */

/** Concatenates `parts` in a new array. */
export function concat(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  let length = 0;
  for (const part of parts) length += part.length;
  const out = new Uint8Array(length);
  let offset = 0;
  for (const part of parts) {
    out.set(part, offset);
    offset += part.length;
  }
  return out;
}

/** Whether both arrays hold the same bytes; takes the same time for equal lengths. */
export function equal(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i++) difference |= (a[i] as number) ^ (b[i] as number);
  return difference === 0;
}

/** Lower-case hexadecimal. */
export function toHex(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += byte.toString(16).padStart(2, "0");
  return text;
}

/** The bytes of well-formed hexadecimal. Why not `Uint8Array.fromHex`: Node has it from version 25 on. */
export function fromHex(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(
    { length: text.length / 2 },
    (_, i) => parseInt(text.substr(2 * i, 2), 16),
  );
}

/** Base64, with padding. */
export function toBase64(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

/** The bytes of well-formed base64. Why not `Uint8Array.fromBase64`: Node has it from version 25 on. */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
}

/** `out ^= other`, byte by byte. Both have the same length. */
export function xorInto(out: Uint8Array, other: Uint8Array): void {
  if (out.length !== other.length) throw new RangeError("Cannot XOR arrays of different lengths");
  let i = 0;
  if (out.byteOffset % 4 === 0 && other.byteOffset % 4 === 0) {
    const words = out.length >>> 2;
    const o = new Uint32Array(out.buffer, out.byteOffset, words);
    const p = new Uint32Array(other.buffer, other.byteOffset, words);
    for (; i < words; i++) o[i] = (o[i] as number) ^ (p[i] as number);
    i *= 4;
  }
  for (; i < out.length; i++) out[i] = (out[i] as number) ^ (other[i] as number);
}

/** The UTF-8 bytes of `text`. */
export function utf8(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}
