/** The two ends of a window of packets: what is unacknowledged, and what came out of order. No clock. */
import type { Sealed } from "./pair_cipher.ts";

/** Most packets of one direction that are on their way, or held until those before them are there. */
export const WINDOW_PACKETS = 64;
/** Bytes of {@linkcode encodeControl}. */
const CONTROL_BYTES = 17 + WINDOW_PACKETS / 8;

/** Time until a packet is sent again, in milliseconds: before anything was measured, least and most. */
const RESEND_FIRST_MS = 1000;
const RESEND_LEAST_MS = 300;
const RESEND_MOST_MS = 5000;
/** A packet counts as lost when so many later ones have arrived. */
const OVERTAKEN = 3;
/** Most packets that are sent again at a time. */
const RESEND_MAX = 16;

/** What a receiver tells about the packets it got. */
export interface Control {
  /** All packets below this number have arrived. */
  readonly next: number;
  /** Packets from this number on may not be sent yet. */
  readonly limit: number;
  /** The sender of this has closed the link; nothing follows. */
  readonly gone: boolean;
  /** Bit i, LSB first: packet `next + 1 + i` has arrived. */
  readonly arrived: Uint8Array;
}

/** The bytes of a control packet's inside. */
export function encodeControl({ next, limit, gone, arrived }: Control): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(CONTROL_BYTES);
  const view = new DataView(out.buffer);
  view.setBigUint64(0, BigInt(next));
  view.setBigUint64(8, BigInt(limit));
  out[16] = gone ? 1 : 0;
  out.set(arrived, 17);
  return out;
}

/** Reads the inside of a control packet, or returns undefined if the bytes are none. */
export function decodeControl(bytes: Uint8Array): Control | undefined {
  if (bytes.length !== CONTROL_BYTES) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const next = Number(view.getBigUint64(0));
  const limit = Number(view.getBigUint64(8));
  if (!Number.isSafeInteger(next) || !Number.isSafeInteger(limit)) return undefined;
  return { next, limit, gone: bytes[16] === 1, arrived: bytes.subarray(17) };
}

function hasBit(bits: Uint8Array, index: number): boolean {
  return ((bits[index >>> 3] ?? 0) >>> (index & 7) & 1) === 1;
}

interface Flight extends Sealed {
  sentAt: number;
  /** Sent more than once: its acknowledgement tells nothing about the time of a round trip. */
  again: boolean;
}

/** The packets of the own direction that are not acknowledged. Times are in milliseconds. */
export class Outbox {
  readonly #flights = new Map<number, Flight>();
  #sent = 0;
  #limit = WINDOW_PACKETS;
  #highest = -1;
  #roundTripMs: number | undefined;
  #deviationMs = 0;
  #backOff = 1;

  /** Packets on their way. */
  get count(): number {
    return this.#flights.size;
  }

  /** Whether one more packet may be sent. */
  get open(): boolean {
    return this.#flights.size < WINDOW_PACKETS && this.#sent < this.#limit;
  }

  /** Notes a packet that is sent for the first time. */
  add(sealed: Sealed, now: number): void {
    this.#flights.set(sealed.counter, { ...sealed, sentAt: now, again: false });
    this.#sent = sealed.counter + 1;
  }

