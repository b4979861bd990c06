/** One libp2p node: transport, gossip and direct streams, behind plain functions. */
import "./shim.ts";
import { type GossipSub, gossipsub, type Message, TopicValidatorResult } from "@libp2p/gossipsub";
import { identify } from "@libp2p/identify";
import type { KadDHT } from "@libp2p/kad-dht";
import type { Connection, Libp2p, PeerId, Stream } from "@libp2p/interface";
import { peerIdFromString } from "@libp2p/peer-id";
import { type Ping, ping } from "@libp2p/ping";
import { preSharedKey } from "@libp2p/pnet";
import type { Multiaddr } from "@multiformats/multiaddr";
import { createLibp2p } from "libp2p";
import { ConnectionError, UnreachableError, UsageError } from "../base/mod.ts";
import { type Observe, observeNothing, type Register } from "../observability/mod.ts";
import { parseAddress, parseAddresses } from "./address.ts";
import { dialReason, listenReason } from "./failures.ts";
import { GOSSIP_RESULTS, type Verdict } from "./verdict.ts";
import { gaterOf, isWanted } from "./gater.ts";
import { observeConnections } from "./connections.ts";
import { findPeer, kademlia } from "./discovery.ts";
import { encrypters } from "./encrypters.ts";
import { gossipOptions } from "./gossip_options.ts";
import type { KeyIdentity } from "./identity.ts";
import { libp2pMetrics } from "./libp2p_metrics.ts";
import { plainYamux, wideYamux } from "./muxer.ts";
import type { NetworkKey } from "./private_network.ts";
import { Reputation } from "./reputation.ts";
import { transports } from "./transports.ts";

/** Protocol of the direct streams of a session. */
export const SESSION_PROTOCOL = "/p2p-mpc/session/1";

/** Most new connections a second from one host, and most that are being made at a time. */
const INBOUND_PER_SECOND_MAX = 64;
/** Most pings of one connection at a time, in each direction. */
const PINGS_MAX = 8;
/** Longest time for a connection, or a stream over it, to be made. */
const DIAL_TIMEOUT_MS = 15_000;

/** Arguments of {@linkcode startNode}. */
export interface NodeOptions {
  /** The own key. */
  readonly identity: KeyIdentity;
  /** Multiaddresses to listen on, such as `/ip4/0.0.0.0/tcp/0`. */
  readonly listen: readonly string[];
  /** Takes the events. */
  readonly observe?: Observe;
  /** Peer ids that get every gossip message directly and are dialled again when they are lost. */
  readonly explicitPeers?: readonly string[];
  /** Key of the private network; nodes with another key, or none, cannot connect. */
  readonly networkKey?: NetworkKey | undefined;
  /** Most connections at a time. Default: 100. */
  readonly maxConnections?: number;
  /** Largest gossip message that is taken or sent, in bytes. Default: 1 MiB. */
  readonly maxMessageBytes?: number;
  /** Who is not wanted. Default: nobody is remembered. */
  readonly reputation?: Reputation;
  /** Gets libp2p's and gossipsub's own metrics. */
  readonly metrics?: Register | undefined;
}

/** A gossip message; `from` is the authenticated peer id of its author. */
export interface GossipMessage {
  /** The gossip topic. */
  readonly topic: string;
  /** Peer id of the author, authenticated. */
  readonly from: string;
  /** The bytes. */
  readonly bytes: Uint8Array;
}

/** A connected peer. */
export interface ConnectedPeer {
  /** Peer id. */
  readonly peer: string;
  /** Multiaddress of the other end. */
  readonly address: string;
  /** Who has dialled. */
  readonly direction: "inbound" | "outbound";
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

type Services = { readonly pubsub: GossipSub; readonly ping: Ping; readonly kad: KadDHT };

/** A running node. */
export class Node {
  /** The own key. */
  readonly identity: KeyIdentity;
  /** Largest gossip message that is taken or sent, in bytes. */
  readonly maxMessageBytes: number;
  /** What is remembered of others; bans are enforced on every connection. */
  readonly reputation: Reputation;
  readonly #libp2p: Libp2p<Services>;

  /**
   * Wraps a started node; use {@linkcode startNode}.
   *
   * @internal
   */
  constructor(
    libp2p: Libp2p<Services>,
    options: NodeOptions & { readonly reputation: Reputation },
  ) {
    this.#libp2p = libp2p;
    this.identity = options.identity;
    this.reputation = options.reputation;
    this.maxMessageBytes = options.maxMessageBytes ?? 1 << 20;
  }

  /**
   * The node of the library.
   *
   * @internal
   */
  get libp2p(): Libp2p<Services> {
    return this.#libp2p;
  }

