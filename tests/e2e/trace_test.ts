/** Traces of three parties in processes: to a collector over both protocols, and to files. */
import assert from "node:assert/strict";
import { sha256 } from "../../lib/crypto/mod.ts";
import { type ReceivedSpan, startCollector } from "../observability/collector.ts";
import { assertEnded, type Ended, party, processTest, ticketOf } from "./process.ts";
import { assertAbsent, includes, inputForms, textForm } from "./secrets.ts";

/** Three inputs that stand in no id or number by chance, and whose sum does not either. */
const CANARIES = [1_094_861_636, 1_162_233_672, 1_229_605_708];

const PHASES = [
  "setup",
  "authenticated bits",
  "leaky ANDs",
  "buckets",
  "inputs",
  "inputs",
  "output",
];

/** Names of the spans below a party's root. */
function expectedNames(self: number): string[] {
  const phases = [...PHASES, self === 0 ? "evaluation" : "garbling"];
  const steps = ["compile program", "join rendezvous", "agree session", "ask consent"];
  return [...steps, ...phases.map((phase) => `mpc phase ${phase}`)].sort();
}

interface Run {
  readonly ends: readonly Ended[];
  readonly ticket: string;
}

async function run(flags: (self: number) => readonly string[]): Promise<Run> {
  const own = (self: number): string[] => [
    ...["--program=examples/sum/sum.garble.rs", `--party=${self}`, `--input=${CANARIES[self]}`],
    ...flags(self),
  ];
  const creator = party([...own(0), "new"]);
  const ticket = await ticketOf(creator);
  const joiners = [1, 2].map((self) => party([...own(self), "join", ticket]));
  const ends = await Promise.all([creator, ...joiners].map((process) => process.ended));
  return { ends, ticket };
}

/** Asserts that no bytes hold an input, the result or the ticket. */
function assertNoSecret(bytes: Uint8Array, ticket: string): void {
  const sum = CANARIES.reduce((a, b) => a + b);
  const secrets = [...[...CANARIES, sum].flatMap(inputForms), textForm("the ticket", ticket)];
  assertAbsent("what is exported", bytes, secrets);
}

/** Asserts that the spans of one party are the tree that a session makes. */
function assertTree(spans: readonly ReceivedSpan[], self: number, inDetail: boolean): void {
  const byId = new Map(spans.map((span) => [span.spanId, span]));
  const roots = spans.filter(({ parentId }) => parentId === "");
  assert.deepEqual(roots.map(({ name }) => name), ["run mpc session"]);
  const isRound = ({ name }: ReceivedSpan): boolean => name.startsWith("mpc round ");
  const isRequest = ({ attributes }: ReceivedSpan): boolean =>
    attributes["mpc.request.direction"] !== undefined;
  assert.equal(spans.some(isRequest), inDetail);
  const below = spans.filter((span) => span.parentId !== "" && !isRound(span) && !isRequest(span));
  assert.deepEqual(below.map(({ name }) => name).sort(), expectedNames(self));
  for (const span of spans.filter(({ parentId }) => parentId !== "")) {
    const parent = byId.get(span.parentId);
    assert.ok(parent !== undefined, `${span.name} has no parent`);
    assert.ok(parent.startNs <= span.startNs, `${span.name} is older than ${parent.name}`);
    assert.ok(span.startNs <= span.endNs);
    assert.equal(span.status, 0);
    if (isRound(span)) assert.match(parent.name, /^mpc phase /, span.name);
    else assert.equal(parent.name, span.name === "ask consent" ? "agree session" : roots[0]?.name);
  }
  const rounds = spans.filter(isRound);
  assert.equal(rounds.length > 0, inDetail);
  if (inDetail) {
    const labels = rounds.map(({ attributes }) => attributes["mpc.round.label"]);
    for (const label of ["c0/U", "c0/V/0/open", "final/echo"]) {
      assert.ok(labels.includes(label), `no round ${label} among ${labels}`);
    }
    const products = rounds.filter(({ attributes }) => attributes["mpc.round.label"] === "c0/U");
    for (const name of ["messages", "bytes_sent", "bytes_received"]) {
      const counts = products.map(({ attributes }) => Number(attributes[`mpc.round.${name}`]));
      const count = counts.reduce((a, b) => a + b);
      // Two of each with two others.
      assert.ok(name === "messages" ? count === 4 : count > 0, `${count} ${name}`);
    }
    assert.equal(byId.get(products[0]?.parentId ?? "")?.name, "mpc phase leaky ANDs");
  }
  assertRoot(roots[0] as ReceivedSpan, self);
}

