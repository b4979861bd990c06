/** Finding and reaching peers: names, WebSocket, and addresses that others know. */
import assert from "node:assert/strict";
import { WebSocket } from "ws";
import { UnreachableError } from "../../lib/base/mod.ts";
import { generateIdentity, type Node, startNode } from "../../lib/net/mod.ts";

async function nodeAt(...listen: string[]): Promise<Node> {
  return await startNode({ identity: await generateIdentity(), listen });
}

/** A node as `new` and `join` have one. */
async function partyAt(listen: string): Promise<Node> {
  return await startNode({ identity: await generateIdentity(), listen: [listen], server: false });
}

async function stopAll(...nodes: readonly Node[]): Promise<void> {
  await Promise.all(nodes.map((node) => node.stop()));
}

function portOf(node: Node): string {
  return /\/tcp\/(\d+)/.exec(node.addresses()[0] ?? "")?.[1] ?? "";
}

const TCP = "/ip4/127.0.0.1/tcp/0";

// feature: B3, B52
Deno.test("a joiner finds a peer whose address is stale when a bootnode knows it", async () => {
  const [boot, gone] = await Promise.all([TCP, TCP].map((at) => nodeAt(at)));
  const [wanted, joiner] = await Promise.all([TCP, TCP].map(partyAt));
  assert.ok(boot && wanted && joiner && gone);
  const stale = [`/ip4/127.0.0.1/tcp/${portOf(gone)}`];
  await gone.stop();
  const target = { peer: wanted.peerId, addresses: stale };
  await assert.rejects(joiner.dial(target), {
    name: "UnreachableError",
    message: /the connection was refused/,
  });
  await wanted.dial({ addresses: boot.addresses() });
  await joiner.dial({ addresses: boot.addresses() });
  // Why again: the bootnode takes a peer into its table once it knows what the peer speaks.
  const reached = async (): Promise<string> => {
    for (let attempt = 0;; attempt++) {
      try {
        return await joiner.dial(target);
      } catch (error) {
        if (!(error instanceof UnreachableError) || attempt === 200) throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  };
  assert.equal(await reached(), wanted.peerId);
  await stopAll(boot, wanted, joiner);
});

Deno.test("a peer that nobody knows is not found, and the first reason is told", async () => {
  const [boot, joiner] = await Promise.all([TCP, TCP].map((at) => nodeAt(at)));
  assert.ok(boot && joiner);
  await joiner.dial({ addresses: boot.addresses() });
  const { peerId } = await generateIdentity();
  await assert.rejects(joiner.dial({ peer: peerId, addresses: ["/ip4/127.0.0.1/tcp/1"] }), {
    name: "UnreachableError",
    message: /the connection was refused/,
  });
  await stopAll(boot, joiner);
});

for (
  const { name, listen, dial } of [
    {
      name: "WebSocket",
      listen: `${TCP}/ws`,
      dial: (port: string) => `/ip4/127.0.0.1/tcp/${port}/ws`,
    },
    { name: "a name", listen: TCP, dial: (port: string) => `/dns4/localhost/tcp/${port}` },
    {
      name: "WebSocket at a name",
      listen: `${TCP}/ws`,
      dial: (port: string) => `/dns4/localhost/tcp/${port}/ws`,
    },
  ]
) {
  // feature: B4, B53
  Deno.test(`a node is reached by ${name}`, async () => {
    const server = await nodeAt(listen);
    const client = await nodeAt(TCP);
    assert.equal(await client.dial({ addresses: [dial(portOf(server))] }), server.peerId);
    assert.ok(await client.ping(server.peerId) >= 0);
    await stopAll(server, client);
  });
}

Deno.test("WebSocket is the implementation that sends small messages at once", async () => {
  const node = await nodeAt(TCP);
  assert.equal(globalThis.WebSocket as unknown, WebSocket);
  await node.stop();
});
