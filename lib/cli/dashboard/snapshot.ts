/** What the dashboard shows, as plain data. Nothing of an input, an output, a key or a ticket has a place in it. */
import type {
  Direction,
  Level,
  SessionResult,
  SessionSnapshot,
  TrafficPhase,
} from "../../observability/mod.ts";
import type { Stretch } from "./history.ts";

/** What a time line can show of a party, in the order in which it comes. */
export const LINE_PHASES = [
  "compiling",
  "meeting",
  "agreement",
  "set-up",
  "authenticated bits",
  "leaky ANDs",
  "buckets",
  "inputs",
  "tables",
  "output",
] as const;

/** What a party is at. */
export type LinePhase = typeof LINE_PHASES[number];

/** A log line that is worth a look. */
export interface Warning {
  /** Number of the line, from 0. */
  readonly number: number;
  /** Milliseconds since 1970. */
  readonly atMs: number;
  readonly level: Level;
  readonly module: string;
  readonly text: string;
}

/** Payload bytes in both directions. */
export interface Traffic {
  readonly sent: number;
  readonly received: number;
}

/** A party of a session, with what we and it have sent each other; the own one with what we have sent all. */
export interface PartyView extends Traffic {
  readonly party: number;
  readonly isSelf: boolean;
  /** Its peer id, once known. */
  readonly peer: string | undefined;
  /**
   * What it did when, as its messages tell: making material, and using it, which overlap. How far a line goes is when
   * the last message of the party came, or was sent by us.
   */
  readonly lines: readonly (readonly Stretch<LinePhase>[])[];
  /** What its last message was about. */
  readonly latest: LinePhase | undefined;
}

/** The session of this process; what is not known yet is undefined. */
export interface SessionView extends Traffic {
  readonly known: SessionSnapshot | undefined;
  /** How it ended. */
  readonly result: SessionResult | undefined;
  /** Milliseconds since 1970. */
  readonly startedMs: number;
  /** Time from the start to now, or to its end. */
  readonly elapsedMs: number;
  /** Part of the computation that is done, from 0 to 1. */
  readonly fraction: number;
  /** AND gates a second, on average. */
  readonly gatesPerSecond: number | undefined;
  /** Seconds that are left, as far as can be told. */
  readonly secondsLeft: number | undefined;
  readonly parties: readonly PartyView[];
  /** Bytes by phase of the wire, in order; those that have some. */
  readonly phases: readonly (Traffic & { readonly phase: TrafficPhase })[];
}

/** What is watched over time. */
export type GaugeName = "connections" | "traffic" | "gates" | "requests" | "memory";

/** A number and how it was. */
export interface Gauge {
  /** Connections, bytes a second, AND gates a second, requests a second, bytes. */
  readonly name: GaugeName;
  /** Samples, two a second, the oldest first. */
  readonly samples: readonly number[];
}

/** A connected peer. */
export interface PeerView {
  /** Peer id. */
  readonly peer: string;
  /** The user's name for it. */
  readonly alias: string | undefined;
  /** What it says that it runs. */
  readonly agent: string | undefined;
  /** Multiaddress of the other end. */
  readonly address: string;
  readonly direction: Direction;
  readonly via: "direct" | "relayed";
  /** Round-trip time, in milliseconds. */
  readonly rttMs: number | undefined;
  /** How it stands with this node: trusted, good, neutral, bad or banned. */
  readonly standing: string;
  /** Score of its behaviour. */
  readonly score: number;
  /** When the connection was made, milliseconds since 1970. */
  readonly sinceMs: number;
}

/** A topic of the user's. */
export interface TopicView {
  readonly name: string;
  /** Connected peers that listen to it. */
  readonly listeners: number;
}

/** Everything. */
export interface Snapshot {
  /** Version of this form. */
  readonly v: 1;
  /** Version of p2p-mpc. */
  readonly version: string;
  /** What runs, such as node or join. */
  readonly command: string;
  /** Now, milliseconds since 1970. */
  readonly atMs: number;
  /** When the process began, likewise. */
  readonly startedMs: number;
  /** Own peer id, once the node listens. */
  readonly peer: string | undefined;
  /** Own multiaddresses. */
  readonly addresses: readonly string[];
  /** Those at which others have reached us of late, to see whether they can. */
  readonly checkedAddresses: readonly string[];
  readonly peers: readonly PeerView[];
  readonly topics: readonly TopicView[];
  /** The session of this process; a node has none. */
  readonly session: SessionView | undefined;
  readonly gauges: readonly Gauge[];
  /** The newest first. */
  readonly warnings: readonly Warning[];
}