function assertRoot({ attributes, resource }: ReceivedSpan, self: number): void {
  assert.deepEqual(Object.keys(attributes).sort(), [
    "libp2p.peer.id",
    "mpc.circuit.and_gates",
    "mpc.circuit.hash",
    "mpc.party.count",
    "mpc.party.index",
    "mpc.program.hash",
    "mpc.session.id",
  ]);
  assert.equal(attributes["mpc.party.index"], self);
  assert.equal(attributes["mpc.party.count"], 3);
  assert.equal(resource["service.name"], "p2p-mpc");
  assert.equal(resource["service.instance.id"], attributes["libp2p.peer.id"]);
}

/** The trace id of a session, as everybody who sees its topic can compute it. */
function traceIdOf({ stderr }: Ended): string {
  const topic = /session for topic ([0-9a-f]{64})/.exec(stderr)?.[1] ?? "";
  return sha256(Uint8Array.fromHex(topic)).slice(0, 16).toHex();
}

// feature: B8, B9, B44, B45, B46, B47, B60, B61, D6
processTest("three parties share a trace, over gRPC, over HTTP and in a file", async () => {
  await using grpc = await startCollector("grpc");
  await using http = await startCollector("http");
  const folder = await Deno.makeTempDir();
  try {
    const path = `${folder}/logs/traces.json`;
    const file = ["--json-trace", `--json-trace-file=${path}`, "--log-level=debug"];
    const viaGrpc = ["--enable-jaeger", "--jaeger-host=127.0.0.1", `--jaeger-port=${grpc.port}`];
    const viaHttp = ["-j", "--jaeger-protocol=http", `--jaeger-port=${http.port}`];
    const { ends, ticket } = await run((self) => {
      if (self === 0) return viaGrpc;
      return self === 1 ? [...viaHttp, "--jaeger-host=127.0.0.1"] : [...viaGrpc, ...file];
    });
    for (const end of ends) {
      assertEnded(end, 0);
      assert.doesNotMatch(end.stderr, /traces do not arrive/);
    }
    const traceId = traceIdOf(ends[0] as Ended);
    const spans = [...grpc.spans(), ...http.spans()];
    assert.deepEqual([...new Set(spans.map((span) => span.traceId))], [traceId]);
    const ofParty = Map.groupBy(spans, ({ resource }) => resource["service.instance.id"]);
    assert.equal(ofParty.size, 3);
    for (const own of ofParty.values()) {
      const root = own.find(({ parentId }) => parentId === "");
      const self = Number(root?.attributes["mpc.party.index"]);
      assertTree(own, self, self === 2);
    }
    await assertFile(path, ofParty.get(peerOf(ends[2] as Ended)) ?? [], ticket);
    for (const body of [...grpc.bodies, ...http.bodies]) assertNoSecret(body, ticket);
    // The search finds what is there.
    const peer = new TextEncoder().encode(peerOf(ends[1] as Ended));
    assert.ok(http.bodies.some((body) => includes(body, peer)));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

function peerOf({ stderr }: Ended): string {
  return /our node id: (\w+)/.exec(stderr)?.[1] ?? "";
}

/** Asserts that a file has the spans that were also exported, and log lines. */
async function assertFile(
  path: string,
  exported: readonly ReceivedSpan[],
  ticket: string,
): Promise<void> {
  if (Deno.build.os !== "windows") {
    assert.equal(((await Deno.stat(path)).mode ?? 0) & 0o777, 0o600);
  }
  const bytes = await Deno.readFile(path);
  assertNoSecret(bytes, ticket);
  const lines = new TextDecoder().decode(bytes).trimEnd().split("\n").map((line) =>
    JSON.parse(line)
  );
  const spans = lines.filter(({ dur_ms }) => dur_ms !== undefined);
  const idsOf = (ids: readonly string[]): string[] => [...ids].sort();
  assert.deepEqual(
    idsOf(spans.map(({ span_id }) => span_id)),
    idsOf(exported.map(({ spanId }) => spanId)),
  );
  const round = spans.find(({ attrs }) => attrs["mpc.round.label"] === "c0/U");
  assert.deepEqual(Object.keys(round), [
    ...["ts", "level", "name", "trace_id", "span_id", "parent_id", "dur_ms", "attrs"],
  ]);
  assert.deepEqual([round.name, round.level], ["mpc round c#/U", "debug"]);
  const log = lines.find(({ name, attrs }) => name === "log" && /agree -> /.test(attrs.text));
  assert.equal(log.trace_id, round.trace_id);
  assert.equal(log.attrs.module, "session");
}
