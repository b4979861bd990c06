/** What a node makes of a message that came over gossip. */
import { type Message, TopicValidatorResult } from "@libp2p/gossipsub";
import type { DropReason, Observe } from "../observability/mod.ts";
import type { Reputation } from "./reputation.ts";

/** A gossip message; `from` is the authenticated peer id of its author. */
export interface GossipMessage {
  /** The gossip topic. */
  readonly topic: string;
  /** Peer id of the author, authenticated. */
  readonly from: string;
  /** The bytes. */
  readonly bytes: Uint8Array;
}

/** What becomes of a message that came over gossip: it is accepted and forwarded, or dropped for a reason. */
export type Verdict = "accept" | DropReason;

const { Accept, Ignore, Reject } = TopicValidatorResult;

/**
 * The same in gossipsub's words: what is ignored is dropped without a word, what is rejected is counted against the one who
 * forwarded it, too.
 */
const GOSSIP_RESULTS: Readonly<Record<Verdict, TopicValidatorResult>> = {
  accept: Accept,
  unsigned: Reject,
  oversized: Reject,
  malformed: Reject,
  forged: Reject,
  unreadable: Ignore,
  unknown_session: Ignore,
  wrong_author: Ignore,
  wrong_recipient: Ignore,
  wrong_number: Ignore,
};

/** Arguments of {@linkcode validator}. */
export interface ValidatorInit {
  /** The gossip topic. */
  readonly topic: string;
  /** Judges what is signed and not too large. */
  readonly judge: (message: GossipMessage) => Verdict;
  /** Largest message that is taken, in bytes. */
  readonly maxMessageBytes: number;
  /** Counts what is rejected against the forwarder. */
  readonly reputation: Reputation;
  /** Takes the events. */
  readonly observe: Observe;
}

/** What judges the messages of a topic for gossipsub; each that is dropped is told with the reason. */
export function validator(
  { topic, judge, maxMessageBytes, reputation, observe }: ValidatorInit,
): (forwarder: { toString(): string }, message: Message) => TopicValidatorResult {
  function judged(message: Message): Verdict {
    if (message.type !== "signed") return "unsigned";
    if (message.data.length > maxMessageBytes) return "oversized";
    return judge({ topic, from: message.from.toString(), bytes: message.data });
  }
  return (forwarder, message) => {
    const verdict = judged(message);
    const result = GOSSIP_RESULTS[verdict];
    if (verdict === "accept") return result;
    observe({ kind: "dropped", reason: verdict });
    // Why the forwarder: the author's name is in the message, but only a peer's own links are its doing, and it
    // should have judged as we do.
    if (result === Reject && verdict !== "unsigned") {
      const reason = verdict === "oversized" ? "oversized message" : "malformed message";
      reputation.count(forwarder.toString(), reason);
    }
    return result;
  };
}
