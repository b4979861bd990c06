/** Files of the machine and files of the store: from one to the other, a chunk at a time. */
import { equal, LimitError, UsageError } from "../base/mod.ts";
import { sha256 } from "../crypto/mod.ts";
import {
  CHUNK_BYTES,
  chunkLength,
  FILE_BYTES_MAX,
  type FileId,
  fileIdText,
  nameFile,
} from "../net/mod.ts";
import type { FileStore } from "./file_store.ts";
import { messageOf } from "./report.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** The last part of a path. */
function baseName(path: string): string {
  return path.replace(/[/\\]+$/, "").replace(/^.*[/\\]/, "");
}

/** What was added. */
export interface AddedFile {
  readonly cid: string;
  readonly name: string;
  /** In bytes. */
  readonly size: number;
}

/** The chunks of an open file; at least one, which is empty if the file is. */
async function* chunks(file: Deno.FsFile): AsyncGenerator<Bytes> {
  await file.seek(0, Deno.SeekMode.Start);
  const buffer = new Uint8Array(CHUNK_BYTES);
  for (let total = 0;;) {
    let length = 0;
    while (length < CHUNK_BYTES) {
      const count = await file.read(buffer.subarray(length));
      if (count === null) break;
      length += count;
    }
    if (length > 0 || total === 0) yield buffer.slice(0, length);
    total += length;
    if (length < CHUNK_BYTES) return;
  }
}

function unreadable(path: string, cause: unknown): UsageError {
  const reason = cause instanceof Deno.errors.NotFound
    ? "there is no such file"
    : cause instanceof Deno.errors.IsADirectory
    ? "it is a folder"
    : messageOf(cause);
  return new UsageError(`Cannot add the file "${path}": ${reason}`, {
    cause,
    hint: "give the path of a file that you may read",
  });
}

/**
 * Copies a file into the store.
 *
 * @throws {UsageError} if it cannot be read, or changes meanwhile.
 * @throws {LimitError} if it is too large, or the store has no room for it.
 */
export async function addFile(store: FileStore, path: string, now: number): Promise<AddedFile> {
  let file: Deno.FsFile;
  try {
    file = await Deno.open(path, { read: true });
    if ((await file.stat()).isDirectory) throw new Deno.errors.IsADirectory();
  } catch (cause) {
    throw unreadable(path, cause);
  }
  using _open = file;
  const digests: Bytes[] = [];
  let size = 0;
  let first: Bytes = new Uint8Array(0);
  for await (const chunk of chunks(file)) {
    if (digests.length === 0) first = chunk;
    digests.push(sha256(chunk));
    size += chunk.length;
    if (size > FILE_BYTES_MAX) {
      throw new LimitError(
        `Cannot add the file "${path}": it has more than ${FILE_BYTES_MAX} bytes`,
      );
    }
  }
  const { id, root } = nameFile({ size, chunks: digests });
  const name = baseName(path);
  await store.reserve({ id, name, size, first: root ?? first, now });
  let index = 0;
  for await (const chunk of chunks(file)) {
    const digest = digests[index++];
    if (digest === undefined || !equal(sha256(chunk), digest)) {
      await store.remove(id, "part");
      throw new UsageError(`Cannot add the file "${path}": it has changed meanwhile`, {
        hint: "add it again once nobody writes to it",
      });
    }
    await store.put(digest, chunk);
  }
  await store.finish(id);
  return { cid: fileIdText(id), name, size };
}

/**
 * Writes a file of the store to a new file.
 *
 * @throws {UsageError} if it cannot be written, or is not whole in the store.
 */
export async function exportFile(store: FileStore, id: FileId, path: string): Promise<void> {
  const partial = `${path}.${crypto.randomUUID()}`;
  try {
    const file = await Deno.open(partial, { write: true, createNew: true });
    try {
      await writeAll(store, id, file);
    } finally {
      file.close();
    }
    await requireFree(path);
    await Deno.rename(partial, path);
  } catch (cause) {
    await Deno.remove(partial).catch(() => {});
    if (cause instanceof UsageError) throw cause;
    throw new UsageError(`Cannot write "${path}": ${messageOf(cause)}`, {
      cause,
      hint: "give the path of a new file in a folder that exists and that you may write to",
    });
  }
}

/** @throws {UsageError} if there is something at `path`. */
export async function requireFree(path: string): Promise<void> {
  const there = await Deno.lstat(path).then(() => true, () => false);
  if (!there) return;
  throw new UsageError(`Cannot write "${path}": the file exists`, {
    hint: "it is never overwritten; give another path with --out",
  });
}

async function writeAll(store: FileStore, id: FileId, file: Deno.FsFile): Promise<void> {
  const root = await store.root(id);
  let index = 0;
  for (const digest of root?.chunks ?? [id.digest]) {
    const bytes = await store.block(digest);
    const length = root === undefined ? undefined : chunkLength(root.size, index++);
    if (bytes === undefined || bytes.length !== length) {
      throw new UsageError(
        `Cannot write the file "${fileIdText(id)}": it is damaged in the store`,
        {
          hint: `p2p-mpc file get ${fileIdText(id)} fetches what is missing`,
        },
      );
    }
    for (let at = 0; at < bytes.length;) at += await file.write(bytes.subarray(at));
  }
}
