import assert from "node:assert/strict";
import { utf8 } from "../../lib/base/mod.ts";
import { generateIdentity, type Node, startNode } from "../../lib/net/mod.ts";
import { createRegistry, type Registry } from "../../lib/observability/mod.ts";
import { parsePage, type Sample, total } from "../observability/metrics_page.ts";
import { meshOf } from "./loopback.ts";
import { nodeBehind } from "./relays.ts";

const LISTEN = ["/ip4/127.0.0.1/tcp/0", "/ip4/127.0.0.1/tcp/0/ws"];

interface Counted {
  readonly node: Node;
  readonly registry: Registry;
}

async function countedNode(): Promise<Counted> {
  const registry = await createRegistry();
  const identity = await generateIdentity();
  return { node: await startNode({ identity, listen: LISTEN, metrics: registry }), registry };
}

async function samplesOf({ registry }: Counted): Promise<readonly Sample[]> {
  return parsePage((await registry.page()).body).samples;
}

Deno.test({
  name: "a node counts with libp2p's and gossipsub's own metrics, in labels of few values",
  sanitizeOps: false,
  sanitizeResources: false,
  async fn(): Promise<void> {
    const [first, second] = [await countedNode(), await countedNode()];
    const heard = Promise.withResolvers<void>();
    const topics = ["chat", "/p2p-mpc/session/0123456789abcdef"];
    for (const topic of topics) {
      first.node.subscribe(topic, () => heard.resolve());
      second.node.subscribe(topic, () => {});
    }
    // A topic that the first node has not joined has no name there.
    second.node.subscribe("the other's own", () => {});
    await second.node.dial({ addresses: first.node.addresses() });
    while (await second.node.publish("chat", utf8("hi")) === 0) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await heard.promise;
    const samples = await samplesOf(first);
    const inbound = { kind: "inbound" };
    assert.equal(total(samples, "libp2p_connection_manager_connections", inbound), 1);
    assert.equal(total(samples, "libp2p_connection_manager_dials_total", inbound), 1);
    assert.ok(total(samples, "gossipsub_pre_validation_valid_total", { topic: "chat" }) >= 1);
    const bytes = { protocol: "/meshsub/1.2.0", direction: "inbound" };
    assert.ok(total(samples, "p2p_mpc_network_bytes_total", bytes) > 0);
    const sent = await samplesOf(second);
    assert.ok(total(sent, "p2p_mpc_network_bytes_total", { direction: "outbound" }) > 0);

    const peers = [first.node.peerId, second.node.peerId];
    for (const { name, labels } of [...samples, ...sent]) {
      for (const value of Object.values(labels)) {
        assert.ok(!peers.some((peer) => value.includes(peer)), `${name} has a peer id`);
        assert.doesNotMatch(value, /127\.0\.0\.1|:\d{4}|0123456789abcdef/, name);
      }
    }
    const named = samples.flatMap(({ labels }) => labels["topic"] ?? labels["topicStr"] ?? []);
    for (const name of ["chat", "session"]) assert.ok(named.includes(name), name);
    assert.deepEqual(named.filter((name) => !["chat", "session", "other"].includes(name)), []);
    const listeners = samples.filter(({ name }) => name === "libp2p_tcp_listener_status_info");
    assert.ok(listeners.length > 0);
    await Promise.all([first.node.stop(), second.node.stop()]);
  },
});

Deno.test({
  name: "what a relay passes is counted at both of its ends",
  sanitizeOps: false,
  sanitizeResources: false,
  async fn(): Promise<void> {
    const registry = await createRegistry();
    const limits = { reservations: 2, bytes: 2 ** 30, durationMs: 600_000, allow: [] };
    const identity = await generateIdentity();
    const relay = await startNode({ identity, listen: LISTEN, metrics: registry, relay: limits });
    const mesh = await meshOf([await nodeBehind(relay), await nodeBehind(relay)], {});
    const [a, b] = mesh.meshes.map(({ channel }) => channel);
    await a?.send(1, "step", new Uint8Array(500_000));
    await b?.recv(0, "step", 500_000);
    const samples = await samplesOf({ node: relay, registry });
    for (const [direction, end] of [["inbound", "hop"], ["outbound", "stop"]] as const) {
      const labels = { direction, protocol: `/libp2p/circuit/relay/0.2.0/${end}` };
      const bytes = total(samples, "p2p_mpc_network_bytes_total", labels);
      assert.ok(bytes >= 500_000 && bytes < 600_000, `${bytes} ${direction}`);
    }
    await mesh.stop();
    await relay.stop();
  },
});
