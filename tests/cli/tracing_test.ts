import assert from "node:assert/strict";
import { main } from "../../lib/cli/mod.ts";
import { tracingConfig } from "../../lib/cli/config.ts";
import { resolveSettings } from "../../lib/cli/settings.ts";
import type { RawFlags } from "../../lib/cli/settings.ts";
import { inFolder } from "../machine.ts";
import { fakeSystem } from "./fake_system.ts";

const LISTEN = "--listen=/ip4/127.0.0.1/tcp/0";
/** A computation that ends before it needs a network. */
const FAILING = ["--program=none.rs", "--party=0", "--input=3735928559", LISTEN, "new"];

interface Line {
  readonly name: string;
  readonly level: string;
  readonly trace_id: string;
  readonly span_id: string;
  readonly parent_id?: string;
  readonly attrs: Readonly<Record<string, unknown>>;
}

async function linesOf(path: string): Promise<Line[]> {
  const text = await Deno.readTextFile(path);
  return text.trimEnd().split("\n").map((line) => JSON.parse(line));
}

// feature: B9, B48
Deno.test("--json-trace appends one trace a run, with its error, to a file for its owner alone", () =>
  inFolder(async (folder) => {
    const path = `${folder}/logs/traces.json`;
    const flags = ["--json-trace", `--json-trace-file=${path}`];
    for (let run = 0; run < 2; run++) {
      assert.equal(await main([...flags, ...FAILING], fakeSystem()), 3);
    }
    const lines = await linesOf(path);
    assert.deepEqual(lines.map(({ name }) => name), [
      ...["compile program", "run mpc session", "compile program", "run mpc session"],
    ]);
    for (const { level, attrs } of lines) {
      assert.deepEqual([level, attrs], ["error", { "error.type": "ProgramError" }]);
    }
    assert.equal(lines[0]?.parent_id, lines[1]?.span_id);
    assert.equal(lines[0]?.trace_id, lines[1]?.trace_id);
    assert.notEqual(lines[0]?.trace_id, lines[2]?.trace_id);
    if (Deno.build.os !== "windows") {
      assert.equal(((await Deno.stat(path)).mode ?? 0) & 0o777, 0o600);
    }
  }));

Deno.test("a trace file that cannot be opened is a mistake in the options", async () => {
  const system = fakeSystem();
  const flags = ["--json-trace", "--json-trace-file=/dev/null/x"];
  assert.equal(await main([...flags, ...FAILING], system), 2);
  assert.match(system.err(), /Cannot write the trace file "\/dev\/null\/x"/);
  assert.match(system.err(), /hint: .*--json-trace-file/);
});

Deno.test({
  name: "a command ends when the wait for a silent collector is over, with its own exit code",
  // Why: the call to the collector is still under way, as it is when the process ends.
  sanitizeOps: false,
  sanitizeResources: false,
  async fn(): Promise<void> {
    const silent = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const system = fakeSystem();
    const flags = ["-j", "--jaeger-host=127.0.0.1", `--jaeger-port=${silent.addr.port}`];
    const code = main([...flags, ...FAILING], system);
    const connection = await silent.accept();
    system.elapse();
    assert.equal(await code, 3);
    assert.match(
      system.err(),
      /warn {2}tracing: traces do not arrive at http:\/\/127\.0\.0\.1:\d+: no/,
    );
    assert.match(system.err(), /^error: Cannot read program/m);
    connection.close();
    silent.close();
  },
});

Deno.test({
  name: "a node traces each request of its own",
  // Why: timers inside libp2p outlive a stopped node.
  sanitizeOps: false,
  sanitizeResources: false,
  fn: () =>
    inFolder(async (folder) => {
      const free = Deno.listen({ hostname: "127.0.0.1", port: 0 });
      const seed = `--seed-node=/ip4/127.0.0.1/tcp/${free.addr.port}`;
      free.close();
      const path = `${folder}/traces.json`;
      const flags = ["--json-trace", `--json-trace-file=${path}`, "--metrics-port=0"];
      const system = fakeSystem();
      const code = main([...flags, LISTEN, seed], system);
      await system.saw(/warn {2}node: /);
      system.raise("SIGINT");
      assert.equal(await code, 130);
      const lines = await linesOf(path);
      const dial = lines.find(({ name }) => name === "dial peer");
      assert.equal(dial?.parent_id, undefined);
      assert.equal(dial?.attrs["error.type"], "error");
      const log = lines.find(({ name, level }) => name === "log" && level === "warn");
      assert.equal(log?.attrs["module"], "node");
    }),
});

// feature: B27, B46
Deno.test("the collector's port follows its protocol unless it is given, and no flag means no trace", async () => {
  const config = async (flags: RawFlags): Promise<ReturnType<typeof tracingConfig>> =>
    tracingConfig(await resolveSettings(flags, fakeSystem()), "new");
  assert.equal(await config({}), undefined);
  assert.equal(await config({ jaegerHost: "elsewhere", jsonTraceFile: "x" }), undefined);
  const port = async (flags: RawFlags): Promise<number | undefined> =>
    (await config({ enableJaeger: true, ...flags }))?.collector?.port;
  assert.equal(await port({}), 4317);
  assert.equal(await port({ jaegerProtocol: "http" }), 4318);
  assert.equal(await port({ jaegerProtocol: "http", jaegerPort: "4317" }), 4317);
  const file = await config({ jsonTrace: true });
  assert.deepEqual([file?.file?.path, file?.collector], ["traces.json", undefined]);
});
