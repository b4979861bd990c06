/** Blocks as BigInt and GF(2^128) by the definition: slow and obvious. */

/** The block at `index` of `bytes` as an integer; bit i is the coefficient of x^i. */
export function blockAt(bytes: Uint8Array, index = 0): bigint {
  let value = 0n;
  for (let i = 15; i >= 0; i--) value = (value << 8n) | BigInt(bytes[16 * index + i] as number);
  return value;
}

/** Writes `value` as the block at `index` of `out`. */
export function setBlock(out: Uint8Array, index: number, value: bigint): void {
  for (let i = 0; i < 16; i++) out[16 * index + i] = Number((value >> BigInt(8 * i)) & 0xffn);
}

/** The blocks of `values`. */
export function toBlocks(values: readonly bigint[]): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(16 * values.length);
  values.forEach((value, i) => setBlock(out, i, value));
  return out;
}

/** a·b modulo x^128 + x^7 + x^2 + x + 1. */
export function gfMultiply(a: bigint, b: bigint): bigint {
  let product = 0n;
  for (let i = 0n; i < 128n; i++) if ((b >> i) & 1n) product ^= a << i;
  for (let i = 254n; i >= 128n; i--) {
    if ((product >> i) & 1n) product ^= ((1n << 128n) | 0x87n) << (i - 128n);
  }
  return product;
}
