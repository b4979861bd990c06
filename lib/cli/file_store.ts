/**
 * The store of shared files, a folder:
 *
 * ```text
 * blocks/ab/abcd…    a block under its SHA-256, in hexadecimal
 * files/baf….json    a file that is there, by its CID: name, size, when it was added
 * files/baf….part    a file of which parts are missing
 * lock               held while the list of files changes
 * ```
 *
 * Every file is written beside its place and then moved there, so that nobody sees half of one. A block is checked
 * against its digest whenever it is read: one that was damaged counts as missing.
 */
import * as z from "zod";
import { equal, LimitError, toHex, UsageError } from "../base/mod.ts";
import { sha256 } from "../crypto/mod.ts";
import {
  type BlockStore,
  decodeRoot,
  type FileId,
  fileIdText,
  type FileRoot,
  parseFileId,
} from "../net/mod.ts";
import type { StorePlace } from "./config.ts";
import { DATA_FOLDER, userPath } from "./folders.ts";
import { messageOf } from "./report.ts";
import type { System } from "./system.ts";

type Bytes = Uint8Array<ArrayBuffer>;

const NAME_MAX = 256;
const COMPLETE = ".json";
const PARTIAL = ".part";

const ENTRY = z.strictObject({
  name: z.string().max(NAME_MAX),
  size: z.int().min(0),
  addedMs: z.number().min(0),
});

/** A file of the store. */
export interface StoredFile extends z.infer<typeof ENTRY> {
  /** Its CID. */
  readonly cid: string;
  /** Whether all of it is there. */
  readonly complete: boolean;
}

/** What a new file of the store is. */
export interface NewFile {
  readonly id: FileId;
  /** What it is called here; others are not told. */
  readonly name: string;
  /** In bytes. */
  readonly size: number;
  /** Its root, or its one chunk: the block that its CID names. */
  readonly first: Bytes;
  /** Milliseconds since 1970. */
  readonly now: number;
}

interface ListedFile {
  readonly id: FileId;
  readonly cid: string;
  readonly complete: boolean;
}

/** The store that the settings name. @throws {UsageError} if the system has no place for one. */
export function openFileStore(
  { fileStore, quotaBytes }: StorePlace,
  system: Pick<System, "env">,
): FileStore {
  const folder = fileStore ?? userPath(DATA_FOLDER, "files", system);
  if (folder !== undefined) return new FileStore(folder, quotaBytes);
  throw new UsageError("Cannot open the file store: the system names no home folder", {
    hint: "name its folder with --file-store",
  });
}

/** A store of files, which several processes may use at a time. */
export class FileStore implements BlockStore {
  readonly #folder: string;
  readonly #quota: number;

  /** @param quotaBytes most bytes of all files together. */
  constructor(folder: string, quotaBytes: number) {
    this.#folder = folder;
    this.#quota = quotaBytes;
  }

  async block(digest: Bytes): Promise<Bytes | undefined> {
    let bytes: Bytes;
    try {
      bytes = await Deno.readFile(this.#blockPath(digest));
    } catch (cause) {
      if (cause instanceof Deno.errors.NotFound) return undefined;
      throw this.#trouble("read", cause);
    }
    return equal(sha256(bytes), digest) ? bytes : undefined;
  }

  /** @throws {UsageError} if it cannot be written. */
  async put(digest: Bytes, bytes: Bytes): Promise<void> {
    await this.#writing(() => this.#replace(this.#blockPath(digest), bytes));
  }

  /** The files, by name. @throws {UsageError} if the store cannot be read. */
  async list(): Promise<StoredFile[]> {
    const files: StoredFile[] = [];
    for (const { cid, complete } of await this.#names()) {
      const entry = await this.#entry(cid, complete);
      if (entry !== undefined) files.push({ cid, complete, ...entry });
    }
    return files.sort((a, b) => a.name.localeCompare(b.name) || a.cid.localeCompare(b.cid));
  }

  /** The files that are there whole. @throws {UsageError} if the store cannot be read. */
  async complete(): Promise<FileId[]> {
    return (await this.#names()).filter(({ complete }) => complete).map(({ id }) => id);
  }

  /**
   * Sets room aside for a file, which counts in full from now on, and keeps the block that its CID names.
   *
   * @throws {LimitError} if there is not enough.
   */
  async reserve({ id, name, size, first, now }: NewFile): Promise<void> {
    const cid = fileIdText(id);
    await this.#locked(async () => {
      const files = await this.list();
      if (files.some((file) => file.cid === cid)) return await this.put(id.digest, first);
      const used = files.reduce((sum, file) => sum + file.size, 0);
      if (used + size > this.#quota) {
        throw new LimitError(
          `Cannot keep the file: it has ${size} bytes, and the store holds ${used} of ` +
            `${this.#quota} (limit "file-quota")`,
          { hint: "remove files with p2p-mpc file rm, or raise --file-quota" },
        );
      }
      const entry = { name: name.slice(0, NAME_MAX), size, addedMs: now };
      const text = new TextEncoder().encode(`${JSON.stringify(entry)}\n`);
      // Why under the lock: a sweep knows by the root which chunks are needed.
      await this.put(id.digest, first);
      await this.#replace(this.#entryPath(cid, false), text);
    });
  }

