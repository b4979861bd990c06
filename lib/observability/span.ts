/** Spans: work with a beginning and an end. Who does the work tells both; when that was is the sink's to know. */
import { MpcError } from "../base/mod.ts";
import type { Observe, Phase } from "./event.ts";

/** Names of spans. They are few: what differs from case to case is an attribute. */
export type SpanName =
  | "run mpc session"
  | "fetch program"
  | "compile program"
  | "join rendezvous"
  | "agree session"
  | "ask consent"
  | `mpc phase ${Phase}`
  | `mpc round ${string}`;

/**
 * What can be said of a span.
 *
 * Security: the union is closed, so that no input, output, key, ticket, label or global key has a place in it.
 */
export interface SpanAttributes {
  /** SHA-256 of the session id, hex. */
  readonly "mpc.session.id"?: string;
  /** Own party number. */
  readonly "mpc.party.index"?: number;
  /** Number of parties. */
  readonly "mpc.party.count"?: number;
  /** SHA-256 of the program's source, hex. */
  readonly "mpc.program.hash"?: string;
  /** Digest of the circuit, hex. */
  readonly "mpc.circuit.hash"?: string;
  /** AND gates of the circuit. */
  readonly "mpc.circuit.and_gates"?: number;
  /** Phase of the protocol. */
  readonly "mpc.phase"?: Phase;
  /** Number of the chunk of AND gates, from 0. */
  readonly "mpc.chunk"?: number;
  /** Step of the protocol, with its numbers. */
  readonly "mpc.round.label"?: string;
  /** Messages of a round, in both directions. */
  readonly "mpc.round.messages"?: number;
  /** Payload bytes that were sent in a round. */
  readonly "mpc.round.bytes_sent"?: number;
  /** Payload bytes that were received in a round. */
  readonly "mpc.round.bytes_received"?: number;
  /** Own peer id. */
  readonly "libp2p.peer.id"?: string;
}

/** The span of the whole session: all others are below it. */
export const SESSION_SPAN = "run mpc session";

/** A span begins, something about it becomes known, or it ends. */
export type SpanEvent =
  | {
    readonly kind: "span";
    readonly change: "begin";
    /** Different from those of all spans that are open. */
    readonly id: string;
    readonly name: SpanName;
    /** Ids of spans that it may be a part of: the first that is open. Without any: the session's. */
    readonly within?: readonly string[];
    readonly attributes?: SpanAttributes;
  }
  | {
    readonly kind: "span";
    readonly change: "note";
    readonly id: string;
    readonly attributes: SpanAttributes;
  }
  | {
    readonly kind: "span";
    readonly change: "end";
    readonly id: string;
    readonly attributes?: SpanAttributes;
    /** Class of the error that ended it, see {@linkcode errorType}. */
    readonly error?: string;
  };

/** Class of an error that is not one of ours. */
export const OTHER_ERROR = "_OTHER";

/** What a span says of an error: its class, and nothing of its text. */
export function errorType(error: unknown): string {
  return error instanceof MpcError ? error.name : OTHER_ERROR;
}

/** A span around some work. */
export interface SpanAround<T> {
  /** Its name, which is also its id. */
  readonly name: SpanName;
  /** Ids of spans that it may be a part of. */
  readonly within?: readonly string[];
  /** What is known before. */
  readonly attributes?: SpanAttributes;
  /** What the outcome tells. */
  readonly outcome?: (value: T) => SpanAttributes;
}

/** Runs `work` as a span. */
export async function inSpan<T>(
  observe: Observe,
  { name, within, attributes, outcome }: SpanAround<T>,
  work: () => Promise<T>,
): Promise<T> {
  observe({
    ...{ kind: "span", change: "begin", id: name, name },
    ...(within === undefined ? {} : { within }),
    ...(attributes === undefined ? {} : { attributes }),
  });
  try {
    const value = await work();
    const told = outcome === undefined ? {} : { attributes: outcome(value) };
    observe({ kind: "span", change: "end", id: name, ...told });
    return value;
  } catch (error) {
    observe({ kind: "span", change: "end", id: name, error: errorType(error) });
    throw error;
  }
}
