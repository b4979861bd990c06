/**
 * An in-memory network of {@linkcode Channel}s for tests: no timers, no sockets, deterministic.
 *
 * Links are ordered and reliable. Unlike a real network it notices when a sender touches a buffer
 * after handing it over, and a message that the tap drops fails its receiver at once with the error
 * that a deadline would give, so that no test hangs.
 */
import { ConnectionError, equal, ProtocolError } from "../../lib/base/mod.ts";
import type { Channel } from "../../lib/mpc/channel.ts";

/** Sees every message before it is delivered; returns what is delivered, or undefined to drop it. */
export type Tap = (
  from: number,
  to: number,
  step: string,
  bytes: Uint8Array<ArrayBuffer>,
) => Uint8Array<ArrayBuffer> | undefined;

/** Options of {@linkcode memoryNetwork}. */
export interface MemoryOptions {
  /** Observes or alters messages. It gets a copy that it may change in place. */
  readonly tap?: Tap;
  /**
   * Number of microtask turns by which the next message is delayed, for instance from a seeded
   * generator; the order on each link stays. Without it a message arrives before `send` returns.
   */
  readonly turns?: () => number;
}

/** What a party sent. */
export interface Traffic {
  /** Payload bytes of all messages. */
  bytes: number;
  /** Number of messages. */
  messages: number;
  /** The same by step; its size is the number of different steps. */
  readonly steps: Map<string, { bytes: number; messages: number }>;
}

/** A channel of the in-memory network. */
export interface MemoryChannel extends Channel {
  /** What this party has sent so far. */
  readonly traffic: Traffic;
  /** Cuts all links of this party without a word, as a crash would. */
  crash(): void;
}

interface Stored {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The sender's buffer and its content at the time of sending, to notice later changes. */
  readonly original: Uint8Array<ArrayBuffer>;
  readonly snapshot: Uint8Array<ArrayBuffer>;
}

interface Waiting {
  readonly from: number;
  readonly step: string;
  readonly length: number;
  readonly resolve: (bytes: Uint8Array<ArrayBuffer>) => void;
  readonly reject: (error: Error) => void;
}

function key(from: number, step: string): string {
  return `${from}/${step}`;
}

/** Fails on what the sender did wrong, or returns the bytes for the receiver. */
function open(
  stored: Stored,
  wanted: Omit<Waiting, "resolve" | "reject">,
): Uint8Array<ArrayBuffer> {
  if (!equal(stored.original, stored.snapshot)) {
    throw new TypeError(`Party ${wanted.from} touched the buffer it sent in step "${wanted.step}"`);
  }
  if (stored.bytes.length !== wanted.length) {
    throw new ProtocolError(
      `Cannot accept the message of party ${wanted.from} in step "${wanted.step}": ` +
        `it has ${stored.bytes.length} bytes instead of ${wanted.length}`,
    );
  }
  return stored.bytes;
}

class Endpoint implements MemoryChannel {
  readonly traffic: Traffic = { bytes: 0, messages: 0, steps: new Map() };
  readonly #inbox = new Map<string, Stored>();
  readonly #dropped = new Set<string>();
  readonly #waiting = new Map<string, Waiting>();
  readonly #sent = new Set<string>();
  readonly #tails: Promise<void>[];
  #end: string | undefined;

  constructor(
    readonly self: number,
    readonly network: readonly Endpoint[],
    readonly parties: number,
    readonly options: MemoryOptions,
  ) {
    this.#tails = Array.from({ length: parties }, () => Promise.resolve());
  }

  // deno-lint-ignore require-await -- the port is asynchronous: every failure is a rejection
  async send(to: number, step: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    this.#checkPeer(to);
    if (this.#end !== undefined) {
      throw new ConnectionError(`Cannot send step "${step}" to party ${to}: ${this.#end}`);
    }
    if (this.#sent.has(key(to, step))) {
      throw new RangeError(`Cannot send step "${step}" to party ${to} twice`);
    }
    this.#sent.add(key(to, step));
    this.#count(step, bytes.length);
    const snapshot = bytes.slice();
    const tap = this.options.tap;
    const delivered = tap === undefined ? bytes.slice() : tap(this.self, to, step, bytes.slice());
    const stored = delivered && { bytes: delivered, original: bytes, snapshot };
    this.#dispatch(to, (receiver) => receiver.#accept(this.self, step, stored));
  }

