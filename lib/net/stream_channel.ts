/**
 * The {@linkcode Channel} over direct streams, one to each other party.
 *
 * Memory is bounded: a link whose stored bytes exceed the high-water mark is not read on while none of
 * our calls waits for it, which in the end holds the sender. No deadlock follows from that:
 * while one of our own sends is held, every link is read; and a link that others may depend on is
 * read frame by frame when nothing else has moved for a second.
 */
import { ConnectionError, LimitError, MpcError, ProtocolError, utf8 } from "../base/mod.ts";
import type { Channel, Stored } from "../mpc/channel.ts";
import type { Clock } from "../session/ports.ts";
import { type Frame, FRAME_PAYLOAD_BYTES_MAX } from "./frame.ts";
import { Deadlines } from "./deadlines.ts";
import type { FrameLink } from "./frame_link.ts";
import { Inbox } from "./inbox.ts";
import { readReason, REASON_BYTES_MAX } from "./reason.ts";

/** Bounds of a {@linkcode StreamChannel}; those left out have defaults. */
export interface ChannelLimits {
  /** Longest time without progress of a waiting call, in milliseconds. Default: 10 minutes. */
  readonly stepTimeoutMs?: number;
  /** Stored bytes of a link above which it is not read on. Default: 16 MiB. */
  readonly highWaterBytes?: number;
  /** Stored bytes of a link that end the channel. Default: 1 GiB. */
  readonly limitBytes?: number;
}

/** Arguments of {@linkcode StreamChannel}. */
export interface StreamChannelInit {
  /** Own party number. */
  readonly self: number;
  /** One bound link for each other party. */
  readonly links: ReadonlyMap<number, FrameLink>;
  /** Time and timers. */
  readonly clock: Clock;
  /** Bounds. */
  readonly limits?: ChannelLimits;
  /** A party says that its mesh is complete. */
  readonly onReady: (party: number) => void;
  /** The channel ended for a reason that came from outside; `text` says which. */
  readonly onEnd: (text: string) => void;
  /** Takes a line now and then that says whom the end of the channel waits for. Default: nobody. */
  readonly onWait?: (text: string) => void;
}

/** Time after which a held link lets one more frame through, if nothing else has moved. */
const RELIEF_MS = 1000;
/** Longest time that the notice of an abort may take. */
const ABORT_MS = 2000;
/** Time between two lines that say whom the end waits for. */
const TELL_MS = 10_000;

interface Peer {
  readonly party: number;
  readonly link: FrameLink;
  readonly inbox: Inbox;
  /** The peer has said that its mesh is complete. */
  ready: boolean;
  /** The peer has said that it is done and needs nothing more. */
  done: boolean;
  /** When the last frame came or left, for deadlines. */
  movedAt: number;
  /** Lets the held reader look again. */
  release: (() => void) | undefined;
  /** Settles when nothing more will be read from this link. */
  reading: Promise<void>;
}

/** What a link that names its party says of its end, without the action that it says it of. */
function reasonOf(error: unknown): string | undefined {
  const named = error instanceof ConnectionError && /party \d/.test(error.message);
  return named ? error.message.replace(/^Cannot [^:]*: /, "") : undefined;
}

/** A channel over framed streams. */
export class StreamChannel implements Channel {
  readonly self: number;
  readonly parties: number;
  readonly #init: StreamChannelInit;
  readonly #clock: Clock;
  readonly #stepTimeoutMs: number;
  readonly #highWaterBytes: number;
  readonly #deadlines: Deadlines;
  readonly #peers = new Map<number, Peer>();
  /** One for each send that has not been accepted yet. */
  readonly #sends = new Set<AbortController>();
  #end: string | MpcError | undefined;
  /** Nothing that arrives is of use any more. */
  #leaving = false;
  #frames = 0;

