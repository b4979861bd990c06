/**
 * Base OT: `count` random OTs of 16-byte strings in two messages, as pure functions without a channel.
 *
 * Source: D. Masny, P. Rindal, "Endemic Oblivious Transfer", CCS 2019 (eprint 2019/706): 1-out-of-2
 * endemic OT from a key agreement whose messages are uniform group elements, here Diffie-Hellman over
 * ristretto255 (RFC 9496), which has prime order and one encoding for each element.
 *
 * For OT number t with choice bit c (H_j a hash to the group for position j, G the generator):
 *
 *     receiver: a random, r_{1−c} a random element of unknown logarithm, r_c = a·G − H_c(r_{1−c})
 *     receiver → sender: r_0, r_1                                              64 bytes an OT
 *     sender:   b random, B = b·G, and for j = 0, 1: k_j = F(j, b·(r_j + H_j(r_{1−j})))
 *     sender → receiver: B                                                     32 bytes an OT
 *     receiver: k_c = F(c, a·B)
 *
 * Claim: UC security with abort against a malicious sender or receiver in the random-oracle model under
 * the gap Diffie-Hellman assumption. "Endemic": a malicious party may choose its own output strings (the
 * sender both), which correlated OT allows, since a cheater may choose its own MACs and keys; it learns
 * nothing about c, or about k_{1−c}.
 *
 * Deviations: (1) Both keys of one OT come from one B, since a Diffie-Hellman message does not depend on
 * the other side's; b is fresh for each OT. With two B, plain Diffie-Hellman would do; with one, the
 * simulator has to recognise a cheating receiver's call of F for k_c without b: hence "gap".
 * (2) The key is SHA-256, cut to κ bits, of the shared element (up to its sign, see curve.ts) and of
 * everything bound to it: session, both parties, t, j, r_0, r_1, B. H takes session, parties, t and j,
 * too, so OTs of different places do not mix. (3) The identity is refused wherever it can appear; an
 * honest party never makes it. (4) Without SIMD, making r_c is not constant time in the strict sense: the
 * curve library uses BigInt. No branch and no index here depends on c.
 *
 * The group comes in as a {@linkcode Curve} and is used in batches.
 */
import type { KeyObject } from "node:crypto";
import { concat, getBit, ProtocolError } from "../base/mod.ts";
import { BLOCK_BYTES, ELEMENT_BYTES, HASH_BYTES } from "./constants.ts";
import {
  type Curve,
  EXPONENT_BYTES,
  privateKey,
  randomExponent,
  sharedSecret,
  UNIFORM_BYTES,
  uniformStrings,
} from "./curve.ts";
import { transcriptHasherOf, u32 } from "./hash.ts";
import type { Bits, Blocks } from "./kernels.ts";
import type { Rng } from "./rng.ts";

const HASH_DOMAIN = "p2p-mpc base OT hash to group";
const RANDOM_DOMAIN = "p2p-mpc base OT random element";
const KEY_DOMAIN = "p2p-mpc base OT key";
const STEP = "base OT";
/** Bytes of what both sides of a Diffie-Hellman get. */
const SECRET_BYTES = 32;

/** What a batch of base OTs is bound to. */
export interface BaseOtContext {
  /** Session id, 32 bytes. */
  readonly sid: Uint8Array;
  /** Number of OTs. */
  readonly count: number;
  /** The party that chooses. */
  readonly receiver: number;
  /** The party that gets both strings. */
  readonly sender: number;
}

/** What the receiver keeps between the two messages. Secret; serves once. */
export interface BaseOtState {
  /** The batch. */
  readonly context: BaseOtContext;
  /** Choice bits: those of the caller, who wipes them. */
  readonly choices: Bits;
  /** Exponents a by OT. */
  readonly exponents: readonly KeyObject[];
  /** The message sent. */
  readonly message: Uint8Array<ArrayBuffer>;
}

/** Bytes of the receiver's message: r_0, r_1 of each OT in order. */
export function baseOtReceiverBytes(count: number): number {
  return 2 * ELEMENT_BYTES * count;
}

