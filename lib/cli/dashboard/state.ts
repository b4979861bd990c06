/** What the dashboard knows: collected from the events of the process, in bounded memory. */
import type { Node } from "../../net/mod.ts";
import type { Event, Observe } from "../../observability/mod.ts";
import { isNode, type RunningCommand } from "../config.ts";
import { Series } from "./history.ts";
import { SessionRecord } from "./session_view.ts";
import type { Gauge, GaugeName, PeerView, Snapshot, TopicView, Warning } from "./snapshot.ts";

/** Warnings that are kept. */
export const WARNINGS_MAX = 50;
/** Samples over which a rate is taken: what is told in leaps would show as needles otherwise. */
const RATE_SAMPLES = 6;
/** Longest text from elsewhere that is kept, in characters. */
const TEXT_MAX = 500;

/** What rates are taken of, at some time. */
interface Counts {
  readonly atMs: number;
  readonly bytes: number;
  readonly gates: number;
  readonly requests: number;
}

type ConnectionEvent = Event & { readonly kind: "connection" };
type Connection = Pick<PeerView, "peer" | "address" | "direction" | "via" | "sinceMs">;

/** What the dashboard asks of a node. */
export type WatchedNode = Pick<
  Node,
  "addresses" | "checkedAddresses" | "peers" | "reputation" | "subscribers"
>;

/** What {@linkcode DashboardState} needs. */
export interface StateOptions {
  /** Version of p2p-mpc. */
  readonly version: string;
  /** What runs. */
  readonly command: RunningCommand;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Bytes of memory in use. */
  readonly memory: () => number;
}

/** Collects. */
export class DashboardState {
  readonly #options: StateOptions;
  readonly #startedMs: number;
  readonly #session: SessionRecord | undefined;
  readonly #series: ReadonlyMap<GaugeName, Series>;
  readonly #connections: Connection[] = [];
  readonly #agents = new Map<string, string>();
  readonly #topics = new Set<string>();
  readonly #warnings: Warning[] = [];
  #peer: string | undefined;
  #node: WatchedNode | undefined;
  #told = 0;
  #requests = 0;
  /** At the last samples, the oldest first. */
  readonly #counts: Counts[];

  /** Takes all events. */
  readonly observe: Observe = (event) => {
    const nowMs = this.#options.now();
    this.#session?.observe(event, nowMs);
    switch (event.kind) {
      case "identity":
        this.#peer = event.peer;
        return;
      case "connection":
        return this.#connect(event, nowMs);
      case "identified":
        this.#agents.set(event.peer, event.agent.slice(0, TEXT_MAX));
        return;
      case "topic":
        this.#topics.add(event.topic);
        return;
      case "request":
        this.#requests++;
        return;
      case "log":
        if (event.level === "warn" || event.level === "error") this.#warn(event, nowMs);
    }
  };

  /** Begins with nothing. */
  constructor(options: StateOptions) {
    const { command, now } = options;
    this.#options = options;
    this.#startedMs = now();
    this.#counts = [{ atMs: this.#startedMs, bytes: 0, gates: 0, requests: 0 }];
    this.#session = isNode(command)
      ? undefined
      : new SessionRecord(this.#startedMs, command !== "preprocess");
    const names: GaugeName[] = isNode(command)
      ? ["connections", "requests", "memory"]
      : ["connections", "traffic", "gates", "memory"];
    this.#series = new Map(names.map((name) => [name, new Series()]));
  }

  /** Asks `node` from now on. */
  attach(node: WatchedNode): void {
    this.#node = node;
  }

  /** Adds a sample to every series; to be called about twice a second. */
  sample(): void {
    const { now, memory } = this.#options;
    const { bytes = 0, gates = 0 } = this.#session ?? {};
    const newest = { atMs: now(), bytes, gates, requests: this.#requests };
    const [oldest = newest] = this.#counts;
    const seconds = Math.max(1e-3, (newest.atMs - oldest.atMs) / 1000);
    const rate = (name: Exclude<keyof Counts, "atMs">): number =>
      (newest[name] - oldest[name]) / seconds;
    const values: Readonly<Record<GaugeName, number>> = {
      connections: this.#connections.length,
      traffic: rate("bytes"),
      gates: rate("gates"),
      requests: rate("requests"),
      memory: memory(),
    };
    for (const [name, series] of this.#series) series.add(values[name]);
    this.#counts.push(newest);
    if (this.#counts.length > RATE_SAMPLES) this.#counts.shift();
  }

  /** Everything as of now. */
  snapshot(): Snapshot {
    const { version, command, now } = this.#options;
    const atMs = now();
    return {
      ...{ v: 1, version, command, atMs, startedMs: this.#startedMs },
      ...{ peer: this.#peer, addresses: this.#node?.addresses() ?? [] },
      checkedAddresses: this.#node?.checkedAddresses(atMs) ?? [],
      ...{ peers: this.#peers(), topics: this.#topicViews(), session: this.#session?.view(atMs) },
      gauges: [...this.#series].map(([name, series]): Gauge => {
        return { name, samples: series.samples() };
      }),
      warnings: this.#warnings.toReversed(),
    };
  }

  #connect({ change, peer, address, direction, via }: ConnectionEvent, nowMs: number): void {
    if (change === "open") {
      this.#connections.push({ peer, address, direction, via, sinceMs: nowMs });
      return;
    }
    const at = this.#connections.findIndex((open) => {
      return open.peer === peer && open.address === address && open.direction === direction;
    });
    if (at >= 0) this.#connections.splice(at, 1);
    if (!this.#connections.some((open) => open.peer === peer)) this.#agents.delete(peer);
  }

  #peers(): PeerView[] {
    const connected = this.#node?.peers() ?? [];
    return this.#connections.map((connection) => {
      const { peer, address } = connection;
      const { score = 0, alias } = this.#node?.reputation.record(peer) ?? {};
      const standing = this.#node?.reputation.standing(peer) ?? "neutral";
      const { rttMs } = connected.find((other) => other.address === address) ?? {};
      return { ...connection, agent: this.#agents.get(peer), rttMs, standing, score, alias };
    });
  }

  #topicViews(): TopicView[] {
    return [...this.#topics].map((name) => {
      return { name, listeners: this.#node?.subscribers(name).length ?? 0 };
    });
  }

  #warn({ level, module, text }: Event & { readonly kind: "log" }, atMs: number): void {
    const number = this.#told++;
    this.#warnings.push({ number, atMs, level, module, text: text.slice(0, TEXT_MAX) });
    if (this.#warnings.length > WARNINGS_MAX) this.#warnings.shift();
  }
}
