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

/**
 * What becomes of a message that came over gossip: `accept` it and forward it, `ignore` it without a
 * word, or `reject` it and count it against the one who forwarded it.
 */
export type Verdict = "accept" | "ignore" | "reject";

/** The same in gossipsub's words. */
const GOSSIP_RESULTS: Readonly<Record<Verdict, TopicValidatorResult>> = {
  accept: TopicValidatorResult.Accept,
  ignore: TopicValidatorResult.Ignore,
  reject: TopicValidatorResult.Reject,
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
  const drop = (reason: DropReason, verdict: Verdict): TopicValidatorResult => {
    observe({ kind: "dropped", reason });
    return GOSSIP_RESULTS[verdict];
  };
  return (forwarder, message) => {
    if (message.type !== "signed") return drop("unsigned", "reject");
    const from = message.from.toString();
    const isOversized = message.data.length > maxMessageBytes;
    const verdict = isOversized ? "reject" : judge({ topic, from, bytes: message.data });
    if (verdict === "accept") return GOSSIP_RESULTS.accept;
    if (verdict === "ignore") return drop("unwanted", verdict);
    // Why the forwarder: the author's name is in the message, but only a peer's own links are its doing, and it
    // should have judged as we do.
    reputation.count(forwarder.toString(), isOversized ? "oversized message" : "malformed message");
    return drop(isOversized ? "oversized" : "malformed", verdict);
  };
}
