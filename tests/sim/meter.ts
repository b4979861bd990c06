/**
 * What a computation costs on the wire: a channel that counts messages and payload bytes by phase, step and
 * peer. The layer below adds its own framing, which is not counted.
 */
import { type Channel, phaseOf, stepFamily, type TrafficPhase } from "../../lib/mpc/mod.ts";

/** Messages of one family of steps with one peer in one direction. */
export interface MeterEntry {
  /** Who sent them: this party or the peer. */
  readonly direction: "sent" | "received";
  /** The other party. */
  readonly peer: number;
  /** Phase that the steps belong to. */
  readonly phase: TrafficPhase;
  /** Name of the steps, numbers replaced by "#". */
  readonly step: string;
  /** Number of messages. */
  readonly messages: number;
  /** Payload bytes of all of them. */
  readonly bytes: number;
}

/** Selects entries; what is absent selects all. */
export type MeterFilter = Partial<Pick<MeterEntry, "direction" | "peer" | "phase" | "step">>;

/** A sum over entries. */
export interface MeterTotal {
  /** Number of messages. */
  readonly messages: number;
  /** Payload bytes. */
  readonly bytes: number;
}

type Counted = { -readonly [Key in keyof MeterEntry]: MeterEntry[Key] };

/** A channel that counts what passes; memory does not grow with the number of messages. */
export class Meter implements Channel {
  /** Own party number. */
  readonly self: number;
  /** Number of parties. */
  readonly parties: number;
  readonly #inner: Channel;
  readonly #entries = new Map<string, Counted>();

  /** Counts from now on what goes over `inner`. */
  constructor(inner: Channel) {
    this.self = inner.self;
    this.parties = inner.parties;
    this.#inner = inner;
  }

  /** As {@linkcode Channel.send}; counts the message when it is handed over. */
  async send(to: number, step: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    this.#count("sent", to, step, bytes.length);
    await this.#inner.send(to, step, bytes);
  }

  /** As {@linkcode Channel.recv}; counts the message when it is handed over. */
  async recv(from: number, step: string, length: number): Promise<Uint8Array<ArrayBuffer>> {
    const bytes = await this.#inner.recv(from, step, length);
    this.#count("received", from, step, bytes.length);
    return bytes;
  }

  /** As {@linkcode Channel.abort}; the notice is not counted. */
  async abort(reason: string): Promise<void> {
    await this.#inner.abort(reason);
  }

  /** What was counted so far. */
  entries(): MeterEntry[] {
    return [...this.#entries.values()].map((entry) => ({ ...entry }));
  }

  /** The sum over all entries that `filter` selects. */
  total(filter: MeterFilter = {}): MeterTotal {
    let messages = 0;
    let bytes = 0;
    const wanted = Object.entries(filter);
    for (const entry of this.#entries.values()) {
      if (!wanted.every(([name, value]) => entry[name as keyof MeterFilter] === value)) continue;
      messages += entry.messages;
      bytes += entry.bytes;
    }
    return { messages, bytes };
  }

  #count(direction: MeterEntry["direction"], peer: number, name: string, length: number): void {
    const step = stepFamily(name);
    const key = `${direction} ${peer} ${step}`;
    let entry = this.#entries.get(key);
    if (entry === undefined) {
      entry = { direction, peer, phase: phaseOf(name), step, messages: 0, bytes: 0 };
      this.#entries.set(key, entry);
    }
    entry.messages++;
    entry.bytes += length;
  }
}
