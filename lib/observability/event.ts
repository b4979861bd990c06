/** What the program tells the outside while it works. Events are plain data and never hold a secret. */

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
  };

/** Takes events; must not throw and must not wait. */
export type Observe = (event: Event) => void;

/** Drops every event. */
export function observeNothing(_event: Event): void {}
