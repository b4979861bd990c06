/** Looking after the peers of a node that runs for long. */
import { type Node, pause } from "../net/mod.ts";
import type { Level } from "../observability/mod.ts";
import type { ListenConfig } from "./config.ts";
import type { Context } from "./context.ts";
import { openPeerStore, type PeerStore } from "./peer_store.ts";
import { messageOf } from "./report.ts";
import { counted, dialMissing, logger, type Target, targetsOf } from "./targets.ts";

/** Time between two looks after the peers, in milliseconds. */
const TEND_MS = 15_000;

/** Whom to keep connected, and what others are expected to listen to. */
export type TendConfig =
  & Pick<ListenConfig, "bootnodes" | "seedNodes" | "peersFile">
  & { readonly topics: readonly string[] };

async function pingPeer(node: Node, peer: string, context: Context): Promise<void> {
  const log = logger(context.observe);
  try {
    const ms = await counted(context, "ping", () => node.ping(peer));
    context.observe({ kind: "rtt", peer, seconds: ms / 1000 });
    log("debug", `${peer} answered a ping in ${ms} ms`);
  } catch (error) {
    log("debug", `${peer} did not answer a ping: ${messageOf(error)}`);
  }
}

/** Dials the targets that are not connected, and pings everybody who is. */
async function tend(node: Node, targets: readonly Target[], context: Context): Promise<void> {
  const peers = new Set(node.peers().map(({ peer }) => peer));
  await Promise.all([
    dialMissing(node, targets, context),
    ...[...peers].map((peer) => pingPeer(node, peer, context)),
  ]);
}

/** The topics that no connected peer listens to. */
function lonelyTopics(node: Node, topics: readonly string[]): string[] {
  return node.peers().length === 0
    ? []
    : topics.filter((topic) => node.subscribers(topic).length === 0);
}

/** Takes over what the user has said of peers meanwhile. */
async function heedUser(
  node: Node,
  store: PeerStore,
  log: (level: Level, text: string) => void,
): Promise<void> {
  try {
    node.reputation.merge(store.book());
  } catch (error) {
    log("warn", messageOf(error));
  }
  await node.dropUnwanted();
}

/** Looks after the peers until the signal aborts. */
export async function tendUntilStopped(
  node: Node,
  config: TendConfig,
  context: Context,
): Promise<void> {
  const { signal } = context;
  const log = logger(context.observe);
  const targets = targetsOf(config);
  const warned = new Set<string>();
  const store = openPeerStore(config.peersFile, context.system);
  while (!signal.aborted) {
    await heedUser(node, store, log);
    await tend(node, targets, context);
    await pause(TEND_MS, context.system, signal);
    if (signal.aborted) return;
    for (const topic of lonelyTopics(node, config.topics)) {
      if (warned.has(topic)) continue;
      warned.add(topic);
      const { size } = new Set(node.peers().map(({ peer }) => peer));
      const none = size === 1 ? "1 peer, which is not" : `${size} peers, none of them is`;
      log("warn", `connected to ${none} in topic ${topic}; both ends need the same --topic`);
    }
  }
}