  /** Takes in what the receiver tells. Returns whether it told something new. */
  acknowledge({ next, limit, arrived }: Control, now: number): boolean {
    const known = this.#limit;
    const before = this.#flights.size;
    // What was never sent cannot have arrived, and a window is never larger than ours.
    if (next > this.#sent) return false;
    this.#limit = Math.max(known, Math.min(limit, next + WINDOW_PACKETS));
    for (const [counter, { sentAt, again }] of this.#flights) {
      if (counter >= next && !hasBit(arrived, counter - next - 1)) continue;
      this.#flights.delete(counter);
      this.#highest = Math.max(this.#highest, counter);
      if (!again) this.#measure(now - sentAt);
    }
    if (this.#flights.size < before) this.#backOff = 1;
    return this.#flights.size < before || this.#limit > known;
  }

  /** The packets to be sent again now, as they were. */
  due(now: number): readonly Sealed[] {
    const out: Flight[] = [];
    let late = false;
    for (const flight of this.#flights.values()) {
      if (out.length === RESEND_MAX) break;
      if (this.#dueAt(flight) > now) continue;
      late ||= !this.#overtaken(flight);
      out.push(flight);
    }
    if (late) this.#backOff = Math.min(this.#backOff * 2, 16);
    for (const flight of out) {
      flight.sentAt = now;
      flight.again = true;
    }
    return out;
  }

  /** When {@linkcode due} will have something; undefined when nothing is on its way. */
  dueAt(): number | undefined {
    let first: number | undefined;
    for (const flight of this.#flights.values()) {
      first = Math.min(first ?? Infinity, this.#dueAt(flight));
    }
    return first;
  }

  /** Forgets all packets. */
  clear(): void {
    this.#flights.clear();
  }

  #overtaken({ counter }: Flight): boolean {
    return this.#highest >= counter + OVERTAKEN;
  }

  #dueAt(flight: Flight): number {
    const trip = this.#roundTripMs;
    if (trip === undefined) return flight.sentAt + RESEND_FIRST_MS * this.#backOff;
    const patient = Math.max(trip + 4 * this.#deviationMs, RESEND_LEAST_MS) * this.#backOff;
    const ms = this.#overtaken(flight) ? trip + this.#deviationMs : patient;
    return flight.sentAt + Math.min(ms, RESEND_MOST_MS);
  }

  /** Smoothed round trip and deviation, as in RFC 6298. */
  #measure(ms: number): void {
    if (this.#roundTripMs === undefined) {
      this.#roundTripMs = ms;
      this.#deviationMs = ms / 2;
      return;
    }
    this.#deviationMs += (Math.abs(ms - this.#roundTripMs) - this.#deviationMs) / 4;
    this.#roundTripMs += (ms - this.#roundTripMs) / 8;
  }
}

/** The packets of the other direction: puts them in order and drops those that came before. */
export class Reorder {
  readonly #held = new Map<number, Uint8Array>();
  #next = 0;
  #limit = WINDOW_PACKETS;
  #told = WINDOW_PACKETS;

  /** All packets below this number have arrived. */
  get next(): number {
    return this.#next;
  }

  /** Packets from this number on are not accepted. */
  get limit(): number {
    return this.#limit;
  }

  /** Whether packets are missing before one that has arrived. */
  get gap(): boolean {
    return this.#held.size > 0;
  }

  /** Whether a packet is new and within the window. */
  accepts(counter: number): boolean {
    return counter >= this.#next && counter < this.#limit && !this.#held.has(counter);
  }

  /** Takes a packet that is accepted; returns those that are in order now. */
  put(counter: number, plain: Uint8Array): readonly Uint8Array[] {
    this.#held.set(counter, plain);
    const out: Uint8Array[] = [];
    for (let ready = this.#held.get(this.#next); ready; ready = this.#held.get(this.#next)) {
      this.#held.delete(this.#next);
      this.#next += 1;
      out.push(ready);
    }
    return out;
  }

  /** Allows a whole window from here on. Returns whether half of it is news to the sender. */
  grant(): boolean {
    this.#limit = this.#next + WINDOW_PACKETS;
    return this.#limit - this.#told >= WINDOW_PACKETS / 2;
  }

  /** What to tell the sender. */
  control(gone: boolean): Control {
    const arrived = new Uint8Array(WINDOW_PACKETS / 8);
    for (const counter of this.#held.keys()) {
      const index = counter - this.#next - 1;
      arrived[index >>> 3] = (arrived[index >>> 3] ?? 0) | (1 << (index & 7));
    }
    this.#told = this.#limit;
    return { next: this.#next, limit: this.#limit, gone, arrived };
  }

  /** Forgets what is held. */
  clear(): void {
    this.#held.clear();
  }
}
