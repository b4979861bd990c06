/**
 * Stocks on disk: one file for one party and one later session.
 *
 * A file is used once: {@linkcode takeStock} writes the state "used" and flushes it before anything of the stock is given out,
 * so that a crash at any moment leaves a file that is unused or refused. An exclusive lock keeps two processes from
 * taking one file. What is left afterwards is cut off.
 */
import { CredentialError, equal, UsageError } from "../base/mod.ts";
import { systemRng } from "../crypto/mod.ts";
import {
  decodeBeginning,
  decodeStockHeader,
  decodeStockPrefix,
  decodeTriples,
  encodeBeginning,
  encodeStockHead,
  encodeTriples,
  segmentSizes,
  STATE_AT,
  type Stock,
  STOCK_PREFIX_BYTES,
  STOCK_STATE,
  type StockBeginning,
  type StockHeader,
  StockSeal,
  type StockSink,
  type Triples,
} from "../mpc/mod.ts";
import { messageOf } from "./report.ts";

type Bytes = Uint8Array<ArrayBuffer>;

const MAKE_ANOTHER = "make a new one with `p2p-mpc preprocess`";
const SEE_FOLDER = "see that its folder is there, is yours, and has room";

/** Where a stock is, and the key that opens it. Plain data. */
export interface StockPlace {
  /** Path of the file. */
  readonly path: string;
  /** Key of the file, 32 bytes; secret. */
  readonly key: Uint8Array;
}

/** Writes a new stock. */
export class StockWriter implements StockSink {
  readonly #path: string;
  readonly #file: Deno.FsFile;
  readonly #seal: StockSeal;
  #segments = 0;

  private constructor(path: string, file: Deno.FsFile, seal: StockSeal) {
    this.#path = path;
    this.#file = file;
    this.#seal = seal;
  }

  /**
   * A new file that only its owner may read; its folder is made if there is none.
   *
   * @throws {UsageError} if the file exists (it is never overwritten) or cannot be written.
   */
  static async create({ path, key }: StockPlace, header: StockHeader): Promise<StockWriter> {
    const folder = path.replace(/[^/\\]*$/, "");
    const file = await creating(path, async () => {
      if (folder !== "") await Deno.mkdir(folder, { recursive: true, mode: 0o700 });
      return await Deno.open(path, { write: true, createNew: true, mode: 0o600 });
    });
    const writer = new StockWriter(path, file, new StockSeal(header, key));
    await writer.#write(encodeStockHead(header));
    return writer;
  }

  async begin(beginning: StockBeginning): Promise<void> {
    await this.#append(encodeBeginning(beginning));
  }

  async batch(triples: Triples): Promise<void> {
    await this.#append(encodeTriples(triples));
  }

  /** Marks the file as ready, after all of it has reached the disk. */
  async commit(): Promise<void> {
    await writing(async () => {
      await this.#file.sync();
      await writeState(this.#file, STOCK_STATE.READY);
    });
  }

  /** Closes the file. */
  close(): void {
    this.#file.close();
  }

  /** Closes the file and removes it. */
  async remove(): Promise<void> {
    this.#file.close();
    await Deno.remove(this.#path);
  }

  async #append(plain: Bytes): Promise<void> {
    await this.#write(this.#seal.seal(this.#segments++, plain, systemRng()));
  }

  async #write(bytes: Bytes): Promise<void> {
    await writing(async () => {
      for (let at = 0; at < bytes.length;) at += await this.#file.write(bytes.subarray(at));
    });
  }
}

/**
 * What the stock at `path` says of itself, if it was not used yet.
 *
 * @throws {CredentialError} if there is no such file, it is no stock, it is damaged, or it was used.
 */
export async function inspectStock(path: string): Promise<StockHeader> {
  return await reading(path, async (file) => (await readHead(path, file)).header);
}

/**
 * Goes on if `place` has the right key for its file, without using it.
 *
 * @throws {CredentialError} as {@linkcode inspectStock}, and if the key is another one.
 */
export async function requireKey({ path, key }: StockPlace): Promise<void> {
  await reading(path, async (file) => {
    const head = await readHead(path, file);
    (await readSegment(path, file, { head, seal: new StockSeal(head.header, key) }, 0)).fill(0);
  });
}

/**
 * Removes the file at `path` if it is empty or a stock that nobody finished; for a process that was stopped in the
 * middle, and knows that there was no file when it began. Whether there was one to remove.
 */
export async function removeUnfinished(path: string): Promise<boolean> {
  const unfinished = await Deno.open(path, { read: true }).then(async (file) => {
    using open = file;
    // Why: nothing may be in it yet. A short file with something in it is somebody else's.
    if ((await open.stat()).size === 0) return true;
    const prefix = decodeStockPrefix(await readAt(open, 0, STOCK_PREFIX_BYTES));
    return prefix?.state === STOCK_STATE.PARTIAL;
  }, () => false);
  if (unfinished) await Deno.remove(path);
  return unfinished;
}

/** A stock that is in use. */
export interface TakenStock extends Stock {
  /** Cuts off what the file held and closes it. To be called in every case; never rejects. */
  discard(): Promise<void>;
}

/**
 * Takes a stock: from here on its file counts as used, whatever happens.
 *
 * @param sid of the stock that was agreed on.
 * @throws {CredentialError} as {@linkcode requireKey}; then nothing was given out.
 * @throws {UsageError} if another process is using the file.
 */
