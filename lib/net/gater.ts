/** Where the memory of others takes effect: connections that are refused, and the scores of the gossip mesh. */
import type { GossipsubOpts } from "@libp2p/gossipsub";
import type { Connection, ConnectionGater } from "@libp2p/interface";
import type { Multiaddr } from "@multiformats/multiaddr";
import type { Reputation } from "./reputation.ts";

/** The IP address in a multiaddress; the empty text if there is none, as behind a relay. */
function ipOf(address: Multiaddr): string {
  const parts = address.getComponents();
  if (parts.some(({ name }) => name === "p2p-circuit")) return "";
  return parts.find(({ name }) => name === "ip4" || name === "ip6")?.value ?? "";
}

/** Whether a connection may go on. */
export function isWanted(reputation: Reputation, connection: Connection): boolean {
  const { remotePeer, remoteAddr } = connection;
  return reputation.allows(remotePeer.toString()) && reputation.allowsAddress(ipOf(remoteAddr));
}

/**
 * Refuses connections with banned peers and addresses, as early as each is known. A relay serves those of
 * `served` at both ends of a connection, or everybody if none is named.
 */
export function gaterOf(reputation: Reputation, served: readonly string[] = []): ConnectionGater {
  const isBanned = (peer: { toString(): string }): boolean => !reputation.allows(peer.toString());
  const names = new Set(served);
  const isStranger = (peer: { toString(): string }): boolean =>
    isBanned(peer) || (names.size > 0 && !names.has(peer.toString()));
  return {
    denyDialPeer: isBanned,
    denyDialMultiaddr: (address) => !reputation.allowsAddress(ipOf(address)),
    denyInboundConnection: ({ remoteAddr }) => !reputation.allowsAddress(ipOf(remoteAddr)),
    denyInboundEncryptedConnection: isBanned,
    denyOutboundEncryptedConnection: isBanned,
    denyInboundRelayedConnection: (_relay, peer) => isBanned(peer),
    denyInboundRelayReservation: isStranger,
    denyOutboundRelayedConnection: (source, destination) =>
      isStranger(source) || isStranger(destination),
  };
}

/**
 * Scores of the mesh. They come from our own score alone:
 * - No topic has parameters: its topics are small and bursty, and a peer that forwards little because there is
 *   little would be punished. An invalid message counts in our score instead (node.ts).
 * - Many parties behind one address are no sign of ill will: an office, a NAT, or a test on one machine.
 */
export function scoring(reputation: Reputation): Partial<GossipsubOpts> {
  return {
    scoreParams: {
      appSpecificScore: (peer) => reputation.record(peer).score,
      appSpecificWeight: 1,
      IPColocationFactorWeight: 0,
    },
  };
}
