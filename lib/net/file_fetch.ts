/**
 * Fetching a file from several providers at once. Each block is checked as it comes and kept, so that a fetch that
 * broke off goes on where it was. Who lies, fails or is silent is left, and others do its part.
 */
import { ConnectionError, ProtocolError, toHex, UnreachableError } from "../base/mod.ts";
import type { Clock } from "../session/ports.ts";
import { BlockReader, type BlockRequest, type BlockSource } from "./blob.ts";
import {
  CHUNK_BYTES,
  chunkLength,
  decodeRoot,
  type FileId,
  fileIdText,
  type FileRoot,
  ROOT_BYTES_MAX,
} from "./file_id.ts";
import type { Node } from "./node.ts";
import { WorkQueue } from "./work_queue.ts";

/** Most providers that are asked at a time. */
const PROVIDERS_MAX = 4;
/** Longest time without a provider that gives something, in milliseconds. */
const IDLE_MS = 5000;
/** Blocks that are asked of one provider ahead of its answers. */
const WINDOW = 8;

/** Where blocks are kept. */
export interface BlockStore extends BlockSource {
  /** Keeps a block whose SHA-256 was checked. */
  put(digest: Uint8Array<ArrayBuffer>, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
}

/** How far a fetch is. */
export interface FetchProgress {
  /** Bytes of the file that are there. */
  readonly done: number;
  /** Bytes of the file. */
  readonly total: number;
}

/** What is to be fetched. */
export interface FileRequest {
  /** The file. */
  readonly id: FileId;
  /** Connected peers that may have it, as they are found, until the signal says that no more are needed. */
  readonly providers: (signal: AbortSignal) => AsyncIterable<string>;
  /** What is there already, and where the rest goes. */
  readonly store: BlockStore;
  /** Time and timers. */
  readonly clock: Clock;
  /**
   * Gets the size in bytes once it is known, and the block that the CID names, which it keeps. What it throws ends
   * the fetch.
   */
  readonly accept: (size: number, first: Uint8Array<ArrayBuffer>) => Promise<void>;
  /** Told each provider that was of no more use, and why. */
  readonly onFailure: (peer: string, error: unknown) => void;
  /** Told after every block of the file. */
  readonly onProgress: (progress: FetchProgress) => void;
}

/** A block on its way. */
interface Wanted extends BlockRequest {
  /** Bytes of the file that it stands for, wherever it is in it; undefined before the size is known. */
  readonly share: number | undefined;
}

function broken(id: FileId): ProtocolError {
  return new ProtocolError(
    `Cannot use the file "${fileIdText(id)}": its parts do not fit together`,
    {
      hint: "whoever made it made it wrong; all that have it have the same",
    },
  );
}

/** The different chunks of a file. Each block of `bytesMax` bytes stands for `share` bytes of the file. */
function chunksOf({ size, chunks }: FileRoot): Wanted[] {
  const byDigest = new Map<string, Wanted>();
  chunks.forEach((digest, i) => {
    const bytesMax = chunkLength(size, i);
    const { share = 0 } = byDigest.get(toHex(digest)) ?? {};
    byDigest.set(toHex(digest), { digest, bytesMax, share: share + bytesMax });
  });
  return [...byDigest.values()];
}

/** One fetch. */
class Fetch {
  readonly #node: Node;
  readonly #request: FileRequest;
  readonly #queue = new WorkQueue<Wanted>();
  readonly #failures = new Map<string, string>();
  #failure: { readonly error: unknown } | undefined;
  /** Providers that are being asked. */
  #active = 0;
  #cancelIdle = (): void => {};
  #done = 0;
  #total = 0;

  constructor(node: Node, request: FileRequest) {
    this.#node = node;
    this.#request = request;
  }

