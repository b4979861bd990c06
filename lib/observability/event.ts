/** What the program tells the outside while it works. Events are plain data and never hold a secret. */
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

/** Which side began: `inbound` is the other one, `outbound` we. */
export type Direction = "inbound" | "outbound";

/** What a request was made over: one of a few names, since it becomes a label of a metric. */
export type RequestProtocol = "session" | "gossip" | "ping" | "dial" | "metrics-http";

/** How a request ended. `rejected`: it was understood and refused. */
export type RequestResult = "ok" | "error" | "rejected" | "timeout";

/** The closed union of events. */
export type Event =
  /** A line of the conversation with the user, in the words that the user reads. */
  | { readonly kind: "notice"; readonly text: string }
  /** A diagnostic line for those who look closer. */
  | { readonly kind: "log"; readonly level: Level; readonly module: string; readonly text: string }
  /** Progress of a computation: `done` of `total` AND gates have passed `phase`. */
  | {
    readonly kind: "progress";
    readonly phase: Phase;
    readonly done: number;
    readonly total: number;
  }
  /** A connection to a peer was opened or closed. Every open is followed by one close of the same sort. */
  | {
    readonly kind: "connection";
    readonly change: "open" | "close";
    readonly direction: Direction;
    readonly via: "direct" | "relayed";
  }
  /** A request was answered, made or given up after `seconds`; a gossip message handled is one too. */
  | {
    readonly kind: "request";
    readonly protocol: RequestProtocol;
    readonly direction: Direction;
    readonly result: RequestResult;
    readonly seconds: number;
  }
  /** The node listens, under this peer id. */
  | { readonly kind: "identity"; readonly peer: string }
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
