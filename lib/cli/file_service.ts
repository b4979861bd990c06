/** A node gives the files of its store to others, and lets them know which it has. */
import { announceFile, type FileId, fileIdText, type Node, offerBlobs, pause } from "../net/mod.ts";
import { systemClock } from "../session/mod.ts";
import type { StorePlace } from "./config.ts";
import type { Context } from "./context.ts";
import { type FileStore, openFileStore } from "./file_store.ts";
import { messageOf } from "./report.ts";
import { logger } from "./targets.ts";

/** Time between two looks into the store, in milliseconds. */
const LOOK_MS = 2000;
/** Time after which a file is announced again, in milliseconds: others forget it after two days. */
const AGAIN_MS = 36_000_000;

/** An announcement that somebody took note of. */
interface Announcement {
  readonly atMs: number;
  /** The peers that were connected then. */
  readonly peers: ReadonlySet<string>;
}

/** Announces what is new in the store, and everything to who is new; one round. */
async function announceNew(
  node: Node,
  store: FileStore,
  told: Map<string, Announcement>,
  { system, observe, signal }: Context,
): Promise<void> {
  const peers = new Set(node.peers().map(({ peer }) => peer));
  if (peers.size === 0) return;
  const isDue = (id: FileId): boolean => {
    const before = told.get(fileIdText(id));
    return before === undefined || system.now() - before.atMs > AGAIN_MS ||
      !peers.isSubsetOf(before.peers);
  };
  for (const id of (await store.complete()).filter(isDue)) {
    if (signal.aborted) return;
    // Why not noted if nobody listened: the table may not know the peers yet.
    if (await announceFile(node, id, signal) === 0) continue;
    told.set(fileIdText(id), { atMs: system.now(), peers });
    logger(observe)("debug", `announced the file ${fileIdText(id)}`);
  }
}

/** Serves the store until the signal aborts; trouble with it is told once. Never rejects. */
export async function serveFiles(node: Node, place: StorePlace, context: Context): Promise<void> {
  const log = logger(context.observe);
  const told = new Map<string, Announcement>();
  let trouble = "";
  try {
    const store = openFileStore(place, context.system);
    await offerBlobs(node, { source: store, clock: systemClock });
    while (!context.signal.aborted) {
      try {
        await announceNew(node, store, told, context);
        trouble = "";
      } catch (error) {
        if (trouble !== messageOf(error)) log("warn", messageOf(error));
        trouble = messageOf(error);
      }
      await pause(LOOK_MS, context.system, context.signal);
    }
  } catch (error) {
    log("debug", `no files are shared: ${messageOf(error)}`);
  }
}
