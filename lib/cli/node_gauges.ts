/** What a node and its engine know at the moment, as metrics: asked when a page is made. */
import type { Channel } from "../mpc/mod.ts";
import type { Node, Standing } from "../net/mod.ts";
import type { Register } from "../observability/mod.ts";
import type { RemoteEngine } from "./engine/remote.ts";

const STANDINGS: readonly Standing[] = ["trusted", "good", "neutral", "bad", "banned"];

/** Registers the gauges, all zero but what is not known; `now`: milliseconds since 1970. The returned function names the node that they ask from then on. */
export function nodeGauges(register: Register, now: () => number): (node: Node) => void {
  let node: Node | undefined;
  const bands = (of: Node | undefined): Map<Standing, number> => {
    const counts = new Map<Standing, number>(STANDINGS.map((standing) => [standing, 0]));
    for (const peer of Object.keys(of?.reputation.book().peers ?? {})) {
      const standing = of?.reputation.standing(peer) ?? "neutral";
      counts.set(standing, (counts.get(standing) ?? 0) + 1);
    }
    return counts;
  };
  register.gauge({
    name: "p2p_mpc_peers",
    help: "Peers that are connected, and those that are banned",
    labels: ["state"],
    collect(gauge): void {
      const connected = new Set((node?.peers() ?? []).map(({ peer }) => peer));
      gauge.set({ state: "connected" }, connected.size);
      gauge.set({ state: "banned" }, bands(node).get("banned") ?? 0);
    },
  });
  register.gauge({
    name: "p2p_mpc_peer_score_count",
    help: "Peers that are remembered, by how they stand",
    labels: ["band"],
    collect(gauge): void {
      for (const [band, count] of bands(node)) gauge.set({ band }, count);
    },
  });
  register.gauge({
    name: "p2p_mpc_relay_reservations",
    help: "Relays through which this node can be reached",
    collect(gauge): void {
      const paths = (node?.addresses() ?? []).filter((address) => address.includes("/p2p-circuit"));
      const relays = new Set(paths.map((path) => /\/p2p\/(\w+)\/p2p-circuit/.exec(path)?.[1]));
      gauge.set({}, relays.size);
    },
  });
  register.gauge({
    name: "p2p_mpc_relayed_peers",
    help: "Peers that can be reached through this node, if it is a relay",
    collect: (gauge) => gauge.set({}, node?.relayedPeers() ?? 0),
  });
  register.gauge({
    name: "p2p_mpc_reachability",
    help: "1 for public once a peer has reached a public address of this node, else for unknown",
    labels: ["state"],
    collect(gauge): void {
      const isPublic = (node?.checkedAddresses(now()) ?? []).length > 0;
      gauge.set({ state: "public" }, isPublic ? 1 : 0);
      gauge.set({ state: "unknown" }, isPublic ? 0 : 1);
    },
  });
  register.gauge({
    name: "p2p_mpc_portmap_active",
    help: "Addresses at a gateway that forwards a port to this node",
    labels: ["protocol"],
    collect: (gauge) => gauge.set({ protocol: "upnp" }, node?.forwardedAddresses().length ?? 0),
  });
  return (attached) => {
    node = attached;
  };
}

/** Registers what waits to be received, zero at first; the returned function names the channel that is asked from then on. */
export function inboxGauges(register: Register): (channel: Channel) => void {
  let channel: Channel | undefined;
  register.gauge({
    name: "p2p_mpc_inbox_messages",
    help: "Messages of the protocol that have arrived and are not received yet",
    collect: (gauge) => gauge.set({}, channel?.stored?.messages ?? 0),
  });
  register.gauge({
    name: "p2p_mpc_inbox_bytes",
    help: "Bytes of these messages, with some for each message",
    collect: (gauge) => gauge.set({}, channel?.stored?.bytes ?? 0),
  });
  return (attached) => {
    channel = attached;
  };
}

/** Registers how the engine's worker is, zero without one; the returned function names the engine that is asked from then on. */
export function workerGauges(register: Register): (engine: RemoteEngine) => void {
  let engine: RemoteEngine | undefined;
  register.gauge({
    name: "p2p_mpc_worker_busy",
    help: "1 while the engine's worker compiles, computes, or prepares",
    collect: (gauge) => gauge.set({}, engine?.vitals().busy === true ? 1 : 0),
  });
  register.gauge({
    name: "p2p_mpc_worker_queue",
    help: "Messages of the protocol that the engine's worker waits for, or waits to have sent",
    collect: (gauge) => gauge.set({}, engine?.vitals().calls ?? 0),
  });
  register.gauge({
    name: "p2p_mpc_engine_memory_bytes",
    help: "Heap, buffers and WebAssembly memory of the engine's worker when it last told",
    collect: (gauge) => gauge.set({}, engine?.vitals().memoryBytes ?? 0),
  });
  return (attached) => {
    engine = attached;
  };
}
