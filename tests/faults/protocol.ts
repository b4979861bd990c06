/** What the test and the process of a party say to each other: one JSON object on each line. */
import type { Phase, ProcessFault } from "./kinds.ts";
import type { Deed } from "./sabotage.ts";

/** A fault that the process itself commits, or tells the moment of. */
export interface FaultOrder {
  /** Undefined: somebody else commits it when the phase is told. */
  readonly own: ProcessFault | Deed | undefined;
  readonly phase: Phase;
}

/** The times of a session, in milliseconds. */
export interface Times {
  readonly waitMs: number;
  readonly stepTimeoutMs: number;
  readonly reconnectMs: number;
}

/** To a party. */
export type Command =
  /** TCP ports to connect to instead of others: what lies between this party and those that listen there. */
  | { readonly kind: "detours"; readonly ports: Readonly<Record<number, number>> }
  /** Meet and compute; without a ticket one is made. */
  | {
    readonly kind: "session";
    readonly ticket?: string | undefined;
    readonly times: Times;
    readonly fault?: FaultOrder;
  };

/** From a party. */
export type Report =
  | { readonly kind: "listening"; readonly port: number }
  | { readonly kind: "ticket"; readonly ticket: string }
  /** A phase has begun. */
  | { readonly kind: "phase"; readonly phase: Phase }
  /** The moment of the ordered fault. */
  | { readonly kind: "hit" }
  | { readonly kind: "ended"; readonly end: End };

/** How a session ended for a party. */
export type End =
  | { readonly output: string }
  | { readonly error: string; readonly exitCode: number | undefined; readonly message: string };
