import assert from "node:assert/strict";
import { generateIdentity, type Node, startNode } from "../../lib/net/mod.ts";

async function nodeOf(): Promise<Node> {
  const listen = ["/ip4/127.0.0.1/tcp/0"];
  return await startNode({ identity: await generateIdentity(), listen });
}

Deno.test("two nodes that dial each other at the same moment stay connected", async () => {
  for (let round = 0; round < 10; round++) {
    const [a, b] = await Promise.all([nodeOf(), nodeOf()]);
    const lost: string[] = [];
    for (const node of [a, b]) node.onDisconnect((peer) => lost.push(peer));
    const [found, other] = await Promise.all([
      a.dial({ peer: b.peerId, addresses: b.addresses() }),
      b.dial({ peer: a.peerId, addresses: a.addresses() }),
    ]);
    assert.deepEqual([found, other], [b.peerId, a.peerId]);
    await Promise.all([a.ping(b.peerId), b.ping(a.peerId)]);
    assert.deepEqual(lost, [], `round ${round}`);
    await Promise.all([a.stop(), b.stop()]);
  }
});
