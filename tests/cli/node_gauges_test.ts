import assert from "node:assert/strict";
import type { RemoteEngine, Vitals } from "../../lib/cli/engine/remote.ts";
import { nodeGauges, workerGauges } from "../../lib/cli/node_gauges.ts";
import type { Node } from "../../lib/net/mod.ts";
import { createRegistry } from "../../lib/observability/mod.ts";
import { loopbackNode } from "../net/loopback.ts";
import { loopbackRelay, nodeBehind } from "../net/relays.ts";
import { parsePage, total } from "../observability/metrics_page.ts";

/** The value of a gauge by its name and labels. */
type Look = (name: string, labels?: Readonly<Record<string, string>>) => Promise<number>;

/** The gauges of a node at the time of `clock`. */
async function gaugesOf(clock: { ms: number }): Promise<{ attach(node: Node): void; look: Look }> {
  const registry = await createRegistry();
  const attach = nodeGauges(registry, () => clock.ms);
  const look: Look = async (name, labels = {}) =>
    total(parsePage((await registry.page()).body).samples, `p2p_mpc_${name}`, labels);
  return { attach, look };
}

Deno.test("the worker is told as it is when a page is made, and as zeros without one", async () => {
  const registry = await createRegistry();
  const attach = workerGauges(registry);
  const values = async (): Promise<number[]> => {
    const { samples } = parsePage((await registry.page()).body);
    const names = ["worker_busy", "worker_queue", "engine_memory_bytes"];
    return names.map((name) => total(samples, `p2p_mpc_${name}`, {}));
  };
  assert.deepEqual(await values(), [0, 0, 0]);
  let vitals: Vitals = { busy: true, calls: 3, memoryBytes: 1e6, silentMs: 0 };
  attach({ vitals: () => vitals } as RemoteEngine);
  assert.deepEqual(await values(), [1, 3, 1e6]);
  vitals = { busy: false, calls: 0, memoryBytes: 2e6, silentMs: 0 };
  assert.deepEqual(await values(), [0, 0, 2e6]);
});

Deno.test({
  name: "a relay tells how many peers it can reach, and they that they have a relay",
  sanitizeOps: false,
  sanitizeResources: false,
  async fn(): Promise<void> {
    const [ofRelay, ofGuest] = [await gaugesOf({ ms: 0 }), await gaugesOf({ ms: 0 })];
    assert.equal(await ofRelay.look("relayed_peers"), 0);
    const relay = await loopbackRelay();
    ofRelay.attach(relay);
    assert.equal(await ofRelay.look("relayed_peers"), 0);
    const guest = await nodeBehind(relay);
    ofGuest.attach(guest.node);
    assert.equal(await ofRelay.look("relayed_peers"), 1);
    assert.equal(await ofGuest.look("relayed_peers"), 0);
    assert.equal(await ofGuest.look("relay_reservations"), 1);
    await guest.node.stop();
    await relay.stop();
  },
});

Deno.test({
  name: "a forwarded port is told at once, and that a node is public only while its check is good",
  sanitizeOps: false,
  sanitizeResources: false,
  async fn(): Promise<void> {
    const clock = { ms: Date.now() + 1000 };
    const { attach, look } = await gaugesOf(clock);
    const upnp = { protocol: "upnp" };
    assert.equal(await look("portmap_active", upnp), 0);
    assert.equal(await look("reachability", { state: "unknown" }), 1);
    const { node } = await loopbackNode();
    attach(node);
    const internalPort = Number(/\/tcp\/(\d+)/.exec(node.addresses()[0] ?? "")?.[1]);
    const outside = { externalHost: "8.8.8.8", externalPort: 4001 };
    assert.equal(await look("portmap_active", upnp), 0);
    node.tellForwarded({ internalHost: "127.0.0.1", internalPort, ...outside });
    assert.equal(await look("portmap_active", upnp), 1);
    assert.equal(await look("reachability", { state: "public" }), 0);
    // Its check counts as of the moment at which the port was forwarded.
    clock.ms = 0;
    assert.equal(await look("reachability", { state: "public" }), 1);
    assert.equal(await look("reachability", { state: "unknown" }), 0);
    await node.stop();
  },
});
