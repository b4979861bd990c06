/**
 * The mesh over gossip, for parties that cannot reach each other: one topic that only the parties can
 * name, and on it for each pair a link that is encrypted and authenticated end to end.
 *
 * Each party says its session key, signed, until all have proved that they know it: a packet that was
 * sealed with the keys of the pair can be made only by the other one.
 */
import { concat, equal, toHex, utf8 } from "../base/mod.ts";
import { sha256 } from "../crypto/mod.ts";
import type { Observe } from "../observability/mod.ts";
import type {
  Clock,
  Connect,
  Identity,
  Mesh,
  MeshPeer,
  MeshRequest,
  Random,
} from "../session/ports.ts";
import type { Gossip } from "./gossip_topic.ts";
import type { Verdict } from "./verdict.ts";
import {
  decodePacket,
  encodePacketHeader,
  type Packet,
  PACKET_HEADER_BYTES,
  PACKET_OVERHEAD_BYTES,
  PACKET_TAG_BYTES,
  TO_ALL,
} from "./packet.ts";
import { PacketLink } from "./packet_link.ts";
import {
  checkKey,
  KEY_BODY_BYTES,
  pairCiphers,
  type SessionKey,
  sessionKey,
  signKey,
} from "./pair_keys.ts";
import { type ChannelLimits, StreamChannel } from "./stream_channel.ts";

/** Time between two repetitions of the own key. */
const REPEAT_MS = 300;
/** Largest packet; larger ones go no faster. */
const PACKET_BYTES = 128 * 1024;
/** Bytes that gossip adds to a packet. */
const ENVELOPE_BYTES = 1024;
/** Time for which the last packets of a mesh may still be on their way out. */
const LINGER_MS = 200;
/** A party that gives no sign of life for so long is lost. */
const SILENCE_MS = 60_000;

/** Arguments of {@linkcode gossipConnect}. */
export interface GossipConnectInit {
  /** What carries the packets. */
  readonly gossip: Gossip;
  /** The own key. */
  readonly identity: Identity;
  /** Time and timers. */
  readonly clock: Clock;
  /** Source of random bytes. */
  readonly random: Random;
  /** Bounds of the channel; the step time-out comes with the request. */
  readonly limits?: Omit<ChannelLimits, "stepTimeoutMs">;
  /** Time without a sign of life after which a party is lost, in milliseconds. Default: 60 s. */
  readonly silenceMs?: number;
  /** Takes the events. */
  readonly observe?: Observe;
}

/** The gossip topic of the session with hash `sid`. Only the parties know the hash. */
export function dataTopic(sid: Uint8Array): string {
  return `/p2p-mpc/data/1/${toHex(sha256(utf8("p2p-mpc data topic v1\0"), sid))}`;
}

/** The packets of one session: keys first, then one link for each other party. */
class Exchange {
  readonly #init: GossipConnectInit;
  readonly #request: MeshRequest;
  readonly #tag: Uint8Array;
  readonly #topic: string;
  readonly #key: SessionKey;
  readonly #packetBytes: number;
  readonly #links = new Map<number, PacketLink>();
  /** Parties whose key is being checked, or was found. */
  readonly #keyed = new Set<number>();
  readonly #sending = new Set<Promise<void>>();
  readonly #complete = Promise.withResolvers<void>();
  #announcement: Uint8Array<ArrayBuffer> | undefined;
  #announcing = true;
  #closed: Promise<void> | undefined;
  #cancelRepeat = (): void => {};
  #unlisten = (): void => {};

  constructor(init: GossipConnectInit, request: MeshRequest) {
    const { gossip, random } = init;
    this.#init = init;
    this.#request = request;
    this.#tag = request.sid.slice(0, PACKET_TAG_BYTES);
    this.#topic = dataTopic(request.sid);
    this.#key = sessionKey(random(32));
    const room = gossip.messageBytesMax - ENVELOPE_BYTES;
    this.#packetBytes = Math.min(PACKET_BYTES, room) - PACKET_OVERHEAD_BYTES;
  }

