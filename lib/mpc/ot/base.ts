/**
 * Base OTs of all pairs: 128 random OTs for each pair, in one direction.
 *
 * Source: Masny, Rindal, "Endemic Oblivious Transfer" (CCS 2019); the construction stands in lib/crypto/base_ot.ts.
 * Realises: for each pair i < j and t < 128, party j has two random strings m_0, m_1 and party i has the
 * string m_b, b bit t of Δ_i. Party i uses the same Δ_i towards all; delta_consistency.ts checks that.
 * In: Δ_i. Out: {@linkcode BaseStrings}. All pairs run at the same time.
 * Rounds: 2. Bytes: 64·128 from i to j, 32·128 from j to i.
 * Aborts: an element that is no valid point is a ProtocolError; there is no check to fail, since a party that
 * lies here lacks the strings later.
 */
import {
  baseOtKeys,
  baseOtReceive1,
  baseOtReceive2,
  baseOtReceiverBytes,
  baseOtSend,
  baseOtSenderBytes,
  type Blocks,
  KAPPA,
  sha256,
} from "../../crypto/mod.ts";
import { type Message, receive } from "../exchange.ts";
import type { Party } from "../party.ts";

/** Strings of 128 OTs with one peer. */
export interface PeerStrings {
  /**
   * "chosen": this party chose with the bits of its Δ, block t is the string of OT t. "pairs": it has both,
   * string b of OT t is block 2·t + b.
   */
  readonly kind: "chosen" | "pairs";
  /** Secret. */
  readonly strings: Blocks;
  /** SHA-256 of the two messages that fixed the strings, for challenges that must come after them. */
  readonly transcript: Message;
}

/** Runs the base OTs with one peer: chosen strings with a higher party, pairs with a lower one. */
export async function peerStrings(party: Party, peer: number): Promise<PeerStrings> {
  return party.self < peer ? await choose(party, peer) : await offer(party, peer);
}

/** Key holder: chooses with the bits of Δ. */
async function choose(party: Party, peer: number): Promise<PeerStrings> {
  const context = { sid: party.sid, count: KAPPA, receiver: party.self, sender: peer };
  const rng = party.rng.fork(`base OT ${peer}`);
  const { curve } = party.kernels;
  const { message, state } = baseOtReceive1(curve, context, party.delta, rng);
  const answer = receive(party, "setup/answer", peer, baseOtSenderBytes(KAPPA));
  // The state keeps the message, which the answer's strings are bound to; the channel takes a copy.
  const [received] = await Promise.all([
    answer,
    party.channel.send(peer, "setup/choice", message.slice()),
  ]);
  const transcript = sha256(message, received);
  return { kind: "chosen", strings: baseOtReceive2(curve, state, received), transcript };
}

/** MAC holder: gets both strings. */
async function offer(party: Party, peer: number): Promise<PeerStrings> {
  const context = { sid: party.sid, count: KAPPA, receiver: peer, sender: party.self };
  const { curve } = party.kernels;
  const arriving = receive(party, "setup/choice", peer, baseOtReceiverBytes(KAPPA));
  // Made while the other party computes its choice.
  const keys = baseOtKeys(curve, KAPPA, party.rng.fork(`base OT ${peer}`));
  const choice = await arriving;
  const { message, pairs } = baseOtSend(curve, context, keys, choice);
  const transcript = sha256(choice, message);
  await party.channel.send(peer, "setup/answer", message);
  return { kind: "pairs", strings: pairs, transcript };
}
