import assert from "node:assert/strict";
import type { Event, Observe } from "../../lib/observability/mod.ts";
import { generateIdentity, type Node, startNode } from "../../lib/net/mod.ts";

const LISTEN = ["/ip4/127.0.0.1/tcp/0"];

async function node(maxConnections: number, observe?: Observe): Promise<Node> {
  const identity = await generateIdentity();
  const told = observe === undefined ? {} : { observe };
  return await startNode({ identity, listen: LISTEN, maxConnections, ...told });
}

Deno.test({
  name: "every dial is told with what it went over and how it ended",
  sanitizeOps: false,
  sanitizeResources: false,
  async fn(): Promise<void> {
    const dials: Event[] = [];
    const here = await node(10, (event) => {
      if (event.kind === "dial") dials.push(event);
    });
    const there = await node(10);
    const [address = ""] = there.addresses();
    await here.dial({ addresses: [address] });
    await there.stop();
    await assert.rejects(here.dial({ addresses: [address.replace(/\/p2p\/.*/, "")] }));
    const { peerId } = await generateIdentity();
    await assert.rejects(here.dial({ addresses: ["/ip4/127.0.0.1/tcp/1/ws"], peer: peerId }));
    assert.deepEqual(dials, [
      { kind: "dial", transport: "tcp" },
      { kind: "dial", transport: "tcp", failure: "refused" },
      { kind: "dial", transport: "ws", failure: "refused" },
    ]);
    await here.stop();
  },
});

// feature: B78
Deno.test({
  name: "a node takes no more connections than it may have",
  sanitizeOps: false,
  sanitizeResources: false,
  async fn(): Promise<void> {
    const full = await node(1);
    const [first, second] = [await node(10), await node(10)];
    const target = { addresses: full.addresses() };
    await first.dial(target);
    await assert.rejects(second.dial(target), { name: "UnreachableError" });
    assert.deepEqual(full.peers().map(({ peer }) => peer), [first.peerId]);
    await Promise.all([full, first, second].map((each) => each.stop()));
  },
});

for (const listen of ["/ip4/127.0.0.1/tcp/0", "/ip4/127.0.0.1/tcp/0/ws"]) {
  // feature: B73
  Deno.test({
    name: `a wrong peer id is told with the one that was found, at ${listen}`,
    sanitizeOps: false,
    sanitizeResources: false,
    async fn(): Promise<void> {
      const identity = await generateIdentity();
      const there = await startNode({ identity, listen: [listen] });
      const here = await node(10);
      const { peerId: peer } = await generateIdentity();
      const addresses = there.addresses().map((address) =>
        address.replace(/p2p\/.*/, `p2p/${peer}`)
      );
      await assert.rejects(here.dial({ addresses, peer }), {
        name: "UnreachableError",
        message: `Cannot reach "${peer}": another peer answered at that address, ${there.peerId}`,
      });
      await Promise.all([there.stop(), here.stop()]);
    },
  });
}
