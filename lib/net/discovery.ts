/**
 * Finding peers whose address is not known, or not true any more: a Kademlia table of our own, of which
 * every node is a part. A peer that knows the wanted one, such as a bootnode, tells its addresses.
 */
import { kadDHT, passthroughMapper } from "@libp2p/kad-dht";
import type { PeerRouting } from "@libp2p/interface";
import { peerIdFromString } from "@libp2p/peer-id";
import type { Multiaddr } from "@multiformats/multiaddr";

/** Protocol of the table: nodes of other networks are not in it. */
export const KAD_PROTOCOL = "/p2p-mpc/kad/1";
/** Longest time for others to answer. */
const FIND_MS = 5000;

/** The Kademlia service of a node. */
export function kademlia(): ReturnType<typeof kadDHT> {
  return kadDHT({
    protocol: KAD_PROTOCOL,
    clientMode: false,
    // Why: the default forgets addresses of private networks, where many parties are.
    peerInfoMapper: passthroughMapper,
    // Why: a node that is alone has nobody to ask, and must not wait for somebody.
    allowQueryWithZeroPeers: true,
  });
}

/** What {@linkcode findPeer} uses of a node. */
export interface PeerFinder {
  readonly peerRouting: PeerRouting;
  getConnections(): readonly unknown[];
}

/** Addresses of `peer` that connected peers know, each ending in its peer id; empty if none does. */
export async function findPeer(
  node: PeerFinder,
  peer: string,
  signal: AbortSignal,
): Promise<Multiaddr[]> {
  if (node.getConnections().length === 0) return [];
  try {
    const within = AbortSignal.any([signal, AbortSignal.timeout(FIND_MS)]);
    const found = await node.peerRouting.findPeer(peerIdFromString(peer), {
      signal: within,
      useCache: false,
    });
    return found.multiaddrs.map((address) =>
      address.getComponents().some(({ name }) => name === "p2p")
        ? address
        : address.encapsulate(`/p2p/${peer}`)
    );
  } catch {
    return []; // Nobody knows it.
  }
}
