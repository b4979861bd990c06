/** Who may have a file: the peers that are connected, and those that have announced it. */
import type { Clock } from "../session/ports.ts";
import { announce, findProviders } from "./discovery.ts";
import type { FileId } from "./file_id.ts";
import type { Node } from "./node.ts";
import { pause } from "./pause.ts";

/** Time between two searches, in milliseconds. */
const AGAIN_MS = 500;
/** Longest search without a new peer, in milliseconds. */
const SEARCH_MS = 5000;

/** What {@linkcode fileProviders} needs. */
export interface ProviderSearch {
  /** The file. */
  readonly id: FileId;
  /** Time and timers. */
  readonly clock: Clock;
  /** Told each peer that has announced the file and cannot be reached. */
  readonly onFailure: (peer: string, error: unknown) => void;
}

/**
 * The peers that may have a file, connected, each once: first those that are connected anyway, then those that have
 * announced it. Ends when nobody is connected, nobody new was found for a while, or `signal` aborts.
 */
export async function* fileProviders(
  node: Node,
  { id, clock, onFailure }: ProviderSearch,
  signal: AbortSignal,
): AsyncGenerator<string> {
  const seen = new Set([node.peerId]);
  const isNew = (peer: string): boolean => !seen.has(peer) && seen.add(peer) === seen;
  for (let foundAt = clock.now(); clock.now() - foundAt < SEARCH_MS && !signal.aborted;) {
    for (const { peer } of node.peers()) {
      if (!isNew(peer)) continue;
      yield peer;
      foundAt = clock.now();
    }
    for await (const found of findProviders(node.libp2p.contentRouting, id.digest, signal)) {
      const peer = found.id.toString();
      if (!isNew(peer)) continue;
      try {
        const addresses = found.multiaddrs.map((address) => address.toString());
        await node.dial({ peer, addresses }, signal);
      } catch (error) {
        if (!signal.aborted) onFailure(peer, error);
        continue;
      }
      yield peer;
      foundAt = clock.now();
    }
    if (node.peers().length === 0) return;
    await pause(AGAIN_MS, clock, signal);
  }
}

/** Tells others that this node has a file; returns how many peers took note. */
export async function announceFile(node: Node, id: FileId, signal: AbortSignal): Promise<number> {
  return await announce(node.libp2p.services.kad, id.digest, signal);
}
