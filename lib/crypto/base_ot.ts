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
 * honest party never makes it. (4) Making r_c is not constant time in the strict sense: the curve library
 * uses BigInt. No branch and no index here depends on c.
 */
import type { KeyObject } from "node:crypto";
import { concat, getBit, ProtocolError } from "../base/mod.ts";
import { BLOCK_BYTES, ELEMENT_BYTES } from "./constants.ts";
import {
  decodeElement,
  type Element,
  hashToElement,
  needElement,
  randomKeyShare,
  sharedSecret,
} from "./curve.ts";
import { transcriptHash, u32 } from "./hash.ts";
import type { Bits, Blocks } from "./kernels.ts";
import type { Rng } from "./rng.ts";

const HASH_DOMAIN = "p2p-mpc base OT hash to group";
const RANDOM_DOMAIN = "p2p-mpc base OT random element";
const KEY_DOMAIN = "p2p-mpc base OT key";
const STEP = "base OT";

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
  /** Choice bits. */
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

/** Receiver's first step: the message to the sender for `context.count` choice bits. */
export function baseOtReceive1(
  context: BaseOtContext,
  choices: Bits,
  rng: Rng,
): { readonly message: Uint8Array<ArrayBuffer>; readonly state: BaseOtState } {
  const message = new Uint8Array(baseOtReceiverBytes(context.count));
  const exponents: KeyObject[] = [];
  for (let t = 0; t < context.count; t++) {
    const c = getBit(choices, t);
    const a = randomKeyShare(rng);
    exponents.push(a.exponent);
    const other = hashToElement(rng.fill(new Uint8Array(64)), RANDOM_DOMAIN).toBytes();
    const chosen = a.element.subtract(hashToGroup(context, t, c, other)).toBytes();
    // r_c = chosen and r_{1−c} = other, selected by a mask.
    const mask = -c;
    const at = 2 * ELEMENT_BYTES * t;
    for (let i = 0; i < ELEMENT_BYTES; i++) {
      const x = chosen[i] as number;
      const y = other[i] as number;
      const swap = (x ^ y) & mask;
      message[at + i] = x ^ swap;
      message[at + ELEMENT_BYTES + i] = y ^ swap;
    }
  }
  // Copies: the caller hands the message over to a channel.
  const state = { context, choices: choices.slice(), exponents, message: message.slice() };
  return { message, state };
}

/**
 * Sender's only step: its message, and both strings of each OT: string j of OT t is block 2·t + j.
 *
 * @throws {ProtocolError} if the receiver's message has a wrong length or an invalid element.
 */
export function baseOtSend(
  context: BaseOtContext,
  received: Uint8Array,
  rng: Rng,
): { readonly message: Uint8Array<ArrayBuffer>; readonly pairs: Blocks } {
  needLength(received, baseOtReceiverBytes(context.count), context.receiver);
  const message = new Uint8Array(baseOtSenderBytes(context.count));
  const pairs = new Uint8Array(2 * BLOCK_BYTES * context.count);
  for (let t = 0; t < context.count; t++) {
    const [r0, r1] = [elementAt(received, 2 * t), elementAt(received, 2 * t + 1)];
    const m0 = decodeElement(r0, context.receiver).add(hashToGroup(context, t, 0, r1));
    const m1 = decodeElement(r1, context.receiver).add(hashToGroup(context, t, 1, r0));
    const { exponent, element } = randomKeyShare(rng);
    const k0 = sharedSecret(exponent, needElement(m0, context.receiver));
    const k1 = sharedSecret(exponent, needElement(m1, context.receiver));
    const sent = element.toBytes();
    message.set(sent, ELEMENT_BYTES * t);
    const transcript = concat(r0, r1, sent);
    pairs.set(keyOf(context, t, 0, transcript, k0), 2 * BLOCK_BYTES * t);
    pairs.set(keyOf(context, t, 1, transcript, k1), 2 * BLOCK_BYTES * t + BLOCK_BYTES);
  }
  return { message, pairs };
}

/**
 * Receiver's second step: the chosen string of each OT.
 *
 * @throws {ProtocolError} if the sender's message has a wrong length or an invalid element.
 */
export function baseOtReceive2(state: BaseOtState, received: Uint8Array): Blocks {
  const { context, choices, exponents } = state;
  needLength(received, baseOtSenderBytes(context.count), context.sender);
  const chosen = new Uint8Array(BLOCK_BYTES * context.count);
  exponents.forEach((a, t) => {
    const sent = elementAt(received, t);
    const shared = sharedSecret(a, decodeElement(sent, context.sender));
    const pair = state.message.subarray(2 * ELEMENT_BYTES * t, 2 * ELEMENT_BYTES * (t + 1));
    const key = keyOf(context, t, getBit(choices, t), concat(pair, sent), shared);
    chosen.set(key, BLOCK_BYTES * t);
  });
  return chosen;
}

/** The place of string j of OT t. */
function place(context: BaseOtContext, t: number, j: number): Uint8Array {
  return concat(u32(context.receiver), u32(context.sender), u32(t), u32(j));
}

/** H_j: SHA-256 of the input and its place, then to the group. */
function hashToGroup(context: BaseOtContext, t: number, j: number, input: Uint8Array): Element {
  const where = place(context, t, j);
  return hashToElement(transcriptHash(HASH_DOMAIN, context.sid, STEP, where, input), HASH_DOMAIN);
}

/** F: string j of OT t; `transcript` is r_0 ‖ r_1 ‖ B. */
function keyOf(
  context: BaseOtContext,
  t: number,
  j: number,
  transcript: Uint8Array,
  shared: Uint8Array,
): Uint8Array {
  const where = place(context, t, j);
  return transcriptHash(KEY_DOMAIN, context.sid, STEP, where, transcript, shared)
    .subarray(0, BLOCK_BYTES);
}

function elementAt(message: Uint8Array, index: number): Uint8Array {
  return message.subarray(ELEMENT_BYTES * index, ELEMENT_BYTES * (index + 1));
}

function needLength(message: Uint8Array, length: number, party: number): void {
  if (message.length === length) return;
  throw new ProtocolError(
    `Cannot run base OT with party ${party}: its message has ${message.length} bytes, not ${length}`,
  );
}
