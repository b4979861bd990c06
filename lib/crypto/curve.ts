/**
 * Diffie-Hellman over ristretto255 (RFC 9496) for base OT and CPace: operations on batches of encoded elements
 * ({@linkcode Curve}), and the shared secret from the platform's X25519 (RFC 7748), which is constant time.
 *
 * Why the two agree: the Edwards curve behind ristretto255 and Curve25519 are the same curve, by
 * u = (1 + y)/(1 − y). A ristretto255 element is a point up to 4-torsion; an X25519 exponent is a multiple
 * of 8 and takes the torsion away. X25519 gives the coordinate u alone, so the secret is the product up
 * to its sign: finding it is as hard as the product itself.
 */
import { Buffer } from "node:buffer";
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  type KeyObject,
} from "node:crypto";
import { concat, utf8 } from "../base/mod.ts";
import { ELEMENT_BYTES } from "./constants.ts";
import type { Rng } from "./rng.ts";

/** Bytes of an exponent: 32 of X25519, and one that is 1 if the exponent is negative. */
export const EXPONENT_BYTES = 33;
/** Bytes that are mapped to one element (RFC 9496, section 4.3.4). */
export const UNIFORM_BYTES = 64;

/**
 * The group, in batches of `count`. Elements are encodings of 32 bytes, one after the other; exponents and
 * uniform strings of {@linkcode EXPONENT_BYTES} and {@linkcode UNIFORM_BYTES} bytes likewise. A uniform
 * string stands for its element, of which nobody knows the logarithm. G is the generator.
 */
export interface Curve {
  /** exponent·G. */
  powers(exponents: Uint8Array, count: number): Uint8Array<ArrayBuffer>;
  /** exponent·G less the element of a uniform string. */
  powersLess(exponents: Uint8Array, uniform: Uint8Array, count: number): Uint8Array<ArrayBuffer>;
  /** The elements of uniform strings. */
  hashed(uniform: Uint8Array, count: number): Uint8Array<ArrayBuffer>;
  /**
   * The coordinates u on Curve25519, 32 bytes each, of elements received, each plus that of a uniform
   * string if there are such; of any of the points that an element stands for. Undefined if an encoding is
   * not canonical, is none of an element or of the identity, or if a sum is the identity.
   */
  coordinates(
    elements: Uint8Array,
    count: number,
    uniform?: Uint8Array,
  ): Uint8Array<ArrayBuffer> | undefined;
}

/** DER heads of a raw X25519 key (RFC 8410): the only form in which the platform reads one. */
const PUBLIC_HEAD = new Uint8Array([0x30, 0x2a, 0x30, 5, 6, 3, 0x2b, 0x65, 0x6e, 3, 0x21, 0]);
const PRIVATE_HEAD = new Uint8Array(
  [0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x6e, 4, 0x22, 4, 0x20],
);

/**
 * A fresh exponent, ±x with x from the clamped set of RFC 7748 (8·[2^251, 2^252)) and a random sign. The
 * sign makes it uniform modulo the order up to 2^-127 (the set alone is half of the residues), so that
 * its power is a uniform element.
 */
export function randomExponent(
  rng: Rng,
  bytes: Uint8Array<ArrayBuffer> = new Uint8Array(EXPONENT_BYTES),
): Uint8Array<ArrayBuffer> {
  rng.fill(bytes);
  bytes[0] = (bytes[0] as number) & 0xf8;
  bytes[31] = ((bytes[31] as number) & 0x7f) | 0x40;
  bytes[32] = (bytes[32] as number) & 1;
  return bytes;
}

/** An exponent, up to its sign, as the platform keeps it. Secret. */
export function privateKey(exponent: Uint8Array): KeyObject {
  const key = Buffer.from(concat(PRIVATE_HEAD, exponent.subarray(0, 32)).buffer);
  const object = createPrivateKey({ key, format: "der", type: "pkcs8" });
  key.fill(0);
  return object;
}

/**
 * The 32 bytes that both sides get: each from its own exponent and the coordinate u of the other's power.
 *
 * @throws {Error} of the platform if u, which no {@linkcode Curve} gives, has small order.
 */
export function sharedSecret(exponent: KeyObject, u: Uint8Array): Uint8Array<ArrayBuffer> {
  const key = Buffer.from(concat(PUBLIC_HEAD, u).buffer);
  const publicKey = createPublicKey({ key, format: "der", type: "spki" });
  key.fill(0);
  const secret = diffieHellman({ privateKey: exponent, publicKey });
  const copy = new Uint8Array(secret);
  secret.fill(0);
  return copy;
}

const BLOCK_OF_SHA512 = 128;

function sha512(input: Uint8Array): Uint8Array {
  return new Uint8Array(createHash("sha512").update(input).digest());
}

/**
 * Makes uniform strings of inputs of `length` bytes: expand_message_xmd of RFC 9380 with SHA-512 and the tag
 * `domain`, so that the element of a string is that of the suite ristretto255_XMD:SHA-512_R255MAP_RO_. What
 * does not change is laid out once.
 */
export function uniformStrings(domain: string, length: number): (input: Uint8Array) => Uint8Array {
  const tag = utf8(domain);
  const suffix = concat(tag, Uint8Array.of(tag.length));
  const first = concat(
    new Uint8Array(BLOCK_OF_SHA512 + length),
    Uint8Array.of(0, UNIFORM_BYTES, 0),
    suffix,
  );
  const second = concat(new Uint8Array(UNIFORM_BYTES), Uint8Array.of(1), suffix);
  return (input) => {
    if (input.length !== length) {
      throw new RangeError(`Cannot hash: the input has ${input.length} bytes, not ${length}`);
    }
    first.set(input, BLOCK_OF_SHA512);
    second.set(sha512(first));
    return sha512(second);
  };
}

/**
 * Whether all of `count` encodings are below p = 2^255 − 19 and even, as RFC 9496, 4.3.1, demands, and none
 * is that of the identity, which is zeros. They still may stand for no element.
 */
export function areCanonical(elements: Uint8Array, count: number): boolean {
  for (let at = 0; at < ELEMENT_BYTES * count; at += ELEMENT_BYTES) {
    const bytes = elements.subarray(at, at + ELEMENT_BYTES);
    const [lowest = 0] = bytes;
    const highest = bytes[ELEMENT_BYTES - 1] as number;
    if ((lowest & 1) === 1 || highest > 0x7f) return false;
    if (bytes.every((byte) => byte === 0)) return false;
    const middle = bytes.subarray(1, ELEMENT_BYTES - 1);
    if (lowest >= 0xed && highest === 0x7f && middle.every((byte) => byte === 0xff)) return false;
  }
  return true;
}
