/**
 * A link to one party that outlives its streams. What was sent is kept until the other end has taken it
 * over and says so; when a stream is lost, a new one goes on with the first frame that is missing, and
 * who uses the link does not notice.
 *
 * Memory is bounded: a writer is held while too much is not acknowledged, and an acknowledgement is due
 * well before that. Both ends keep an idle link alive and give a silent one up.
 */
import { ConnectionError, equal, MpcError, ProtocolError } from "../base/mod.ts";
import type { Clock } from "../session/ports.ts";
import type { Frame } from "./frame.ts";
import type { FrameLink, OutgoingFrame } from "./frame_link.ts";
import { type Hello, isUnknown, NONCE_BYTES } from "./hello.ts";
import { costOf, Outbox, readCount } from "./outbox.ts";
import type { StreamLink } from "./stream_link.ts";

/** A writer is held while more than this is not acknowledged: enough for 16 MiB in flight. */
const OUTBOX_BYTES_MAX = 16 << 20;
/** The writer of a frame is held while more than this waits to be sent. */
const WRITE_HIGH_BYTES = 1 << 20;
/** An acknowledgement is due after this many bytes. */
const ACK_BYTES = 1 << 20;
/** So much of what streams brought is kept after their loss while nobody reads; the rest comes again. */
const SALVAGE_BYTES_MAX = 2 << 20;
/** Time between two signs of life. */
const ALIVE_MS = 15_000;
/** A stream from which nothing came for this long, while we read it, is looked into, and then given up. */
const SUSPECT_MS = 20_000;
const SILENCE_MS = 60_000;

/** Arguments of {@linkcode LastingLink}. */
export interface LastingLinkInit {
  /** Number of the other party. */
  readonly party: number;
  /** Names this process towards the other one: 16 random bytes. */
  readonly nonce: Uint8Array;
  /** Time and timers. */
  readonly clock: Clock;
  /** Longest time without a stream, in milliseconds, once there was one. */
  readonly reconnectMs: number;
  /** A stream is needed: called at the start and after each loss. Nothing at the end that waits. */
  readonly seek?: () => void;
  /** The stream is silent: what carries it may be dead. Called again and again meanwhile. */
  readonly suspect?: () => void;
  /** The stream has been silent: whatever carries it must not be used again. */
  readonly distrust?: () => void;
  /** Whether the process at the other end is gone for good, as far as one attempt can tell. */
  readonly isGone?: () => Promise<boolean>;
  /** Tells people and counters: the link was lost, or is back. */
  readonly onChange?: (change: "lost" | "back") => void;
  /** The link is over and needs no stream any more. */
  readonly onOver?: () => void;
}

/** What this end says about itself in a hello. */
export type Standing = Pick<Hello, "nonce" | "echo" | "received">;

/** The other end is another process than the one that the link began with. */
export class StartedAnewError extends ConnectionError {}

/** Frames over one stream after another. */
export class LastingLink implements FrameLink {
  readonly #init: LastingLinkInit;
  readonly #outbox = new Outbox();
  /** Frames that were complete when their stream was lost. */
  readonly #salvaged: Frame[] = [];
  readonly #first = Promise.withResolvers<void>();
  #stream: StreamLink | undefined;
  #peerNonce = new Uint8Array(NONCE_BYTES);
  #attempt = 0;
  #received = 0;
  #ackDue = 0;
  /** The other end has said its last. */
  #peerDone = false;
  #finishing = false;
  #finished: Promise<void> | undefined;
  #failure: MpcError | undefined;
  #over = false;
  #heardAt = 0;
  #reading = false;
  /** There was a stream, and now there is none. */
  #lost = false;
  #changed = Promise.withResolvers<void>();
  #cancelReconnect = (): void => {};
  #cancelAlive = (): void => {};

  /** Nothing happens until {@linkcode start}, or until a stream is attached. */
  constructor(init: LastingLinkInit) {
    this.#init = init;
    this.#first.promise.catch(() => {});
  }

  /** Seeks the first stream. */
  start(): void {
    this.#init.seek?.();
  }

  /** Resolves when the link had its first stream; rejects when it ends before. */
  get opened(): Promise<void> {
    return this.#first.promise;
  }

  /** Whether a stream is there, or none is needed any more. */
  get settled(): boolean {
    return this.#over || this.#stream !== undefined;
  }

