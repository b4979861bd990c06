/** A gossip topic as a session uses it: whoever listens hears what is published, and judges it first. */
import type { Node } from "./node.ts";
import type { Verdict } from "./verdict.ts";

/** Takes the messages of a topic; `from` is the authenticated peer id of the author. */
export interface TopicHandler {
  /** Judges a message by what is cheap to see. */
  readonly judge: (from: string, bytes: Uint8Array) => Verdict;
  /** Takes a message that was accepted. */
  readonly take: (from: string, bytes: Uint8Array) => void;
  /** Somebody listens from now on. */
  readonly onListener: () => void;
}

/** The gossip that carries a session; messages may be lost, doubled and reordered. */
export interface Gossip {
  /** Largest message, in bytes. */
  readonly messageBytesMax: number;
  /** Listens to `topic` from now on; the returned function ends it. */
  listen(topic: string, handler: TopicHandler): () => void;
  /** Sends `bytes` to whoever listens. Never rejects. */
  publish(topic: string, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
}

/** The gossip of a node. */
export function nodeGossip(node: Node): Gossip {
  return {
    messageBytesMax: node.maxMessageBytes,
    listen(topic, { judge, take, onListener }): () => void {
      const ends = [
        node.onSubscriber(topic, onListener),
        node.judge(topic, ({ from, bytes }) => judge(from, bytes)),
        node.subscribe(topic, ({ from, bytes }) => take(from, bytes)),
        () => node.unsubscribe(topic),
      ];
      return () => ends.forEach((end) => end());
    },
    async publish(topic, bytes): Promise<void> {
      try {
        await node.publish(topic, bytes);
      } catch {
        // As if it had been lost on the way: who needs it says so.
      }
    },
  };
}
