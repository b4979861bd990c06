/**
 * Frames over one libp2p stream, with back-pressure in both directions.
 *
 * Why not the stream's own helpers (libp2p 3, @libp2p/utils 7.4.1): `onDrain()` resolves at once for
 * ever after its first use; a single `drain` event says nothing about the queue; iterating over a
 * stream reads without bound. So this file watches `writeBufferLength` itself, and pauses the stream
 * when frames are not taken.
 */
import type { Stream } from "@libp2p/interface";
import { Uint8ArrayList } from "uint8arraylist";
import { ConnectionError } from "../base/mod.ts";
import { encodeFrameStart, type Frame, FRAME_TAG_BYTES } from "./frame.ts";
import { FrameDecoder } from "./frame_decoder.ts";
import type { FrameLink, OutgoingFrame } from "./frame_link.ts";

/** Small writes are gathered until they reach this size or the current task ends. */
const BATCH_BYTES = 64 * 1024;
/** Unread bytes above which the stream is paused. */
const READ_HIGH_BYTES = 2 << 20;
/** The writer of a frame is held while more than this waits to be sent. */
const WRITE_HIGH_BYTES = 1 << 20;

/**
 * A framed stream to one peer.
 *
 * @internal
 */
export class StreamLink implements FrameLink {
  readonly #stream: Stream;
  readonly #incoming: FrameDecoder;
  #outgoing = new Uint8ArrayList();
  #flushing = false;
  #sent = 0;
  #unreadMax = Infinity;
  #paused = false;
  #resuming = false;
  #ended = false;
  #error: Error | undefined;
  #wake: (() => void) | undefined;
  readonly #gone = Promise.withResolvers<void>();

