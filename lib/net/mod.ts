/**
 * The network: keys, the libp2p node, gossip and direct streams. The only layer that knows libp2p.
 *
 * @module
 */
export { KAD_PROTOCOL } from "./discovery.ts";
export { isPeerId, requireAddress } from "./address.ts";
export * from "./blob.ts";
export * from "./carry.ts";
export * from "./connect.ts";
export * from "./file_fetch.ts";
export * from "./file_id.ts";
export * from "./file_providers.ts";
export * from "./frame.ts";
export type * from "./frame_link.ts";
export * from "./gate.ts";
export * from "./gossip_connect.ts";
export * from "./gossip_topic.ts";
export * from "./identity.ts";
export * from "./keep_relays.ts";
export * from "./lobby.ts";
export * from "./lookup.ts";
export * from "./node.ts";
export type { ForwardedPort } from "./own_addresses.ts";
export * from "./pause.ts";
export * from "./port_mapping.ts";
export * from "./private_network.ts";
export * from "./probe.ts";
export type { RelayLimits } from "./relay_server.ts";
export * from "./reputation.ts";
export * from "./scope.ts";
export * from "./start.ts";
export * from "./stream_channel.ts";
export type { GossipMessage, Verdict } from "./verdict.ts";
export * from "./watch_reach.ts";
