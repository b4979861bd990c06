/** One libp2p node: transport, gossip and direct streams, behind plain functions. */
import type { CircuitRelayService } from "@libp2p/circuit-relay-v2";
import type { GossipSub, Message } from "@libp2p/gossipsub";
import type { Connection, Libp2p, PeerId, Stream } from "@libp2p/interface";
import type { KadDHT } from "@libp2p/kad-dht";
import { peerIdFromString } from "@libp2p/peer-id";
import type { Ping } from "@libp2p/ping";
import type { Multiaddr } from "@multiformats/multiaddr";
import { ConnectionError, UnreachableError, UsageError } from "../base/mod.ts";
import type { Observe } from "../observability/mod.ts";
import type { LinkPath } from "../session/ports.ts";
import { parseAddresses } from "./address.ts";
import { findPeer } from "./discovery.ts";
import { dialReason } from "./failures.ts";
import { isWanted } from "./gater.ts";
import type { KeyIdentity } from "./identity.ts";
import type { ForwardedPort, OwnAddresses } from "./own_addresses.ts";
import { bestOf, pathOf } from "./path.ts";
import { reach } from "./reach.ts";
import type { Reputation } from "./reputation.ts";
import { type GossipMessage, validator, type Verdict } from "./verdict.ts";

/** Protocol of the direct streams of a session. */
export const SESSION_PROTOCOL = "/p2p-mpc/session/1";

/** Longest time for a connection, or a stream over it, to be made. */
export const DIAL_TIMEOUT_MS = 15_000;
/** Longest time for a relay to answer. */
const PROBE_MS = 5000;
/** Our streams also run through relays that bound what passes. */
const LIMITED_TOO = { runOnLimitedConnection: true };

/** A connected peer. */
export interface ConnectedPeer {
  /** Peer id. */
  readonly peer: string;
  /** Multiaddress of the other end. */
  readonly address: string;
  /** Who has dialled. */
  readonly direction: "inbound" | "outbound";
  /** Time to it and back, in milliseconds, once it is known. */
  readonly rttMs?: number | undefined;
}

/** Where and whom to dial. */
export interface DialTarget {
  /** Multiaddresses, with or without `/p2p/…` at the end. */
  readonly addresses: readonly string[];
  /** The peer that must answer. Without it whoever answers is accepted. */
  readonly peer?: string;
}

/**
 * Takes a direct stream; must attach its listeners before it returns.
 *
 * @internal
 */
export type StreamHandler = (stream: Stream, connection: Connection) => void;

/**
 * What the node uses of libp2p beside its core.
 *
 * @internal
 */
export type NodeServices = {
  readonly pubsub: GossipSub;
  readonly ping: Ping;
  readonly kad: KadDHT;
  readonly own: OwnAddresses;
  readonly relay?: CircuitRelayService;
};

/**
 * What a node is made of.
 *
 * @internal
 */
export interface NodeInit {
  readonly libp2p: Libp2p<NodeServices>;
  readonly identity: KeyIdentity;
  readonly reputation: Reputation;
  readonly maxMessageBytes: number;
  readonly observe: Observe;
}

/** A running node. */
export class Node {
  /** The own key. */
  readonly identity: KeyIdentity;
  /** Largest gossip message that is taken or sent, in bytes. */
  readonly maxMessageBytes: number;
  /** What is remembered of others; bans are enforced on every connection. */
  readonly reputation: Reputation;
  readonly #libp2p: Libp2p<NodeServices>;
  readonly #observe: Observe;
  readonly #endings: (() => void | Promise<void>)[] = [];

  /**
   * Wraps a started node; use {@linkcode startNode}.
   *
   * @internal
   */
  constructor({ libp2p, identity, reputation, maxMessageBytes, observe }: NodeInit) {
    this.#libp2p = libp2p;
    this.#observe = observe;
    this.identity = identity;
    this.reputation = reputation;
    this.maxMessageBytes = maxMessageBytes;
  }

  /**
   * The node of the library.
   *
   * @internal
   */
  get libp2p(): Libp2p<NodeServices> {
    return this.#libp2p;
  }

  /** The own peer id. */
  get peerId(): string {
    return this.identity.peerId;
  }

  /** Addresses that others may dial, each ending in `/p2p/<own peer id>`; at most 16. */
  addresses(): readonly string[] {
    return this.#libp2p.services.own.select(this.#libp2p.getMultiaddrs());
  }

  /** Own addresses at which a peer has reached us of late, to see whether it can. */
  checkedAddresses(now: number): readonly string[] {
    return this.#libp2p.services.own.checked(now);
  }

  /** Tells others that a gateway forwards a port to this node. */
  tellForwarded(port: ForwardedPort): void {
    this.#libp2p.services.own.tellForwarded(port);
  }

