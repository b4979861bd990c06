/**
 * A node in the middle: it listens to the topics of sessions that its peers listen to, for no other
 * reason than that gossip forwards only what a node listens to. What it carries it cannot read.
 */
import type { Observe } from "../observability/mod.ts";
import type { Clock } from "../session/ports.ts";
import type { Node } from "./node.ts";
import { decodePacket } from "./packet.ts";

/** What the topics of sessions begin with. */
const SESSION_TOPICS = /^\/p2p-mpc\/(lobby|data)\/1\/[0-9a-f]{64}$/;
/** Those that carry packets, of which at least the form can be judged. */
const DATA_TOPICS = "/p2p-mpc/data/";
/** Most topics that are carried at a time, of all peers and for one that was the first to name them; a session has two. */
const TOPICS_MAX = 256;
const TOPICS_OF_PEER_MAX = 32;
/** A topic on which nothing was said for so long is left, in milliseconds. */
const IDLE_MS = 600_000;
const TICK_MS = 60_000;

interface Carried {
  /** The peer that was the first to name it. */
  readonly peer: string;
  /** When something was last said. */
  spokenAt: number;
  readonly end: () => void;
}

/** Carries the sessions of the node's peers from now on; the returned function ends it. */
export function carrySessions(node: Node, clock: Clock, observe: Observe): () => void {
  const carried = new Map<string, Carried>();
  /** Peers that were told of, or `all`: once until there is room again. */
  const warned = new Set<string>();

  function warn(whose: string, text: string): void {
    if (warned.has(whose)) return;
    warned.add(whose);
    observe({ kind: "log", level: "warn", module: "net", text });
  }

  function hasRoom(peer: string): boolean {
    if (carried.size >= TOPICS_MAX) {
      warn("all", `carrying ${TOPICS_MAX} topics, no more sessions until one of them is silent`);
      return false;
    }
    const ofPeer = [...carried.values()].filter((other) => other.peer === peer).length;
    if (ofPeer < TOPICS_OF_PEER_MAX) return true;
    warn(peer, `carrying ${TOPICS_OF_PEER_MAX} topics for ${peer}, no more until one is silent`);
    return false;
  }

  function join(peer: string, topic: string): void {
    if (!SESSION_TOPICS.test(topic) || carried.has(topic) || !hasRoom(peer)) return;
    const data = topic.startsWith(DATA_TOPICS);
    const unjudge = node.judge(topic, ({ bytes }) => {
      return data && decodePacket(bytes) === undefined ? "malformed" : "accept";
    });
    const unhear = node.subscribe(topic, () => {
      state.spokenAt = clock.now();
    });
    function end(): void {
      unjudge();
      unhear();
      node.unsubscribe(topic);
    }
    const state: Carried = { peer, spokenAt: clock.now(), end };
    carried.set(topic, state);
  }

  function leave(topic: string): void {
    carried.get(topic)?.end();
    carried.delete(topic);
    warned.clear();
  }

  function tick(): () => void {
    return clock.after(TICK_MS, () => {
      const silent = ({ spokenAt }: Carried): boolean => clock.now() - spokenAt >= IDLE_MS;
      for (const [topic, state] of [...carried]) if (silent(state)) leave(topic);
      cancel = tick();
    });
  }

  const unhook = node.onSubscription(join);
  let cancel = tick();
  return () => {
    cancel();
    unhook();
    for (const topic of [...carried.keys()]) leave(topic);
  };
}
