/** Peers with addresses of which not all are of use. */
import assert from "node:assert/strict";
import { UnreachableError } from "../../lib/base/mod.ts";
import { loopbackNode } from "./loopback.ts";
import { loopbackRelay, nodeBehind } from "./relays.ts";

/** An address that takes connections and never says a word. */
function silent(): { address: string } & Disposable {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const taken: Deno.Conn[] = [];
  void (async () => {
    for await (const conn of listener) taken.push(conn);
  })();
  return {
    address: `/ip4/127.0.0.1/tcp/${listener.addr.port}`,
    [Symbol.dispose](): void {
      listener.close();
      for (const conn of taken) conn.close();
    },
  };
}

Deno.test("a peer is reached although the first of its addresses never answers", async () => {
  using hole = silent();
  const relay = await loopbackRelay();
  const behind = await nodeBehind(relay);
  const [wanted, other] = [await loopbackNode(), await loopbackNode()];
  const [direct = ""] = wanted.node.addresses();
  await other.node.dial({ peer: wanted.node.peerId, addresses: [hole.address, direct] });
  assert.equal(other.node.path(wanted.node.peerId)?.relay, undefined);
  const addresses = [hole.address, ...behind.node.addresses()];
  await other.node.dial({ peer: behind.node.peerId, addresses });
  assert.equal(other.node.path(behind.node.peerId)?.relay, relay.peerId);
  for (const { node } of [wanted, other, behind]) await node.stop();
  await relay.stop();
});

Deno.test("a dial ends when the peer comes by itself meanwhile", async () => {
  using hole = silent();
  const [a, b] = [await loopbackNode(), await loopbackNode()];
  const dialled = a.node.dial({ peer: b.node.peerId, addresses: [hole.address] });
  await b.node.dial({ peer: a.node.peerId, addresses: a.node.addresses() });
  assert.equal(await dialled, b.node.peerId);
  for (const { node } of [a, b]) await node.stop();
});

Deno.test("why nobody is reached is told of all addresses", async () => {
  const { node } = await loopbackNode();
  const { node: gone } = await loopbackNode();
  const [address = ""] = gone.addresses();
  await gone.stop();
  await assert.rejects(
    node.dial({ peer: gone.peerId, addresses: ["/ip4/127.0.0.1/tcp/1", address] }),
    (error) => error instanceof UnreachableError && error.message.endsWith("refused"),
  );
  await node.stop();
});
