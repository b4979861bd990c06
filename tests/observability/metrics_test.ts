import assert from "node:assert/strict";
import {
  createMetrics,
  createRegistry,
  type Event,
  type Metrics,
  type SessionSnapshot,
} from "../../lib/observability/mod.ts";
import { parsePage, type Sample, total } from "./metrics_page.ts";

const PEER = { peer: "12D3b", address: "/ip4/127.0.0.1/tcp/1" };

/** Metrics whose clock stands at `world.ms`. */
async function world(): Promise<
  { ms: number; metrics: Metrics; samples(): Promise<readonly Sample[]> }
> {
  const made = { ms: 1_800_000_000_000 };
  const metrics = await createMetrics({
    now: () => made.ms,
    checks: ["echo", "V check"],
    penalties: ["timeout"],
    build: { version: "1.2.3" },
  });
  const samples = async (): Promise<readonly Sample[]> =>
    parsePage((await metrics.page()).body).samples;
  return Object.assign(made, { metrics, samples });
}

// feature: B56, B57, B58, B59
Deno.test("all series whose labels are known exist with zero from the start", async () => {
  const { metrics } = await world();
  const { contentType, body } = await metrics.page();
  assert.match(contentType, /^text\/plain; version=0\.0\.4/);
  const { types, samples } = parsePage(body);
  assert.equal(types["p2p_mpc_requests_total"], "counter");
  assert.equal(types["p2p_mpc_active_connections"], "gauge");
  assert.equal(types["p2p_mpc_request_duration_seconds"], "histogram");
  const named = new Set(samples.map(({ name }) => name.replace(/_(bucket|sum|count)$/, "")));
  const byTopic = ["p2p_mpc_topic_messages_total", "p2p_mpc_topic_bytes_total"];
  for (const name of Object.keys(types)) assert.ok(named.has(name) || byTopic.includes(name), name);
  for (const { name, labels, value } of samples) {
    const isOne = name === "p2p_mpc_build_info" || labels["state"] === "idle";
    assert.equal(value, isOne ? 1 : 0, name);
  }
  assert.equal(total(samples, "p2p_mpc_checks_total", { check: "V check", result: "failed" }), 0);
});

Deno.test("connections and requests move the metrics of this registry alone", async () => {
  const [{ metrics, samples: own }, other] = [await world(), await world()];
  const link = { kind: "connection", direction: "inbound", via: "direct", ...PEER } as const;
  metrics.observe({ ...link, change: "open" });
  metrics.observe({ ...link, change: "open" });
  metrics.observe({ ...link, direction: "outbound", via: "relayed", change: "open" });
  metrics.observe({ ...link, change: "close" });
  metrics.observe({ kind: "notice", text: "nothing to count" });
  metrics.observe({
    kind: "request",
    protocol: "gossip",
    direction: "inbound",
    result: "rejected",
    seconds: 0.02,
  });
  const samples = await own();
  assert.equal(total(samples, "p2p_mpc_active_connections", {}), 2);
  assert.equal(total(samples, "p2p_mpc_active_connections", { kind: "relayed" }), 1);
  const labels = { protocol: "gossip", direction: "inbound" };
  assert.equal(total(samples, "p2p_mpc_requests_total", { ...labels, result: "rejected" }), 1);
  assert.equal(total(samples, "p2p_mpc_requests_total", {}), 1);
  assert.equal(total(samples, "p2p_mpc_request_duration_seconds_sum", labels), 0.02);
  const bucket = "p2p_mpc_request_duration_seconds_bucket";
  assert.equal(total(samples, bucket, { ...labels, le: "0.01" }), 0);
  assert.equal(total(samples, bucket, { ...labels, le: "0.03" }), 1);
  assert.equal(total(await other.samples(), "p2p_mpc_requests_total", {}), 0);
});

const SESSION: SessionSnapshot = {
  ...{ id: "ab", party: 1, parties: 3, program: "cd", roster: [] },
  ...{ role: "joiner", stage: "running" },
  circuit: { digest: "ef", ands: 300, inputs: 96, outputParties: [0] },
};

