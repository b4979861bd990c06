/** Connections that are made, open and close, as events. */
import type { Connection, IdentifyResult, Libp2p } from "@libp2p/interface";
import { isMultiaddr, type Multiaddr } from "@multiformats/multiaddr";
import type { DialTransport, Observe } from "../observability/mod.ts";
import { failedDial } from "./failures.ts";
import { isRelayed } from "./path.ts";

function transportOf(address: Multiaddr): DialTransport {
  if (isRelayed(address)) return "relay";
  return address.getComponents().some(({ name }) => /^wss?$/.test(name)) ? "ws" : "tcp";
}

/** Tells `observe` of every peer that this node dials at addresses, and how that ends. */
export function observeDials(libp2p: Libp2p, observe: Observe): void {
  const dial = libp2p.dial.bind(libp2p);
  libp2p.dial = async (target, options): Promise<Connection> => {
    const [address] = Array.isArray(target) ? target : [target];
    if (!isMultiaddr(address)) return await dial(target, options);
    const told = { kind: "dial", transport: transportOf(address) } as const;
    try {
      const connection = await dial(target, options);
      observe(told);
      return connection;
    } catch (error) {
      observe({ ...told, failure: failedDial(error).failure });
      throw error;
    }
  };
}

/** Tells `observe` of every connection of the node, how it is made, and what the other end says that it is. */
export function observeConnections(libp2p: Libp2p, observe: Observe): void {
  const tell = (change: "open" | "close") => (event: CustomEvent<Connection>): void =>
    observe({
      kind: "connection",
      change,
      direction: event.detail.direction,
      via: isRelayed(event.detail.remoteAddr) ? "relayed" : "direct",
      peer: event.detail.remotePeer.toString(),
      address: event.detail.remoteAddr.toString(),
    });
  libp2p.addEventListener("connection:open", tell("open"));
  libp2p.addEventListener("connection:close", tell("close"));
  libp2p.addEventListener("peer:identify", ({ detail }: CustomEvent<IdentifyResult>) => {
    const { peerId, agentVersion: agent } = detail;
    if (agent !== undefined) observe({ kind: "identified", peer: peerId.toString(), agent });
  });
}