  /** All of the file is there. */
  async finish(id: FileId): Promise<void> {
    const cid = fileIdText(id);
    await this.#locked(async () => {
      try {
        await Deno.rename(this.#entryPath(cid, false), this.#entryPath(cid, true));
      } catch (cause) {
        // Why ignored: it was whole before.
        if (!(cause instanceof Deno.errors.NotFound)) throw cause;
      }
    });
  }

  /**
   * Removes a file, and the blocks that no other file needs; whether it was there.
   *
   * @param which `part`: only if it is not whole.
   */
  async remove(id: FileId, which: "any" | "part" = "any"): Promise<boolean> {
    const cid = fileIdText(id);
    return await this.#locked(async () => {
      const there = (await this.#names()).filter((file) =>
        file.cid === cid && (which === "any" || !file.complete)
      );
      for (const { complete } of there) await Deno.remove(this.#entryPath(cid, complete));
      if (there.length > 0) await this.#sweep();
      return there.length > 0;
    });
  }

  /** Whether all of a file is there and undamaged. */
  async holds(id: FileId): Promise<boolean> {
    if (!(await this.#names()).some(({ cid, complete }) => complete && cid === fileIdText(id))) {
      return false;
    }
    const root = await this.root(id);
    for (const digest of root?.chunks ?? []) {
      if (await this.block(digest) === undefined) return false;
    }
    return root !== undefined;
  }

  /** What the root of a file says, if it is there; a file of one chunk is its own. */
  async root({ kind, digest }: FileId): Promise<FileRoot | undefined> {
    const bytes = await this.block(digest);
    if (bytes === undefined) return undefined;
    return kind === "root" ? decodeRoot(bytes) : { size: bytes.length, chunks: [digest] };
  }

  /** Removes the blocks that belong to no file. */
  async #sweep(): Promise<void> {
    const needed = new Set<string>();
    for (const { id } of await this.#names()) {
      needed.add(toHex(id.digest));
      // Why nothing more if it is damaged: the whole file must be fetched again, chunks and all.
      for (const digest of (await this.root(id))?.chunks ?? []) needed.add(toHex(digest));
    }
    for await (const { name: group } of entriesOf(`${this.#folder}/blocks`)) {
      for await (const { name } of entriesOf(`${this.#folder}/blocks/${group}`)) {
        const path = `${this.#folder}/blocks/${group}/${name}`;
        if (!needed.has(name) && await isSettled(path)) await Deno.remove(path);
      }
    }
  }

  async #names(): Promise<ListedFile[]> {
    const files: ListedFile[] = [];
    try {
      for await (const { name } of entriesOf(`${this.#folder}/files`)) {
        const [, cid = "", ending] = /^(baf\w+)(\.json|\.part)$/.exec(name) ?? [];
        if (cid === "") continue;
        files.push({ id: parseFileId(cid), cid, complete: ending === COMPLETE });
      }
    } catch (cause) {
      throw this.#trouble("read", cause);
    }
    return files;
  }

  /** Undefined: it was removed meanwhile. */
  async #entry(cid: string, complete: boolean): Promise<z.infer<typeof ENTRY> | undefined> {
    const path = this.#entryPath(cid, complete);
    try {
      return ENTRY.parse(JSON.parse(await Deno.readTextFile(path)));
    } catch (cause) {
      if (cause instanceof Deno.errors.NotFound) return undefined;
      throw new UsageError(`Cannot use the file store: "${path}" is damaged`, {
        cause: cause instanceof z.ZodError ? new Error("it has other fields") : cause,
        hint: `remove it with p2p-mpc file rm ${cid}, and add or get the file again`,
      });
    }
  }

  #blockPath(digest: Bytes): string {
    const name = toHex(digest);
    return `${this.#folder}/blocks/${name.slice(0, 2)}/${name}`;
  }

  #entryPath(cid: string, complete: boolean): string {
    return `${this.#folder}/files/${cid}${complete ? COMPLETE : PARTIAL}`;
  }

  /** Why not flushed to the disk: after a crash a digest tells what is no good. */
  async #replace(path: string, bytes: Bytes): Promise<void> {
    const partial = `${path}.${crypto.randomUUID()}`;
    await Deno.mkdir(path.replace(/[^/]*$/, ""), { recursive: true, mode: 0o700 });
    try {
      await Deno.writeFile(partial, bytes, { createNew: true, mode: 0o600 });
      await Deno.rename(partial, path);
    } catch (error) {
      await Deno.remove(partial).catch(() => {});
      throw error;
    }
  }

  /** Runs `change` while no other process changes the list. */
  async #locked<T>(change: () => Promise<T>): Promise<T> {
    return await this.#writing(async () => {
      await Deno.mkdir(this.#folder, { recursive: true, mode: 0o700 });
      using lock = await Deno.open(`${this.#folder}/lock`, {
        create: true,
        write: true,
        mode: 0o600,
      });
      await lock.lock(true);
      return await change();
    });
  }

  async #writing<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (cause) {
      throw cause instanceof UsageError || cause instanceof LimitError
        ? cause
        : this.#trouble("write", cause);
    }
  }

  #trouble(action: string, cause: unknown): UsageError {
    return new UsageError(
      `Cannot ${action} the file store "${this.#folder}": ${messageOf(cause)}`,
      { cause, hint: "mend the folder, or name another one with --file-store" },
    );
  }
}

/** Time after which nobody writes on at a file, in milliseconds. */
const SETTLED_MS = 3_600_000;

/** Whether a file is no half of one that somebody is writing. */
async function isSettled(path: string): Promise<boolean> {
  if (/[/\\][0-9a-f]{64}$/.test(path)) return true;
  const { mtime } = await Deno.stat(path);
  return mtime !== null && Date.now() - mtime.getTime() > SETTLED_MS;
}

/** What is in a folder; nothing if there is none. */
async function* entriesOf(path: string): AsyncGenerator<Deno.DirEntry> {
  try {
    yield* Deno.readDir(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
