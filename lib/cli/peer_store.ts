/** The file in which a machine's user keeps what is remembered of peers. */
import * as z from "zod";
import { UsageError } from "../base/mod.ts";
import {
  type Deed,
  isAddressOrSubnet,
  type PeerBook,
  type PeerRecord,
  Reputation,
} from "../net/mod.ts";
import type { Observe } from "../observability/mod.ts";
import { STATE_FOLDER, userPath } from "./folders.ts";
import { writablePath } from "./private_file.ts";
import { messageOf } from "./report.ts";
import type { ListenConfig } from "./config.ts";
import type { Context } from "./context.ts";
import type { System } from "./system.ts";

/** Longest file that is read. */
const FILE_BYTES_MAX = 4 << 20;
const NAME_MAX = 128;

const RECORD = z.strictObject({
  score: z.number().min(-1e6).max(1e3),
  atMs: z.number().min(0),
  cheated: z.string().max(NAME_MAX).optional(),
  bannedUntilMs: z.number().nullable().optional(),
  trusted: z.literal(true).optional(),
  alias: z.string().max(NAME_MAX).optional(),
});

const BOOK = z.strictObject({
  peers: z.record(z.string().max(NAME_MAX), RECORD),
  addresses: z.array(z.string().refine(isAddressOrSubnet, "it is no address")),
});

const NOBODY: PeerBook = { peers: {}, addresses: [] };

function trouble(path: string, action: string, cause: unknown): UsageError {
  return new UsageError(`Cannot ${action} the peers file "${path}": ${messageOf(cause)}`, {
    cause,
    hint: "mend the file or move it away, or name another one with --peers-file",
  });
}

function read(path: string): PeerBook {
  let text: string;
  try {
    const { isFile, size } = Deno.statSync(path);
    if (!isFile) throw new Error("it is no regular file");
    if (size > FILE_BYTES_MAX) throw new Error("it is too long");
    text = Deno.readTextFileSync(path);
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound) return NOBODY;
    throw trouble(path, "read", cause);
  }
  try {
    // Invariant: zod leaves out absent keys, so that its type differs from ours in `undefined` alone.
    return BOOK.parse(JSON.parse(text)) as PeerBook;
  } catch (cause) {
    const reason = cause instanceof z.ZodError
      ? new Error(cause.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`)[0])
      : cause;
    throw trouble(path, "use", reason);
  }
}

/** Replaces the file as a whole, so that a reader never sees half of it. */
function write(path: string, book: PeerBook): void {
  const place = writablePath(path);
  const partial = `${place}.${crypto.randomUUID()}`;
  Deno.writeTextFileSync(partial, `${JSON.stringify(book, null, 2)}\n`, { mode: 0o600 });
  Deno.renameSync(partial, place);
}

/** The store that the settings name. */
export function openPeerStore(path: string | undefined, system: System): PeerStore {
  return new PeerStore(path ?? userPath(STATE_FOLDER, "peers.json", system), () => system.now());
}

/** What is remembered of peers, kept in a file that several processes may use at a time. */
export class PeerStore {
  readonly #path: string | undefined;
  readonly #now: () => number;

  /** Whether anything is kept. */
  get isKept(): boolean {
    return this.#path !== undefined;
  }

  /** @param path undefined: nothing is kept. */
  constructor(path: string | undefined, now: () => number) {
    this.#path = path;
    this.#now = now;
  }

  /**
   * What is remembered now, as the memory of a node: bans for what a peer does are kept in the file.
   *
   * @param onFailure gets the error of a file that cannot be written.
   * @param onPenalty gets what counts against somebody.
   * @throws {UsageError} if the file cannot be used.
   */
  load(
    onFailure: (error: unknown) => void,
    onPenalty: (deed: Deed) => void = () => {},
  ): Reputation {
    const onBan = (peer: string, record: PeerRecord): void => {
      try {
        this.update((kept) => {
          kept.merge({ peers: { [peer]: record }, addresses: kept.book().addresses });
        });
      } catch (error) {
        onFailure(error);
      }
    };
    return new Reputation({ now: this.#now, book: this.book(), onBan, onPenalty });
  }

  /** What the file says now. @throws {UsageError} if it cannot be used. */
  book(): PeerBook {
    return this.#path === undefined ? NOBODY : read(this.#path);
  }

  /**
   * Changes what is remembered: reads the file, applies `change` and writes it, while other processes wait.
   *
   * @throws {UsageError} if the file cannot be used.
   */
  update(change: (reputation: Reputation) => void): void {
    const path = this.#path;
    if (path === undefined) return;
    const folder = path.replace(/[^/\\]*$/, "");
    let lock: Deno.FsFile;
    try {
      if (folder !== "") Deno.mkdirSync(folder, { recursive: true, mode: 0o700 });
      lock = Deno.openSync(`${path}.lock`, { create: true, write: true, mode: 0o600 });
    } catch (cause) {
      throw trouble(path, "write", cause);
    }
    try {
      lock.lockSync(true);
      const reputation = new Reputation({ now: this.#now, book: read(path) });
      change(reputation);
      write(path, reputation.book());
    } catch (cause) {
      throw cause instanceof UsageError ? cause : trouble(path, "write", cause);
    } finally {
      lock.close();
    }
  }
}

/**
 * Remembers that a session with the peers of `roster` was completed, so that they are no strangers next time. Only for a
 * node with a key of its own: without one the user keeps nothing of what was, and most peers are new in every session.
 */
export function rememberParties(
  { identityKeyPath, peersFile }: Pick<ListenConfig, "identityKeyPath" | "peersFile">,
  roster: readonly { readonly peer: string }[],
  self: string,
  { system, observe }: Context,
): void {
  if (identityKeyPath === undefined) return;
  try {
    openPeerStore(peersFile, system).update((kept) => {
      for (const { peer } of roster) if (peer !== self) kept.count(peer, "completed session");
    });
  } catch (error) {
    observe({ kind: "log", level: "warn", module: "peers", text: messageOf(error) });
  }
}

/** The memory of the node of a running command; a file that cannot be written is told once for each ban. */
export function nodeReputation(store: PeerStore, observe: Observe): Reputation {
  return store.load(
    (error) => observe({ kind: "log", level: "warn", module: "peers", text: messageOf(error) }),
    (reason) => observe({ kind: "penalty", reason }),
  );
}
