/** Connections that open and close, as events. */
import type { Connection, IdentifyResult, Libp2p } from "@libp2p/interface";
import type { Observe } from "../observability/mod.ts";
import { isRelayed } from "./path.ts";

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
