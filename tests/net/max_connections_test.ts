import assert from "node:assert/strict";
import { generateIdentity, type Node, startNode } from "../../lib/net/mod.ts";

const LISTEN = ["/ip4/127.0.0.1/tcp/0"];

async function nodeOf(maxConnections?: number): Promise<Node> {
  const identity = await generateIdentity();
  const limit = maxConnections === undefined ? {} : { maxConnections };
  return await startNode({ identity, listen: LISTEN, ...limit });
}

// feature: B78
Deno.test("a node takes no more connections than it may have", async () => {
  const full = await nodeOf(1);
  const [first, second] = [await nodeOf(), await nodeOf()];
  await first.dial({ addresses: full.addresses() });
  await assert.rejects(
    second.dial({ addresses: full.addresses() }).then(() => second.ping(full.peerId)),
    { name: /UnreachableError|ConnectionError/ },
  );
  assert.deepEqual(full.peers().map(({ peer }) => peer), [first.peerId]);
  await Promise.all([full, first, second].map((node) => node.stop()));
});
