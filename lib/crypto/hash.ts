/** SHA-256 and HMAC from the platform, and the layout of every domain-separated hash. */
import { createHash, createHmac, type Hash } from "node:crypto";
import { concat, utf8 } from "../base/mod.ts";
import { SID_BYTES } from "./constants.ts";

/** A streaming SHA-256. */
export class Sha256 {
  readonly #hash: Hash = createHash("sha256");

  /** Absorbs `parts` one after the other, without a mark between them; returns this. */
  update(...parts: readonly Uint8Array[]): this {
    for (const part of parts) this.#hash.update(part);
    return this;
  }

  /** The 32 bytes of the digest. Ends the stream: a later call throws. */
  digest(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#hash.digest());
  }
}

/** SHA-256 of the concatenation of `parts`: 32 bytes. */
export function sha256(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return new Sha256().update(...parts).digest();
}

/** HMAC-SHA-256 of the concatenation of `parts` under `key`: 32 bytes. */
export function hmacSha256(
  key: Uint8Array,
  ...parts: readonly Uint8Array[]
): Uint8Array<ArrayBuffer> {
  const mac = createHmac("sha256", key);
  for (const part of parts) mac.update(part);
  return new Uint8Array(mac.digest());
}

/** `value` (an integer, 0 … 2^32 − 1) as four bytes, least significant first. */
export function u32(value: number): Uint8Array<ArrayBuffer> {
  if (!Number.isInteger(value) || value < 0 || value > 0xffffffff) {
    throw new RangeError(`Cannot encode ${value} in 32 bits`);
  }
  return new Uint8Array([value, value >>> 8, value >>> 16, value >>> 24]);
}

/** u32(|domain|) ‖ domain ‖ sid ‖ u32(|step|) ‖ step, texts in UTF-8. */
function transcriptHead(domain: string, sid: Uint8Array, step: string): Uint8Array {
  if (sid.length !== SID_BYTES) {
    throw new RangeError(`Cannot hash: sid has ${sid.length} bytes, not ${SID_BYTES}`);
  }
  const domainBytes = utf8(domain);
  const stepBytes = utf8(step);
  return concat(u32(domainBytes.length), domainBytes, sid, u32(stepBytes.length), stepBytes);
}

/** For each part u32(|part|) ‖ part. */
function framed(parts: readonly Uint8Array[]): Uint8Array {
  return concat(...parts.flatMap((part) => [u32(part.length), part]));
}

/**
 * A stream that has absorbed u32(|domain|) ‖ domain ‖ sid ‖ u32(|step|) ‖ step (texts in UTF-8). What
 * follows is absorbed as it is, so the caller keeps to one layout for each domain.
 */
export function transcriptHasher(domain: string, sid: Uint8Array, step: string): Sha256 {
  return new Sha256().update(transcriptHead(domain, sid, step));
}

/**
 * SHA-256 of the head of {@linkcode transcriptHasher} and, for each part, u32(|part|) ‖ part: no two
 * different argument lists give the same input. `sid` has 32 bytes.
 */
export function transcriptHash(
  domain: string,
  sid: Uint8Array,
  step: string,
  ...parts: readonly Uint8Array[]
): Uint8Array<ArrayBuffer> {
  const hasher = transcriptHasher(domain, sid, step);
  // Security: part by part, since a copy of a secret part would stay in memory.
  for (const part of parts) hasher.update(u32(part.length), part);
  return hasher.digest();
}

/**
 * {@linkcode transcriptHash} for many lists of parts of the same `lengths`: all that does not change is laid
 * out once.
 */
export function transcriptHasherOf(
  domain: string,
  sid: Uint8Array,
  step: string,
  lengths: readonly number[],
): (...parts: readonly Uint8Array[]) => Uint8Array<ArrayBuffer> {
  const head = transcriptHead(domain, sid, step);
  const input = concat(head, framed(lengths.map((length) => new Uint8Array(length))));
  return (...parts) => {
    let at = head.length;
    for (const [i, length] of lengths.entries()) {
      const part = parts[i] ?? new Uint8Array(0);
      if (part.length !== length) {
        throw new RangeError(`Cannot hash: part ${i} has ${part.length} bytes, not ${length}`);
      }
      input.set(part, at + 4);
      at += 4 + length;
    }
    return sha256(input);
  };
}
