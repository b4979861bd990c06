/**
 * GF(2^128) = F_2[x] / (x^128 + x^7 + x^2 + x + 1); bit i of a block is the coefficient of x^i.
 *
 * The data may be secret, the point r of the polynomial hash is public: branches and indices depend on
 * r only.
 */

/** An element: four words. */
export type Element = Int32Array;

/** a·r, in time that depends on neither. */
export function multiply(a: Element, r: Element): Int32Array<ArrayBuffer> {
  const out = new Int32Array(4);
  let v0 = a[0] as number;
  let v1 = a[1] as number;
  let v2 = a[2] as number;
  let v3 = a[3] as number;
  for (let i = 0; i < 128; i++) {
    const mask = -(((r[i >>> 5] as number) >>> (i & 31)) & 1);
    out[0] = (out[0] as number) ^ (v0 & mask);
    out[1] = (out[1] as number) ^ (v1 & mask);
    out[2] = (out[2] as number) ^ (v2 & mask);
    out[3] = (out[3] as number) ^ (v3 & mask);
    const carry = v3 >> 31;
    v3 = (v3 << 1) | (v2 >>> 31);
    v2 = (v2 << 1) | (v1 >>> 31);
    v1 = (v1 << 1) | (v0 >>> 31);
    v0 = (v0 << 1) ^ (carry & 0x87);
  }
  return out;
}

/** Words of 128 bit-planes of 128 lanes: bit l of plane i is the coefficient of x^i of lane l. */
export const PLANES_WORDS: number = 128 * 4;

/**
 * Multiplies 128 elements by the public r at once, in place, given as bit-planes: plane i of lane l is
 * the coefficient of x^i. A shift by x^i then moves whole planes.
 */
export function multiplyPlanes(planes: Int32Array, r: Element): void {
  const product = new Int32Array(2 * PLANES_WORDS);
  for (let i = 0; i < 128; i++) {
    if ((((r[i >>> 5] as number) >>> (i & 31)) & 1) === 0) continue;
    const shift = 4 * i;
    for (let w = 0; w < PLANES_WORDS; w++) {
      product[shift + w] = (product[shift + w] as number) ^ (planes[w] as number);
    }
  }
  // x^128 = x^7 + x^2 + x + 1, from the highest plane down, so that carries beyond 127 are folded again.
  for (let w = 2 * PLANES_WORDS - 1; w >= PLANES_WORDS; w--) {
    const high = product[w] as number;
    const low = w - PLANES_WORDS;
    product[low] = (product[low] as number) ^ high;
    product[low + 4] = (product[low + 4] as number) ^ high;
    product[low + 8] = (product[low + 8] as number) ^ high;
    product[low + 28] = (product[low + 28] as number) ^ high;
  }
  planes.set(product.subarray(0, PLANES_WORDS));
  product.fill(0);
}
