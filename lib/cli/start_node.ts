/** From the config to a node that listens. */
import {
  forwardPorts,
  generateIdentity,
  listenThrough,
  loadNetworkKey,
  loadOrCreateIdentity,
  type Node,
  type NodeOptions,
  startNode,
  watchReach,
} from "../net/mod.ts";
import type { Observe } from "../observability/mod.ts";
import { systemClock } from "../session/mod.ts";
import type { ListenConfig } from "./config.ts";
import type { Context } from "./context.ts";
import { nodeReputation, openPeerStore } from "./peer_store.ts";
import { isOpen } from "./private_file.ts";

/**
 * Starts the node that the config describes, and lets it be reached in the ways that the config names.
 *
 * @throws {UsageError} if it cannot listen; {@linkcode CredentialError} if a key cannot be used;
 * {@linkcode UnreachableError} if a relay is of no use.
 */
export async function startConfigured(
  config: ListenConfig,
  { observe, system, watch }: Context,
  role: Pick<NodeOptions, "explicitPeers" | "relay" | "server"> = {},
): Promise<Node> {
  const { identityKeyPath: path, pskFile, listen, maxConnections, maxMessageBytes } = config;
  const { announce, relays, mdns } = config;
  const networkKey = pskFile === undefined ? undefined : await loadNetworkKey(pskFile);
  const identity = path === undefined ? await generateIdentity() : await loadOrCreateIdentity(path);
  if (path !== undefined) await warnOfOpenKey(path, observe);
  const limits = { maxConnections, maxMessageBytes };
  const reputation = nodeReputation(openPeerStore(config.peersFile, system), observe);
  const node = await startNode({
    ...{ identity, listen, observe, networkKey, reputation, announce, mdns },
    ...{ ...role, ...limits, behindRelays: relays.length > 0, metrics: watch?.register },
  });
  try {
    if (config.upnp) await forwardPorts(node, observe);
    await listenThrough(node, { relays, clock: systemClock, observe });
  } catch (error) {
    await node.stop();
    throw error;
  }
  watchReach(node, { clock: systemClock, observe });
  observe({ kind: "identity", peer: node.peerId, addresses: node.addresses() });
  watch?.attach(node);
  return node;
}

/** Tells of a key that others can read: they can pass for this node, and read its preprocessing files. */
async function warnOfOpenKey(path: string, observe: Observe): Promise<void> {
  if (!isOpen(await Deno.stat(path))) return;
  const text = `the key file "${path}" is readable by others; \`chmod 600\` keeps it to you`;
  observe({ kind: "log", level: "warn", module: "key", text });
}
