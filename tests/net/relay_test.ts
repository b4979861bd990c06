/** Relays: what they pass, for whom, how much, and what becomes of links when they end. */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { UnreachableError } from "../../lib/base/mod.ts";
import {
  generateIdentity,
  listenThrough,
  type Node,
  type StreamChannel,
} from "../../lib/net/mod.ts";
import type { Event } from "../../lib/observability/mod.ts";
import { systemClock } from "../../lib/session/clock.ts";
import { Forwarder } from "./forwarder.ts";
import { loopbackNode, meshOf, type TestMesh, type TestNode } from "./loopback.ts";
import { loopbackRelay, nodeBehind, relayAddress } from "./relays.ts";

/** Two parties behind a relay, connected. */
interface Pair extends AsyncDisposable {
  readonly relay: Node;
  readonly mesh: TestMesh;
  readonly channels: readonly [StreamChannel, StreamChannel];
  readonly notices: string[];
}

async function pairBehind(relay: Node): Promise<Pair> {
  const nodes = [await nodeBehind(relay), await nodeBehind(relay)];
  const notices: string[] = [];
  const observe = (event: Event): void => {
    if (event.kind === "notice") notices.push(event.text);
  };
  const mesh = await meshOf(nodes, { reconnectMs: 20_000, observe });
  const [a, b] = mesh.meshes.map(({ channel }) => channel as StreamChannel);
  assert.ok(a && b);
  return {
    ...{ relay, mesh, notices, channels: [a, b] },
    async [Symbol.asyncDispose](): Promise<void> {
      await mesh.stop();
      await relay.stop();
    },
  };
}

function pattern(length: number, seed: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(length).map((_, i) => (i * 29 + seed * 13 + (i >>> 9)) & 255);
}

/** Sends messages both ways and checks them. */
async function exchange({ channels }: Pair, count: number, length: number): Promise<void> {
  await Promise.all(channels.flatMap((channel) => {
    const other = 1 - channel.self;
    const steps = Array.from({ length: count }, (_, i) => i);
    return [
      (async () => {
        for (const i of steps) {
          await channel.send(other, `m${i}`, pattern(length, i + channel.self));
        }
      })(),
      (async () => {
        for (const i of steps) {
          const got = await channel.recv(other, `m${i}`, length);
          assert.ok(Buffer.from(got).equals(pattern(length, i + other)), `message ${i}`);
        }
      })(),
    ];
  }));
}

async function stopAll(...nodes: readonly (Node | TestNode)[]): Promise<void> {
  for (const each of nodes) await ("node" in each ? each.node : each).stop();
}

Deno.test("two parties with relayed addresses alone exchange messages, and know their path", async () => {
  await using pair = await pairBehind(await loopbackRelay({ bytes: 50_000_000 }));
  await exchange(pair, 20, 100_000);
  const [a, b] = pair.mesh.nodes;
  assert.ok(a && b);
  assert.ok(a.node.addresses().every((address) => address.includes("/p2p-circuit/")));
  for (const path of [a.node.path(b.node.peerId), b.node.path(a.node.peerId)]) {
    assert.equal(path?.relay, pair.relay.peerId);
    const passed = 50_000_000 - (path?.bytesLeft ?? 0);
    assert.ok(passed >= 4_000_000 && passed < 4_400_000, `${passed} bytes have passed`);
  }
});

