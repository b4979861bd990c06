/** Spans and log lines as JSON, one line each, for analysis. */
import type { Event, Level } from "./event.ts";
import type { Attributes, FinishedSpan, TracePlace } from "./spans.ts";

/** A log line as an event. */
export type LogEvent = Event & { readonly kind: "log" };

interface TraceRecord {
  /** When it was, or began: ISO 8601, UTC. */
  readonly ts: string;
  readonly level: Level;
  readonly name: string;
  readonly trace_id?: string;
  readonly span_id?: string;
  readonly parent_id?: string;
  readonly dur_ms?: number;
  readonly attrs: Attributes;
}

function lineOf(record: TraceRecord): string {
  return `${JSON.stringify(record)}\n`;
}

/** Attributes as they are shown; an error is one of them. */
export function shownAttributes(
  { attributes, error }: Pick<FinishedSpan, "attributes" | "error">,
  redact: (text: string) => string,
): Attributes {
  const all = { ...attributes, ...(error === undefined ? {} : { "error.type": error }) };
  const shown = Object.entries(all).map(([name, value]) =>
    [name, typeof value === "string" ? redact(value) : value] as const
  );
  return Object.fromEntries(shown);
}

/** The line of a span, with its line feed: `info`, rounds `debug`, and what failed `error`. */
export function spanLine(span: FinishedSpan, redact: (text: string) => string): string {
  const { traceId, spanId, parentId, name, startMs, endMs } = span;
  const ordinary = name.startsWith("mpc round ") ? "debug" : "info";
  return lineOf({
    ts: new Date(startMs).toISOString(),
    level: span.error === undefined ? ordinary : "error",
    ...{ name, trace_id: traceId, span_id: spanId },
    ...(parentId === undefined ? {} : { parent_id: parentId }),
    dur_ms: Math.round((endMs - startMs) * 1000) / 1000,
    attrs: shownAttributes(span, redact),
  });
}

/** The line of a log line, with its line feed. `place`: the trace it belongs to, once that is known. */
export function logLine(
  { level, module, text }: LogEvent,
  about: { readonly now: number; readonly place: TracePlace | undefined },
  redact: (text: string) => string,
): string {
  const { now, place } = about;
  return lineOf({
    ...{ ts: new Date(now).toISOString(), level, name: "log" },
    ...(place === undefined ? {} : { trace_id: place.traceId, span_id: place.spanId }),
    attrs: { module, text: redact(text) },
  });
}
