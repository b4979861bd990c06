/** A whole computation over gossip: parties that know one node in the middle, and never dial each other. */
import assert from "node:assert/strict";
import { assertEnded, party, type Process, processTest, ticketOf } from "./process.ts";

const ADD = "--program=.add.garble.rs";
const GOSSIP = "--channel=gossip";

/** A node without a computation that forwards what its peers say. */
async function middle(): Promise<{ readonly node: Process; readonly address: string }> {
  const node = party(["--metrics-port=0", "--carry-sessions"]);
  const [, address = ""] = await node.sees(
    /listening on (\/ip4\/127\.0\.0\.1\/tcp\/\d+\/p2p\/\w+)/,
  );
  return { node, address };
}

processTest(
  "three parties compute over a node in the middle, with one connection each",
  async () => {
    const { node, address } = await middle();
    const flags = (self: number): string[] => [
      ...[ADD, GOSSIP, `--party=${self}`, `--input=${self + 1}`],
      ...[`--bootnode=${address}`, "--log-level=debug", "--wait-time=60"],
    ];
    const creator = party([...flags(0), "new"]);
    const ticket = await ticketOf(creator);
    const parties = [creator, ...[1, 2].map((self) => party([...flags(self), "join", ticket]))];
    const peers = await Promise.all(parties.map(async (process) => {
      return (await process.sees(/our node id: (\w+)/))[1] ?? "";
    }));
    for (const process of parties) {
      const end = await process.ended;
      assertEnded(end, 0);
      assert.match(end.stdout, /The result is 6\n$/);
      assert.match(end.stderr, /party \d joined \(12D3KooW…\w+, over gossip\)/);
      const connected = [...end.stderr.matchAll(/connected to (\w+) at/g)].map(([, peer]) => peer);
      assert.equal(connected.length, 1);
      assert.ok(!peers.includes(connected[0] ?? ""), "a party was dialled");
    }
    node.kill("SIGTERM");
    const end = await node.ended;
    assert.equal(end.code, 143);
    assert.doesNotMatch(end.stdout, /./, "the node in the middle shows what it carries");
  },
);

processTest("without another node the creator is the middle", async () => {
  const flags = (self: number): string[] => [ADD, GOSSIP, `--party=${self}`, "--input=2"];
  const creator = party([...flags(2), "new"]);
  const ticket = await ticketOf(creator);
  const parties = [creator, ...[0, 1].map((self) => party([...flags(self), "join", ticket]))];
  for (const process of parties) {
    const end = await process.ended;
    assertEnded(end, 0);
    assert.match(end.stdout, /The result is 6\n$/);
  }
});

processTest("a party that uses another kind of channel is told so", async () => {
  const creator = party([ADD, "--party=0", "--input=2", GOSSIP, "new"]);
  const ticket = await ticketOf(creator);
  const parties = [
    creator,
    ...[1, 2].map((self) => {
      const channel = self === 1 ? [GOSSIP] : [];
      return party([ADD, `--party=${self}`, "--input=2", ...channel, "join", ticket]);
    }),
  ];
  for (const process of parties) {
    assertEnded(await process.ended, 5, /another kind of channel: "(direct|gossip)"|left: party/);
  }
});
