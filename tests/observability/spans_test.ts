import assert from "node:assert/strict";
import {
  type Event,
  type FinishedSpan,
  inSpan,
  logLine,
  SESSION_SPAN,
  spanLine,
  type SpanSink,
  spanSink,
} from "../../lib/observability/mod.ts";
import { AgreementError } from "../../lib/base/mod.ts";

const SESSION_ID = "0123456789abcdef".repeat(4);

interface World extends SpanSink {
  readonly spans: FinishedSpan[];
}

/** A sink whose clock goes on by 1 ms at each look and whose ids are counted. */
function world(wanted = true): World {
  const spans: FinishedSpan[] = [];
  let time = 0;
  let ids = 0;
  const sink = spanSink({
    now: () => time++,
    random: (length) => new Uint8Array(length).fill(++ids),
    emit: (span) => void spans.push(span),
    wanted: () => wanted,
  });
  return {
    observe: sink.observe,
    place: sink.place.bind(sink),
    close: sink.close.bind(sink),
    spans,
  };
}

function begin(id: string, within?: readonly string[]): Event {
  const name = id === SESSION_SPAN ? SESSION_SPAN : "mpc phase garbling" as const;
  return { kind: "span", change: "begin", id, name, ...(within === undefined ? {} : { within }) };
}

function end(id: string, error?: string): Event {
  return { kind: "span", change: "end", id, ...(error === undefined ? {} : { error }) };
}

const KNOWN: Event = {
  kind: "span",
  change: "note",
  id: SESSION_SPAN,
  attributes: { "mpc.session.id": SESSION_ID },
};

const DIALLED: Event = {
  ...{ kind: "request", protocol: "dial", direction: "outbound", result: "timeout", seconds: 0.5 },
};

Deno.test("spans of a session wait until its trace is known, and have its id", () => {
  const { observe, spans, place } = world();
  observe(begin(SESSION_SPAN));
  observe(begin("a"));
  observe(end("a"));
  assert.deepEqual([spans.length, place()], [0, undefined]);
  observe(KNOWN);
  assert.equal(spans.length, 1);
  assert.equal(place()?.traceId, SESSION_ID.slice(0, 32));
  assert.equal(place()?.spanId, spans[0]?.parentId);
  observe(end(SESSION_SPAN));
  assert.deepEqual(spans.map(({ traceId }) => traceId), Array(2).fill(SESSION_ID.slice(0, 32)));
  assert.equal(spans[1]?.parentId, undefined);
});

Deno.test("spans that overlap keep their own times, and each is below the first of its parents that is open", () => {
  const { observe, spans } = world();
  observe(begin(SESSION_SPAN));
  observe(KNOWN);
  observe(begin("a"));
  observe(begin("b", ["none", "a"]));
  observe(begin("c", ["none"]));
  observe(end("a"));
  observe(begin("d", ["a", "b"]));
  for (const id of ["c", "d", "b"]) observe(end(id));
  observe(end(SESSION_SPAN));
  const [a, c, d, b, root] = spans;
  assert.deepEqual([a, b, c, d].map((span) => span?.parentId), [
    ...[root?.spanId, a?.spanId, root?.spanId, b?.spanId],
  ]);
  assert.deepEqual([a, b].map((span) => [span?.startMs, span?.endMs]), [[1, 4], [2, 8]]);
});

Deno.test("when a session ends, what is open ends as it does; a span that is not open cannot end", () => {
  const { observe, spans, close } = world();
  observe(begin(SESSION_SPAN));
  observe(KNOWN);
  observe(begin("a"));
  observe(end("b"));
  observe(end(SESSION_SPAN, "AgreementError"));
  close();
  assert.deepEqual(spans.map(({ error }) => error), ["AgreementError", "AgreementError"]);
});

Deno.test("a session without an id ends in a trace of its own", () => {
  const { observe, spans, close } = world();
  observe(begin(SESSION_SPAN));
  observe(begin("a"));
  close();
  assert.equal(new Set(spans.map(({ traceId }) => traceId)).size, 1);
  assert.deepEqual(spans.map(({ error }) => error), ["_OTHER", "_OTHER"]);
});

Deno.test("what waits for its trace is bounded", () => {
  const { observe, spans, close } = world();
  observe(begin(SESSION_SPAN));
  for (let i = 0; i < 1100; i++) observe(DIALLED);
  close();
  assert.equal(spans.length, 1000);
});

Deno.test("requests are spans of the session, and without one traces of their own", () => {
  const { observe, spans } = world();
  observe(DIALLED);
  observe(DIALLED);
  observe(begin(SESSION_SPAN));
  observe(KNOWN);
  observe(DIALLED);
  assert.equal(new Set(spans.map(({ traceId }) => traceId)).size, 3);
  assert.equal(spans[2]?.traceId, SESSION_ID.slice(0, 32));
  const [first] = spans;
  assert.deepEqual([first?.name, first?.kind, first?.error], ["dial peer", "client", "timeout"]);
  assert.equal((first?.endMs ?? 0) - (first?.startMs ?? 0), 500);
  const silent = world(false);
  silent.observe(DIALLED);
  assert.deepEqual(silent.spans, []);
});

Deno.test("`inSpan()` tells the outcome, or the class of the error and nothing of its text", async () => {
  const events: Event[] = [];
  const observe = (event: Event): void => void events.push(event);
  const around = {
    name: "compile program" as const,
    outcome: (ands: number) => ({ "mpc.circuit.and_gates": ands }),
  };
  assert.equal(await inSpan(observe, around, () => Promise.resolve(7)), 7);
  const failing = (error: Error): Promise<void> =>
    assert.rejects(inSpan(observe, around, () => Promise.reject(error)), error);
  await failing(new AgreementError("Cannot agree: 123456"));
  await failing(new Error("a secret"));
  assert.deepEqual(events.filter((event) => event.kind === "span" && event.change === "end"), [
    {
      ...{ kind: "span", change: "end", id: "compile program" },
      attributes: { "mpc.circuit.and_gates": 7 },
    },
    { kind: "span", change: "end", id: "compile program", error: "AgreementError" },
    { kind: "span", change: "end", id: "compile program", error: "_OTHER" },
  ]);
});

Deno.test("lines of a trace are redacted in their texts, not in their ids", () => {
  const redact = (text: string): string => text.replaceAll("123456", "(hidden)");
  const span: FinishedSpan = {
    ...{ traceId: "123456".padEnd(32, "0"), spanId: "12".repeat(8), parentId: undefined },
    ...{
      name: "compile program",
      kind: "internal",
      startMs: 0.5,
      endMs: 1.75,
      error: "LimitError",
    },
    attributes: { "libp2p.peer.id": "a123456", "mpc.party.count": 3 },
  };
  assert.deepEqual(JSON.parse(spanLine(span, redact)), {
    ...{ ts: "1970-01-01T00:00:00.000Z", level: "error", name: "compile program" },
    ...{ trace_id: span.traceId, span_id: span.spanId, dur_ms: 1.25 },
    attrs: { "libp2p.peer.id": "a(hidden)", "mpc.party.count": 3, "error.type": "LimitError" },
  });
  const log = { kind: "log", level: "warn", module: "net", text: "line\n123456" } as const;
  assert.deepEqual(JSON.parse(logLine(log, { now: 1000, place: undefined }, redact)), {
    ...{ ts: "1970-01-01T00:00:01.000Z", level: "warn", name: "log" },
    attrs: { module: "net", text: "line\n(hidden)" },
  });
});