  /** Starts to read from all links at once. */
  constructor(init: StreamChannelInit) {
    this.self = init.self;
    this.parties = init.links.size + 1;
    this.#init = init;
    this.#clock = init.clock;
    const limits = init.limits ?? {};
    this.#stepTimeoutMs = limits.stepTimeoutMs ?? 600_000;
    this.#highWaterBytes = limits.highWaterBytes ?? 16 << 20;
    this.#deadlines = new Deadlines(this.#clock, this.#stepTimeoutMs);
    for (const [party, link] of init.links) {
      const inbox = new Inbox(party, limits.limitBytes ?? 1 << 30);
      const state = { ready: false, done: false, movedAt: this.#clock.now(), release: undefined };
      this.#peers.set(party, { party, link, inbox, ...state, reading: Promise.resolve() });
    }
    for (const peer of this.#peers.values()) peer.reading = this.#read(peer);
  }

  /** As {@linkcode Channel.stored}. */
  get stored(): Stored {
    const inboxes = [...this.#peers.values()].map(({ inbox }) => inbox);
    return {
      messages: inboxes.reduce((sum, inbox) => sum + inbox.messages, 0),
      bytes: inboxes.reduce((sum, inbox) => sum + inbox.bytes, 0),
    };
  }

  async send(to: number, step: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    const peer = this.#peer(to);
    const doing = `Cannot send step "${step}" to party ${to}`;
    if (this.#end !== undefined) throw this.#failure(doing, this.#end);
    const held = new AbortController();
    this.#sends.add(held);
    this.#releaseAll();
    const cancel = this.#deadline(peer, () => {
      const why = `party ${to} took nothing for ${this.#stepTimeoutMs / 1000} s`;
      held.abort(this.#failure(doing, why));
    });
    try {
      for (let at = 0; at === 0 || at < bytes.length; at += FRAME_PAYLOAD_BYTES_MAX) {
        const payload = bytes.subarray(at, at + FRAME_PAYLOAD_BYTES_MAX);
        const more = at + payload.length < bytes.length;
        peer.link.write({ kind: "data", step, more, payload });
        await peer.link.drained(held.signal);
        peer.movedAt = this.#clock.now();
      }
    } catch (error) {
      if (this.#end !== undefined) throw this.#failure(doing, this.#end);
      if (held.signal.aborted || !(error instanceof ConnectionError)) throw error;
      throw this.#failure(doing, this.#lost(peer));
    } finally {
      cancel();
      this.#sends.delete(held);
    }
  }

  async recv(from: number, step: string, length: number): Promise<Uint8Array<ArrayBuffer>> {
    const peer = this.#peer(from);
    const doing = `Cannot receive step "${step}" of party ${from}`;
    if (this.#leaving) throw this.#failure(doing, this.#end ?? "the channel is closed");
    const stored = peer.inbox.take(step, length);
    if (stored !== undefined) {
      this.#release(peer);
      return stored;
    }
    if (this.#end !== undefined) throw this.#failure(doing, this.#end);
    if (peer.done) throw this.#failure(doing, `party ${from} has finished`);
    const { promise, resolve, reject } = Promise.withResolvers<Uint8Array<ArrayBuffer>>();
    peer.inbox.wait(step, { length, resolve, reject });
    const cancel = this.#deadline(peer, () => {
      const why = `party ${from} sent nothing for ${this.#stepTimeoutMs / 1000} s`;
      peer.inbox.rejectCall(step, this.#failure(doing, why));
    });
    this.#releaseAll();
    return await promise.finally(cancel);
  }

  async abort(reason: string): Promise<void> {
    if (this.#leaving) return;
    this.#leave("this party aborted");
    const payload = utf8(reason).subarray(0, REASON_BYTES_MAX);
    await this.#part(ABORT_MS, ({ link }) => link.write({ kind: "abort", payload }));
  }

  /** Tells every other party that the own mesh is complete. */
  async announceReady(): Promise<void> {
    for (const { link } of this.#peers.values()) link.write({ kind: "ready" });
    await Promise.all([...this.#peers.values()].map(({ link }) => link.drained()));
  }

  /**
   * Says goodbye, waits until every other party has read all that was sent to it, and closes the
   * links. Never rejects; waits for no party longer than the step time-out.
   */
  async close(): Promise<void> {
    if (this.#leaving) return;
    this.#leave("the channel is closed");
    await this.#part(this.#stepTimeoutMs, ({ link }) => link.write({ kind: "done" }));
  }

  #peer(party: number): Peer {
    const peer = this.#peers.get(party);
    if (peer === undefined) throw new RangeError(`Party ${this.self} has no link to ${party}`);
    return peer;
  }

  #lost(peer: Peer): string {
    return peer.done
      ? `party ${peer.party} has finished`
      : `lost the connection to party ${peer.party}`;
  }

  #failure(doing: string, why: string | MpcError): MpcError {
    return typeof why === "string" ? new ConnectionError(`${doing}: ${why}`) : why;
  }

  /** Runs `expire` when nothing has moved on the link of `peer` for the step time-out. */
  #deadline(peer: Peer, expire: () => void): () => void {
    const began = this.#clock.now();
    return this.#deadlines.add({ movedAt: () => Math.max(began, peer.movedAt), expire });
  }

  async #read(peer: Peer): Promise<void> {
    try {
      while (true) {
        await this.#room(peer);
        const frame = await peer.link.next();
        if (frame === undefined) break;
        peer.movedAt = this.#clock.now();
        this.#frames += 1;
        if (!this.#leaving) this.#handle(peer, frame);
        else if (frame.kind === "done" || frame.kind === "abort") return;
      }
      if (!peer.done) this.#fail(this.#lost(peer));
    } catch (error) {
      if (error instanceof ProtocolError || error instanceof LimitError) this.#fail(error);
      else if (!peer.done) this.#fail(reasonOf(error) ?? this.#lost(peer));
    }
  }

  #handle(peer: Peer, frame: Frame): void {
    // Why: the link answers each last frame at once, into a stream that such a party need not read.
    if (peer.done) throw new ProtocolError(`Party ${peer.party} sent more after its last`);
    switch (frame.kind) {
      case "data":
        return peer.inbox.accept(frame);
      case "ready":
        // Why once: frames that cost nothing would move the deadline of a party that does nothing else.
        if (peer.ready) throw new ProtocolError(`Party ${peer.party} was ready twice`);
        peer.ready = true;
        return this.#init.onReady(peer.party);
      case "abort":
        peer.done = true;
        void peer.link.finish();
        return this.#fail(`party ${peer.party} left: ${readReason(frame.payload)}`);
      case "done":
        peer.done = true;
        peer.inbox.rejectAll((step) =>
          this.#failure(
            `Cannot receive step "${step}" of party ${peer.party}`,
            `party ${peer.party} has finished`,
          )
        );
        // The peer needs nothing more: closing our side tells it that we have read everything.
        void peer.link.finish();
        return;
      case "hello":
      case "lobby":
      case "refuse":
      case "ack":
        throw new ProtocolError(
          `Cannot accept the frame of party ${peer.party}: unexpected kind "${frame.kind}"`,
        );
    }
  }

  /** Resolves when one more frame of this link may be read. */
  async #room(peer: Peer): Promise<void> {
    while (this.#held(peer)) {
      const frames = this.#frames;
      const { promise, resolve } = Promise.withResolvers<boolean>();
      peer.release = () => resolve(false);
      const cancel = this.#clock.after(RELIEF_MS, () => resolve(true));
      const late = await promise.finally(cancel);
      peer.release = undefined;
      if (late && frames === this.#frames && this.#awaiting()) return;
    }
  }

  #held(peer: Peer): boolean {
    return peer.inbox.bytes > this.#highWaterBytes && !peer.inbox.awaited &&
      this.#sends.size === 0 &&
      !this.#leaving;
  }

  #awaiting(): boolean {
    return [...this.#peers.values()].some((peer) => peer.inbox.awaited);
  }

  #release(peer: Peer): void {
    if (!this.#held(peer)) peer.release?.();
  }

  #releaseAll(): void {
    for (const peer of this.#peers.values()) this.#release(peer);
  }

  /** Ends the channel for a reason from outside; the first one counts. */
  #fail(why: string | MpcError): void {
    if (this.#end !== undefined) return;
    this.#end = why;
    this.#rejectCalls(why);
    this.#init.onEnd(typeof why === "string" ? why : why.message);
  }

  #leave(why: string): void {
    this.#leaving = true;
    this.#end = why;
    this.#rejectCalls(why);
    for (const { inbox } of this.#peers.values()) inbox.clear();
    this.#releaseAll();
  }

  #rejectCalls(why: string | MpcError): void {
    this.#deadlines.clear();
    for (const { inbox, party } of this.#peers.values()) {
      inbox.rejectAll((step) =>
        this.#failure(`Cannot receive step "${step}" of party ${party}`, why)
      );
    }
    for (const held of this.#sends) held.abort(this.#failure("Cannot send", why));
  }

  /** Sends a last frame to all, and ends each link when the peer has read it or the time is over. */
  async #part(timeoutMs: number, lastFrame: (peer: Peer) => void): Promise<void> {
    const over = new AbortController();
    const cancel = this.#clock.after(timeoutMs, () => over.abort());
    const expired = new Promise<void>((resolve) =>
      over.signal.addEventListener("abort", () => resolve())
    );
    const slow = new Set(this.#peers.keys());
    const stopTelling = this.#tellSlow(slow, TELL_MS);
    await Promise.all([...this.#peers.values()].map(async (peer) => {
      try {
        lastFrame(peer);
      } catch {
        // The link is gone already, or the other end has left: nobody is there to be told.
      }
      await Promise.race([peer.link.finish(over.signal), expired]);
      await Promise.race([peer.reading, expired]);
      slow.delete(peer.party);
    }));
    cancel();
    stopTelling();
    for (const { link } of this.#peers.values()) link.destroy("The channel is closed");
  }

  /** Says every ten seconds which of `slow` have not read their last; the returned function ends it. */
  #tellSlow(slow: ReadonlySet<number>, ms: number): () => void {
    let cancel = this.#clock.after(TELL_MS, () => {
      const whom = [...slow].map((party) => `party ${party}`).join(", ");
      this.#init.onWait?.(`waiting ${ms / 1000} s for ${whom} to read what we sent`);
      cancel = this.#tellSlow(slow, ms + TELL_MS);
    });
    return () => cancel();
  }
}