  /** The own peer id. */
  get peerId(): string {
    return this.identity.peerId;
  }

  /** Addresses that others may dial, each ending in `/p2p/<own peer id>`. */
  addresses(): readonly string[] {
    return this.#libp2p.getMultiaddrs().map((address) => address.toString());
  }

  /** The peers that are connected now. */
  peers(): readonly ConnectedPeer[] {
    return this.#libp2p.getConnections().map(({ remotePeer, remoteAddr, direction }) => ({
      peer: remotePeer.toString(),
      address: remoteAddr.toString(),
      direction,
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
      return await this.#dial(parseAddresses(target), within);
    } catch (cause) {
      const { peer } = target;
      const found = peer === undefined ? [] : await findPeer(this.#libp2p, peer, within);
      try {
        if (found.length > 0) return await this.#dial(found, within);
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

  async #dial(addresses: Multiaddr[], signal: AbortSignal): Promise<string> {
    return (await this.#libp2p.dial(addresses, { signal })).remotePeer.toString();
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
    topicValidators.set(topic, (forwarder, message) => {
      if (message.type !== "signed") return TopicValidatorResult.Reject;
      const from = message.from.toString();
      const isOversized = message.data.length > this.maxMessageBytes;
      const verdict = isOversized ? "reject" : judge({ topic, from, bytes: message.data });
      // Why the forwarder: the author's name is in the message, but only a peer's own links are its doing, and it
      // should have judged as we do.
      if (verdict === "reject") {
        const deed = isOversized ? "oversized message" : "malformed message";
        this.reputation.count(forwarder.toString(), deed);
      }
      return GOSSIP_RESULTS[verdict];
    });
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
    await this.#libp2p.handle(protocol, handler);
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
    const [connection] = this.#libp2p.getConnections(peerIdFromString(peer));
    if (connection === undefined) {
      throw new UnreachableError(`Cannot open a stream to "${peer}": it is not connected`);
    }
    // Why both: a peer that does not answer must not hold up who has no hurry to stop.
    const limit = AbortSignal.timeout(DIAL_TIMEOUT_MS);
    return await connection.newStream(protocol, { signal: AbortSignal.any([signal, limit]) });
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
      connections.map((connection) => connection.newStream(SESSION_PROTOCOL, { signal })),
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

  /** Closes all connections and stops listening. */
  async stop(): Promise<void> {
    await this.#libp2p.stop();
  }
}

/**
 * Starts a node.
 *
 * @throws {UsageError} if it cannot listen on any of the addresses, or an explicit peer is no peer id.
 */
export async function startNode(options: NodeOptions): Promise<Node> {
  const { identity, listen, maxConnections = 100, observe = observeNothing, networkKey } = options;
  const { reputation = new Reputation({ now: () => Date.now() }), metrics } = options;
  const gossip = gossipOptions(options, reputation);
  for (const address of listen) parseAddress(address);
  try {
    const libp2p = await createLibp2p<Services & Record<string, unknown>>({
      privateKey: identity.privateKey,
      addresses: { listen: [...listen] },
      transports: transports(),
      // Security: what is negotiated comes after this; nothing may bypass it and use the socket itself.
      ...(networkKey === undefined
        ? {}
        : { connectionProtector: preSharedKey({ psk: networkKey.encode() }) }),
      connectionEncrypters: encrypters(networkKey !== undefined),
      streamMuxers: [wideYamux(), plainYamux()],
      connectionManager: {
        maxConnections,
        // Why: many parties may come from one host at once, and a link that was cut comes back at once.
        inboundConnectionThreshold: INBOUND_PER_SECOND_MAX,
        maxIncomingPendingConnections: INBOUND_PER_SECOND_MAX,
      },
      connectionGater: gaterOf(reputation),
      ...(metrics === undefined ? {} : { metrics: () => libp2pMetrics(metrics) }),
      // Why: a party that computes for long does not answer pings, and must not be cut off for that.
      connectionMonitor: { abortConnectionOnPingFailure: false },
      services: {
        identify: identify(),
        kad: kademlia(),
        // Why several: the table of peers pings, too.
        ping: ping({ maxInboundStreams: PINGS_MAX, maxOutboundStreams: PINGS_MAX }),
        pubsub: gossipsub(gossip),
      },
    });
    observeConnections(libp2p, observe);
    return new Node(libp2p, { ...options, reputation });
  } catch (cause) {
    throw new UsageError(`Cannot listen on "${listen.join('", "')}": ${listenReason(cause)}`, {
      cause,
      hint: "choose another port, or 0 for any free one",
    });
  }
}
