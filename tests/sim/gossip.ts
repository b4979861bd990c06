/** Gossip in virtual time that loses, doubles, delays and so reorders messages, and meshes over it. */
import { concat, equal, utf8 } from "../../lib/base/mod.ts";
import { seededRng, sha256 } from "../../lib/crypto/mod.ts";
import { type Gossip, gossipConnect, type TopicHandler } from "../../lib/net/mod.ts";
import type { Identity, Mesh, MeshRequest } from "../../lib/session/ports.ts";
import { VirtualClock } from "./virtual_time.ts";

/** How bad the network is. */
export interface Weather {
  readonly seed: number;
  /** Chance that a copy is lost. */
  readonly loss: number;
  /** Chance that a message comes twice. */
  readonly twice: number;
  /** Most milliseconds that a message takes. */
  readonly delayMs: number;
}

/** Sees what is published; returns what each listener gets, or undefined to lose it. */
export type GossipTap = (from: string, bytes: Uint8Array) => Uint8Array | undefined;

/** A gossip network in memory. */
export class SimGossip {
  readonly #clock: VirtualClock;
  readonly #weather: Weather;
  readonly #random: () => number;
  readonly #handlers = new Map<string, { topic: string; handler: TopicHandler }>();
  readonly #cut = new Set<string>();
  /** Set by a test that interferes. */
  tap: GossipTap = (_, bytes) => bytes;
  /** Messages published so far. */
  published = 0;
  /** Bytes published so far. */
  bytes = 0;

  constructor(clock: VirtualClock, weather: Weather) {
    this.#clock = clock;
    this.#weather = weather;
    const rng = seededRng(utf8(`gossip ${weather.seed}`));
    const word = new Uint8Array(4);
    this.#random = (): number => {
      rng.fill(word);
      return new DataView(word.buffer).getUint32(0) / 2 ** 32;
    };
  }

  /** Nothing from or to `peer` arrives any more. */
  cut(peer: string): void {
    this.#cut.add(peer);
  }

  /** A message that seems to come from `peer`; what the listeners' judges say to it. */
  inject(peer: string, bytes: Uint8Array): Map<string, string> {
    const verdicts = new Map<string, string>();
    for (const [to, { handler }] of this.#handlers) {
      const verdict = handler.judge(peer, bytes);
      verdicts.set(to, verdict);
      if (verdict === "accept") handler.take(peer, bytes);
    }
    return verdicts;
  }

  /** The end of `peer`. */
  of(peer: string): Gossip {
    return {
      messageBytesMax: 1 << 20,
      listen: (topic, handler) => {
        this.#handlers.set(peer, { topic, handler });
        for (const [other, entry] of this.#handlers) {
          if (other !== peer && entry.topic === topic) entry.handler.onListener();
        }
        return () => this.#handlers.delete(peer);
      },
      publish: (topic, bytes) => {
        this.published += 1;
        this.bytes += bytes.length;
        if (!this.#cut.has(peer)) this.#spread(peer, topic, bytes.slice());
        return Promise.resolve();
      },
    };
  }

  #spread(from: string, topic: string, bytes: Uint8Array): void {
    const { loss, twice, delayMs } = this.#weather;
    for (const to of this.#handlers.keys()) {
      if (to === from) continue;
      for (let copies = this.#random() < twice ? 2 : 1; copies > 0; copies--) {
        const ms = 1 + this.#random() * delayMs;
        if (this.#random() < loss) continue;
        this.#clock.after(ms, () => {
          const entry = this.#handlers.get(to);
          if (entry?.topic !== topic || this.#cut.has(to) || this.#cut.has(from)) return;
          const seen = this.tap(from, bytes);
          if (seen === undefined || entry.handler.judge(from, seen) !== "accept") return;
          entry.handler.take(from, seen);
        });
      }
    }
  }
}

/** An identity whose signatures anybody can make; the simulated network is honest about authors. */
export function simIdentity(peerId: string): Identity {
  const make = (peer: string, bytes: Uint8Array): Uint8Array<ArrayBuffer> => {
    const half = sha256(utf8(peer), bytes);
    return concat(half, half);
  };
  return {
    peerId,
    sign: (bytes) => Promise.resolve(make(peerId, bytes)),
    verify: ({ peer, bytes, signature }) => Promise.resolve(equal(signature, make(peer, bytes))),
  };
}

/** Parties connected over simulated gossip. */
export interface SimGossipMesh {
  readonly clock: VirtualClock;
  readonly net: SimGossip;
  readonly peers: readonly string[];
  readonly meshes: readonly Mesh[];
  /** Why channels ended from outside, by party. */
  readonly ended: readonly string[][];
  close(): Promise<void>;
}

/** Session hash of the simulated meshes. */
export const SIM_SID = sha256(utf8("simulated gossip"));

/** Builds a mesh of `parties` in virtual time. */
export async function simGossipMesh(parties: number, weather: Weather): Promise<SimGossipMesh> {
  const clock = new VirtualClock();
  const running = clock.run();
  const net = new SimGossip(clock, weather);
  const peers = Array.from({ length: parties }, (_, party) => `peer ${party}`);
  const ended: string[][] = peers.map(() => []);
  const meshes = await Promise.all(peers.map((peer, self) => {
    const rng = seededRng(utf8(`${weather.seed}/${self}`));
    const connect = gossipConnect({
      gossip: net.of(peer),
      identity: simIdentity(peer),
      clock,
      random: (length) => rng.fill(new Uint8Array(length)),
    });
    const request: MeshRequest = {
      self,
      peers: peers.map((peer, party) => ({ party, peer, addresses: [] })),
      sid: SIM_SID,
      stepTimeoutMs: 300_000,
      onLink: () => {},
      onReady: () => {},
      onEnd: (text) => void ended[self]?.push(text),
    };
    return connect.open(request, new AbortController().signal);
  }));
  return {
    clock,
    net,
    peers,
    meshes,
    ended,
    async close(): Promise<void> {
      await Promise.all(meshes.map(({ channel }) => channel.abort("the test is over")));
      await Promise.all(meshes.map((mesh) => mesh.close()));
      clock.stop();
      await running;
    },
  };
}
