/**
 * Opening of authenticated shares, to all parties or to some.
 *
 * Source: the opening of authenticated bits of WRK17 (eprint 2017/189), with a hash in place of the MACs.
 * Assumes: the MAC invariant of shares.ts. Realises: receivers learn ⊕_i x^i or abort.
 * In, each party: its shares. Out, each receiver: the values.
 * Rounds: 1. Bytes, to each receiver: ⌈count/8⌉ for each part, and 32.
 * Aborts: "MAC hash" (or "output MAC hash"), which names the sender: a wrong bit passes only with a MAC
 * that its sender does not know, that is with probability 2^-128.
 *
 * Each receiver gets SHA-256(domain ‖ sid ‖ step ‖ from ‖ to ‖ M_to of every opened bit, in order). No coin
 * is involved and no comparison, since each receiver checks its own MACs.
 */
import { bitBytes, clearPadding, concat, equal, xorInto } from "../base/mod.ts";
import {
  type Bits,
  BLOCK_BYTES,
  type Blocks,
  HASH_BYTES,
  type Sha256,
  transcriptHasher,
  u32,
} from "../crypto/mod.ts";
import type { CheckName } from "./checks.ts";
import { DOMAIN } from "./domains.ts";
import { type Message, receive } from "./exchange.ts";
import { others, type Party } from "./party.ts";
import type { Shares } from "./shares.ts";

/** Who learns the values, and the check that guards them. */
export interface OpeningOptions {
  /** The parties that learn the values; all by default. */
  readonly receivers?: readonly number[];
  /** "MAC hash" by default. */
  readonly check?: CheckName & ("MAC hash" | "output MAC hash");
}

/** Bytes of a party's message in an opening of `parts`: packed bits of each part, then the MAC hash. */
export function openingBytes(parts: readonly Shares[]): number {
  return parts.reduce((sum, part) => sum + bitBytes(part.count), HASH_BYTES);
}

/**
 * Opens `parts`, each an array of shares, in one message from each party to each receiver. All parties
 * call it with parts of the same counts.
 *
 * @returns for a receiver the values of each part, packed; undefined for others.
 * @throws {CheatingError} if a sender's bits do not fit its MACs; the error names the sender.
 */
export async function open(
  party: Party,
  step: string,
  parts: readonly Shares[],
  options: OpeningOptions = {},
): Promise<Bits[] | undefined> {
  const all = others(party);
  const receivers = options.receivers ?? [party.self, ...all];
  const receives = receivers.includes(party.self);
  const receiving = Promise.all(all.map(async (from) => {
    if (!receives) return undefined;
    return { from, message: await receive(party, step, from, openingBytes(parts)) };
  }));
  const sending = Promise.all(all.map(async (to) => {
    if (!receivers.includes(to)) return;
    await party.channel.send(to, step, openingMessage(party, step, to, parts));
  }));
  const [messages] = await Promise.all([receiving, sending]);
  if (!receives) return undefined;
  const values = parts.map((part) => part.bits.slice(0, bitBytes(part.count)));
  for (const received of messages) {
    if (received === undefined) continue;
    const { from, message } = received;
    const ok = addOpening(party, step, { from, message, parts, values });
    party.checks.require(options.check ?? "MAC hash", ok, { step, party: from });
  }
  for (const [p, part] of parts.entries()) clearPadding(values[p] as Bits, part.count);
  return values;
}

/**
 * Opens `parts` to all parties.
 *
 * @returns the values of each part, packed.
 * @throws {CheatingError} "MAC hash", naming the sender.
 */
export async function openToAll(
  party: Party,
  step: string,
  parts: readonly Shares[],
): Promise<Bits[]> {
  const values = await open(party, step, parts);
  if (values === undefined) throw new TypeError("Cannot open to all: this party is left out");
  return values;
}

/** The message with which `party` opens its bits of `parts` to party `to`. */
export function openingMessage(
  party: Party,
  step: string,
  to: number,
  parts: readonly Shares[],
): Message {
  const bits = parts.map((part) => part.bits.subarray(0, bitBytes(part.count)));
  const macs = parts.map((part) => (part.macs[to] as Blocks).subarray(0, 16 * part.count));
  return concat(...bits, macHasher(party, step, { from: party.self, to }).update(...macs).digest());
}

/** What {@linkcode addOpening} works on. */
interface Received {
  readonly from: number;
  readonly message: Message;
  readonly parts: readonly Shares[];
  /** Changed in place: the sender's bits are added. */
  readonly values: readonly Bits[];
}

/** Adds the bits of one sender to the values; whether its MAC hash is right. */
function addOpening(party: Party, step: string, received: Received): boolean {
  const { from, message, parts, values } = received;
  const hash = macHasher(party, step, { from, to: party.self });
  let at = 0;
  for (const [p, part] of parts.entries()) {
    const bits = message.slice(at, at + bitBytes(part.count));
    at += bits.length;
    const keys = part.keys[from] as Blocks;
    hashExpectedMacs(party, hash, { keys, bits, count: part.count });
    xorInto(values[p] as Bits, bits);
  }
  return equal(hash.digest(), message.subarray(at));
}

function macHasher(
  party: Party,
  step: string,
  { from, to }: { readonly from: number; readonly to: number },
): Sha256 {
  return transcriptHasher(DOMAIN.MAC_HASH, party.sid, step).update(u32(from), u32(to));
}

/** MACs that are hashed at a time: 64 KiB, which stay in the cache. */
const PIECE = 4096;

/** Adds to `hash` the MACs that claimed bits must have. */
export function hashExpectedMacs(
  party: Party,
  hash: Sha256,
  { keys, bits, count }: { readonly keys: Blocks; readonly bits: Bits; readonly count: number },
): void {
  const { kernels, delta, secrets } = party;
  const into = secrets.take(BLOCK_BYTES * Math.min(count, PIECE));
  for (let first = 0; first < count; first += PIECE) {
    const length = Math.min(PIECE, count - first);
    const own = keys.subarray(BLOCK_BYTES * first);
    hash.update(kernels.expectedMacs(own, bits.subarray(first / 8), delta, length, into));
  }
  secrets.give(into);
}
