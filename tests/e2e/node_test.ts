/** Nodes as their users run them: processes with flags, a config file and keys. */
import assert from "node:assert/strict";
import { startCollector } from "../observability/collector.ts";
import { parsePage, total } from "../observability/metrics_page.ts";
import { freePort, inFolder } from "../machine.ts";
import { Process, processTest } from "./process.ts";

async function idOf(node: Process): Promise<string> {
  return (await node.sees(/our node id: (12D3KooW\w+)\n/))[1] ?? "";
}

async function stopped(node: Process): Promise<void> {
  node.kill("SIGTERM");
  assert.equal((await node.ended).code, 143);
}

// feature: B18, B19, B20, B21, B22, B23, B41, B43, B62, B63, B64
processTest(
  "two nodes of the quick start meet, and have the same peer ids when they come again",
  () =>
    inFolder(async (folder) => {
      const [port, second, ...pages] = Array.from({ length: 4 }, () => String(freePort()));
      const flags = (self: number): string[] => [
        ...["--network-port", self === 0 ? port ?? "" : second ?? "", "--topic", "mpc-test"],
        ...["--identity-key-path", `${folder}/keys/node${self}.key`, "--log-level", "debug"],
        ...["--metrics-port", pages[self] ?? ""],
      ];
      const ids: string[][] = [];
      for (let run = 0; run < 2; run++) {
        const one = new Process(flags(0));
        const id = await idOf(one);
        await one.sees(new RegExp(`listening on /ip4/127.0.0.1/tcp/${port}/p2p/${id}\n`));
        const other = new Process([
          ...flags(1),
          "--bootnode",
          `/ip4/127.0.0.1/tcp/${port}/p2p/${id}`,
        ]);
        await other.sees(new RegExp(`connected to ${id}`));
        ids.push([id, await idOf(other)]);
        await Promise.all([stopped(one), stopped(other)]);
      }
      assert.deepEqual(ids[0], ids[1]);
      assert.notEqual(ids[0]?.[0], ids[0]?.[1]);
      const nobody = [0, 1].map(() => new Process(["--network-port=0", "--metrics-port=0"]));
      const [first, again] = await Promise.all(nobody.map(idOf));
      assert.notEqual(first, again);
      await Promise.all(nobody.map(stopped));
    }),
);

// feature: B6, B17, B26, B28, B29, B31, B40
processTest(
  "a config file says it all, and a seed node needs no peer id",
  () =>
    inFolder(async (folder) => {
      const port = String(freePort());
      const text = [
        `network_port: ${port}`,
        "topics: [mpc-computation, mpc-control]",
        `identity_key_path: ${folder}/keys/node.key`,
        "metrics_port: 0",
        "log_level: warn",
      ].join("\n");
      await Deno.writeTextFile(`${folder}/config.yml`, text);
      const node = new Process(["--config", `${folder}/config.yml`]);
      const id = await idOf(node);
      await node.sees(/listening to topic mpc-control\n/);
      assert.equal((await Deno.stat(`${folder}/keys/node.key`)).size, 68);
      const other = new Process([`--seed-node=/ip4/127.0.0.1/tcp/${port}`, "--metrics-port=0"]);
      await other.sees(new RegExp(`connected to ${id}`));
      await Promise.all([stopped(node), stopped(other)]);
    }),
);

// feature: B42, B44, B45, B46, B55, B60, B69, B70, B71
processTest("a node with its port, metrics, traces, a debug log and topics at once", async () => {
  await using collector = await startCollector("grpc");
  const [port, page] = [String(freePort()), String(freePort())];
  const topics = ["mpc-computation", "mpc-control", "mpc-results"];
  const other = new Process(["--metrics-port=0"]);
  const [, address = ""] = await other.sees(/listening on (\/ip4\/127\.0\.0\.1\/\S+)/);
  const node = new Process([
    ...["--network-port", port, "--metrics-port", page, "--log-level", "debug"],
    ...["--enable-jaeger", "--jaeger-host", "localhost", "--jaeger-port", String(collector.port)],
    ...topics.flatMap((topic) => ["--topic", topic]),
    ...["--bootnode", address],
  ]);
  const id = await idOf(node);
  for (const topic of topics) await node.sees(new RegExp(`listening to topic ${topic}\n`));
  await node.sees(/connected to 12D3KooW/);
  const response = await fetch(`http://localhost:${page}/metrics`);
  const { samples } = parsePage(await response.text());
  assert.equal(total(samples, "p2p_mpc_active_connections", { direction: "outbound" }), 1);
  await Promise.all([stopped(node), stopped(other)]);
  const spans = collector.spans().filter(({ resource }) => resource["service.instance.id"] === id);
  assert.ok(spans.some(({ name }) => name === "dial peer"));
});