/** Bytes of the sender's message: B of each OT in order. */
export function baseOtSenderBytes(count: number): number {
  return ELEMENT_BYTES * count;
}

/** Fresh exponents with their powers: those of the sender do not depend on the receiver's message. Secret. */
export interface BaseOtKeys {
  /** Exponents by OT, as the group takes them. */
  readonly exponents: Uint8Array<ArrayBuffer>;
  /** Exponent times the generator by OT, 32 bytes each. */
  readonly powers: Uint8Array<ArrayBuffer>;
}

/** Sender's preparation: b and B of each of `count` OTs. They serve once. */
export function baseOtKeys(curve: Curve, count: number, rng: Rng): BaseOtKeys {
  const exponents = new Uint8Array(EXPONENT_BYTES * count);
  for (let t = 0; t < count; t++) randomExponent(rng, exponentAt(exponents, t));
  return { exponents, powers: curve.powers(exponents, count) };
}

/**
 * Receiver's first step: the message to the sender for `context.count` choice bits, which must stay as they are until the
 * second step.
 */
export function baseOtReceive1(
  curve: Curve,
  context: BaseOtContext,
  choices: Bits,
  rng: Rng,
): { readonly message: Uint8Array<ArrayBuffer>; readonly state: BaseOtState } {
  const { count } = context;
  const exponents = new Uint8Array(EXPONENT_BYTES * count);
  const strings = new Uint8Array(UNIFORM_BYTES * count);
  const random = new Uint8Array(UNIFORM_BYTES);
  const randomString = uniformStrings(RANDOM_DOMAIN, UNIFORM_BYTES);
  for (let t = 0; t < count; t++) {
    randomExponent(rng, exponentAt(exponents, t));
    rng.fill(random);
    strings.set(randomString(random), UNIFORM_BYTES * t);
  }
  const others = curve.hashed(strings, count);
  const hashToGroup = groupHash(context);
  for (let t = 0; t < count; t++) {
    strings.set(hashToGroup(t, getBit(choices, t), elementAt(others, t)), UNIFORM_BYTES * t);
  }
  const chosen = curve.powersLess(exponents, strings, count);
  const message = new Uint8Array(baseOtReceiverBytes(count));
  for (let at = 0; at < ELEMENT_BYTES * count; at++) {
    // r_c = chosen and r_{1−c} = other, selected by a mask.
    const t = Math.floor(at / ELEMENT_BYTES);
    const x = chosen[at] as number;
    const y = others[at] as number;
    const swap = (x ^ y) & -getBit(choices, t);
    message[at + ELEMENT_BYTES * t] = x ^ swap;
    message[at + ELEMENT_BYTES * (t + 1)] = y ^ swap;
  }
  const state = {
    context,
    choices,
    // A copy: the caller hands the message over to a channel.
    message: message.slice(),
    exponents: Array.from({ length: count }, (_, t) => privateKey(exponentAt(exponents, t))),
  };
  for (const secret of [exponents, strings, others, chosen, random]) secret.fill(0);
  return { message, state };
}

/**
 * Sender's only step: its message, and both strings of each OT: string j of OT t is block 2·t + j. Wipes
 * the exponents of `keys`.
 *
 * @throws {ProtocolError} if the receiver's message has a wrong length or an invalid element.
 */
export function baseOtSend(
  curve: Curve,
  context: BaseOtContext,
  keys: BaseOtKeys,
  received: Uint8Array,
): { readonly message: Uint8Array<ArrayBuffer>; readonly pairs: Blocks } {
  const { count } = context;
  needLength(received, baseOtReceiverBytes(count), context.receiver);
  const hashes = new Uint8Array(2 * UNIFORM_BYTES * count);
  const hashToGroup = groupHash(context);
  for (let i = 0; i < 2 * count; i++) {
    // Element 2·t + j is r_j of OT t; H_j takes the other one.
    hashes.set(hashToGroup(i >>> 1, i & 1, elementAt(received, i ^ 1)), UNIFORM_BYTES * i);
  }
  const points = needElements(curve.coordinates(received, 2 * count, hashes), context.receiver);
  const pairs = new Uint8Array(2 * BLOCK_BYTES * count);
  const keyOf = keyHash(context);
  for (let t = 0; t < count; t++) {
    const b = privateKey(exponentAt(keys.exponents, t));
    const transcript = concat(
      received.subarray(2 * ELEMENT_BYTES * t, 2 * ELEMENT_BYTES * (t + 1)),
      elementAt(keys.powers, t),
    );
    for (let j = 0; j < 2; j++) {
      const shared = sharedSecret(b, elementAt(points, 2 * t + j));
      pairs.set(keyOf(t, j, transcript, shared), BLOCK_BYTES * (2 * t + j));
    }
  }
  keys.exponents.fill(0);
  return { message: keys.powers, pairs };
}

