/** Links whose connection is cut below libp2p: they come back, or end in one clear error. */
import { Buffer } from "node:buffer";
import assert from "node:assert/strict";
import { ConnectionError } from "../../lib/base/mod.ts";
import { directConnect, generateIdentity, type StreamChannel } from "../../lib/net/mod.ts";
import { systemClock } from "../../lib/session/mod.ts";
import { type Cut, Forwarder, type Judge, portOf } from "./forwarder.ts";
import { loopbackNode, meshRequest, type TestNode } from "./loopback.ts";

const CUTS: readonly Cut[] = ["both", "to the listener", "to the dialler"];

/** Two parties with a forwarder between them. */
interface Pair extends AsyncDisposable {
  readonly nodes: readonly TestNode[];
  readonly channels: readonly [StreamChannel, StreamChannel];
  readonly forwarder: Forwarder;
  readonly notices: string[];
}

function portFor({ node }: TestNode): number {
  return portOf(node.addresses()[0] ?? "");
}

async function connect(
  nodes: readonly TestNode[],
  self: number,
  forwarder: Forwarder,
  { reconnectMs, notices = [] }: { reconnectMs: number; notices?: string[] },
): Promise<StreamChannel> {
  const { node, gate } = nodes[self] as TestNode;
  const request = meshRequest(nodes, self);
  const peers = request.peers.map((peer) => ({ ...peer, addresses: [forwarder.address] }));
  const mesh = await directConnect({
    node,
    gate,
    clock: systemClock,
    reconnectMs,
    observe: (event) => event.kind === "notice" && notices.push(event.text),
  }).open({ ...request, peers }, new AbortController().signal);
  return mesh.channel as StreamChannel;
}

async function pair(judge: Judge, reconnectMs: number): Promise<Pair> {
  // Why one does not listen: the other would dial it without the forwarder.
  const nodes = [await loopbackNode(undefined, { listen: [] }), await loopbackNode()];
  const forwarder = new Forwarder(portFor(nodes[1] as TestNode), judge);
  const notices: string[] = [];
  const [a, b] = await Promise.all(
    [0, 1].map((self) => connect(nodes, self, forwarder, { reconnectMs, notices })),
  );
  assert.ok(a && b);
  return {
    nodes,
    channels: [a, b],
    forwarder,
    notices,
    async [Symbol.asyncDispose](): Promise<void> {
      await Promise.all([a, b].map((channel) => channel.abort("the test is over")));
      await forwarder.close();
      for (const { gate } of nodes) gate.close();
      await Promise.all(nodes.map(({ node }) => node.stop()));
    },
  };
}

function pattern(length: number, seed: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(length).map((_, i) => (i * 31 + seed * 17 + (i >>> 8)) & 255);
}

for (const how of CUTS) {
  Deno.test(`a transfer both ways goes on after each loss of its connection: ${how}`, async () => {
    // Each connection carries a little more than the one before, and is cut at another place.
    let limit = 300_000;
    const judge: Judge = (bytes) => {
      if (bytes < limit) return undefined;
      limit += 170_001;
      return how;
    };
    await using two = await pair(judge, 20_000);
    const lengths = Array.from({ length: 40 }, (_, i) => (i * 40_503) % 300_000);
    await Promise.all(two.channels.flatMap((channel) => {
      const other = 1 - channel.self;
      return [
        (async () => {
          for (const [i, length] of lengths.entries()) {
            await channel.send(other, `m${i}`, pattern(length, i + channel.self));
          }
        })(),
        (async () => {
          for (const [i, length] of lengths.entries()) {
            const got = await channel.recv(other, `m${i}`, length);
            assert.ok(Buffer.from(got).equals(pattern(length, i + other)), `message ${i}`);
          }
        })(),
      ];
    }));
    assert.ok(two.forwarder.cuts >= 5, `only ${two.forwarder.cuts} cuts`);
    assert.ok(two.notices.includes("the connection to party 1 is back (direct)"));
  });
}

Deno.test("the last message arrives although the connection is cut before it is read", async () => {
  let armed = false;
  const judge: Judge = () => {
    if (!armed) return undefined;
    armed = false;
    return "both";
  };
  await using two = await pair(judge, 20_000);
  const [a, b] = two.channels;
  armed = true;
  await a.send(1, "last", pattern(900_000, 3));
  const closing = a.close();
  const got = await b.recv(0, "last", 900_000);
  assert.ok(Buffer.from(got).equals(pattern(900_000, 3)));
  await closing;
  assert.equal(two.forwarder.cuts, 1);
});

Deno.test("a link that does not come back ends in time, in an error that names the party", async () => {
  await using two = await pair(() => undefined, 300);
  const [a, b] = two.channels;
  const waiting = [[a, 1], [b, 0]] as const;
  const ends = waiting.map(([channel, other]) =>
    assert.rejects(channel.recv(other, "never", 1), (error) => {
      assert.ok(error instanceof ConnectionError);
      assert.equal(error.exitCode, 7);
      assert.match(error.message, new RegExp(`lost the connection to party ${other}`));
      return true;
    })
  );
  two.forwarder.refuse();
  await Promise.all(ends);
});

Deno.test("nothing is resumed with a process that was started anew", async () => {
  const identity = await generateIdentity();
  const dialler = await loopbackNode(identity);
  const nodes = [dialler, await loopbackNode()];
  const forwarder = new Forwarder(portFor(nodes[1] as TestNode));
  const [, b] = await Promise.all(
    [0, 1].map((self) => connect(nodes, self, forwarder, { reconnectMs: 20_000 })),
  );
  assert.ok(b);
  const lost = assert.rejects(b.recv(0, "never", 1), ConnectionError);
  await dialler.node.stop();
  const reborn = await loopbackNode(identity);
  await assert.rejects(
    connect([reborn, nodes[1] as TestNode], 0, forwarder, { reconnectMs: 20_000 }),
    /it refused: Cannot resume the link to party 0: that party was started anew/,
  );
  await lost;
  await b.abort("the test is over");
  await forwarder.close();
  for (const { gate } of [...nodes, reborn]) gate.close();
  await Promise.all([nodes[1], reborn].map((test) => test?.node.stop()));
});
