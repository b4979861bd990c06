/**
 * Blocks of bytes by their SHA-256: who is connected may ask for one by its digest and gets it if it is offered.
 *
 * A stream carries requests one after the other: a `data` frame of step `get` with the digest, answered in order by
 * one message of step `blob`, or by `refuse`. The bytes are bounded while they come, and count only when
 * their digest is the one that was asked for.
 */
import {
  concat,
  ConnectionError,
  equal,
  LimitError,
  ProtocolError,
  toHex,
  utf8,
} from "../base/mod.ts";
import { sha256 } from "../crypto/mod.ts";
import type { Clock } from "../session/ports.ts";
import { DIGEST_BYTES } from "./file_id.ts";
import { type Frame, FRAME_PAYLOAD_BYTES_MAX, FRAME_TAG_BYTES } from "./frame.ts";
import type { Node } from "./node.ts";
import { readReason } from "./reason.ts";
import { StreamLink } from "./stream_link.ts";

/** Protocol of the streams. */
export const BLOB_PROTOCOL = "/p2p-mpc/blob/1";
/** Most streams that are served at a time, of all peers and of one. */
const STREAMS_MAX = 16;
const STREAMS_OF_PEER_MAX = 4;
/** A stream without a request for this long gives way to another one, in milliseconds. */
const IDLE_MS = 5000;
/** Longest time for a stream without a request that was answered in full, in milliseconds. */
const REQUEST_MS = 60_000;
/** Longest time without a frame of the one who is asked, in milliseconds. */
const SILENCE_MS = 30_000;

/** Where blocks come from. */
export interface BlockSource {
  /** The block with this SHA-256, or undefined if it is not there. */
  block(digest: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer> | undefined>;
}

/** The blocks in memory, of any size. */
export function blocksOf(blobs: readonly Uint8Array<ArrayBuffer>[]): BlockSource {
  const byDigest = new Map(blobs.map((bytes) => [toHex(sha256(bytes)), bytes]));
  return { block: (digest) => Promise.resolve(byDigest.get(toHex(digest))) };
}

/** The peer does not have what was asked for, and will not have it when it is asked again. */
export class NotOfferedError extends ConnectionError {}

/** What is offered. */
export interface BlobOffer {
  /** The blocks. */
  readonly source: BlockSource;
  /** Time and timers. */
  readonly clock: Clock;
}

/** A stream that is served. */
interface Served {
  readonly peer: string;
  readonly link: StreamLink;
  /** Since when it waits for a request; undefined while one is answered. */
  idleSince: number | undefined;
}

/** Answers requests for the blocks of `offer` from now on. A node does this once. */
export async function offerBlobs(node: Node, { source, clock }: BlobOffer): Promise<void> {
  const open = new Set<Served>();
  const hasPlace = (peer: string): boolean => {
    if ([...open].filter((other) => other.peer === peer).length >= STREAMS_OF_PEER_MAX) {
      return false;
    }
    if (open.size < STREAMS_MAX) return true;
    const idle = [...open].find(({ idleSince = Infinity }) => clock.now() - idleSince >= IDLE_MS);
    idle?.link.destroy("Others need its place");
    return idle !== undefined && open.delete(idle);
  };
  await node.handleStreams((stream, connection) => {
    const link = new StreamLink(stream);
    const peer = connection.remotePeer.toString();
    if (!hasPlace(peer)) return link.destroy("Too many requests at once");
    const served = { peer, link, idleSince: clock.now() };
    open.add(served);
    void serve(served, source, clock).finally(() => open.delete(served));
  }, BLOB_PROTOCOL);
}

/** Answers the requests of one stream. Never rejects. */
async function serve(served: Served, source: BlockSource, clock: Clock): Promise<void> {
  const { link } = served;
  const limited = async <T>(work: Promise<T>): Promise<T> => {
    const cancel = clock.after(REQUEST_MS, () => link.destroy("The request took too long"));
    return await work.finally(cancel);
  };
  try {
    while (true) {
      served.idleSince = clock.now();
      const request = await limited(link.next());
      served.idleSince = undefined;
      if (request === undefined) break;
      await limited(answer(link, request, source));
    }
    await limited(link.finish());
  } catch {
    link.destroy("The request was no valid one, or broke off");
  }
}

async function answer(link: StreamLink, request: Frame, source: BlockSource): Promise<void> {
  const { kind, step, payload: digest, more } = request;
  const isRequest = kind === "data" && step === "get" && !more && digest.length === DIGEST_BYTES;
  if (!isRequest) throw new ProtocolError("Cannot answer: it is no request");
  const bytes = await source.block(digest);
  if (bytes === undefined) {
    link.write({ kind: "refuse", payload: utf8("no such file is offered") });
  }
  for (let at = 0; bytes !== undefined && (at === 0 || at < bytes.length);) {
    const payload = bytes.subarray(at, at + FRAME_PAYLOAD_BYTES_MAX);
    at += FRAME_PAYLOAD_BYTES_MAX;
    link.write({ kind: "data", step: "blob", more: at < bytes.length, payload });
    await link.drained();
  }
}

/** What is asked for. */
export interface BlockRequest {
  /** SHA-256 of the block, 32 bytes. */
  readonly digest: Uint8Array<ArrayBuffer>;
  /** Most bytes that are taken. */
  readonly bytesMax: number;
}

/** A block, or why the peer does not give it. */
export type BlockAnswer = { readonly bytes: Uint8Array<ArrayBuffer> } | {
  readonly refused: string;
};

/** Whom a {@linkcode BlockReader} asks. */
export interface ReaderOptions {
  /** The own node. */
  readonly node: Node;
  /** A connected peer. */
  readonly peer: string;
  /** Time and timers. */
  readonly clock: Clock;
}

/** Asks one peer for blocks, over one stream. Several calls may be under way. */
export class BlockReader {
  readonly #link: StreamLink;
  readonly #clock: Clock;
  readonly #forget: () => void;
  #turn: Promise<unknown> = Promise.resolve();

