/** The small commands as processes: what they print on standard output alone, and that they end. */
import assert from "node:assert/strict";
import { assertEnded, party, Process, processTest, ticketOf } from "./process.ts";
import { parsePage, total } from "../observability/metrics_page.ts";

const LISTEN = "--listen=/ip4/127.0.0.1/tcp/0";

// feature: B52, B53
processTest("a running node answers `ping` and `lookup`", async () => {
  const node = party(["--metrics-port=0"]);
  const [, address = ""] = await node.sees(/listening on (\/ip4\/127\S+\/p2p\/\w+)/);
  const [peer = ""] = /12D3\w+$/.exec(address) ?? [];
  const pinged = await new Process(["ping", address, "--count=2", LISTEN]).ended;
  assertEnded(pinged, 0);
  assert.match(pinged.stdout, new RegExp(`^(${peer}: (less than )?\\d+ ms, direct, tcp\\n){2}$`));
  const found = await new Process(["lookup", address, "--json", LISTEN]).ended;
  assertEnded(found, 0);
  const facts = JSON.parse(found.stdout);
  assert.equal(facts.peer, peer);
  assert.ok(facts.protocols.includes("/p2p-mpc/blob/1"), found.stdout);
});

processTest("`version --json` is one JSON object", async () => {
  const end = await new Process(["version", "--json"]).ended;
  assertEnded(end, 0);
  assert.equal(JSON.parse(end.stdout).v, 1);
});

processTest(
  "the doctor looks at a machine and its bootnode, and its exit code tells a problem",
  async () => {
    const node = party(["--metrics-port=0"]);
    const [, address = ""] = await node.sees(/listening on (\/ip4\/127\S+\/p2p\/\w+)/);
    const [, port = ""] = /\/tcp\/(\d+)\//.exec(address) ?? [];
    const well = await new Process(["doctor", LISTEN, "--metrics-port=0", `--bootnode=${address}`])
      .ended;
    assertEnded(well, 0);
    assert.match(well.stdout, /^ok +reach +12D3\w+ answers in \d+ ms, direct, tcp/m);
    assert.match(well.stdout, /^ok +simd /m);
    const taken = `--listen=/ip4/127.0.0.1/tcp/${port}`;
    const ill = await new Process(["doctor", taken, "--metrics-port=0", "--json"]).ended;
    assertEnded(ill, 2, /Cannot vouch for this machine: there is a problem\nhint: /);
    const { ok, findings } = JSON.parse(ill.stdout);
    assert.equal(ok, false);
    assert.ok(findings.some(({ text }: { text: string }) => /the port is in use/.test(text)));
  },
);

processTest("`status` shows a node, and a party that waits for the others", async () => {
  const page = /metrics at (\S+)/;
  const node = party(["--metrics-port=0", "--topic=chat"]);
  const [, url = ""] = await node.sees(page);
  await node.sees(/listening to topic chat/);
  const [, peer = ""] = await node.sees(/our node id: (\w+)/);
  const shown = await new Process(["status", `--url=${url}`]).ended;
  assertEnded(shown, 0);
  assert.match(shown.stdout, new RegExp(`^node +${peer}\nruns +node, version `));
  assert.match(shown.stdout, /^topic +chat {2}listeners: 0$/m);

  const flags = ["--program=.add.garble.rs", "--party=0", "--input=2", "--metrics-port=0"];
  const creator = party([...flags, "new"]);
  const [, other = ""] = await creator.sees(page);
  await ticketOf(creator);
  const waiting = await new Process(["status", `--url=${other}`, "--json"]).ended;
  assertEnded(waiting, 0);
  const { command, session } = JSON.parse(waiting.stdout);
  assert.deepEqual([command, session.known.parties], ["new", 3]);
  const look = async (path: string): Promise<string> =>
    await (await fetch(new URL(path, other))).text();
  assert.equal(await look("/livez?verbose"), "[+]event-loop ok\n[+]worker ok\n");
  const { samples } = parsePage(await look("/metrics"));
  assert.ok(total(samples, "p2p_mpc_engine_memory_bytes", {}) > 1e6, "its worker has compiled");
});
