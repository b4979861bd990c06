/** From the config to a node that listens. */
import {
  generateIdentity,
  loadNetworkKey,
  loadOrCreateIdentity,
  type Node,
  startNode,
} from "../net/mod.ts";
import type { ListenConfig } from "./config.ts";
import type { Context } from "./context.ts";
import { nodeReputation, openPeerStore } from "./peer_store.ts";

/**
 * Starts the node that the config describes.
 *
 * @throws {UsageError} if it cannot listen; {@linkcode CredentialError} if a key cannot be used.
 */
export async function startConfigured(
  config: ListenConfig,
  { observe, system, watch }: Context,
  explicitPeers: readonly string[] = [],
): Promise<Node> {
  const { identityKeyPath: path, pskFile, listen, maxConnections, maxMessageBytes } = config;
  const networkKey = pskFile === undefined ? undefined : await loadNetworkKey(pskFile);
  const identity = path === undefined ? await generateIdentity() : await loadOrCreateIdentity(path);
  const limits = { maxConnections, maxMessageBytes };
  const reputation = nodeReputation(openPeerStore(config.peersFile, system), observe);
  const node = await startNode({
    ...{ identity, listen, observe, explicitPeers, networkKey, reputation },
    ...{ ...limits, metrics: watch?.register },
  });
  observe({ kind: "identity", peer: node.peerId, addresses: node.addresses() });
  watch?.attach(node);
  return node;
}
