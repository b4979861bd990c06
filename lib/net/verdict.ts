/** What a node makes of a message that came over gossip. */
import { TopicValidatorResult } from "@libp2p/gossipsub";

/**
 * What becomes of a message that came over gossip: `accept` it and forward it, `ignore` it without a
 * word, or `reject` it and count it against the one who forwarded it.
 */
export type Verdict = "accept" | "ignore" | "reject";

/** The same in gossipsub's words. */
export const GOSSIP_RESULTS: Readonly<Record<Verdict, TopicValidatorResult>> = {
  accept: TopicValidatorResult.Accept,
  ignore: TopicValidatorResult.Ignore,
  reject: TopicValidatorResult.Reject,
};
