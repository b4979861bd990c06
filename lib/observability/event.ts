/** What the program tells the outside while it works. Events are plain data and never hold a secret. */
import type { SessionResult, SessionSnapshot } from "./session_event.ts";
import type { SpanEvent } from "./span.ts";

/** Severity of a log line. */
export type Level = "error" | "warn" | "info" | "debug" | "trace";

/** Phases of a computation, in order. */
export type Phase =
  | "setup"
  | "authenticated bits"
  | "leaky ANDs"
  | "buckets"
  | "garbling"
  | "inputs"
  | "evaluation"
  | "output";

/** Phases of the protocol on the wire, in order, as the table of bytes in docs/PROTOCOL.md has them. */
export const TRAFFIC_PHASES = [
  "set-up",
  "authenticated bits",
  "delta consistency",
  "leaky ANDs",
  "buckets",
  "V check",
  "inputs",
  "tables",
  "checks",
  "output",
] as const;

/** Name of a phase of the protocol on the wire. */
export type TrafficPhase = typeof TRAFFIC_PHASES[number];

/** Which side began: `inbound` is the other one, `outbound` we. */
export type Direction = "inbound" | "outbound";

/** What a request was made over: one of a few names, since it becomes a label of a metric. */
export type RequestProtocol = "session" | "blob" | "gossip" | "ping" | "dial" | "metrics-http";

/** How a request ended. `rejected`: it was understood and refused. */
export type RequestResult = "ok" | "error" | "rejected" | "timeout";

/** What a dial went over, by the first of the addresses. */
export const DIAL_TRANSPORTS = ["tcp", "ws", "relay"] as const;

/** Name of what a dial went over. */
export type DialTransport = typeof DIAL_TRANSPORTS[number];

/** Why a dial failed. */
export const DIAL_FAILURES = [
  "refused",
  "timeout",
  "unexpected_peer",
  "no_route",
  "other",
] as const;

/** Name of why a dial failed. */
export type DialFailure = typeof DIAL_FAILURES[number];

/**
 * Why a gossip message was dropped. `forged`: its author may not say that. `unreadable`: of another version, or nonsense. Of
 * packets: the author is not the party that the packet names, the recipient is none that it can have, or the number is out of reach.
 */
export const DROP_REASONS = [
  "unsigned",
  "oversized",
  "malformed",
  "forged",
  "unreadable",
  "unknown_session",
  "wrong_author",
  "wrong_recipient",
  "wrong_number",
] as const;

/** Name of why a gossip message was dropped. */
export type DropReason = typeof DROP_REASONS[number];

/** Oblivious transfers: with public keys, or from those by symmetric primitives alone. */
export const OT_SORTS = ["base", "extended"] as const;

/** Name of a sort of oblivious transfers. */
export type OtSort = typeof OT_SORTS[number];

/** How a party decides about a session: by its flags or a person, or by its policy alone. */
export const CONSENT_DECISIONS = [
  "granted",
  "refused",
  "policy_granted",
  "policy_refused",
] as const;

/** Name of a decision. */
export type ConsentDecision = typeof CONSENT_DECISIONS[number];

/** The closed union of events. */
export type Event =
  /** A line of the conversation with the user, in the words that the user reads. */
  | {
    readonly kind: "notice";
    readonly text: string;
    /** It is for the eyes of the user alone, as a ticket is: no log has it. */
    readonly private?: true;
  }
  /** A diagnostic line for those who look closer. */
  | { readonly kind: "log"; readonly level: Level; readonly module: string; readonly text: string }
  /** Progress of a computation: `done` of `total` AND gates have passed `phase`. */
  | {
    readonly kind: "progress";
    readonly phase: Phase;
    readonly done: number;
    readonly total: number;
    /** Payload bytes of the computation so far, sent and received, where they are known. */
    readonly bytes?: number;
  }
  /** A connection to a peer was opened or closed. Every open is followed by one close of the same sort. */
  | {
    readonly kind: "connection";
    readonly change: "open" | "close";
    readonly direction: Direction;
    readonly via: "direct" | "relayed";
    /** Peer id of the other end. */
    readonly peer: string;
    /** Multiaddress of the other end. */
    readonly address: string;
  }
  /** A request was answered, made or given up after `seconds`; a gossip message handled is one too. */
  | {
    readonly kind: "request";
    readonly protocol: RequestProtocol;
    readonly direction: Direction;
    readonly result: RequestResult;
    readonly seconds: number;
  }
  /** The node listens, under this peer id and at these multiaddresses. */
  | { readonly kind: "identity"; readonly peer: string; readonly addresses: readonly string[] }
  /** The node listens to a gossip topic of the user's from now on. */
  | { readonly kind: "topic"; readonly topic: string }
  /** A peer has said what it runs. Its own words: anything may stand there. */
  | { readonly kind: "identified"; readonly peer: string; readonly agent: string }
  /** A peer answered a ping after `seconds`. */
  | { readonly kind: "rtt"; readonly peer: string; readonly seconds: number }
  /** A session has come to another stage, or knows more of itself. */
  | { readonly kind: "session"; readonly session: SessionSnapshot }
  /** The user, or what the user said before, has decided about a session. */
  | { readonly kind: "consent"; readonly decision: ConsentDecision }
  /** The session of this command is over. */
  | { readonly kind: "session end"; readonly result: SessionResult }
  /** A check of the protocol has passed or failed, `count` times. */
  | {
    readonly kind: "check";
    readonly check: string;
    readonly passed: boolean;
    readonly count: number;
  }
  /** This party took part in `count` oblivious transfers, as either side. */
  | { readonly kind: "ot"; readonly sort: OtSort; readonly count: number }
  /** A message other than those of the protocol; `topic` if it is one of a user, else it is of a session before it runs. */
  | {
    readonly kind: "message";
    readonly direction: Direction;
    readonly bytes: number;
    readonly topic?: string;
  }
  /** A gossip message was neither handed over nor forwarded. */
  | { readonly kind: "dropped"; readonly reason: DropReason }
  /** A peer was dialled; `failure` if it was not reached. */
  | { readonly kind: "dial"; readonly transport: DialTransport; readonly failure?: DialFailure }
  /** A peer did something that counts against it. */
  | { readonly kind: "penalty"; readonly reason: string }
  /** The link with a party was lost while the session ran, or it came back. */
  | { readonly kind: "link"; readonly change: "lost" | "back"; readonly party: number }
  /** A message of the protocol was sent to a party, or received from it after waiting for `seconds`. */
  | {
    readonly kind: "traffic";
    readonly direction: Direction;
    readonly party: number;
    readonly phase: TrafficPhase;
    /** Payload. */
    readonly bytes: number;
    readonly seconds: number;
    /** It is the first message of its step: a round begins. */
    readonly begins?: true;
  }
  | SpanEvent;

/** Takes events; must not throw and must not wait. */
export type Observe = (event: Event) => void;

/** Drops every event. */
export const observeNothing: Observe = (): void => {};

/** Hands each event to every one of `sinks`, in order. */
export function observeAll(...sinks: readonly Observe[]): Observe {
  return (event) => {
    for (const sink of sinks) sink(event);
  };
}
