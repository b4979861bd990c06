/** Spans from events: each one with its place in a trace and its times. */
import { toHex } from "../base/mod.ts";
import type { Event, Observe, RequestProtocol } from "./event.ts";
import { OTHER_ERROR, SESSION_SPAN, type SpanAttributes, type SpanEvent } from "./span.ts";

/** Whose work a span is: our own, or a part of an exchange with somebody. */
export type SpanKind = "internal" | "client" | "server" | "consumer";

/** Values of attributes by name. */
export type Attributes = Readonly<Record<string, string | number>>;

/** A span that is over. Ids are hex. */
export interface FinishedSpan {
  /** 16 bytes. */
  readonly traceId: string;
  /** 8 bytes. */
  readonly spanId: string;
  /** 8 bytes; undefined for the root. */
  readonly parentId: string | undefined;
  /** What it is called. */
  readonly name: string;
  /** Whose work it is. */
  readonly kind: SpanKind;
  /** Begin, milliseconds since 1970, with a fraction. */
  readonly startMs: number;
  /** End, likewise. */
  readonly endMs: number;
  /** What is known about it. */
  readonly attributes: Attributes;
  /** Class of the error that ended it. */
  readonly error: string | undefined;
}

/** Where a line of the log belongs. */
export interface TracePlace {
  /** 16 bytes, hex. */
  readonly traceId: string;
  /** The root span, 8 bytes, hex. */
  readonly spanId: string;
}

/** What {@linkcode spanSink} needs. */
export interface SpanSinkOptions {
  /** Milliseconds since 1970, with a fraction. */
  readonly now: () => number;
  /** Fresh random bytes. */
  readonly random: (length: number) => Uint8Array;
  /** Takes spans when they are over and their trace is known; must not throw. */
  readonly emit: (span: FinishedSpan) => void;
  /** Which requests are spans. */
  readonly wanted: (protocol: RequestProtocol) => boolean;
}

/** Makes spans of events. */
export interface SpanSink {
  /** Takes spans and requests; all other events are ignored. */
  readonly observe: Observe;
  /** The trace of the session, once it is known. */
  place(): TracePlace | undefined;
  /** Ends what is open, and emits what waits for its trace. */
  close(): void;
}

/** Most spans that wait for their trace to be known. */
const WAITING_MAX = 1000;
const TRACE_ID_BYTES = 16;
const SPAN_ID_BYTES = 8;

interface OpenSpan {
  readonly spanId: string;
  readonly parentId: string | undefined;
  readonly name: string;
  readonly startMs: number;
  readonly attributes: Record<string, string | number>;
}

type Unplaced = Omit<FinishedSpan, "traceId">;
type Request = Event & { readonly kind: "request" };

interface RequestSpan {
  readonly name: string;
  readonly kind: SpanKind;
  readonly attributes?: Attributes;
}

/** How a request is told, by what it was made over. */
const REQUESTS: Readonly<Record<RequestProtocol, RequestSpan>> = {
  session: { name: "exchange session messages", kind: "server" },
  blob: { name: "fetch blob", kind: "client" },
  gossip: {
    ...{ name: "receive message", kind: "consumer" },
    attributes: {
      "messaging.system": "libp2p_gossipsub",
      "messaging.operation.name": "receive",
      "messaging.operation.type": "process",
    },
  },
  ping: { name: "ping peer", kind: "client" },
  dial: { name: "dial peer", kind: "client" },
  "metrics-http": { name: "serve metrics", kind: "server" },
};

class Spans implements SpanSink {
  readonly #options: SpanSinkOptions;
  readonly #open = new Map<string, OpenSpan>();
  /** Spans of the session while its trace is not known. */
  #waiting: Unplaced[] = [];
  #traceId: string | undefined;
  #rootId: string | undefined;
  readonly observe: Observe = (event) => {
    if (event.kind === "span") this.#change(event);
    else if (event.kind === "request" && this.#options.wanted(event.protocol)) this.#request(event);
  };

  constructor(options: SpanSinkOptions) {
    this.#options = options;
  }

  place(): TracePlace | undefined {
    const [traceId, spanId] = [this.#traceId, this.#rootId];
    return traceId === undefined || spanId === undefined ? undefined : { traceId, spanId };
  }

  close(): void {
    this.#endAll(OTHER_ERROR);
    this.#setTrace(this.#id(TRACE_ID_BYTES));
  }

  #change(event: SpanEvent): void {
    switch (event.change) {
      case "begin":
        return this.#begin(event);
      case "note":
        return this.#note(event.id, event.attributes);
      case "end":
        this.#note(event.id, event.attributes);
        return event.id === SESSION_SPAN
          ? this.#endAll(event.error)
          : this.#end(event.id, event.error);
    }
  }

  #begin({ id, name, within = [], attributes }: SpanEvent & { readonly change: "begin" }): void {
    const parent = [...within, SESSION_SPAN].find((other) => this.#open.has(other));
    const spanId = this.#id(SPAN_ID_BYTES);
    if (id === SESSION_SPAN) this.#rootId = spanId;
    this.#open.set(id, {
      ...{ spanId, name, startMs: this.#options.now(), attributes: { ...attributes } },
      parentId: parent === undefined ? undefined : this.#open.get(parent)?.spanId,
    });
  }

  #note(id: string, attributes: SpanAttributes | undefined): void {
    const span = this.#open.get(id);
    if (span === undefined || attributes === undefined) return;
    Object.assign(span.attributes, attributes);
    const session = span.attributes["mpc.session.id"];
    if (typeof session === "string") this.#setTrace(session.slice(0, 2 * TRACE_ID_BYTES));
  }

  #end(id: string, error: string | undefined): void {
    const span = this.#open.get(id);
    if (span === undefined) return;
    this.#open.delete(id);
    this.#place({ ...span, kind: "internal", endMs: this.#options.now(), error });
  }

  /** Ends what is open, the session last: an engine that was stopped in the middle of its work ends no span. */
  #endAll(error: string | undefined): void {
    for (const id of [...this.#open.keys()].reverse()) this.#end(id, error);
  }

  #request({ protocol, direction, result, seconds }: Request): void {
    const { name, kind, attributes } = REQUESTS[protocol];
    const endMs = this.#options.now();
    this.#place({
      ...{ spanId: this.#id(SPAN_ID_BYTES), parentId: this.#open.get(SESSION_SPAN)?.spanId, name },
      ...{ kind, startMs: endMs - 1000 * seconds, endMs },
      attributes: { ...attributes, "mpc.request.direction": direction },
      error: result === "ok" ? undefined : result,
    });
  }

  /** A span without a session is a trace of its own. */
  #place(span: Unplaced): void {
    if (this.#rootId === undefined) {
      this.#options.emit({ ...span, traceId: this.#id(TRACE_ID_BYTES) });
    } else if (this.#traceId !== undefined) {
      this.#options.emit({ ...span, traceId: this.#traceId });
    } else if (this.#waiting.length < WAITING_MAX) {
      this.#waiting.push(span);
    }
  }

  #setTrace(traceId: string): void {
    this.#traceId ??= traceId;
    for (const span of this.#waiting.splice(0)) this.#place(span);
  }

  #id(bytes: number): string {
    return toHex(this.#options.random(bytes));
  }
}

/**
 * Makes spans of events. The spans of a session are one trace, whose id is the beginning of the hashed session id, so
 * that all parties have the same; each request outside of a session is a trace of its own.
 */
export function spanSink(options: SpanSinkOptions): SpanSink {
  return new Spans(options);
}
