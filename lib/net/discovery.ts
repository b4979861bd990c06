/**
 * Finding peers whose address is not known, or not true any more, and peers that have a file: a Kademlia table of
 * our own, of which every node is a part. A peer that knows the wanted one, such as a bootnode, tells its addresses.
 */
import { type KadDHT, kadDHT, passthroughMapper } from "@libp2p/kad-dht";
import type { ContentRouting, PeerInfo, PeerRouting } from "@libp2p/interface";
import { peerIdFromString } from "@libp2p/peer-id";
import type { Multiaddr } from "@multiformats/multiaddr";
import { CID } from "multiformats/cid";
import { create } from "multiformats/hashes/digest";

/** Protocol of the table: nodes of other networks are not in it. */
export const KAD_PROTOCOL = "/p2p-mpc/kad/1";
/** Longest time for others to answer. */
const FIND_MS = 5000;

/** The Kademlia service of a node; one that is no `server` asks others, and keeps nothing for them. */
export function kademlia(server: boolean): ReturnType<typeof kadDHT> {
  return kadDHT({
    protocol: KAD_PROTOCOL,
    clientMode: !server,
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
      address.getComponents().at(-1)?.name === "p2p" ? address : address.encapsulate(`/p2p/${peer}`)
    );
  } catch {
    return []; // Nobody knows it.
  }
}

/** The table knows SHA-256 digests, whatever they stand for. */
function keyOf(digest: Uint8Array): CID {
  return CID.createV1(0x55, create(0x12, digest));
}

/**
 * Tells the peers of the table nearest to `digest` that this node has what it stands for; returns how many took
 * note. They forget it after two days.
 */
export async function announce(
  kad: KadDHT,
  digest: Uint8Array,
  signal: AbortSignal,
): Promise<number> {
  let told = 0;
  try {
    const within = AbortSignal.any([signal, AbortSignal.timeout(FIND_MS)]);
    for await (const event of kad.provide(keyOf(digest), { signal: within })) {
      if (event.name === "PEER_RESPONSE" && event.messageName === "ADD_PROVIDER") told += 1;
    }
  } catch {
    // Those who took note did.
  }
  return told;
}

/** The peers that have announced `digest`, as connected peers tell; ends silently when they tell no more. */
export async function* findProviders(
  routing: ContentRouting,
  digest: Uint8Array,
  signal: AbortSignal,
): AsyncGenerator<PeerInfo> {
  try {
    const within = AbortSignal.any([signal, AbortSignal.timeout(FIND_MS)]);
    yield* routing.findProviders(keyOf(digest), { signal: within });
  } catch {
    // Whoever was found was handed over.
  }
}
