/** Who may have a file: the peers that are connected, and those that have announced it. */
import type { Clock } from "../session/ports.ts";
import { announce, findProviders } from "./discovery.ts";
import type { FileId } from "./file_id.ts";
import type { Node } from "./node.ts";
import { pause } from "./pause.ts";

/** Time between two searches, in milliseconds. */
const AGAIN_MS = 500;
/** Most times that one peer is tried. */
const TRIES_MAX = 5;

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
 * The peers that may have a file, connected: first those that are connected anyway, then those that have announced it.
 * One whose connection was lost comes again when it is back. Ends when `signal` aborts, or nobody ever was there.
 */
export async function* fileProviders(
  node: Node,
  { id, clock, onFailure }: ProviderSearch,
  signal: AbortSignal,
): AsyncGenerator<string> {
  const current = new Set([node.peerId]);
  const tries = new Map<string, number>();
  const isNew = (peer: string): boolean => {
    const count = tries.get(peer) ?? 0;
    if (current.has(peer) || count >= TRIES_MAX) return false;
    current.add(peer);
    tries.set(peer, count + 1);
    return true;
  };
  const forget = node.onDisconnect((peer) => current.delete(peer));
  try {
    while (!signal.aborted) {
      yield* node.peers().map(({ peer }) => peer).filter(isNew);
      for await (const found of findProviders(node.libp2p.contentRouting, id.digest, signal)) {
        const peer = found.id.toString();
        if (!isNew(peer)) continue;
        try {
          const addresses = found.multiaddrs.map((address) => address.toString());
          await node.dial({ peer, addresses }, signal);
          yield peer;
        } catch (error) {
          if (!signal.aborted) onFailure(peer, error);
        }
      }
      if (node.peers().length === 0 && tries.size === 0) return;
      await pause(AGAIN_MS, clock, signal);
    }
  } finally {
    forget();
  }
}

/** Tells others that this node has a file; returns how many peers took note. */
export async function announceFile(node: Node, id: FileId, signal: AbortSignal): Promise<number> {
  return await announce(node.libp2p.services.kad, id.digest, signal);
}