  async recv(from: number, step: string, length: number): Promise<Uint8Array<ArrayBuffer>> {
    this.#checkPeer(from);
    const id = key(from, step);
    if (this.#waiting.has(id)) {
      throw new RangeError(`Cannot wait twice for step "${step}" of party ${from}`);
    }
    const stored = this.#inbox.get(id);
    if (stored !== undefined && this.#end !== "this party aborted") {
      this.#inbox.delete(id);
      return open(stored, { from, step, length });
    }
    if (this.#dropped.has(id)) throw this.#failure(from, step, "the time is over");
    if (this.#end !== undefined) throw this.#failure(from, step, this.#end);
    const { promise, resolve, reject } = Promise.withResolvers<Uint8Array<ArrayBuffer>>();
    this.#waiting.set(id, { from, step, length, resolve, reject });
    return await promise;
  }

  async abort(reason: string): Promise<void> {
    if (this.#end !== undefined) this.#close("this party aborted");
    else {
      this.#close("this party aborted");
      this.#tell(`party ${this.self} left: ${reason}`);
    }
    await Promise.all(this.#tails);
  }

  crash(): void {
    this.#close("this party aborted");
    this.#tell(`lost the connection to party ${this.self}`);
  }

  #tell(text: string): void {
    for (let to = 0; to < this.parties; to++) {
      if (to !== this.self) this.#dispatch(to, (receiver) => receiver.#close(text));
    }
  }

  #checkPeer(party: number): void {
    if (!Number.isInteger(party) || party < 0 || party >= this.parties || party === this.self) {
      throw new RangeError(`Party ${this.self} has no link to party ${party}`);
    }
  }

  #count(step: string, bytes: number): void {
    const entry = this.traffic.steps.get(step) ?? { bytes: 0, messages: 0 };
    this.traffic.steps.set(step, entry);
    for (const counter of [this.traffic, entry]) {
      counter.bytes += bytes;
      counter.messages += 1;
    }
  }

  /** Runs `action` at the receiver, after everything dispatched to it before. */
  #dispatch(to: number, action: (receiver: Endpoint) => void): void {
    const receiver = this.network[to] as Endpoint;
    const turns = this.options.turns;
    if (turns === undefined) return action(receiver);
    const delay = turns();
    this.#tails[to] = (this.#tails[to] as Promise<void>).then(async () => {
      for (let i = 0; i < delay; i++) await undefined;
      action(receiver);
    });
  }

  #accept(from: number, step: string, stored: Stored | undefined): void {
    const id = key(from, step);
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (stored === undefined) {
      this.#dropped.add(id);
      waiting?.reject(this.#failure(from, step, "the time is over"));
    } else if (waiting === undefined) {
      this.#inbox.set(id, stored);
    } else {
      try {
        waiting.resolve(open(stored, waiting));
      } catch (error) {
        waiting.reject(error as Error);
      }
    }
  }

  #close(why: string): void {
    if (this.#end === undefined || why === "this party aborted") this.#end = why;
    const pending = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { from, step, reject } of pending) reject(this.#failure(from, step, this.#end));
  }

  #failure(from: number, step: string, why: string): ConnectionError {
    return new ConnectionError(`Cannot receive step "${step}" of party ${from}: ${why}`);
  }
}

/**
 * The channels of `parties` parties, connected in memory. An aborting or crashing party ends the
 * others' waiting calls and their later ones; what arrived before can still be received.
 */
export function memoryNetwork(parties: number, options: MemoryOptions = {}): MemoryChannel[] {
  const network: Endpoint[] = [];
  for (let self = 0; self < parties; self++) {
    network.push(new Endpoint(self, network, parties, options));
  }
  return network;
}
