/** Reaching a peer: at its direct addresses first, then through a relay. */
import type { Connection, Libp2p, PeerId } from "@libp2p/interface";
import type { Multiaddr } from "@multiformats/multiaddr";
import { isRelayed } from "./path.ts";

/** Longest time for the direct addresses where there is a relay to fall back on, in milliseconds. */
const DIRECT_MS = 5000;

/** What {@linkcode reach} uses of a node. */
export type Dialler = Pick<
  Libp2p,
  "dial" | "getConnections" | "addEventListener" | "removeEventListener"
>;

/** Whom to reach and where. */
export interface Goal {
  /** The peer; undefined: whoever answers. */
  readonly peer: PeerId | undefined;
  /** Multiaddresses, direct and relayed. */
  readonly addresses: readonly Multiaddr[];
}

/** A connection with the peer; also one that the peer opens meanwhile, if it is direct. */
export async function reach(node: Dialler, goal: Goal, signal: AbortSignal): Promise<Connection> {
  const { peer } = goal;
  const arrived = Promise.withResolvers<Connection>();
  const onOpen = ({ detail }: CustomEvent<Connection>): void => {
    const theirs = detail.direction === "inbound" && !isRelayed(detail.remoteAddr);
    if (theirs && peer?.equals(detail.remotePeer)) arrived.resolve(detail);
  };
  node.addEventListener("connection:open", onOpen);
  try {
    // Why our dial goes on: it may be open at the other end, which would do the same to its dial, and none would be left.
    const dialled = climb(node, goal, signal);
    dialled.catch(() => {});
    return await Promise.race([arrived.promise, dialled]);
  } finally {
    node.removeEventListener("connection:open", onOpen);
  }
}

async function climb(
  node: Dialler,
  { peer, addresses }: Goal,
  signal: AbortSignal,
): Promise<Connection> {
  const relayed = addresses.filter(isRelayed);
  const direct = addresses.filter((address) => !isRelayed(address));
  if (relayed.length === 0) return await node.dial(direct, { signal });
  try {
    const soon = AbortSignal.any([signal, AbortSignal.timeout(DIRECT_MS)]);
    if (direct.length > 0) return await node.dial(direct, { signal: soon });
  } catch {
    signal.throwIfAborted();
  }
  const open = peer === undefined
    ? undefined
    : node.getConnections(peer).find(({ status }) => status === "open");
  return open ?? await node.dial(relayed, { signal });
}