  /**
   * Opens the stream.
   *
   * @param signal ends it.
   * @throws {NotOfferedError} if the peer offers nothing.
   * @throws {ConnectionError} if there is no stream to be had.
   */
  static async open(options: ReaderOptions, signal: AbortSignal): Promise<BlockReader> {
    const { node, peer, clock } = options;
    try {
      const stream = await node.openStream(peer, signal, BLOB_PROTOCOL);
      return new BlockReader(
        new StreamLink(stream, new Uint8Array(FRAME_TAG_BYTES)),
        clock,
        signal,
      );
    } catch (cause) {
      if (cause instanceof Error && cause.name === "UnsupportedProtocolError") {
        throw new NotOfferedError("Cannot fetch the file: the peer offers none");
      }
      throw new ConnectionError("Cannot fetch the file: the peer opens no stream", { cause });
    }
  }

  private constructor(link: StreamLink, clock: Clock, signal: AbortSignal) {
    this.#link = link;
    this.#clock = clock;
    const onAbort = (): void => link.destroy("It takes too long");
    signal.addEventListener("abort", onAbort);
    this.#forget = (): void => signal.removeEventListener("abort", onAbort);
    if (signal.aborted) onAbort();
  }

  /**
   * A block.
   *
   * @throws {ConnectionError} if the connection breaks, or the peer is silent for too long.
   * @throws {ProtocolError} if what comes is another block, or no answer at all.
   * @throws {LimitError} if it is larger than `bytesMax`.
   */
  async ask({ digest, bytesMax }: BlockRequest): Promise<BlockAnswer> {
    if (digest.length !== DIGEST_BYTES) throw new RangeError("A digest has 32 bytes");
    this.#link.write({ kind: "data", step: "get", payload: digest });
    // Why: answers come in the order of the requests.
    const turn = this.#turn.then(() => this.#receive(bytesMax));
    turn.catch(() => {});
    this.#turn = turn;
    const answer = await turn;
    if ("refused" in answer || equal(sha256(answer.bytes), digest)) return answer;
    throw new ProtocolError("Cannot use the file: it is another one than was asked for");
  }

  /** Ends the stream. */
  close(): void {
    this.#forget();
    this.#link.destroy("The request is over");
  }

  async #next(): Promise<Frame | undefined> {
    const late = (): void => this.#link.destroy("The peer was silent for too long");
    const cancel = this.#clock.after(SILENCE_MS, late);
    return await this.#link.next().finally(cancel);
  }

  async #receive(bytesMax: number): Promise<BlockAnswer> {
    const parts: Uint8Array[] = [];
    let length = 0;
    while (true) {
      const frame = await this.#next();
      if (frame === undefined) throw new ConnectionError("Cannot fetch the file: the peer ended");
      if (frame.kind === "refuse" && length === 0) return { refused: readReason(frame.payload) };
      const right = frame.kind === "data" && frame.step === "blob" &&
        (!frame.more || frame.payload.length === FRAME_PAYLOAD_BYTES_MAX);
      if (!right) {
        throw new ProtocolError("Cannot fetch the file: the peer gave no valid answer");
      }
      length += frame.payload.length;
      if (length > bytesMax) {
        throw new LimitError(`Cannot fetch the file: it has more than ${bytesMax} bytes`);
      }
      parts.push(frame.payload);
      if (!frame.more) return { bytes: concat(...parts) };
    }
  }
}

/** Which block, from whom. */
export type BlobRequest = BlockRequest & ReaderOptions;

/**
 * Fetches one block from a connected peer.
 *
 * @throws {NotOfferedError} if the peer does not have it; else as {@linkcode BlockReader.ask}.
 */
export async function fetchBlob(
  request: BlobRequest,
  signal: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  const reader = await BlockReader.open(request, signal);
  try {
    const answer = await reader.ask(request);
    if ("bytes" in answer) return answer.bytes;
    throw new NotOfferedError(`Cannot fetch the file: ${answer.refused}`);
  } finally {
    reader.close();
  }
}
