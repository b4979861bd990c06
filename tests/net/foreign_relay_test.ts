/** Relays of plain libp2p: one that keeps all that it passes, and one that nobody asked to be a relay. */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { noise } from "@chainsafe/libp2p-noise";
import { circuitRelayServer, RELAY_V2_STOP_CODEC } from "@libp2p/circuit-relay-v2";
import { identify } from "@libp2p/identify";
import type { Libp2p } from "@libp2p/interface";
import { tcp } from "@libp2p/tcp";
import { yamux } from "@libp2p/yamux";
import { multiaddr } from "@multiformats/multiaddr";
import { createLibp2p } from "libp2p";
import { listenThrough } from "../../lib/net/mod.ts";
import { systemClock } from "../../lib/session/clock.ts";
import { loopbackNode, meshOf, type TestNode } from "./loopback.ts";

interface GreedyRelay extends AsyncDisposable {
  readonly libp2p: Libp2p;
  readonly address: string;
  /** Both directions of all connections that it passes. */
  readonly kept: Uint8Array[];
}

async function greedyRelay(): Promise<GreedyRelay> {
  const kept: Uint8Array[] = [];
  const relay = await createLibp2p({
    addresses: { listen: ["/ip4/127.0.0.1/tcp/0"] },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    services: {
      identify: identify(),
      relay: circuitRelayServer({ reservations: { applyDefaultLimit: false } }),
    },
  });
  relay.use(RELAY_V2_STOP_CODEC, (stream, connection, next) => {
    const send = stream.send.bind(stream);
    stream.send = (data): boolean => {
      kept.push(data.subarray());
      return send(data);
    };
    stream.addEventListener("message", ({ data }) => kept.push(data.subarray()));
    return next(stream, connection);
  });
  return {
    libp2p: relay,
    address: relay.getMultiaddrs()[0]?.toString() ?? "",
    kept,
    [Symbol.asyncDispose]: async () => await relay.stop(),
  };
}

async function behind(relay: string): Promise<TestNode> {
  const node = await loopbackNode(undefined, { listen: [], behindRelays: true });
  await listenThrough(node.node, { relays: [relay], clock: systemClock });
  return node;
}

// feature: B85, B87
Deno.test("a relay that keeps all it passes has nothing of what was said", async () => {
  await using relay = await greedyRelay();
  const nodes = [await behind(relay.address), await behind(relay.address)];
  const { meshes, stop } = await meshOf(nodes, {});
  const [a, b] = meshes.map(({ channel }) => channel);
  const secret = Buffer.from("nobody in between may read this sentence, not a word of it");
  const text = Buffer.concat(Array.from({ length: 2000 }, () => secret));
  await a?.send(1, "said", new Uint8Array(text));
  const got = await b?.recv(0, "said", text.length);
  assert.ok(got && text.equals(Buffer.from(got)));
  const path = nodes[0]?.node.path(nodes[1]?.node.peerId ?? "");
  assert.deepEqual(path, { relay: /\/p2p\/(\w+)$/.exec(relay.address)?.[1], bytesLeft: undefined });
  await stop();
  const passed = Buffer.concat(relay.kept);
  assert.ok(passed.length >= text.length, `${passed.length} bytes have passed`);
  for (const word of ["nobody in between", "sentence", "said"]) {
    assert.equal(passed.includes(word), false, word);
  }
});

Deno.test("a node takes no connection from a relay that it has not chosen, and no place there", async () => {
  await using relay = await greedyRelay();
  const { node } = await loopbackNode();
  const connection = await relay.libp2p.dial(multiaddr(node.addresses()[0] ?? ""));
  const refused = Promise.withResolvers<void>();
  await connection.newStream(RELAY_V2_STOP_CODEC).then(
    (stream) => {
      stream.addEventListener("close", () => refused.resolve());
      if (stream.status !== "open") refused.resolve();
    },
    () => refused.resolve(),
  );
  await refused.promise;
  assert.ok(node.addresses().length > 0);
  assert.ok(node.addresses().every((address) => !address.includes("/p2p-circuit")));
  await node.stop();
});