  async run(signal: AbortSignal): Promise<void> {
    const { id: { kind, digest }, store } = this.#request;
    const bytesMax = kind === "root" ? ROOT_BYTES_MAX : CHUNK_BYTES;
    const first = { digest, bytesMax, share: undefined };
    const there = await store.block(digest);
    if (there === undefined) this.#queue.add([first]);
    else {
      await this.#begin(there);
      if (this.#queue.undone === 0) return;
    }
    const end = (): void => this.#queue.end();
    signal.addEventListener("abort", end);
    this.#count(0);
    try {
      const enough = new AbortController();
      void this.#queue.ended.then(() => enough.abort());
      const within = AbortSignal.any([signal, enough.signal]);
      const providers = this.#request.providers(within)[Symbol.asyncIterator]();
      await Promise.all(
        Array.from({ length: PROVIDERS_MAX }, () => this.#lane(providers, within)),
      );
    } finally {
      signal.removeEventListener("abort", end);
      this.#cancelIdle();
    }
    signal.throwIfAborted();
    if (this.#failure !== undefined) throw this.#failure.error;
    if (this.#queue.undone > 0) throw this.#unreachable();
  }

  /** Takes the root, or the one chunk of a small file, and asks for what is missing then. */
  async #begin(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    const { id, store, accept } = this.#request;
    const root = id.kind === "root" ? decodeRoot(bytes) : undefined;
    if (id.kind === "root" && root === undefined) throw broken(id);
    this.#total = root?.size ?? bytes.length;
    await accept(this.#total, bytes);
    if (root === undefined) return this.#progress(this.#total);
    const missing: Wanted[] = [];
    for (const chunk of chunksOf(root)) {
      const there = await store.block(chunk.digest);
      if (there === undefined) missing.push(chunk);
      else this.#arrived(chunk, there);
    }
    this.#queue.add(missing);
  }

  /** Asks one provider after the other, until nothing is left to do or nobody to ask. */
  async #lane(providers: AsyncIterator<string>, signal: AbortSignal): Promise<void> {
    const { clock, onFailure } = this.#request;
    while (!this.#queue.over) {
      const { done, value: peer } = await providers.next();
      if (done) return;
      this.#count(1);
      try {
        const reader = await BlockReader.open({ node: this.#node, peer, clock }, signal);
        await this.#askAll(reader);
      } catch (error) {
        if (this.#queue.over) return;
        if (error instanceof ProtocolError) {
          this.#node.reputation.count(peer, "malformed message");
        }
        this.#failures.set(peer, error instanceof Error ? error.message : String(error));
        onFailure(peer, error);
      } finally {
        this.#count(-1);
      }
    }
  }

  /** Counts who is being asked: with nobody for too long, the fetch gives up. */
  #count(change: -1 | 0 | 1): void {
    this.#active += change;
    this.#cancelIdle();
    if (this.#active > 0 || this.#queue.over) return;
    this.#cancelIdle = this.#request.clock.after(IDLE_MS, () => this.#queue.end());
  }

  /** Asks a provider for whatever is to do. @throws what made it of no more use. */
  async #askAll(reader: BlockReader): Promise<void> {
    let failure: { readonly error: unknown } | undefined;
    const loops = Array.from({ length: WINDOW }, async () => {
      try {
        await this.#askOnwards(reader);
      } catch (error) {
        failure ??= { error };
        reader.close();
      }
    });
    await Promise.all(loops);
    reader.close();
    if (failure !== undefined) throw failure.error;
  }

  async #askOnwards(reader: BlockReader): Promise<void> {
    for (let wanted; (wanted = await this.#queue.take()) !== undefined;) {
      let bytes: Uint8Array<ArrayBuffer>;
      try {
        const answer = await reader.ask(wanted);
        if ("refused" in answer) {
          throw new ConnectionError(`Cannot fetch the file: ${answer.refused}`);
        }
        bytes = answer.bytes;
      } catch (error) {
        this.#queue.giveBack(wanted);
        throw error;
      }
      try {
        await this.#taken(wanted, bytes);
      } catch (error) {
        // Why not the provider's fault: the block is the right one.
        this.#failure ??= { error };
        return this.#queue.end();
      }
      this.#queue.finish();
    }
  }

  async #taken(wanted: Wanted, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    if (wanted.share === undefined) return await this.#begin(bytes);
    this.#arrived(wanted, bytes);
    await this.#request.store.put(wanted.digest, bytes);
  }

  /** A chunk is there. @throws {ProtocolError} if it is shorter than the root says. */
  #arrived({ bytesMax, share = 0 }: Wanted, { length }: Uint8Array<ArrayBuffer>): void {
    if (length !== bytesMax) throw broken(this.#request.id);
    this.#progress(share);
  }

  #progress(bytes: number): void {
    this.#done += bytes;
    this.#request.onProgress({ done: this.#done, total: this.#total });
  }

  #unreachable(): UnreachableError {
    const reasons = [...this.#failures].map(([peer, reason]) => `${peer}: ${reason}`);
    const why = reasons.length === 0 ? "nobody is known who has it" : reasons.join("; ");
    return new UnreachableError(
      `Cannot fetch the file "${fileIdText(this.#request.id)}": ${why}`,
      {
        hint: "name a node that has it, or a --bootnode that knows one; " +
          "what has come is kept, and the same command goes on from there",
      },
    );
  }
}

/**
 * Fetches a file into the store of the request.
 *
 * @throws {UnreachableError} if nobody gives the rest of it.
 * @throws {ProtocolError} if the file itself is broken.
 */
export async function fetchFile(
  node: Node,
  request: FileRequest,
  signal: AbortSignal,
): Promise<void> {
  await new Fetch(node, request).run(signal);
}
