/** The {@linkcode Lobby} over gossip, with direct streams for those who are connected. */
import { utf8 } from "../base/mod.ts";
import { sha256 } from "../crypto/mod.ts";
import { type Observe, observeNothing } from "../observability/mod.ts";
import type { LinkPath, Lobby, LobbyEvent } from "../session/ports.ts";
import { FRAME_TAG_BYTES } from "./frame.ts";
import { type Gate, LOBBY_BYTES_MAX } from "./gate.ts";
import type { Node } from "./node.ts";
import type { Verdict } from "./verdict.ts";
import { StreamLink } from "./stream_link.ts";

/** Arguments of {@linkcode gossipLobby}. */
export interface GossipLobbyInit {
  /** The node to use. */
  readonly node: Node;
  /** The node's door for direct streams. */
  readonly gate: Gate;
  /** Gossip topic; who does not know it hears nothing. */
  readonly topic: string;
  /** Judges a message by its author and bytes before it is handed over or forwarded. */
  readonly judge: (from: string, bytes: Uint8Array) => Verdict;
  /** Takes the events. */
  readonly observe?: Observe;
}

interface Telling {
  readonly messages: Uint8Array<ArrayBuffer>[];
  readonly work: Promise<void>;
}

class GossipLobby implements Lobby {
  readonly #init: GossipLobbyInit;
  readonly #tag: Uint8Array;
  /** What is about to be told, by peer. */
  readonly #telling = new Map<string, Telling>();

  constructor(init: GossipLobbyInit) {
    this.#init = init;
    this.#tag = sha256(utf8("p2p-mpc lobby"), utf8(init.topic)).slice(0, FRAME_TAG_BYTES);
  }

  addresses(): readonly string[] {
    return this.#init.node.addresses().map((address) => address.replace(/\/p2p\/[^/]+$/, ""));
  }

  path(peer: string): LinkPath | undefined {
    return this.#init.node.path(peer);
  }

  async dial(peer: string, addresses: readonly string[]): Promise<void> {
    await this.#init.node.dial({ peer, addresses });
  }

  async publish(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    try {
      await this.#init.node.publish(this.#init.topic, bytes);
    } catch (error) {
      this.#log(`gossip failed: ${error instanceof Error ? error.message : "unknown reason"}`);
    }
  }

  tell(peer: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    const before = this.#telling.get(peer);
    if (before !== undefined) {
      before.messages.push(bytes);
      return before.work;
    }
    const messages = [bytes];
    // Why later: what is said in one go travels on one stream.
    const work = Promise.resolve().then(() => this.#tellAll(peer, messages));
    this.#telling.set(peer, { messages, work });
    return work;
  }

  async #tellAll(peer: string, messages: readonly Uint8Array<ArrayBuffer>[]): Promise<void> {
    this.#telling.delete(peer);
    try {
      const streams = await this.#init.node.openStreams(peer);
      await Promise.all(streams.map(async (stream) => {
        const link = new StreamLink(stream, this.#tag);
        for (const payload of messages) link.write({ kind: "lobby", payload });
        await link.finish();
      }));
    } catch (error) {
      this.#log(`telling failed: ${error instanceof Error ? error.message : "unknown reason"}`);
    }
  }

  listen(handler: (event: LobbyEvent) => void): () => void {
    const { node, gate, topic, judge } = this.#init;
    const say = (from: string, bytes: Uint8Array): void => {
      if (bytes.length <= LOBBY_BYTES_MAX) handler({ kind: "message", from, bytes });
    };
    const ends = [
      gate.listen(this.#tag, say),
      node.judge(topic, ({ from, bytes }) => {
        return bytes.length > LOBBY_BYTES_MAX ? "oversized" : judge(from, bytes);
      }),
      node.onSubscriber(topic, (peer) => handler({ kind: "peer", peer })),
      node.onDisconnect((peer) => handler({ kind: "lost", peer })),
      node.subscribe(topic, ({ from, bytes }) => say(from, bytes)),
      () => node.unsubscribe(topic),
    ];
    return () => ends.forEach((end) => end());
  }

  #log(text: string): void {
    (this.#init.observe ?? observeNothing)({ kind: "log", level: "debug", module: "net", text });
  }
}

/** The lobby of one gossip topic. */
export function gossipLobby(init: GossipLobbyInit): Lobby {
  return new GossipLobby(init);
}