export async function takeStock({ path, key }: StockPlace, sid: Uint8Array): Promise<TakenStock> {
  const file = await opening(path, { read: true, write: true });
  try {
    if (!await file.tryLock(true)) {
      throw new UsageError(`Cannot use preprocessing "${path}": another process is using it`, {
        hint: `each one serves one session; ${MAKE_ANOTHER}`,
      });
    }
    const head = await readHead(path, file);
    const seal = new StockSeal(head.header, key);
    const opened = { head, seal };
    const plain = await readSegment(path, file, opened, 0);
    if (!equal(head.header.sid, sid)) {
      throw new CredentialError(`Cannot use preprocessing "${path}": it is not the agreed one`, {
        hint: MAKE_ANOTHER,
      });
    }
    // Security: recorded on disk before the first use.
    await writing(() => writeState(file, STOCK_STATE.USED));
    return takenStock(path, file, opened, plain);
  } catch (error) {
    file.close();
    throw error;
  }
}

function takenStock(
  path: string,
  file: Deno.FsFile,
  opened: Opened,
  plain: Bytes,
): TakenStock {
  const { header, bytes } = opened.head;
  const { delta, salt, inputs } = decodeBeginning(header, plain);
  return {
    ...{ terms: header, self: header.self, delta, salt: new Uint8Array(salt), inputs },
    async triples(number): Promise<Triples> {
      try {
        const segment = await readSegment(path, file, opened, number + 1);
        return decodeTriples(header, number, segment);
      } catch (cause) {
        // Why no path: the other parties are told.
        throw new CredentialError("Cannot go on: the preprocessing file was changed", {
          cause,
          hint: MAKE_ANOTHER,
        });
      }
    },
    async discard(): Promise<void> {
      plain.fill(0);
      delta.fill(0);
      try {
        await file.truncate(bytes);
        await file.sync();
      } catch {
        // Why: the file stays marked as used, and a result must not be lost over this.
      } finally {
        file.close();
      }
    },
  };
}

/** The head of a file that may be used. */
interface Head {
  readonly header: StockHeader;
  /** Bytes before the first segment. */
  readonly bytes: number;
  /** Bytes of the segments. */
  readonly segments: readonly number[];
}

/** A file whose key is known. */
interface Opened {
  readonly head: Head;
  readonly seal: StockSeal;
}

async function readHead(path: string, file: Deno.FsFile): Promise<Head> {
  const prefix = decodeStockPrefix(await readAt(file, 0, STOCK_PREFIX_BYTES));
  if (prefix === undefined) throw noStock(path);
  if (prefix.state === STOCK_STATE.USED) {
    throw new CredentialError(`Cannot use preprocessing "${path}": it was used`, {
      hint: `each one serves one session, also if that failed; ${MAKE_ANOTHER}`,
    });
  }
  const bytes = STOCK_PREFIX_BYTES + prefix.headerBytes;
  const header = decodeStockHeader(await readAt(file, STOCK_PREFIX_BYTES, prefix.headerBytes));
  if (header === undefined) throw noStock(path);
  const segments = segmentSizes(header);
  const size = segments.reduce((sum, length) => sum + length, bytes);
  if (prefix.state !== STOCK_STATE.READY || (await file.stat()).size !== size) {
    throw new CredentialError(`Cannot use preprocessing "${path}": it is incomplete or damaged`, {
      hint: `its making did not end, or the file was changed; ${MAKE_ANOTHER}`,
    });
  }
  return { header, bytes, segments };
}

async function readSegment(
  path: string,
  file: Deno.FsFile,
  { head, seal }: Opened,
  number: number,
): Promise<Bytes> {
  const at = head.segments.slice(0, number).reduce((sum, length) => sum + length, head.bytes);
  const plain = seal.open(number, await readAt(file, at, head.segments[number] ?? 0));
  if (plain !== undefined) return plain;
  throw new CredentialError(
    `Cannot use preprocessing "${path}": it was made with another key, or the file was changed`,
    { hint: "give the --identity-key-path with which it was made" },
  );
}

/** `length` bytes from `at` on, or fewer at the end of the file. */
async function readAt(file: Deno.FsFile, at: number, length: number): Promise<Bytes> {
  await file.seek(at, Deno.SeekMode.Start);
  const bytes = new Uint8Array(length);
  let read = 0;
  while (read < length) {
    const count = await file.read(bytes.subarray(read));
    if (count === null) break;
    read += count;
  }
  return bytes.slice(0, read);
}

async function writeState(file: Deno.FsFile, state: number): Promise<void> {
  await file.seek(STATE_AT, Deno.SeekMode.Start);
  await file.write(Uint8Array.of(state));
  await file.sync();
}

function noStock(path: string): CredentialError {
  return new CredentialError(`Cannot use preprocessing "${path}": it is no preprocessing file`, {
    hint: "`p2p-mpc preprocess` makes one",
  });
}

async function opening(path: string, options: Deno.OpenOptions): Promise<Deno.FsFile> {
  try {
    return await Deno.open(path, options);
  } catch (cause) {
    const reason = cause instanceof Deno.errors.NotFound
      ? "there is no such file"
      : messageOf(cause);
    throw new CredentialError(`Cannot use preprocessing "${path}": ${reason}`, { cause });
  }
}

async function reading<T>(path: string, work: (file: Deno.FsFile) => Promise<T>): Promise<T> {
  using file = await opening(path, { read: true });
  return await work(file);
}

async function creating<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const exists = cause instanceof Deno.errors.AlreadyExists;
    throw new UsageError(
      `Cannot write preprocessing "${path}": ${exists ? "the file exists" : messageOf(cause)}`,
      { cause, hint: exists ? "it is never overwritten; give another path" : SEE_FOLDER },
    );
  }
}

/** Why no path: the other parties are told. */
async function writing<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw new UsageError("Cannot write the preprocessing file", {
      cause,
      hint: SEE_FOLDER,
    });
  }
}
