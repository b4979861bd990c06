/** Nodes in processes of their own, started as the documents say; only the ports are those that are free here. */
import assert from "node:assert/strict";
import { freePort, inFolder } from "../machine.ts";
import { startCollector } from "../observability/collector.ts";
import { assertEnded, Process, processTest } from "./process.ts";

/** A node that can be typed to, and its peer id. */
async function node(args: readonly string[]): Promise<{ process: Process; peer: string }> {
  const process = new Process(args, undefined, "piped");
  const [, peer = ""] = await process.sees(/our node id: (12D3KooW\w+)\n/);
  await process.sees(/> listening on .*\n/);
  return { process, peer };
}

/** Ends nodes as Ctrl-C does. */
async function stop(...processes: readonly Process[]): Promise<void> {
  for (const process of processes) {
    process.kill("SIGINT");
    assert.equal((await process.ended).code, 130);
  }
}

// feature: B5, B6, B18, B19, B20, B21, B22, B23, B37, B38, B39, B40, B41, B62, B63, B64, B68
processTest(
  "nodes with keys, ports and bootnodes find each other, chat, and keep their peer ids",
  () =>
    inFolder(async (folder) => {
      const [port1, port2] = [freePort(), freePort()];
      const key1 = `${folder}/keys/node1.key`;
      const flags1 = [
        ...["--network-port", `${port1}`, "--topic", "chat", "--identity-key-path", key1],
        ...["--metrics-port", `${freePort()}`, "--log-level", "debug"],
      ];
      const first = await node(flags1);
      assert.equal((await Deno.stat(key1)).size, 68);
      const second = await node([
        ...["--network-port", `${port2}`, "--topic", "chat"],
        ...["--identity-key-path", `${folder}/keys/node2.key`],
        ...["--bootnode", `/ip4/127.0.0.1/tcp/${port1}/p2p/${first.peer}`],
        ...["--metrics-port", `${freePort()}`],
      ]);
      // The third has no key file and knows an address alone.
      const third = await node([
        ...["-p", "0", "-t", "chat", "-m", "0", "--seed-node", `/ip4/127.0.0.1/tcp/${port1}`],
      ]);
      await second.process.sees(new RegExp(`connected to ${first.peer} at `));
      await third.process.sees(new RegExp(`connected to ${first.peer} at `));
      // Who is heard is in the topic.
      for (const { process, peer } of [second, third]) {
        await process.type("here\n");
        await first.process.sees(new RegExp(`\\[chat\\] ${peer}: here\n`));
      }
      await first.process.type("hello\nhello\n");
      const twice = new RegExp(`(\\[chat\\] ${first.peer}: hello\n){2}`);
      for (const { process } of [second, third]) await process.sees(twice);
      await second.process.type("and \x07back\n");
      await first.process.sees(/back\n/);
      await stop(second.process, third.process, first.process);
      const { stdout } = await first.process.ended;
      assert.ok(stdout.endsWith(`[chat] ${second.peer}: and \\u{7}back\n`), stdout);
      const again = await node(flags1);
      assert.equal(again.peer, first.peer);
      const other = await node(["-m", "0"]);
      assert.notEqual(other.peer, third.peer);
      await stop(again.process, other.process);
    }),
);

// feature: B12, B17, B24, B25, B26, B27, B28, B29, B30, B31, B32, B33, B34
processTest(
  "a config file has everything that the flags have, and a flag wins",
  () =>
    inFolder(async (folder) => {
      const first = await node(["-p", "0", "-t", "mpc-control", "-m", "0"]);
      const [, address = ""] = await first.process.sees(/listening on (\/ip4\/127\S+)\n/);
      const metrics = freePort();
      const path = `${folder}/config.yml`;
      await Deno.writeTextFile(
        path,
        `# Metrics
metrics_port: ${metrics}
log_level: info

# Tracing
enable_jaeger: false
jaeger_host: localhost
jaeger_port: 4317
json_trace: true
json_trace_file: ${folder}/logs/traces.json

# Network
network_port: ${freePort()}
topics:
  - mpc-computation
  - mpc-control
bootnodes:
  - ${address}
seed_nodes: []
explicit_peer: ${first.peer}
identity_key_path: ${folder}/keys/node.key
`,
      );
      const second = await node(["--config", path, "--log-level", "debug"]);
      await second.process.sees(
        /listening to topic mpc-computation\n[^]*listening to topic mpc-control\n/,
      );
      await second.process.sees(new RegExp(`connected to ${first.peer} at `));
      // The flag wins: the file asks for fewer lines.
      await second.process.sees(/ debug request: outbound request over dial: ok\n/);
      const page = await fetch(`http://127.0.0.1:${metrics}/metrics`);
      assert.match(
        await page.text(),
        /^p2p_mpc_active_connections\{direction="outbound",kind="direct"\} 1$/m,
      );
      await second.process.type("@mpc-control go\n");
      await first.process.sees(/\[mpc-control\] 12D3KooW\w+: go\n/);
      await stop(second.process, first.process);
      const traces = await Deno.readTextFile(`${folder}/logs/traces.json`);
      const spans = traces.trimEnd().split("\n").map((line) => JSON.parse(line).name);
      assert.ok(spans.includes("dial peer"), spans.join());
    }),
);

