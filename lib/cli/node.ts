/** Node mode: joins gossip topics, keeps in touch with the given peers, shows what it hears, and says what the user says. */
import { carrySessions } from "../net/mod.ts";
import { systemClock } from "../session/mod.ts";
import { hear, speak } from "./chat.ts";
import type { NodeConfig } from "./config.ts";
import type { Context } from "./context.ts";
import { serveFiles } from "./file_service.ts";
import { startConfigured } from "./start_node.ts";
import { logger } from "./targets.ts";
import { tendUntilStopped } from "./tend.ts";

/**
 * Runs a node until the signal aborts, or nobody reads what it hears.
 *
 * @throws {UsageError} if it cannot listen; {@linkcode CredentialError} if its key cannot be used.
 */
export async function runNode(config: NodeConfig, given: Context): Promise<void> {
  const { observe } = given;
  const unread = new AbortController();
  const context = { ...given, signal: AbortSignal.any([given.signal, unread.signal]) };
  const explicitPeers = config.explicitPeer === undefined ? [] : [config.explicitPeer];
  const node = await startConfigured(config, context, { explicitPeers });
  let endCarrying = (): void => {};
  try {
    const log = logger(observe);
    node.onDisconnect((peer) => log("info", `${peer} left`));
    observe({ kind: "notice", text: `our node id: ${node.peerId}` });
    for (const address of node.addresses()) {
      observe({ kind: "notice", text: `listening on ${address}` });
    }
    hear(node, config.topics, context, () => unread.abort());
    if (config.carrySessions) {
      endCarrying = carrySessions(node, systemClock, observe);
      observe({ kind: "notice", text: "carrying the sessions of connected peers" });
    }
    void speak(node, config.topics, context);
    await Promise.all([
      serveFiles(node, config, context),
      tendUntilStopped(node, config, context),
    ]);
  } finally {
    endCarrying();
    await node.stop();
  }
}
