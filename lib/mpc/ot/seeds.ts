/**
 * Leaf seeds of correlated OT from 128 OTs, and the tree check.
 *
 * Source: SoftSpoken OT (Roy, eprint 2022/192), figures 13 and 14; the trees stand in lib/crypto/ggm.ts.
 * Assumes: {@linkcode PeerStrings}. Realises: the MAC holder has all 2^k leaf seeds of each of the 128/k
 * chunks of the key holder's Δ, the key holder all but the one at the chunk's value.
 * Rounds: 1, none for k = 1. Bytes, MAC holder to key holder: ggmMessageBytes(k).
 * Aborts: "tree check", naming the MAC holder. A wrong sum may pass if a few bits of Δ are guessed, at the
 * price of failing when wrong.
 */
import { ggmMessageBytes, ggmReceiver, ggmSender, sha256 } from "../../crypto/mod.ts";
import { type Message, receive } from "../exchange.ts";
import type { Party } from "../party.ts";
import type { PeerStrings } from "./base.ts";
import type { CotStream } from "./correlated.ts";

/** Leaf seeds of one direction with one peer. */
export interface GrownSeeds {
  /** With all leaves at the MAC holder, and with punctured ones at the key holder. */
  readonly stream: CotStream;
  /** SHA-256 of the messages that fixed the seeds, those of the OTs included. */
  readonly transcript: Message;
}

/** Which seeds, and in which direction. */
export interface SeedsFrom {
  /** Unique in the session for each direction. */
  readonly step: string;
  /** The other party. */
  readonly peer: number;
  /** Pairs at the MAC holder, chosen strings at the key holder; wiped. */
  readonly strings: PeerStrings;
}

/**
 * The seeds of one direction with one peer: all leaf seeds for a party with pairs (the MAC holder), punctured ones
 * for a party with chosen strings (the key holder).
 *
 * @throws {CheatingError} "tree check" at the key holder.
 */
export async function seedsFrom(party: Party, from: SeedsFrom): Promise<GrownSeeds> {
  party.secrets.keep(from.strings.strings);
  const grown = from.strings.kind === "pairs"
    ? await grow(party, from)
    : await puncture(party, from);
  from.strings.strings.fill(0);
  party.secrets.keep(grown.stream.seeds.seeds);
  return grown;
}

async function grow(party: Party, { step, peer, strings }: SeedsFrom): Promise<GrownSeeds> {
  const { sid, self, parameters: { k } } = party;
  const context = { sid, k, keyHolder: peer, macHolder: self };
  const { seeds, message } = ggmSender(party.kernels, context, strings.strings);
  const transcript = sha256(strings.transcript, message);
  if (message.length > 0) await party.channel.send(peer, step, message);
  return { stream: { seeds: { k, seeds }, group: 0 }, transcript };
}

async function puncture(party: Party, { step, peer, strings }: SeedsFrom): Promise<GrownSeeds> {
  const { sid, self, parameters: { k } } = party;
  const length = ggmMessageBytes(k);
  const message = length === 0 ? new Uint8Array(0) : await receive(party, step, peer, length);
  const context = { sid, k, keyHolder: self, macHolder: peer };
  const transcript = sha256(strings.transcript, message);
  const { seeds, consistent } = ggmReceiver(
    party.kernels,
    context,
    party.delta,
    strings.strings,
    message,
  );
  party.checks.require("tree check", consistent, { step, party: peer });
  return { stream: { seeds: { k, seeds }, group: 0 }, transcript };
}
