/** How gossipsub works for a node. */
import type { GossipsubOpts } from "@libp2p/gossipsub";
import { parsePeerId } from "./address.ts";
import { scoring } from "./gater.ts";
import { countingGossip } from "./gossip_metrics.ts";
import type { Reputation } from "./reputation.ts";
import type { NodeOptions } from "./start.ts";

/** The options for a node with this memory of others. @throws {UsageError} if an explicit peer is no peer id. */
export function gossipOptions(
  { explicitPeers = [], metrics }: Pick<NodeOptions, "explicitPeers" | "metrics">,
  reputation: Reputation,
): Partial<GossipsubOpts> {
  return {
    allowPublishToZeroTopicPeers: true,
    runOnLimitedConnection: true,
    directPeers: explicitPeers.map((id) => ({ id: parsePeerId(id), addrs: [] })),
    ...scoring(reputation),
    ...countingGossip(metrics),
  };
}
