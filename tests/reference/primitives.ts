/** PRG, tweakable hash and linear hash by their definitions, over @noble/ciphers and BigInt. */
import { chacha12, chacha8 } from "@noble/ciphers/chacha.js";
import { PRG_DOMAIN } from "../../lib/crypto/mod.ts";
import { blockAt, gfMultiply } from "./gf128.ts";

/** A tweak with all its fields. */
export interface Tweak {
  readonly domain: number;
  readonly side: number;
  readonly sender: number;
  readonly receiver: number;
  readonly call: number;
  readonly index: number;
}

/** `length` bytes of the PRG of `seed` in `domain` from group 0. */
export function referencePrg(seed: Uint8Array, domain: number, length: number): Uint8Array {
  const key = new Uint8Array(32);
  key.set(seed);
  const nonce = new Uint8Array(12);
  new DataView(nonce.buffer).setUint32(0, domain, true);
  const groups = Math.ceil(length / 256);
  const stream = chacha8(key, nonce, new Uint8Array(256 * groups));
  const out = new Uint8Array(256 * groups);
  for (let at = 0; at < out.length; at++) {
    const block = (at >>> 6) & 3;
    const word = (at >>> 2) & 15;
    out[256 * (at >>> 8) + 16 * word + 4 * block + (at & 3)] = stream[at] as number;
  }
  return out.subarray(0, length);
}

/** The 64 bytes of the tweakable hash of a block. */
export function referenceHash(salt: Uint8Array, tweak: Tweak, block: Uint8Array): Uint8Array {
  const key = new Uint8Array(32);
  key.set(block);
  key.set(salt, 16);
  const bytes = new DataView(new ArrayBuffer(16));
  bytes.setUint8(0, tweak.domain);
  bytes.setUint8(1, tweak.side);
  bytes.setUint8(2, tweak.sender);
  bytes.setUint8(3, tweak.receiver);
  bytes.setUint32(4, tweak.call, true);
  bytes.setBigUint64(8, BigInt(tweak.index), true);
  const nonce = new Uint8Array(bytes.buffer, 4);
  return chacha12(key, nonce, new Uint8Array(64), undefined, bytes.getUint32(0, true));
}

/** The 2048 bucket sums of `values`. */
function bucketSums(coin: Uint8Array, values: readonly bigint[]): bigint[] {
  const stream = referencePrg(coin, PRG_DOMAIN.BUCKETS, 8 * values.length);
  const sums = Array<bigint>(2048).fill(0n);
  values.forEach((value, i) => {
    for (let d = 0; d < 8; d++) {
      const m = 256 * d + (stream[8 * i + d] as number);
      sums[m] = (sums[m] as bigint) ^ value;
    }
  });
  return sums;
}

function horner(coin: Uint8Array, values: readonly bigint[]): bigint {
  const r = blockAt(referencePrg(coin, PRG_DOMAIN.POLYNOMIAL, 16));
  return values.reduce((h, value) => gfMultiply(h ^ value, r), 0n);
}

/** The MAC sum of blocks. */
export function referenceMacSum(coin: Uint8Array, values: readonly bigint[]): bigint {
  return horner(coin, bucketSums(coin, values));
}

/** R of one column of bits, 0 or 1 each. */
export function referenceColumnHash(coin: Uint8Array, column: readonly number[]): bigint {
  const hashed = column.length - 128;
  const sums = bucketSums(coin, column.slice(0, hashed).map(BigInt));
  const packed = (bits: readonly bigint[]): bigint =>
    bits.reduce((value, bit, i) => value | (bit << BigInt(i)), 0n);
  const blocks = Array.from({ length: 16 }, (_, t) => packed(sums.slice(128 * t, 128 * t + 128)));
  return horner(coin, blocks) ^ packed(column.slice(hashed).map(BigInt));
}