  /** What to say in a hello. */
  get standing(): Standing {
    return { nonce: this.#init.nonce, echo: this.#peerNonce, received: this.#received };
  }

  /** Number for the next stream that this end opens. */
  nextAttempt(): number {
    return ++this.#attempt;
  }

  /**
   * Checks the hello of the other end, which authenticated itself as the right peer and names the right
   * session and parties.
   *
   * @param hello what came on a new stream.
   * @throws {StartedAnewError} if it is of another process than before: nothing can be resumed.
   * @throws {ProtocolError} if it is stale, or does not fit what was sent.
   */
  check(hello: Hello): void {
    const known = !isUnknown(this.#peerNonce);
    if (known && !equal(hello.nonce, this.#peerNonce)) {
      throw new StartedAnewError(
        `Cannot resume the link to party ${this.#init.party}: that party was started anew`,
      );
    }
    const unheard = isUnknown(hello.echo) && hello.received === 0;
    if (isUnknown(hello.nonce) || !(unheard || equal(hello.echo, this.#init.nonce))) {
      throw new ProtocolError("Cannot take the stream: its hello is for another process");
    }
    const dials = this.#init.seek !== undefined;
    if (dials ? hello.attempt !== this.#attempt : hello.attempt <= this.#attempt) {
      throw new ProtocolError("Cannot take the stream: its hello is not the latest");
    }
    this.#outbox.acknowledge(hello.received);
    this.#peerNonce = new Uint8Array(hello.nonce);
    this.#attempt = hello.attempt;
    // The other end has given the old stream up, so there is nothing more to come on it.
    if (this.#stream !== undefined) this.#broke(this.#stream);
  }

  /** Goes on over `stream`, whose hellos were exchanged and checked. */
  attach(stream: StreamLink): void {
    if (this.#over) return stream.destroy("The link is over");
    this.#cancelReconnect();
    this.#stream = stream;
    this.#heardAt = this.#init.clock.now();
    void stream.gone.then(() => this.#broke(stream));
    for (const frame of this.#outbox.pending()) this.#pass(frame);
    this.#first.resolve();
    if (this.#lost) this.#init.onChange?.("back");
    this.#lost = false;
    this.#cancelAlive();
    this.#stayAlive();
    this.#change();
  }

  write(frame: OutgoingFrame): void {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#over || this.#peerDone) {
      throw new ConnectionError(`Cannot send: party ${this.#init.party} has left`);
    }
    this.#outbox.push(frame);
    this.#pass(frame);
  }

  async drained(signal?: AbortSignal, below = WRITE_HIGH_BYTES): Promise<void> {
    while (true) {
      signal?.throwIfAborted();
      if (this.#failure !== undefined) throw this.#failure;
      if (this.#over || this.#peerDone) throw new ConnectionError("Cannot send: the link is over");
      const stream = this.#stream;
      if (this.#outbox.bytes < OUTBOX_BYTES_MAX && stream !== undefined) {
        try {
          await stream.drained(signal, below);
          if (stream === this.#stream) return;
          continue;
        } catch (error) {
          if (signal?.aborted) throw error;
          // The stream is lost: another one will come.
          if (stream !== this.#stream) continue;
        }
      }
      await this.#next(signal);
    }
  }

  async next(): Promise<Frame | undefined> {
    this.#reading = true;
    this.#heardAt = this.#init.clock.now();
    try {
      while (true) {
        const kept = this.#salvaged.shift();
        if (kept !== undefined) return kept;
        if (this.#failure !== undefined) throw this.#failure;
        if (this.#complete()) return undefined;
        const stream = this.#stream;
        if (stream === undefined) {
          await this.#next();
          continue;
        }
        const frame = this.#take(stream);
        if (frame !== undefined) return frame;
        if (stream !== this.#stream) continue;
        await Promise.race([stream.more(), this.#changed.promise]);
        this.#heardAt = this.#init.clock.now();
      }
    } finally {
      this.#reading = false;
    }
  }

  async finish(signal?: AbortSignal): Promise<void> {
    this.#finished ??= this.#finish(signal);
    return await this.#finished;
  }

  async #finish(signal: AbortSignal | undefined): Promise<void> {
    this.#finishing = true;
    if (this.#stream === undefined) this.#askWhetherGone();
    try {
      while (!this.#peerDone && !this.#outbox.empty && this.#failure === undefined && !this.#over) {
        await this.#next(signal);
      }
      await this.#stream?.finish(signal);
    } catch {
      // The signal has aborted: there is no more time for this.
    }
    this.#change();
  }

  destroy(why: string): void {
    const stream = this.#stream;
    this.#end();
    // Why not always: after both ends have said their last, the stream closes by itself.
    if (!(this.#peerDone && this.#finishing)) stream?.destroy(why);
  }

  /** Ends the link with `error`, which every call from now on gets. */
  fail(error: MpcError): void {
    if (this.#over) return;
    this.#failure = error;
    const stream = this.#stream;
    this.#end();
    stream?.destroy(error.message);
  }

  #end(): void {
    if (this.#over) return;
    this.#over = true;
    this.#stream = undefined;
    this.#cancelReconnect();
    this.#cancelAlive();
    this.#outbox.clear();
    this.#first.reject(this.#failure ?? new ConnectionError("The link was closed"));
    this.#init.onOver?.();
    this.#change();
  }

  /** Whether nothing more can come: one end is done and the other one has everything of it. */
  #complete(): boolean {
    const said = this.#peerDone || (this.#finishing && this.#outbox.empty);
    return this.#over || (said && (this.#stream === undefined || this.#stream.ended));
  }

  /** The next frame for the reader that `stream` has; takes acknowledgements for itself. */
  #take(stream: StreamLink): Frame | undefined {
    try {
      for (let frame = stream.take(); frame !== undefined; frame = stream.take()) {
        if (this.#admit(frame)) return frame;
      }
    } catch (error) {
      if (error instanceof ConnectionError) this.#broke(stream);
      else if (error instanceof MpcError) this.fail(error);
      else throw error;
      return undefined;
    }
    if (stream.ended) this.#broke(stream);
    return undefined;
  }

  /** Counts a frame; false if it was for the link itself. */
  #admit(frame: Frame): boolean {
    if (frame.kind === "ack") {
      this.#outbox.acknowledge(readCount(frame.payload));
      this.#change();
      return false;
    }
    this.#received += 1;
    this.#ackDue += costOf(frame);
    const last = frame.kind === "done" || frame.kind === "abort";
    if (last) this.#peerDone = true;
    if (last || this.#ackDue >= ACK_BYTES) this.#acknowledge();
    if (last) this.#change();
    return true;
  }

  #acknowledge(): void {
    this.#ackDue = 0;
    const payload = new Uint8Array(8);
    new DataView(payload.buffer).setBigUint64(0, BigInt(this.#received));
    this.#pass({ kind: "ack", payload });
  }

  /** Hands a frame to the stream, if there is one that takes it. */
  #pass(frame: OutgoingFrame): void {
    try {
      this.#stream?.write(frame);
    } catch (error) {
      // A stream that takes nothing is lost, and we are about to be told so.
      if (!(error instanceof ConnectionError)) throw error;
    }
  }

  /** Stops to use `stream`, but keeps some of what it has brought. */
  #leave(stream: StreamLink): void {
    this.#stream = undefined;
    this.#cancelAlive();
    let bytes = this.#salvaged.reduce((sum, frame) => sum + costOf(frame), 0);
    try {
      for (let frame = stream.take(); frame && bytes < SALVAGE_BYTES_MAX; frame = stream.take()) {
        if (!this.#admit(frame)) continue;
        this.#salvaged.push(frame);
        bytes += costOf(frame);
      }
    } catch (error) {
      if (error instanceof ProtocolError) this.fail(error);
    }
    stream.destroy("The link goes on over another stream");
  }

  #broke(stream: StreamLink): void {
    if (stream !== this.#stream) return;
    this.#leave(stream);
    if (!this.#over && !this.#complete()) {
      this.#lost = true;
      this.#init.onChange?.("lost");
      const { party, reconnectMs, clock } = this.#init;
      this.#cancelReconnect = clock.after(reconnectMs, () =>
        this.fail(
          new ConnectionError(
            `Cannot go on: lost the connection to party ${party}, and could not get it back ` +
              `for ${reconnectMs / 1000} s`,
          ),
        ));
      this.#init.seek?.();
      if (this.#finishing) this.#askWhetherGone();
    }
    this.#change();
  }

  /** Ends the link if all that is missing is the word of a process that has ended meanwhile. */
  #askWhetherGone(): void {
    void this.#init.isGone?.().then((gone) => {
      if (gone && this.#finishing && this.#stream === undefined) this.#end();
    });
  }

  #stayAlive(): void {
    this.#cancelAlive = this.#init.clock.after(ALIVE_MS, () => {
      const stream = this.#stream;
      if (stream === undefined) return;
      const silence = this.#reading ? this.#init.clock.now() - this.#heardAt : 0;
      if (silence >= SILENCE_MS) {
        this.#init.distrust?.();
        return this.#broke(stream);
      }
      if (silence >= SUSPECT_MS) this.#init.suspect?.();
      if (stream.pendingBytes === 0) this.#acknowledge();
      this.#stayAlive();
    });
  }

  #change(): void {
    const { resolve } = this.#changed;
    this.#changed = Promise.withResolvers<void>();
    resolve();
  }

  /** Resolves when something about the link has changed; rejects when the signal aborts. */
  async #next(signal?: AbortSignal): Promise<void> {
    if (signal === undefined) return await this.#changed.promise;
    const aborted = Promise.withResolvers<never>();
    const onAbort = (): void => aborted.reject(signal.reason);
    signal.addEventListener("abort", onAbort);
    if (signal.aborted) onAbort();
    try {
      await Promise.race([this.#changed.promise, aborted.promise]);
    } finally {
      signal.removeEventListener("abort", onAbort);
    }
  }
}