/**
 * Receiver's second step: the chosen string of each OT.
 *
 * @throws {ProtocolError} if the sender's message has a wrong length or an invalid element.
 */
export function baseOtReceive2(curve: Curve, state: BaseOtState, received: Uint8Array): Blocks {
  const { context, choices, exponents } = state;
  const { count } = context;
  needLength(received, baseOtSenderBytes(count), context.sender);
  const points = needElements(curve.coordinates(received, count), context.sender);
  const chosen = new Uint8Array(BLOCK_BYTES * count);
  const keyOf = keyHash(context);
  exponents.forEach((a, t) => {
    const shared = sharedSecret(a, elementAt(points, t));
    const pair = state.message.subarray(2 * ELEMENT_BYTES * t, 2 * ELEMENT_BYTES * (t + 1));
    const transcript = concat(pair, elementAt(received, t));
    chosen.set(keyOf(t, getBit(choices, t), transcript, shared), BLOCK_BYTES * t);
  });
  return chosen;
}

/** A hash of something at string j of OT t, and of that place. */
type PlacedHash = (t: number, j: number, ...parts: readonly Uint8Array[]) => Uint8Array;

/** SHA-256 of the place of a string and of parts of fixed `lengths`. */
function placedHash(
  domain: string,
  { sid, receiver, sender }: BaseOtContext,
  lengths: readonly number[],
): PlacedHash {
  const where = concat(u32(receiver), u32(sender), u32(0), u32(0));
  const hash = transcriptHasherOf(domain, sid, STEP, [where.length, ...lengths]);
  const view = new DataView(where.buffer);
  return (t, j, ...parts) => {
    view.setUint32(8, t, true);
    view.setUint32(12, j, true);
    return hash(where, ...parts);
  };
}

/** H_j: SHA-256 of an element and its place, then to a uniform string, which stands for an element. */
function groupHash(context: BaseOtContext): PlacedHash {
  const hash = placedHash(HASH_DOMAIN, context, [ELEMENT_BYTES]);
  const uniform = uniformStrings(HASH_DOMAIN, HASH_BYTES);
  return (t, j, element) => uniform(hash(t, j, element as Uint8Array));
}

/** F: string j of OT t, from r_0 ‖ r_1 ‖ B and the shared secret. */
function keyHash(context: BaseOtContext): PlacedHash {
  const hash = placedHash(KEY_DOMAIN, context, [3 * ELEMENT_BYTES, SECRET_BYTES]);
  return (...args) => hash(...args).subarray(0, BLOCK_BYTES);
}

function elementAt(message: Uint8Array, index: number): Uint8Array {
  return message.subarray(ELEMENT_BYTES * index, ELEMENT_BYTES * (index + 1));
}

function exponentAt(
  exponents: Uint8Array<ArrayBuffer>,
  index: number,
): Uint8Array<ArrayBuffer> {
  return exponents.subarray(EXPONENT_BYTES * index, EXPONENT_BYTES * (index + 1));
}

function needElements<T>(coordinates: T | undefined, party: number): T {
  if (coordinates !== undefined) return coordinates;
  throw new ProtocolError(
    `Cannot run base OT with party ${party}: its message holds an invalid group element`,
  );
}

function needLength(message: Uint8Array, length: number, party: number): void {
  if (message.length === length) return;
  throw new ProtocolError(
    `Cannot run base OT with party ${party}: its message has ${message.length} bytes, not ${length}`,
  );
}