  /**
   * Must be called in the same task that got the stream: data without a listener would be lost.
   *
   * @param tag names the session; without it the tag of the first frame from the peer is adopted.
   */
  constructor(stream: Stream, tag?: Uint8Array) {
    this.#stream = stream;
    this.#incoming = new FrameDecoder(tag);
    stream.addEventListener("message", (event) => {
      this.#incoming.append(event.data);
      if (this.#incoming.byteLength > this.#unreadMax) this.destroy("Too much came too early");
      this.#pauseIfFull();
      this.#wake?.();
    });
    stream.addEventListener("remoteCloseWrite", () => this.#end());
    stream.addEventListener("close", (event) => {
      // Why not only with an error: a connection that is cut may look like one that was closed.
      const torn = event.error ?? (this.#ended ? undefined : new Error("the connection ended"));
      this.#end(torn);
      this.#gone.resolve();
    });
  }

  /** From now on more than `bytes` unread bytes end the stream: what a stranger may have us store. */
  confine(bytes: number): void {
    this.#unreadMax = bytes;
  }

  /** Resolves when the stream is gone in both directions. */
  get gone(): Promise<void> {
    return this.#gone.promise;
  }

  /** The tag of the session, once it is known. */
  get tag(): Uint8Array | undefined {
    return this.#incoming.tag;
  }

  /** Bytes accepted by {@linkcode write} that the stream has not yet passed on. */
  get pendingBytes(): number {
    return this.#outgoing.byteLength + this.#stream.writeBufferLength;
  }

  /**
   * Puts a frame in the queue.
   *
   * @throws {ConnectionError} if the stream is closed for writing.
   */
  write(frame: OutgoingFrame): void {
    if (this.#stream.writeStatus !== "writable") {
      throw new ConnectionError("Cannot send: the link is closed", { cause: this.#error });
    }
    const { kind, step = "", more = false, payload = new Uint8Array(0) } = frame;
    const tag = this.tag ?? new Uint8Array(FRAME_TAG_BYTES);
    const start = { kind, step, more, tag, sequence: this.#sent };
    this.#outgoing.append(encodeFrameStart(start, payload.length), payload);
    this.#sent = (this.#sent + 1) >>> 0;
    if (this.#outgoing.byteLength >= BATCH_BYTES) this.#flush();
    else if (!this.#flushing) {
      this.#flushing = true;
      queueMicrotask(() => this.#flush());
    }
  }

  /**
   * Resolves when less than `below` bytes wait to be sent. Rejects when the stream closes before, or
   * with the reason of `signal`.
   */
  async drained(signal?: AbortSignal, below = WRITE_HIGH_BYTES): Promise<void> {
    while (this.pendingBytes >= below) {
      signal?.throwIfAborted();
      await this.#writeEvent(signal);
    }
  }

  /**
   * The next frame, or undefined after the peer has closed its side.
   *
   * @throws {ProtocolError} if the bytes are no frame of this session in sequence.
   * @throws {ConnectionError} if the connection is lost.
   */
  async next(): Promise<Frame | undefined> {
    while (true) {
      const frame = this.take();
      if (frame !== undefined) return frame;
      if (this.#ended) return undefined;
      await this.more();
    }
  }

  /** Whether the peer has closed its side, or the stream is lost; frames may still be stored. */
  get ended(): boolean {
    return this.#ended;
  }

  /**
   * The next frame if it is there.
   *
   * @throws {ProtocolError} if the bytes are no frame of this session in sequence.
   * @throws {ConnectionError} if there is none and the stream is lost.
   */
  take(): Frame | undefined {
    do {
      const frame = this.#incoming.take();
      if (frame !== undefined) return frame;
    } while (this.#resume());
    if (!this.#ended) return undefined;
    if (this.#error !== undefined) throw this.#error;
    if (!this.#incoming.inside) return undefined;
    throw new ConnectionError("Cannot read frame: the link ended inside it");
  }

  /** Resolves when more has come, or the stream has ended. Only one may wait. */
  async more(): Promise<void> {
    await new Promise<void>((resolve) => this.#wake = resolve);
    this.#wake = undefined;
  }

  /** Closes the own side after everything written so far. Never rejects. */
  async finish(signal?: AbortSignal): Promise<void> {
    this.#flush();
    try {
      await this.drained(signal, 1);
      await this.#stream.close(signal === undefined ? {} : { signal });
    } catch {
      // The stream was closed or reset meanwhile: nothing is left to finish.
    }
  }

  /** Ends the stream at once in both directions. */
  destroy(why: string): void {
    this.#stream.abort(new ConnectionError(why));
  }

  #pauseIfFull(): void {
    if (this.#incoming.byteLength <= READ_HIGH_BYTES || this.#resuming || this.#paused) return;
    const { readStatus } = this.#stream;
    if (readStatus === "closed" || readStatus === "closing") return;
    this.#paused = true;
    this.#stream.pause();
  }

  /** Lets a paused stream go on, which hands over what it held at once. */
  #resume(): boolean {
    if (!this.#paused) return false;
    this.#paused = false;
    // Why: `resume()` first hands over what it held and only then opens the yamux window. A pause
    // from inside would be undone by that, and the stream reset once its buffer is full.
    this.#resuming = true;
    if (this.#stream.readStatus === "paused") this.#stream.resume();
    this.#resuming = false;
    this.#pauseIfFull();
    return true;
  }

  #end(error?: Error): void {
    this.#ended = true;
    if (error !== undefined) {
      this.#error ??= error instanceof ConnectionError
        ? error
        : new ConnectionError("Cannot receive: the link was lost", { cause: error });
    }
    this.#wake?.();
  }

  #flush(): void {
    this.#flushing = false;
    if (this.#outgoing.byteLength === 0 || this.#stream.writeStatus !== "writable") return;
    const data = this.#outgoing;
    this.#outgoing = new Uint8ArrayList();
    try {
      this.#stream.send(data);
    } catch (cause) {
      this.#end(new ConnectionError("Cannot send: the link was lost", { cause }));
    }
  }

  /** Resolves at the next event that may have shortened the queue. */
  #writeEvent(signal: AbortSignal | undefined): Promise<void> {
    const stream = this.#stream;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const onMove = (): void => resolve();
    const onClose = (): void =>
      reject(new ConnectionError("Cannot send: the link is closed", { cause: this.#error }));
    const onAbort = (): void => reject(signal?.reason);
    stream.addEventListener("drain", onMove);
    stream.addEventListener("idle", onMove);
    stream.addEventListener("close", onClose);
    signal?.addEventListener("abort", onAbort);
    if (stream.status !== "open") onClose();
    return promise.finally(() => {
      stream.removeEventListener("drain", onMove);
      stream.removeEventListener("idle", onMove);
      stream.removeEventListener("close", onClose);
      signal?.removeEventListener("abort", onAbort);
    });
  }
}