Deno.test("a link goes on over a new connection each time the relay ends one", async () => {
  await using pair = await pairBehind(await loopbackRelay({ bytes: 3_000_000 }));
  await exchange(pair, 100, 100_000);
  const back = pair.notices.filter((text) =>
    /^the connection to party \d is back \(via relay 12D3KooW…/.test(text)
  );
  assert.ok(back.length >= 4, pair.notices.join("\n"));
});

Deno.test("a relay serves those on its list alone, at both ends", async () => {
  const [listed, unlisted] = [await generateIdentity(), await generateIdentity()];
  const relay = await loopbackRelay({ allow: [listed.peerId] });
  const inside = await nodeBehind(relay, { identity: listed });
  await assert.rejects(nodeBehind(relay, { identity: unlisted }), (error) => {
    assert.ok(error instanceof UnreachableError);
    assert.match(error.message, /^Cannot listen through relay ".*": it does not serve us$/);
    assert.match(error.hint ?? "", new RegExp(`--allow-peer=${unlisted.peerId}`));
    return true;
  });
  const outside = await loopbackNode();
  const target = { peer: listed.peerId, addresses: inside.node.addresses() };
  await assert.rejects(outside.node.dial(target), UnreachableError);
  assert.equal(outside.node.path(listed.peerId), undefined);
  await stopAll(inside, outside, relay);
});

Deno.test("a relay that is full says so, and has a place again when somebody leaves", async () => {
  const relay = await loopbackRelay({ reservations: 1 });
  const first = await nodeBehind(relay);
  await assert.rejects(nodeBehind(relay), /it is full$/);
  await stopAll(first);
  const next = await nodeBehind(relay);
  assert.equal(next.node.addresses().length, 1);
  await stopAll(next, relay);
});

Deno.test("a peer that is no relay is named as such, and one that is not there, too", async () => {
  const plain = await loopbackNode();
  await assert.rejects(nodeBehind(plain.node), /that peer is no relay$/);
  const address = relayAddress(plain.node);
  await stopAll(plain);
  const gone = { addresses: () => [address] };
  await assert.rejects(nodeBehind(gone), /the connection was refused$/);
});

Deno.test("a node takes a place again after its relay was started anew", async () => {
  const identity = await generateIdentity();
  const relay = await loopbackRelay({}, { identity });
  const address = relayAddress(relay);
  const port = /\/tcp\/(\d+)/.exec(address)?.[1];
  const texts: string[] = [];
  const back = Promise.withResolvers<void>();
  const observe = (event: Event): void => {
    if (event.kind !== "notice") return;
    texts.push(event.text);
    if (event.text === `relay ${address} is back`) back.resolve();
  };
  const behind = await nodeBehind(relay, { observe });
  await relay.stop();
  const again = await loopbackRelay({}, { identity, listen: [`/ip4/127.0.0.1/tcp/${port}`] });
  await back.promise;
  assert.match(texts[0] ?? "", /^lost relay .*, trying to get it back\.\.\.$/);
  const other = await loopbackNode();
  const goal = { peer: behind.node.peerId, addresses: behind.node.addresses() };
  assert.equal(await other.node.dial(goal), behind.node.peerId);
  await stopAll(behind, other, again);
});

Deno.test("a direct address is taken before a relayed one", async () => {
  const relay = await loopbackRelay();
  const behind = await nodeBehind(relay);
  const open = await loopbackNode(undefined, { behindRelays: true });
  await listenThrough(open.node, { relays: [relayAddress(relay)], clock: systemClock });
  const target = { peer: open.node.peerId, addresses: open.node.addresses() };
  assert.ok(target.addresses.some((address) => address.includes("/p2p-circuit/")));
  await behind.node.dial(target);
  assert.deepEqual(behind.node.path(open.node.peerId), { relay: undefined, bytesLeft: undefined });
  await stopAll(behind, open, relay);
});

Deno.test("a relay that has become silent is dropped, and taken again, when its link is looked into", async () => {
  const relay = await loopbackRelay();
  const port = Number(/\/tcp\/(\d+)/.exec(relayAddress(relay))?.[1]);
  const forwarder = new Forwarder(port);
  const address = `${forwarder.address}/p2p/${relay.peerId}`;
  const back = Promise.withResolvers<void>();
  const observe = (event: Event): void => {
    if (event.kind === "notice" && event.text === `relay ${address} is back`) back.resolve();
  };
  const behind = await nodeBehind({ addresses: () => [address] }, { observe });
  const other = await nodeBehind(relay);
  await behind.node.dial({ peer: other.node.peerId, addresses: other.node.addresses() });
  assert.equal(behind.node.path(other.node.peerId)?.relay, relay.peerId);
  const over = Promise.withResolvers<void>();
  forwarder.stall(over.promise);
  await behind.node.probeRelay(other.node.peerId);
  assert.equal(behind.node.path(relay.peerId), undefined);
  // What is under way stays where it is; only new connections pass.
  forwarder.stall(Promise.resolve());
  await back.promise;
  over.resolve();
  await stopAll(behind, other);
  await forwarder.close();
  await relay.stop();
});
