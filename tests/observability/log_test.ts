import assert from "node:assert/strict";
import {
  type Event,
  isWanted,
  type LogFormat,
  type LogLevels,
  logSink,
  readLogLevels,
} from "../../lib/observability/mod.ts";

function levels(text: string): LogLevels {
  const reading = readLogLevels(text);
  assert.ok(reading.ok, text);
  return reading.levels;
}

const EVENTS: readonly Event[] = [
  { kind: "notice", text: "our node id: 12D3" },
  { kind: "log", level: "trace", module: "net", text: "two\nlines" },
  { kind: "progress", phase: "garbling", done: 10, total: 10 },
  { kind: "progress", phase: "garbling", done: 10, total: 10 },
  {
    ...{ kind: "connection", change: "open", direction: "inbound", via: "relayed" },
    ...{ peer: "12D3b", address: "/ip4/127.0.0.1/tcp/1" },
  },
  { kind: "topic", topic: "chat" },
  { kind: "notice", text: "to join: p2p-mpc join <ticket>", private: true },
  { kind: "request", protocol: "ping", direction: "outbound", result: "timeout", seconds: 1.5 },
];

function written(format: LogFormat, level: string): string[] {
  let text = "";
  const write = (line: string): void => void (text += line);
  const observe = logSink({ write, format, levels: levels(level), now: () => 0 });
  for (const event of EVENTS) observe(event);
  return text.split("\n").slice(0, -1);
}

Deno.test("readLogLevels() reads one level for all and others by module", () => {
  const read = levels("warn, net=trace,session=error");
  assert.equal(read.least, "warn");
  assert.ok(isWanted(read, "net", "trace"));
  assert.ok(!isWanted(read, "session", "warn"));
  assert.ok(isWanted(read, "node", "warn") && !isWanted(read, "node", "info"));
  assert.equal(levels("net=debug").least, "info");
});

Deno.test("readLogLevels() says what is wrong", () => {
  const problem = (text: string): string => {
    const reading = readLogLevels(text);
    return reading.ok ? "" : reading.problem;
  };
  assert.match(problem("loud"), /^a level is one of error, warn/);
  assert.match(problem("net=loud"), /a level is one of/);
  assert.match(problem("info,debug"), /given twice/);
  assert.match(problem("net=info,net=debug"), /level of net is given twice/);
  for (const text of ["", "info,", "=debug", "net=", "a b=info"]) {
    assert.match(problem(text), /must be a level/, text);
  }
});

// feature: B10
Deno.test("logSink() writes every event as one line of words", () => {
  const at = "1970-01-01T00:00:00.000Z";
  assert.deepEqual(written("text", "trace"), [
    `${at} info  notice: our node id: 12D3`,
    `${at} trace net: two\\u{a}lines`,
    `${at} info  progress: garbling: 10 of 10 AND gates (100 %)`,
    `${at} debug net: inbound connection with 12D3b, relayed: open`,
    `${at} debug request: outbound request over ping: timeout`,
  ]);
});

// feature: B10
Deno.test("logSink() writes JSON records with the fields of their events", () => {
  const records = written("json", "trace").map((line) => JSON.parse(line));
  const common = { v: 1, ts: "1970-01-01T00:00:00.000Z" };
  assert.deepEqual(records[2], {
    ...common,
    level: "info",
    module: "progress",
    text: "garbling: 10 of 10 AND gates (100 %)",
    phase: "garbling",
    done: 10,
    total: 10,
  });
  assert.equal(records[4].seconds, 1.5);
});

// feature: B10, B43
Deno.test("logSink() leaves out what the levels do not want", () => {
  assert.equal(written("text", "info").length, 2);
  assert.equal(written("text", "error,net=debug").length, 1);
});
