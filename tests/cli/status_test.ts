import assert from "node:assert/strict";
import { main } from "../../lib/cli/mod.ts";
import type { Snapshot } from "../../lib/cli/dashboard/snapshot.ts";
import { type FakeSystem, fakeSystem } from "./fake_system.ts";

const PEER = "12D3KooWBtg3aaRMjxwedh83aGiUkwSxDwUZkzuJcfaqUmo7R3pq";

const NODE: Snapshot = {
  ...{ v: 1, version: "0.1.0", command: "node", atMs: 125_000, startedMs: 60_000 },
  peer: PEER,
  addresses: ["/ip4/127.0.0.1/tcp/9000", "/ip4/8.8.8.8/tcp/9000"],
  checkedAddresses: ["/ip4/8.8.8.8/tcp/9000"],
  peers: [{
    ...{ peer: "12D3KooWOther", alias: "carol", agent: "p2p-mpc/0.1.0 \u001b[2J" },
    ...{ address: "/ip4/127.0.0.1/tcp/1", direction: "inbound", via: "relayed", rttMs: 31 },
    ...{ standing: "trusted", score: 0, sinceMs: 0 },
  }],
  topics: [{ name: "chat", listeners: 2 }],
  session: undefined,
  gauges: [],
  warnings: [{ number: 0, atMs: 0, level: "warn", module: "net", text: "slow\nnode    fake" }],
};

const PARTY: Snapshot = {
  ...NODE,
  command: "join",
  session: {
    ...{ sent: 2048, received: 3 << 20, startedMs: 0, elapsedMs: 4200, fraction: 0.256 },
    known: {
      ...{ id: "ab", role: "joiner", stage: "running", party: 1, parties: 3, program: "cd" },
      roster: [],
    },
    ...{ result: undefined, gatesPerSecond: undefined, secondsLeft: undefined, phases: [] },
    parties: [
      {
        ...{ party: 0, isSelf: false, peer: "12D3KooWZero" },
        ...{ sent: 1, received: 1, lines: [] },
        latest: "tables",
      },
      {
        ...{ party: 1, isSelf: true, peer: PEER },
        ...{ sent: 1, received: 1, lines: [] },
        latest: undefined,
      },
      {
        ...{ party: 2, isSelf: false, peer: undefined },
        ...{ sent: 0, received: 0, lines: [] },
        latest: undefined,
      },
    ],
  },
};

/** Runs `status` on a page that answers with `body`. */
async function status(
  body: string,
  ...flags: string[]
): Promise<FakeSystem & { readonly code: number }> {
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    (request) =>
      new URL(request.url).pathname === "/api/v1/status"
        ? new Response(body)
        : new Response("no", { status: 404 }),
  );
  try {
    const system = fakeSystem();
    const code = await main(["status", `--metrics-port=${server.addr.port}`, ...flags], system);
    return Object.assign(system, { code });
  } finally {
    await server.shutdown();
  }
}

Deno.test("`status` tells of a node: who, where, its peers, topics and warnings, all harmless", async () => {
  const run = await status(JSON.stringify(NODE));
  assert.equal(run.code, 0, run.err());
  const lines = run.out().split("\n");
  assert.deepEqual(lines, [
    `node     ${PEER}`,
    "runs     node, version 0.1.0, for 1 min 5 s",
    "address  /ip4/127.0.0.1/tcp/9000",
    "address  /ip4/8.8.8.8/tcp/9000  (others reach it)",
    "peer     12D3KooWOther  carol, relayed inbound, 31 ms, trusted, p2p-mpc/0.1.0 \\u{1b}[2J",
    "topic    chat  listeners: 2",
    "warn     00:00:00 net: slow\\u{a}node    fake",
    "",
  ]);
  const json = JSON.parse((await status(JSON.stringify(NODE), "--json")).out());
  assert.equal(json.peer, PEER);
});

Deno.test("`status` tells of a session: how far it is, and what each party is at", async () => {
  const text = (await status(JSON.stringify(PARTY))).out();
  assert.match(
    text,
    /^session {2}party 1 of 3, running, 25 % computed, 4\.2 s, 2\.05 kB sent, 3\.15 MB received$/m,
  );
  assert.match(text, /^party {4}0 {2}12D3KooWZero {2}tables$/m);
  assert.match(text, /^party {4}1 {2}you$/m);
  assert.match(text, /^party {4}2 {2}not there yet$/m);
  const ended = { ...PARTY, session: { ...PARTY.session, result: "ok" } };
  assert.match((await status(JSON.stringify(ended))).out(), /^session .*ended: ok/m);
});

Deno.test("`status` says that nobody is there, or somebody else", async () => {
  for (const body of ["<html>", "{}", JSON.stringify({ ...NODE, peers: [{}] })]) {
    const run = await status(body);
    assert.equal(run.code, 4);
    assert.match(
      run.err(),
      /^error: Cannot read the status at .*\n(cause: .*\n( .*\n)*)?hint: something else/,
    );
    assert.equal(run.out(), "");
  }
  const gone = fakeSystem();
  assert.equal(await main(["status", "--url=http://127.0.0.1:1/metrics"], gone), 4);
  assert.match(gone.err(), /hint: start a node/);
});