/** The events of a session of one phase, which takes two seconds. */
const BEFORE: readonly Event[] = [
  { kind: "span", change: "begin", id: "compile program", name: "compile program" },
  { kind: "session", session: { ...SESSION, stage: "rendezvous" } },
  { kind: "span", change: "end", id: "compile program" },
  { kind: "consent", decision: "granted" },
  { kind: "session", session: SESSION },
  { kind: "span", change: "begin", id: "mpc phase buckets", name: "mpc phase buckets" },
];
const AFTER: readonly Event[] = [
  { kind: "span", change: "end", id: "mpc phase buckets" },
  { kind: "progress", phase: "buckets", done: 100, total: 300 },
  { kind: "progress", phase: "buckets", done: 300, total: 300 },
  { kind: "progress", phase: "garbling", done: 300, total: 300 },
  {
    ...{ kind: "traffic", phase: "tables", party: 0, begins: true },
    direction: "inbound",
    bytes: 7,
    seconds: 0.5,
  },
  {
    ...{ kind: "traffic", phase: "tables", party: 2 },
    direction: "outbound",
    bytes: 9,
    seconds: 4,
  },
  { kind: "check", check: "echo", passed: true, count: 5 },
];

Deno.test("a session moves its state, its phases, its gates and its checks", async () => {
  const here = await world();
  const { observe } = here.metrics;
  BEFORE.forEach(observe);
  const during = await here.samples();
  here.ms += 2000;
  AFTER.forEach(observe);
  for (const count of [200, 56]) observe({ kind: "ot", sort: "base", count });
  observe({ kind: "session end", result: "ok" });
  const after = await here.samples();
  const of = (name: string, labels = {}): number[] =>
    [during, after].map((samples) => total(samples, `p2p_mpc_${name}`, labels));
  assert.deepEqual(of("sessions_active"), [1, 0]);
  assert.deepEqual(of("session_state", { state: "running" }), [1, 0]);
  assert.deepEqual(of("session_state", { state: "done" }), [0, 1]);
  assert.deepEqual(of("session_state"), [1, 1]);
  assert.deepEqual(of("sessions_total", { role: "joiner", result: "ok" }), [0, 1]);
  assert.deepEqual(of("sessions_total"), [0, 1]);
  assert.deepEqual(of("session_duration_seconds_sum"), [0, 2]);
  assert.deepEqual(of("session_last_success_timestamp_seconds"), [0, 1_800_000_002]);
  assert.deepEqual(of("phase_duration_seconds_sum", { phase: "buckets" }), [0, 2]);
  assert.deepEqual(of("phase_duration_seconds_count", { phase: "compile" }), [1, 1]);
  assert.deepEqual(of("triples_total"), [0, 300]);
  assert.deepEqual(of("and_gates_total"), [0, 300]);
  assert.deepEqual(of("garbled_gates_total"), [0, 300]);
  assert.deepEqual(of("circuit_and_gates"), [300, 300]);
  assert.deepEqual(of("parties"), [3, 3]);
  assert.deepEqual(of("ot_total", { kind: "base" }), [0, 256]);
  assert.deepEqual(of("ot_total"), [0, 256]);
  assert.deepEqual(of("phase_bytes_total", { phase: "tables", direction: "outbound" }), [0, 9]);
  assert.deepEqual(of("rounds_total", { phase: "tables" }), [0, 1]);
  assert.deepEqual(of("round_wait_seconds_total", { phase: "tables" }), [0, 0.5]);
  assert.deepEqual(of("checks_total", { check: "echo", result: "passed" }), [0, 5]);
  assert.deepEqual(of("consent_total", { decision: "granted" }), [1, 1]);
  assert.deepEqual(of("messages_total", { kind: "mpc" }), [0, 2]);
});