// feature: B8, B9, B42, B43, B44, B45, B46, B47, B48, B55, B60, B61, B69, B70, B71, D6
processTest(
  "a node does everything at once: ports, metrics, both kinds of traces, a debug log, topics",
  () =>
    inFolder(async (folder) => {
      await using collector = await startCollector("grpc");
      const metrics = freePort();
      const path = `${folder}/logs/traces.json`;
      const all = await node([
        ...["--network-port", `${freePort()}`, "--metrics-port", `${metrics}`],
        ...["--enable-jaeger", "--jaeger-host", "localhost", "--jaeger-port", `${collector.port}`],
        ...["--json-trace", "--json-trace-file", path, "--log-level", "debug"],
        ...["--topic", "mpc-computation", "--topic", "mpc-control", "--topic", "mpc-results"],
      ]);
      const [, address = ""] = await all.process.sees(/listening on (\/ip4\/127\S+)\n/);
      const other = await node(["-p", "0", "-t", "mpc-results", "-m", "0", "--bootnode", address]);
      await other.process.type("42\n");
      await all.process.sees(/\[mpc-results\] 12D3KooW\w+: 42\n/);
      const page = await (await fetch(`http://localhost:${metrics}/metrics`)).text();
      const heard = 'p2p_mpc_requests_total{protocol="gossip",direction="inbound",result="ok"} 1\n';
      assert.ok(page.includes(heard));
      await stop(all.process, other.process);
      const { stderr } = await all.process.ended;
      assert.match(stderr, / debug net: inbound connection with 12D3/);
      assert.doesNotMatch(stderr, /traces do not arrive/);
      const names = collector.spans().map(({ name }) => name);
      assert.ok(names.includes("receive message"), names.join());
      assert.match(await Deno.readTextFile(path), /"name":"receive message"/);
    }),
);

// feature: B16, B35, B50, D1
processTest("without arguments it is a node; `--help` and `--version` say what it is", async () => {
  const bare = new Process([]);
  await bare.sees(/> our node id: 12D3KooW\w+\n/);
  await bare.sees(/> listening on \/ip4\/127\.0\.0\.1\/tcp\/\d+\/p2p\/12D3KooW\w+\n/);
  await bare.sees(/metrics (at http:\/\/127\.0\.0\.1:9090\/metrics|page)/);
  await stop(bare);
  for (
    const [flag, pattern] of [["--help", /^Usage: p2p-mpc /], ["--version", /^p2p-mpc \d/]] as const
  ) {
    const end = await new Process([flag]).ended;
    assertEnded(end, 0);
    assert.match(end.stdout, pattern);
  }
});

processTest(
  "a node whose output nobody reads answers, tells what is lost, and ends on SIGTERM",
  async () => {
    const port = freePort();
    const metrics = freePort();
    const flags = ["-p", `${port}`, "-t", "chat", "-m", `${metrics}`];
    const listener = await node(flags);
    const address = `/ip4/127.0.0.1/tcp/${port}/p2p/${listener.peer}`;
    const speaker = await node(["-p", "0", "-t", "chat", "-m", "0", "--bootnode", address]);
    await speaker.process.type("first\n");
    await listener.process.sees(/: first\n/);
    const goOn = listener.process.hold();
    // Each of these characters is shown as five.
    for (let i = 0; i < 150; i++) await speaker.process.type(`${"\x07".repeat(4096)}\n`);
    await listener.process.sees(/standard output is not read; lines are dropped until it is\n/);
    const answer = await fetch(`http://127.0.0.1:${metrics}/livez`);
    assert.equal(answer.status, 200);
    await answer.body?.cancel();
    goOn();
    await listener.process.sees(/standard output is read again; \d+ lines were dropped\n/);
    await speaker.process.type("last\n");
    await listener.process.sees(/: last\n/);
    const goOnAgain = listener.process.hold();
    for (let i = 0; i < 150; i++) await speaker.process.type(`${"\x07".repeat(4096)}\n`);
    await listener.process.sees(/read again[^]*standard output is not read/);
    listener.process.kill("SIGTERM");
    await listener.process.sees(/stopping/);
    await assert.rejects(async () => {
      // Nothing more is answered once the node has ended, which nobody's reading was needed for.
      for (;;) await (await fetch(`http://127.0.0.1:${metrics}/livez`)).body?.cancel();
    });
    goOnAgain();
    assert.equal((await listener.process.ended).code, 143);
  },
);
