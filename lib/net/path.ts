/** How a peer is connected: directly, or through a relay. */
import type { Connection } from "@libp2p/interface";
import type { Multiaddr } from "@multiformats/multiaddr";
import type { LinkPath } from "../session/ports.ts";

/** Whether an address leads through a relay. */
export function isRelayed(address: Multiaddr): boolean {
  return address.getComponents().some(({ name }) => name === "p2p-circuit");
}

/** Peer id of the relay that an address leads through; undefined if there is none. */
export function relayOf(address: Multiaddr): string | undefined {
  const parts = address.getComponents();
  const circuit = parts.findIndex(({ name }) => name === "p2p-circuit");
  return parts.slice(0, Math.max(circuit, 0)).findLast(({ name }) => name === "p2p")?.value;
}

/** The path of a connection. */
export function pathOf({ remoteAddr, limits }: Connection): LinkPath {
  const left = limits?.bytes;
  return {
    relay: relayOf(remoteAddr),
    bytesLeft: left === undefined ? undefined : Number(left),
  };
}

/** The best of the connections with a peer: an open one, rather direct than relayed, the latest first. */
export function bestOf(connections: readonly Connection[]): Connection | undefined {
  const open = connections.filter(({ status }) => status === "open");
  return open.findLast(({ remoteAddr }) => !isRelayed(remoteAddr)) ?? open.at(-1);
}