Deno.test("a session that fails is failed, and without a session there is nothing to end", async () => {
  const here = await world();
  here.metrics.observe({ kind: "session end", result: "error" });
  assert.equal(total(await here.samples(), "p2p_mpc_sessions_total", {}), 0);
  here.metrics.observe({ kind: "session", session: SESSION });
  here.metrics.observe({ kind: "session end", result: "cheat_detected" });
  const labels = { role: "joiner", result: "cheat_detected" };
  const samples = await here.samples();
  assert.equal(total(samples, "p2p_mpc_sessions_total", labels), 1);
  assert.equal(total(samples, "p2p_mpc_session_state", { state: "failed" }), 1);
});

// feature: B76
Deno.test("messages are counted by topic, for the first ten topics of this node", async () => {
  const here = await world();
  const { observe } = here.metrics;
  for (let i = 0; i < 12; i++) observe({ kind: "topic", topic: `t${i}` });
  for (const topic of ["t0", "t0", "t10", "t11", "somebody else's"]) {
    observe({ kind: "message", direction: "inbound", bytes: 10, topic });
  }
  observe({ kind: "message", direction: "outbound", bytes: 70 });
  const samples = await here.samples();
  const inbound = { direction: "inbound" };
  assert.equal(total(samples, "p2p_mpc_topic_messages_total", { ...inbound, topic: "t0" }), 2);
  assert.equal(total(samples, "p2p_mpc_topic_bytes_total", { ...inbound, topic: "other" }), 30);
  const topics = samples.filter(({ name }) => name === "p2p_mpc_topic_bytes_total");
  assert.equal(new Set(topics.map(({ labels }) => labels["topic"])).size, 11);
  assert.equal(total(samples, "p2p_mpc_messages_total", { kind: "chat" }), 5);
  assert.equal(total(samples, "p2p_mpc_messages_total", { kind: "control" }), 1);
  const small = { direction: "outbound", le: "64" };
  assert.equal(total(samples, "p2p_mpc_message_size_bytes_bucket", small), 0);
  assert.equal(total(samples, "p2p_mpc_message_size_bytes_bucket", { ...small, le: "256" }), 1);
});

Deno.test("dials, pings, lost links, penalties and lines of the log are counted", async () => {
  const here = await world();
  const { observe } = here.metrics;
  observe({ kind: "rtt", peer: "12D3b", seconds: 0.25 });
  observe({ kind: "link", change: "lost", party: 1 });
  observe({ kind: "dial", transport: "ws" });
  observe({ kind: "dial", transport: "ws", failure: "refused" });
  observe({ kind: "penalty", reason: "timeout" });
  observe({ kind: "log", level: "warn", module: "net", text: "careful" });
  const samples = await here.samples();
  assert.equal(total(samples, "p2p_mpc_peer_rtt_seconds_sum", {}), 0.25);
  assert.equal(total(samples, "p2p_mpc_reconnects_total", { change: "lost" }), 1);
  assert.equal(total(samples, "p2p_mpc_dial_attempts_total", { transport: "ws" }), 2);
  assert.equal(total(samples, "p2p_mpc_dial_failures_total", { reason: "refused" }), 1);
  assert.equal(total(samples, "p2p_mpc_penalties_total", {}), 1);
  assert.equal(total(samples, "p2p_mpc_log_messages_total", { level: "warn" }), 1);
});

Deno.test({
  name: "the page tells of the process what is known, and nothing else",
  sanitizeOps: false,
  sanitizeResources: false,
  async fn(): Promise<void> {
    const registry = await createRegistry({ memory: () => 123, lag: () => 0.5 });
    const { samples } = parsePage((await registry.page()).body);
    assert.equal(total(samples, "process_resident_memory_bytes", {}), 123);
    assert.equal(total(samples, "p2p_mpc_event_loop_lag_seconds", {}), 0.5);
    assert.ok(total(samples, "process_cpu_seconds_total", {}) > 0);
    assert.ok(total(samples, "process_start_time_seconds", {}) > 1_700_000_000);
    assert.deepEqual(samples.filter(({ name }) => /fds|virtual|lag_p99/.test(name)), []);
  },
});