  /** Resolves with one link for each other party, or rejects with the reason of `signal`. */
  async open(signal: AbortSignal): Promise<ReadonlyMap<number, PacketLink>> {
    const { identity, gossip } = this.#init;
    const { sid, self } = this.#request;
    const onAbort = (): void => this.#complete.reject(signal.reason);
    signal.addEventListener("abort", onAbort);
    try {
      signal.throwIfAborted();
      const body = await signKey(identity, { sid, party: self, key: this.#key.key });
      const start = { kind: "key", tag: this.#tag, from: self, to: TO_ALL, counter: 0 } as const;
      this.#announcement = concat(encodePacketHeader(start), body);
      this.#unlisten = gossip.listen(this.#topic, {
        judge: (from, bytes) => this.#judge(from, bytes),
        take: (from, bytes) => this.#take(from, bytes),
        onListener: () => this.#announce(),
      });
      this.#announce();
      await this.#complete.promise;
      return this.#links;
    } catch (error) {
      for (const link of this.#links.values()) link.destroy("The mesh could not be built");
      await this.close();
      throw error;
    } finally {
      signal.removeEventListener("abort", onAbort);
    }
  }

  /** Stops to listen when the last packets have gone out. */
  close(): Promise<void> {
    return this.#closed ??= this.#close();
  }

  async #close(): Promise<void> {
    this.#announcing = false;
    this.#cancelRepeat();
    await Promise.all(this.#sending);
    await new Promise<void>((resolve) => this.#init.clock.after(LINGER_MS, resolve));
    this.#unlisten();
  }

  #publish(bytes: Uint8Array<ArrayBuffer>): void {
    const work = this.#init.gossip.publish(this.#topic, bytes)
      .finally(() => this.#sending.delete(work));
    this.#sending.add(work);
  }

  /** Says the own key now, and again until everybody has proved to know it. */
  #announce(): void {
    if (!this.#announcing || this.#announcement === undefined) return;
    this.#cancelRepeat();
    this.#publish(this.#announcement);
    this.#cancelRepeat = this.#init.clock.after(REPEAT_MS, () => this.#announce());
  }

  #peer(party: number): MeshPeer | undefined {
    return this.#request.peers.find((peer) => peer.party === party);
  }

  /**
   * Size, form, session, author and number: all that can be seen without a key. Only what nobody should
   * forward is rejected; who is a party, a node in the middle cannot know.
   */
  #judge(from: string, bytes: Uint8Array): Verdict {
    if (bytes.length > this.#packetBytes + PACKET_OVERHEAD_BYTES) return "oversized";
    const packet = decodePacket(bytes);
    if (packet === undefined) return "malformed";
    if (!equal(packet.tag, this.#tag)) return "unknown_session";
    if (this.#peer(packet.from)?.peer !== from) return "wrong_author";
    if (packet.kind === "key") {
      if (packet.to !== TO_ALL) return "wrong_recipient";
      return bytes.length === PACKET_HEADER_BYTES + KEY_BODY_BYTES ? "accept" : "unreadable";
    }
    if (packet.to === packet.from || this.#peer(packet.to) === undefined) return "wrong_recipient";
    if (packet.to !== this.#request.self || packet.kind !== "data") return "accept";
    const mayTake = this.#links.get(packet.from)?.mayTake(packet.counter) !== false;
    return mayTake ? "accept" : "wrong_number";
  }

  #take(from: string, bytes: Uint8Array): void {
    const packet = decodePacket(bytes);
    if (packet === undefined || packet.from === this.#request.self) return;
    if (packet.kind === "key") void this.#takeKey(from, packet);
    else if (packet.to === this.#request.self) this.#links.get(packet.from)?.receive(packet);
  }

  async #takeKey(peer: string, { from: party, body }: Packet): Promise<void> {
    if (this.#keyed.has(party) || !this.#announcing) return;
    this.#keyed.add(party);
    const { identity, clock } = this.#init;
    const { sid, self } = this.#request;
    const key = await checkKey(identity, { sid, party, peer, body });
    if (key === undefined || !this.#announcing) return void this.#keyed.delete(party);
    const own = { party: self, key: this.#key.key };
    const pair = { sid, tag: this.#tag, secret: this.#key.secret, own, other: { party, key } };
    try {
      const ciphers = pairCiphers(pair);
      this.#announce();
      const link: PacketLink = new PacketLink({
        party,
        tag: this.#tag,
        ciphers,
        clock,
        publish: (bytes) => this.#publish(bytes),
        packetBytes: this.#packetBytes,
        silenceMs: this.#init.silenceMs ?? SILENCE_MS,
        onHeard: () => this.#heard(party),
        onOver: () => this.#ended(),
      });
      this.#links.set(party, link);
    } catch (error) {
      this.#complete.reject(error);
    }
  }

  #heard(party: number): void {
    this.#request.onLink(party);
    const links = [...this.#links.values()];
    if (links.length < this.#request.peers.length - 1 || !links.every(({ heard }) => heard)) return;
    this.#announcing = false;
    this.#cancelRepeat();
    this.#key.secret.fill(0);
    this.#complete.resolve();
  }

  /** What is left when all links are over is of no use. */
  #ended(): void {
    if ([...this.#links.values()].every(({ over }) => over)) void this.close();
  }
}

class GossipConnect implements Connect {
  readonly #init: GossipConnectInit;

  constructor(init: GossipConnectInit) {
    this.#init = init;
  }

  async open(request: MeshRequest, signal: AbortSignal): Promise<Mesh> {
    const exchange = new Exchange(this.#init, request);
    const links = await exchange.open(signal);
    const { self, onReady, onEnd, stepTimeoutMs } = request;
    const limits = { ...this.#init.limits, stepTimeoutMs };
    const { clock, observe } = this.#init;
    const onWait = (text: string): void => observe?.({ kind: "notice", text });
    const channel = new StreamChannel({ self, links, clock, limits, onReady, onEnd, onWait });
    return {
      channel,
      announceReady: () => channel.announceReady(),
      async close(): Promise<void> {
        await channel.close();
        await exchange.close();
      },
    };
  }
}

/** Builds meshes over gossip. */
export function gossipConnect(init: GossipConnectInit): Connect {
  return new GossipConnect(init);
}
