/** Being found without an address, and being reached through a gateway that forwards a port. */
import assert from "node:assert/strict";
import { decodeTicket, encodeTicket } from "../../lib/session/mod.ts";
import { Process, processTest } from "../e2e/process.ts";
import { relayIn, startSession } from "./sessions.ts";
import { behindNats, namespacesWork, PUBLIC, World } from "./world.ts";

const skip = !await namespacesWork();

/** The ticket with an address at which nobody is. */
function stale(ticket: string): string {
  const now = Date.now();
  return encodeTicket({ ...decodeTicket(ticket, now), addresses: ["/ip4/10.77.0.200/tcp/1"] });
}

processTest(
  "a peer on the local network is found although the ticket's address is stale",
  async () => {
    await using world = new World();
    const hub = await world.hub("lan");
    const one = await world.hostAt("one", { hub, address: "10.77.0.1/24" });
    const other = await world.hostAt("other", { hub, address: "10.77.0.2/24" });
    // Multicast goes where the default route goes.
    for (const host of [one, other]) await world.route(host, "10.77.0.250");
    await using session = await startSession({
      hosts: [one, other],
      flags: ["--mdns"],
      deliver: stale,
    });
    await session.finish();
  },
  skip,
);

processTest(
  "a gateway forwards the port, a peer checks it, and a public host joins directly",
  async () => {
    await using world = new World();
    const { relay, open, nats, parties } = await behindNats(world);
    const script = new URL("./gateway.ts", import.meta.url).pathname;
    await using _gateway = await world.start(nats[0], [
      ...[Deno.execPath(), "run", "--quiet", "--allow-net", "--allow-run", script],
      ...["192.168.1.1", PUBLIC.nats[0]],
    ]);
    const checker = await relayIn(relay);
    await using session = await startSession({
      hosts: [parties[0], open],
      own: [["--upnp", `--bootnode=${checker}`], []],
      deliver: (ticket) => {
        const { addresses, ...rest } = decodeTicket(ticket, Date.now());
        const outside = addresses.filter((address) =>
          address.startsWith(`/ip4/${PUBLIC.nats[0]}/`)
        );
        assert.equal(outside.length, 1, addresses.join());
        return encodeTicket({ ...rest, addresses: outside });
      },
    });
    await session.finish();
    const { stderr } = await session.creator.ended;
    const forwards = `the gateway 192.168.1.1 forwards ${PUBLIC.nats[0]}:`;
    assert.ok(stderr.includes(forwards), stderr);
    assert.match((await session.joiner.ended).stderr, /party 0 joined \(12D3KooW…\w+, direct\)/);
  },
  skip,
);

processTest(
  "a peer tells a public node that it can be reached, and one behind NAT nothing",
  async () => {
    await using world = new World();
    const { relay, open, parties } = await behindNats(world);
    const flags = ["--metrics-port=0", `--bootnode=${await relayIn(relay)}`];
    const node = new Process(flags, open);
    await node.sees(new RegExp(`others can reach us at /ip4/${PUBLIC.open}/tcp/`));
    const hidden = new Process([...flags, `--announce=/ip4/${PUBLIC.nats[0]}/tcp/9`], parties[0]);
    await hidden.sees(/connected to 12D3KooW/);
    hidden.kill("SIGTERM");
    const { stderr } = await hidden.ended;
    assert.ok(stderr.includes(`listening on /ip4/${PUBLIC.nats[0]}/tcp/9/p2p/`), stderr);
    assert.doesNotMatch(stderr, /others can reach us/);
  },
  skip,
);
