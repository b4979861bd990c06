/** What a node knows at the moment, as metrics: asked when a page is made. */
import type { Node, Standing } from "../net/mod.ts";
import type { Register } from "../observability/mod.ts";

const STANDINGS: readonly Standing[] = ["trusted", "good", "neutral", "bad", "banned"];

/** Registers the gauges, all zero; the returned function names the node that they ask from then on. */
export function nodeGauges(register: Register): (node: Node) => void {
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
  return (attached) => {
    node = attached;
  };
}
