import assert from "node:assert/strict";
import { WARNINGS_MAX } from "../../../lib/cli/dashboard/state.ts";
import type { SessionView } from "../../../lib/cli/dashboard/snapshot.ts";
import { connection, fakeNode, message, PEERS, sessionAt, START_MS, Watched } from "./watched.ts";

function sessionOf({ state }: Watched): SessionView {
  const { session } = state.snapshot();
  assert.ok(session !== undefined);
  return session;
}

Deno.test("a node shows itself, its peers and its topics", () => {
  const watched = new Watched("node");
  const { state } = watched;
  assert.equal(state.snapshot().session, undefined);
  state.attach(fakeNode("bob"));
  const [alice = "", bob = ""] = PEERS;
  watched.after(
    1000,
    { kind: "identity", peer: alice, addresses: ["/ip4/127.0.0.1/tcp/1"] },
    { kind: "topic", topic: "chat" },
    { kind: "topic", topic: "chat" },
    connection("open", bob),
    connection("open", bob, "/ip4/10.0.0.1/tcp/2"),
    { kind: "identified", peer: bob, agent: "x".repeat(10_000) },
  );
  const shown = state.snapshot();
  assert.deepEqual([shown.peer, shown.addresses], [alice, ["/ip4/127.0.0.1/tcp/1"]]);
  assert.deepEqual(shown.topics, [{ name: "chat", listeners: 2 }]);
  assert.equal(shown.peers.length, 2);
  assert.deepEqual(shown.peers[0], {
    ...{ peer: bob, address: `/ip4/127.0.0.1/tcp/4001/p2p/${bob}`, direction: "inbound" },
    ...{ via: "direct", sinceMs: START_MS + 1000, agent: "x".repeat(500), rttMs: 2 },
    ...{ standing: "trusted", score: 2.5, alias: "bob" },
  });
  watched.after(0, connection("close", bob));
  assert.deepEqual(
    state.snapshot().peers.map(({ agent, rttMs }) => [agent?.length, rttMs]),
    [[500, undefined]],
  );
  watched.after(0, connection("close", bob, "/ip4/10.0.0.1/tcp/2"), connection("open", bob));
  assert.equal(state.snapshot().peers[0]?.agent, undefined);
});

Deno.test("the newest warnings are kept, and nothing else of the log", () => {
  const watched = new Watched("node");
  for (let i = 0; i < WARNINGS_MAX + 3; i++) {
    watched.after(1, { kind: "log", level: "warn", module: "net", text: `trouble ${i}` });
    watched.after(1, { kind: "log", level: "info", module: "net", text: "all is well" });
  }
  const { warnings } = watched.state.snapshot();
  assert.equal(warnings.length, WARNINGS_MAX);
  assert.deepEqual(warnings[0], {
    ...{ number: WARNINGS_MAX + 2, atMs: START_MS + 2 * WARNINGS_MAX + 5 },
    ...{ level: "warn", module: "net", text: `trouble ${WARNINGS_MAX + 2}` },
  });
});

Deno.test("gauges are rates over the last samples", () => {
  const watched = new Watched("new");
  const progress = { kind: "progress", total: 4000 } as const;
  watched.after(0, sessionAt("running"), message("outbound", 0, "set-up", 500));
  watched.after(500, { ...progress, phase: "buckets", done: 4000 });
  watched.state.sample();
  watched.after(1000, connection("open", PEERS[0] ?? ""), message("inbound", 0, "set-up", 300));
  watched.state.sample();
  const samples = Object.fromEntries(
    watched.state.snapshot().gauges.map((gauge) => [gauge.name, gauge.samples]),
  );
  assert.deepEqual(samples, {
    connections: [0, 1],
    traffic: [1000, 800 / 1.5],
    gates: [2000, 1000 / 1.5],
    memory: [100 << 20, 100 << 20],
  });
});

Deno.test("each party has a time line, told by its messages", () => {
  const watched = new Watched("join");
  watched.after(200, sessionAt("rendezvous", { roster: [] }));
  watched.after(400, sessionAt("agree"));
  watched.after(400, sessionAt("running"));
  watched.after(1000, message("inbound", 0, "authenticated bits", 10));
  watched.after(1000, message("inbound", 0, "tables", 5), message("outbound", 2, "buckets", 20));
  const { parties, sent, received, phases, known } = sessionOf(watched);
  assert.equal(known?.stage, "running");
  assert.deepEqual([sent, received], [20, 15]);
  assert.deepEqual(phases.map(({ phase }) => phase), ["authenticated bits", "buckets", "tables"]);
  assert.deepEqual(parties.map(({ isSelf, peer }) => [isSelf, peer]), [
    ...[[false, PEERS[0]], [true, PEERS[1]], [false, PEERS[2]]],
  ]);
  const told = parties.map(({ lines }) =>
    lines.map((line) => line.map(({ phase, fromMs, toMs }) => [phase, fromMs, toMs]))
  );
  // The width of a column is 8 ms by now.
  assert.deepEqual(told, [
    [
      [["agreement", 600, 1000], ["authenticated bits", 1000, 2000]],
      [["tables", 2000, 3000]],
    ],
    [[["compiling", 0, 200], ["meeting", 200, 600], ["agreement", 600, 1000], [
      ...["buckets", 1000, 3000],
    ]], []],
    [[["agreement", 600, 1000]], []],
  ]);
});

Deno.test("progress tells the part that is done, the speed and the time that is left", () => {
  const watched = new Watched("new");
  const progress = { kind: "progress", total: 1000 } as const;
  watched.after(5000, sessionAt("running"));
  assert.deepEqual([sessionOf(watched).fraction, sessionOf(watched).secondsLeft], [0, undefined]);
  watched.after(0, { ...progress, phase: "setup", done: 1000 });
  watched.after(
    2000,
    { ...progress, phase: "authenticated bits", done: 1000 },
    { ...progress, phase: "leaky ANDs", done: 500 },
    { ...progress, phase: "garbling", done: 500 },
  );
  const { fraction, gatesPerSecond, secondsLeft } = sessionOf(watched);
  assert.deepEqual([fraction, gatesPerSecond, secondsLeft], [0.5, 250, 2]);
});

Deno.test("a preprocessing is done when its material is made", () => {
  const watched = new Watched("preprocess");
  for (const phase of ["authenticated bits", "leaky ANDs", "buckets"] as const) {
    watched.after(100, { kind: "progress", phase, done: 10, total: 10 });
  }
  assert.equal(sessionOf(watched).fraction, 1);
});

Deno.test("a session that is over stands still, with its result", () => {
  const watched = new Watched("new");
  watched.after(100, sessionAt("running"), message("outbound", 0, "set-up", 1));
  watched.after(100, { kind: "session end", result: "cheat_detected" });
  const before = sessionOf(watched);
  watched.after(5000);
  assert.deepEqual(sessionOf(watched), before);
  assert.deepEqual([before.result, before.elapsedMs], ["cheat_detected", 200]);
});
