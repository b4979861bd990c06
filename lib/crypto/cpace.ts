/**
 * CPace with confirmation: two parties learn whether they hold the same password, as pure functions without a
 * channel.
 *
 * Source: M. Abdalla, B. Haase, J. Hesse, "Security Analysis of CPace", ASIACRYPT 2021 (eprint 2021/114), and
 * draft-irtf-cfrg-cpace, over X25519 (RFC 7748). For party i with exponent a_i (lower party first in all hashes):
 *
 *     P   = the coordinate u of the element to which (session, step, both parties, password) hashes
 *     E_i = X25519(a_i, P)                                                        32 bytes, sent first
 *     K   = X25519(a_i, E_other)
 *     tag = SHA-256(session, step, i, E_lower, E_higher, K)                       32 bytes, sent second
 *
 * Claim: in the random-oracle model and under the strong (sCDH) and the strong simultaneous (sSDH) Diffie-Hellman
 * assumptions, a cheating party learns nothing of the other's password but whether it is the one that it made its
 * own E for. E says nothing of P: a random exponent is uniform modulo the order, up to its sign and up to 2^-127.
 * A tag is a hash of K, which can be computed for one P alone, that of the own E. So there is nothing to test other
 * passwords against, however few there are, then or later. A tag names its sender: one that is sent back does not
 * pass, nor does it with an E that is sent back, since nobody but its sender knows a_i²·P.
 *
 * What is refused: an E of small order, for which K would be zero whatever the exponent, and another length. All
 * other strings stand for a point of the curve or of its twist; orders of both are a small factor times a prime,
 * exponents are multiples of the factor, and the hash takes the bytes as they came.
 *
 * Deviations: (1) the hash to the group is that of ristretto255 (curve.ts) in place of Elligator 2 to Curve25519,
 * so the draft's test vectors do not apply; either is a random element of prime order when X25519 has taken the
 * torsion away. (2) The tags are two hashes of K in place of MACs under a hash of it; there is no session key
 * beside them. (3) Without SIMD the hash to the group is not constant time in the strict sense, as in base OT.
 */
import type { KeyObject } from "node:crypto";
import { ProtocolError } from "../base/mod.ts";
import { HASH_BYTES } from "./constants.ts";
import { type Curve, privateKey, randomExponent, sharedSecret, uniformStrings } from "./curve.ts";
import { transcriptHash, u32 } from "./hash.ts";
import type { Rng } from "./rng.ts";

const ELEMENT_DOMAIN = "p2p-mpc CPace element";
const TAG_DOMAIN = "p2p-mpc CPace tag";
/** Bytes of the first message. The second one is a hash. */
export const CPACE_BYTES = 32;

/** What a comparison is bound to. */
export interface CpaceContext {
  /** Session id, 32 bytes. */
  readonly sid: Uint8Array;
  /** Step of the protocol; unique in the session for each comparison of two parties. */
  readonly step: string;
  /** Number of this party. */
  readonly self: number;
  /** Number of the other party. */
  readonly peer: number;
}

/** What a party keeps between the two messages. Secret; serves once. */
export interface CpaceState {
  /** The comparison. */
  readonly context: CpaceContext;
  /** a of this party. */
  readonly exponent: KeyObject;
  /** The first message sent. */
  readonly message: Uint8Array<ArrayBuffer>;
}

/** The second messages. They are equal to what is sent if the passwords are. */
export interface CpaceTags {
  /** To be sent. */
  readonly own: Uint8Array<ArrayBuffer>;
  /** What the other party must send; not to be told before. */
  readonly expected: Uint8Array<ArrayBuffer>;
}

/** First step: E for `password`, of any length and entropy. */
export function cpaceStart(
  curve: Curve,
  context: CpaceContext,
  password: Uint8Array,
  rng: Rng,
): { readonly message: Uint8Array<ArrayBuffer>; readonly state: CpaceState } {
  const bytes = randomExponent(rng);
  const exponent = privateKey(bytes);
  bytes.fill(0);
  const point = passwordPoint(curve, context, password);
  const message = sharedSecret(exponent, point);
  point.fill(0);
  // A copy: the caller hands the message over to a channel.
  return { message, state: { context, exponent, message: message.slice() } };
}

/**
 * Second step: both tags, from the other party's E.
 *
 * @throws {ProtocolError} if E has a wrong length or small order.
 */
export function cpaceTags(state: CpaceState, received: Uint8Array): CpaceTags {
  const { context, exponent, message } = state;
  const { sid, step, self, peer } = context;
  const secret = received.length === CPACE_BYTES ? secretOf(exponent, received) : undefined;
  if (secret === undefined) {
    throw new ProtocolError(
      `Cannot compare with party ${peer} in step "${step}": its message holds no valid group element`,
    );
  }
  const elements = self < peer ? [message, received] : [received, message];
  const tagOf = (party: number): Uint8Array<ArrayBuffer> =>
    transcriptHash(TAG_DOMAIN, sid, step, u32(party), ...elements, secret);
  const tags = { own: tagOf(self), expected: tagOf(peer) };
  secret.fill(0);
  return tags;
}

/** P: 32 bytes. Secret, as the password is. */
function passwordPoint(curve: Curve, context: CpaceContext, password: Uint8Array): Uint8Array {
  const { sid, step, self, peer } = context;
  const parties = [Math.min(self, peer), Math.max(self, peer)].map(u32);
  const seed = transcriptHash(ELEMENT_DOMAIN, sid, step, ...parties, password);
  const uniform = uniformStrings(ELEMENT_DOMAIN, HASH_BYTES)(seed);
  const element = curve.hashed(uniform, 1);
  const point = curve.coordinates(element, 1);
  for (const secret of [seed, uniform, element]) secret.fill(0);
  // Why never: it would be a preimage of one string of 2^252.
  if (point === undefined) throw new TypeError("Cannot hash to the group: this is the identity");
  return point;
}

/** K, or undefined for an element of small order: the platform refuses what gives zeros, or gives zeros. */
function secretOf(exponent: KeyObject, received: Uint8Array): Uint8Array | undefined {
  try {
    const secret = sharedSecret(exponent, received);
    return secret.some((byte) => byte !== 0) ? secret : undefined;
  } catch {
    return undefined;
  }
}
