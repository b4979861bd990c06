/**
 * A node in the middle: it listens to the topics of sessions that its peers listen to, for no other
 * reason than that gossip forwards only what a node listens to. What it carries it cannot read.
 */
import type { Clock } from "../session/ports.ts";
import type { Node } from "./node.ts";
import { decodePacket } from "./packet.ts";

/** What the topics of sessions begin with. */
const SESSION_TOPICS = /^\/p2p-mpc\/(lobby|data)\/1\/[0-9a-f]{64}$/;
/** Those that carry packets, of which at least the form can be judged. */
const DATA_TOPICS = "/p2p-mpc/data/";
/** Most topics that are carried at a time; a session has two. */
const TOPICS_MAX = 256;
/** A topic on which nothing was said for so long is left, in milliseconds. */
const IDLE_MS = 600_000;
const TICK_MS = 60_000;

/** Carries the sessions of the node's peers from now on; the returned function ends it. */
export function carrySessions(node: Node, clock: Clock): () => void {
  const spoken = new Map<string, number>();
  const ends = new Map<string, () => void>();

  function join(topic: string): void {
    if (!SESSION_TOPICS.test(topic) || spoken.has(topic) || spoken.size >= TOPICS_MAX) return;
    spoken.set(topic, clock.now());
    const data = topic.startsWith(DATA_TOPICS);
    const unjudge = node.judge(topic, ({ bytes }) => {
      return data && decodePacket(bytes) === undefined ? "malformed" : "accept";
    });
    const unhear = node.subscribe(topic, () => spoken.set(topic, clock.now()));
    ends.set(topic, () => {
      unjudge();
      unhear();
    });
  }

  function leave(topic: string): void {
    ends.get(topic)?.();
    ends.delete(topic);
    spoken.delete(topic);
    node.unsubscribe(topic);
  }

  function tick(): () => void {
    return clock.after(TICK_MS, () => {
      for (const [topic, at] of [...spoken]) if (clock.now() - at >= IDLE_MS) leave(topic);
      cancel = tick();
    });
  }

  const unhook = node.onSubscription((_, topic) => join(topic));
  let cancel = tick();
  return () => {
    cancel();
    unhook();
    for (const topic of [...spoken.keys()]) leave(topic);
  };
}