  /** Addresses at a gateway that forwards to this node. */
  forwardedAddresses(): readonly string[] {
    return this.#libp2p.services.own.forwarded();
  }

  /** Peers that can be reached through this node, if it is a relay. */
  relayedPeers(): number {
    return this.#libp2p.services.relay?.reservations.size ?? 0;
  }

  /** How `peer` is connected; undefined if it is not. */
  path(peer: string): LinkPath | undefined {
    const best = this.#best(peer);
    return best === undefined ? undefined : pathOf(best);
  }

  #best(peer: string): Connection | undefined {
    return bestOf(this.#libp2p.getConnections(peerIdFromString(peer)));
  }

  /** The peers that are connected now. */
  peers(): readonly ConnectedPeer[] {
    return this.#libp2p.getConnections().map(({ remotePeer, remoteAddr, direction, rtt }) => ({
      peer: remotePeer.toString(),
      address: remoteAddr.toString(),
      direction,
      rttMs: rtt,
    }));
  }

  /**
   * Connects to a peer and returns its peer id. Where its addresses are of no use, and its peer id is
   * known, connected peers are asked for others.
   *
   * @throws {UnreachableError} if nobody answers, or another peer than the one expected.
   */
  async dial(target: DialTarget, signal?: AbortSignal): Promise<string> {
    const limit = AbortSignal.timeout(DIAL_TIMEOUT_MS);
    const within = signal === undefined ? limit : AbortSignal.any([signal, limit]);
    try {
      return await this.#dial(parseAddresses(target), target.peer, within);
    } catch (cause) {
      const { peer } = target;
      const found = peer === undefined ? [] : await findPeer(this.#libp2p, peer, within);
      try {
        if (found.length > 0) return await this.#dial(found, peer, within);
      } catch {
        // What others remember of the peer is no better: the first reason is the one to tell.
      }
      const whom = peer ?? target.addresses.join(", ");
      throw new UnreachableError(`Cannot reach "${whom}": ${dialReason(cause)}`, {
        cause,
        hint: "check that the other one is running, and that its address and port are open to you",
      });
    }
  }

  async #dial(
    addresses: Multiaddr[],
    peer: string | undefined,
    signal: AbortSignal,
  ): Promise<string> {
    const goal = { addresses, peer: peer === undefined ? undefined : peerIdFromString(peer) };
    return (await reach(this.#libp2p, goal, signal)).remotePeer.toString();
  }

  /**
   * Hears a topic from now on; the returned function ends it for this handler. Too large messages are
   * neither handed over nor forwarded.
   */
  subscribe(topic: string, handler: (message: GossipMessage) => void): () => void {
    const { pubsub } = this.#libp2p.services;
    const onMessage = (event: CustomEvent<Message>): void => {
      const message = event.detail;
      if (message.topic !== topic || message.type !== "signed") return;
      handler({ topic, from: message.from.toString(), bytes: message.data });
    };
    pubsub.addEventListener("message", onMessage);
    if (!pubsub.topicValidators.has(topic)) this.judge(topic, () => "accept");
    if (!pubsub.getTopics().includes(topic)) pubsub.subscribe(topic);
    return () => pubsub.removeEventListener("message", onMessage);
  }

  /**
   * Asks `judge` about each message of a topic before it is handed over or forwarded; too large ones are
   * rejected unasked. The returned function ends it. A topic has one judge.
   */
  judge(topic: string, judge: (message: GossipMessage) => Verdict): () => void {
    const { topicValidators } = this.#libp2p.services.pubsub;
    const { maxMessageBytes, reputation } = this;
    const observe = this.#observe;
    topicValidators.set(topic, validator({ topic, judge, maxMessageBytes, reputation, observe }));
    return () => topicValidators.delete(topic);
  }

  /** Leaves a topic for all handlers. */
  unsubscribe(topic: string): void {
    if (this.#libp2p.status !== "started") return;
    const { pubsub } = this.#libp2p.services;
    pubsub.unsubscribe(topic);
    pubsub.topicValidators.delete(topic);
  }

  /** Tells `handler` each peer that begins to listen to `topic`; the returned function ends it. */
  onSubscriber(topic: string, handler: (peer: string) => void): () => void {
    return this.onSubscription((peer, joined) => {
      if (joined === topic) handler(peer);
    });
  }

  /** Tells `handler` each peer and topic it begins to listen to; the returned function ends it. */
  onSubscription(handler: (peer: string, topic: string) => void): () => void {
    const { pubsub } = this.#libp2p.services;
    const onChange: Parameters<typeof pubsub.addEventListener<"subscription-change">>[1] = (
      event,
    ) => {
      const { peerId, subscriptions } = (event as CustomEvent<
        { peerId: PeerId; subscriptions: { topic: string; subscribe: boolean }[] }
      >).detail;
      for (const { topic, subscribe } of subscriptions) {
        if (subscribe) handler(peerId.toString(), topic);
      }
    };
    pubsub.addEventListener("subscription-change", onChange);
    return () => pubsub.removeEventListener("subscription-change", onChange);
  }

  /** Peers that listen to `topic`, as far as known. */
  subscribers(topic: string): readonly string[] {
    return this.#libp2p.services.pubsub.getSubscribers(topic).map((peer) => peer.toString());
  }

  /**
   * Publishes `bytes` and returns to how many peers they were sent; 0 if nobody is there.
   *
   * @throws {UsageError} if the message is larger than the limit.
   */
  async publish(topic: string, bytes: Uint8Array): Promise<number> {
    if (bytes.length > this.maxMessageBytes) {
      throw new UsageError(
        `Cannot publish message: ${bytes.length} bytes are more than the limit of ` +
          `${this.maxMessageBytes}`,
      );
    }
    const { recipients } = await this.#libp2p.services.pubsub.publish(topic, bytes);
    return recipients.length;
  }

  /** Tells `handler` each peer whose last connection has closed; the returned function ends it. */
  onDisconnect(handler: (peer: string) => void): () => void {
    const onEvent = (event: CustomEvent<PeerId>): void => handler(event.detail.toString());
    this.#libp2p.addEventListener("peer:disconnect", onEvent);
    return () => this.#libp2p.removeEventListener("peer:disconnect", onEvent);
  }

  /** Round-trip time to a peer in milliseconds. */
  async ping(peer: string): Promise<number> {
    return await this.#libp2p.services.ping.ping(peerIdFromString(peer));
  }

  /**
   * Takes the direct streams of a protocol.
   *
   * @internal
   */
  async handleStreams(handler: StreamHandler, protocol = SESSION_PROTOCOL): Promise<void> {
    await this.#libp2p.handle(protocol, handler, LIMITED_TOO);
  }

  /**
   * A direct stream over an open connection with `peer`.
   *
   * @internal
   */
  async openStream(
    peer: string,
    signal: AbortSignal,
    protocol = SESSION_PROTOCOL,
  ): Promise<Stream> {
    const connection = this.#best(peer);
    if (connection === undefined) {
      throw new UnreachableError(`Cannot open a stream to "${peer}": it is not connected`);
    }
    // Why both: a peer that does not answer must not hold up who has no hurry to stop.
    const limit = AbortSignal.any([signal, AbortSignal.timeout(DIAL_TIMEOUT_MS)]);
    try {
      return await connection.newStream(protocol, { signal: limit, ...LIMITED_TOO });
    } catch (error) {
      // Why: a connection that carries no stream is of no use, and would be taken again the next time.
      if (protocol === SESSION_PROTOCOL && !signal.aborted) connection.abort(error as Error);
      throw error;
    }
  }

  /**
   * Direct streams over every open connection with `peer`; those that fail are left out.
   *
   * @internal
   */
  async openStreams(peer: string): Promise<Stream[]> {
    const connections = this.#libp2p.getConnections(peerIdFromString(peer));
    const signal = AbortSignal.timeout(DIAL_TIMEOUT_MS);
    const streams = await Promise.allSettled(
      connections.map((connection) =>
        connection.newStream(SESSION_PROTOCOL, { signal, ...LIMITED_TOO })
      ),
    );
    return streams.flatMap((result) => result.status === "fulfilled" ? [result.value] : []);
  }

  /** Closes the connections with peers that are not wanted any more. */
  async dropUnwanted(): Promise<void> {
    const unwanted = this.#libp2p.getConnections()
      .filter((connection) => !isWanted(this.reputation, connection));
    await Promise.all(unwanted.map((connection) => connection.close()));
  }

  /**
   * Cuts every connection with `peer`, without a goodbye: they are no good.
   *
   * @internal
   */
  drop(peer: string): void {
    for (const connection of this.#libp2p.getConnections(peerIdFromString(peer))) {
      connection.abort(new ConnectionError("The connection is silent"));
    }
  }

  /**
   * Cuts the connection with the relay between us and `peer`, if there is one that does not answer: a NAT that lost
   * its state tells nobody.
   *
   * @internal
   */
  async probeRelay(peer: string): Promise<void> {
    const relay = this.path(peer)?.relay;
    if (relay === undefined) return;
    try {
      const signal = AbortSignal.timeout(PROBE_MS);
      await this.#libp2p.services.ping.ping(peerIdFromString(relay), { signal });
    } catch {
      this.drop(relay);
    }
  }

  /** Has `ending` done when the node stops, before its connections are closed. */
  atStop(ending: () => void | Promise<void>): void {
    this.#endings.push(ending);
  }

  /** Closes all connections and stops listening. */
  async stop(): Promise<void> {
    await Promise.all(this.#endings.splice(0).map((ending) => ending()));
    await this.#libp2p.stop();
  }
}
