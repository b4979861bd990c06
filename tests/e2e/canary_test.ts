/** A run with everything that tells something, and a search in all of it for inputs, keys and the ticket. */
import assert from "node:assert/strict";
import { type Collector, startCollector } from "../observability/collector.ts";
import { inFolder } from "../machine.ts";
import { assertEnded, Process, processTest, ticketOf } from "./process.ts";
import { assertAbsent, includes, inputForms, keyForms, type Secret, textForm } from "./secrets.ts";

/** Inputs whose bytes are text and whose digits stand in no id by chance; nor do those of their sum. */
const CANARIES = [1_094_861_636, 1_162_233_672, 1_229_605_708];

/** What somebody could read, by name. */
type Seen = Map<string, Uint8Array>;

/** All answers of a listener: those of the pages that it has, and that of one that it has not. */
async function answers(origin: string, seen: Seen): Promise<void> {
  const missing = await (await fetch(`${origin}/nothing`)).text();
  for (const path of missing.match(/\/[\w./-]*/g) ?? []) {
    const response = await fetch(`${origin}${path}`, { headers: { accept: "*/*" } });
    const isStream = response.headers.get("content-type")?.startsWith("text/event-stream");
    // A stream of events has no end: what comes first is looked at.
    const bytes = isStream
      ? (await response.body?.getReader().read())?.value ?? new Uint8Array()
      : await response.bytes();
    seen.set(`${path} ${seen.size}`, bytes);
  }
}

/** Asks for all pages until the process has ended. */
async function keepAsking(process: Process, seen: Seen): Promise<void> {
  const [, origin = ""] = await process.sees(/metrics at (\S+?)\/metrics["\n]/);
  await answers(origin, seen);
  let over = false;
  void process.ended.then(() => over = true);
  while (!over) await answers(origin, seen).catch(() => {});
}

/** What the list of processes shows of a process. Why another program: the runtime keeps it from the test itself. */
async function commandLine({ pid }: Process): Promise<Uint8Array> {
  const { stdout, success } = await new Deno.Command("cat", { args: [`/proc/${pid}/cmdline`] })
    .output();
  assert.ok(success);
  return stdout;
}

interface Setting {
  readonly folder: string;
  readonly grpc: Collector;
  readonly http: Collector;
}

/** The flags of a party; each tells what it does in another way. */
function flags(self: number, { folder, grpc, http }: Setting): string[] {
  const [collector, protocol] = self === 0 ? [grpc, "grpc"] : [http, "http"];
  return [
    ...["--listen=/ip4/127.0.0.1/tcp/0", "--program=examples/sum/sum.garble.rs", `--party=${self}`],
    ...["--input-file=-", `--identity-key-path=${folder}/${self}.key`, "--metrics-port=0"],
    ...["--log-level=trace", `--log-format=${self === 0 ? "text" : "json"}`],
    ...[`--log-file=${folder}/${self}.log`, "--log-file-level=trace"],
    ...["--enable-jaeger", "--jaeger-host=127.0.0.1", `--jaeger-port=${collector.port}`],
    ...[
      `--jaeger-protocol=${protocol}`,
      "--json-trace",
      `--json-trace-file=${folder}/${self}.trace`,
    ],
  ];
}

/** Every party computes; returns the ticket, and what could be seen meanwhile in `seen`. */
async function compute(setting: Setting, seen: Seen): Promise<string> {
  const processes: Process[] = [];
  const asking: Promise<void>[] = [];
  let ticket = "";
  for (const [self, input] of CANARIES.entries()) {
    const command = self === 0 ? ["new"] : ["join", ticket];
    const process = new Process([...flags(self, setting), ...command], undefined, "piped");
    processes.push(process);
    await process.type(`${input}\n`, true);
    asking.push(keepAsking(process, seen));
    if (self === 0) ticket = await ticketOf(process);
    // Why: a process that has just been forked has no command line yet.
    await process.sees(/our node id/);
    seen.set(`process list ${self}`, await commandLine(process));
  }
  const ends = await Promise.all(processes.map((process) => process.ended));
  await Promise.all(asking);
  for (const [self, end] of ends.entries()) {
    assertEnded(end, 0);
    assert.match(end.stdout, new RegExp(`The result is ${CANARIES.reduce((a, b) => a + b)}\n$`));
    seen.set(`stdout ${self}`, new TextEncoder().encode(end.stdout));
    seen.set(`stderr ${self}`, new TextEncoder().encode(end.stderr));
  }
  return ticket;
}

/** Where the ticket may be: with its creator, and in the list of processes of those who gave it as an argument. */
function mayHoldTicket(where: string): boolean {
  return /^(stdout 0|stderr 0|process list)/.test(where);
}

// feature: B10, D5
processTest(
  "no input, no key and no ticket stands in outputs, logs, traces, metrics, pages or the list of processes",
  () =>
    inFolder(async (folder) => {
      await using grpc = await startCollector("grpc");
      await using http = await startCollector("http");
      const seen: Seen = new Map();
      const ticket = await compute({ folder, grpc, http }, seen);
      const keys: Secret[] = [];
      for (const self of CANARIES.keys()) {
        keys.push(...keyForms(await Deno.readFile(`${folder}/${self}.key`)));
        for (const kind of ["log", "trace"]) {
          seen.set(`${kind} ${self}`, await Deno.readFile(`${folder}/${self}.${kind}`));
        }
      }
      for (const [i, body] of [...grpc.bodies, ...http.bodies].entries()) {
        seen.set(`spans ${i}`, body);
      }
      const secrets = [...CANARIES.flatMap(inputForms), ...keys];
      for (const [where, bytes] of seen) {
        assertAbsent(where, bytes, secrets);
        if (!mayHoldTicket(where)) {
          assertAbsent(where, bytes, [textForm("the ticket", ticket)]);
        }
      }
      assertFound(seen);
    }),
  Deno.build.os !== "linux",
);

/** Asserts that there was something to search in, and that the search finds what is there. */
function assertFound(seen: Seen): void {
  const text = (where: string): string => new TextDecoder().decode(seen.get(where));
  const [, peer = ""] = /our node id: (\w+)/.exec(text("stderr 0")) ?? [];
  for (const where of ["log 0", "log 1", "trace 0"]) {
    assert.ok(includes(seen.get(where) ?? new Uint8Array(), new TextEncoder().encode(peer)), where);
  }
  const kinds = ["/metrics", "/readyz", "process list", "spans"];
  for (const kind of kinds) {
    const found = [...seen].filter(([where]) => where.startsWith(kind));
    assert.ok(found.length > 1 && found.every(([, bytes]) => bytes.length > 0), kind);
  }
  const [canary = 0] = CANARIES;
  const raw = Uint8Array.of(1, 68, 67, 66, 65, 0);
  const base64 = new TextEncoder().encode(new TextEncoder().encode(`x ${canary}`).toBase64());
  for (const bytes of [raw, base64, new TextEncoder().encode(`"${canary.toString(16)}"`)]) {
    assert.throws(() => assertAbsent("a place", bytes, inputForms(canary)), assert.AssertionError);
  }
}
