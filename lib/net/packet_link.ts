/**
 * Frames over packets that may be lost, doubled, delayed and reordered.
 *
 * The frames of one direction are one sequence of bytes, cut into numbered packets. The receiver puts
 * them in order, drops what it has, and tells what it got and how far the sender may go; the sender keeps
 * each packet until it is told of, and sends it again as it is. Both windows are bounded, so that a
 * receiver that does not read holds the sender. An end that falls silent is given up.
 */
import { Uint8ArrayList } from "uint8arraylist";
import { ConnectionError, ProtocolError } from "../base/mod.ts";
import type { Clock } from "../session/ports.ts";
import { encodeFrameStart, type Frame } from "./frame.ts";
import { FrameDecoder } from "./frame_decoder.ts";
import type { FrameLink, OutgoingFrame } from "./frame_link.ts";
import type { Packet } from "./packet.ts";
import { decodeControl, encodeControl, Outbox, Reorder } from "./packet_window.ts";
import type { PairCiphers } from "./pair_keys.ts";

/** The writer of a frame is held while more than this has not been cut into packets. */
const WRITE_HIGH_BYTES = 1 << 20;
/** While so many packets are on their way, only full ones are cut. */
const FULL_ONLY_PACKETS = 4;
/** Packets after which an acknowledgement is due at once; times after which it is due otherwise. */
const ACK_PACKETS = 8;
const ACK_MS = 20;
const ACK_GAP_MS = 2;
/** Time between two signs of life. */
const ALIVE_MS = 1000;
/** Copies of the last packet, since nobody asks for it again. */
const FAREWELL_COPIES = 3;
/** Bytes of a full packet that are not data: the mark of the last one. */
const MARK_BYTES = 1;

/** Arguments of {@linkcode PacketLink}. */
export interface PacketLinkInit {
  /** Number of the other party. */
  readonly party: number;
  /** 8 bytes that name the session in frames. */
  readonly tag: Uint8Array;
  /** Ciphers of this end; taken over, and wiped at the end. */
  readonly ciphers: PairCiphers;
  /** Time and timers. */
  readonly clock: Clock;
  /** Sends a packet; whether it arrives is unknown. */
  readonly publish: (bytes: Uint8Array<ArrayBuffer>) => void;
  /** Most bytes inside a packet. */
  readonly packetBytes: number;
  /** Time without a sign of life after which the other party counts as lost, in milliseconds. */
  readonly silenceMs: number;
  /** Called once, when the other party has proved that it has the same keys. */
  readonly onHeard: () => void;
  /** Called once, when nothing more will be sent or taken. */
  readonly onOver: () => void;
}

/** A link to one other party through whoever forwards its packets. */
export class PacketLink implements FrameLink {
  readonly #init: PacketLinkInit;
  readonly #outbox = new Outbox();
  readonly #reorder = new Reorder();
  readonly #incoming: FrameDecoder;
  readonly #outgoing = new Uint8ArrayList();
  readonly #waiting = new Set<() => void>();
  #frames = 0;
  #pumping = false;
  #finishing = false;
  /** The packet that says that nothing follows is on its way. */
  #lastSent = false;
  #lastCame = false;
  /** A call of `next()` has found no complete frame. */
  #reading = false;
  #heard = false;
  #controls = -1;
  #unacknowledged = 0;
  #silentTicks = 0;
  #spoke = false;
  #error: ConnectionError | undefined;
  #over = false;
  #ack: { readonly at: number; readonly cancel: () => void } | undefined;
  #cancelResend = (): void => {};
  #cancelAlive = (): void => {};

  /** Gives a sign of life at once. */
  constructor(init: PacketLinkInit) {
    this.#init = init;
    this.#incoming = new FrameDecoder(init.tag);
    this.#acknowledge();
    this.#alive();
  }

  /** Whether nothing more will be sent or taken. */
  get over(): boolean {
    return this.#over;
  }

  /** Whether the other party has proved that it has the same keys. */
  get heard(): boolean {
    return this.#heard;
  }

  /** Whether a data packet with this number may still be of use; those told of again are. */
  mayTake(counter: number): boolean {
    return counter < this.#reorder.limit;
  }

  write(frame: OutgoingFrame): void {
    if (this.#over || this.#finishing) {
      throw new ConnectionError("Cannot send: the link is closed", { cause: this.#error });
    }
    const { kind, step = "", more = false, payload = new Uint8Array(0) } = frame;
    const start = { kind, step, more, tag: this.#init.tag, sequence: this.#frames };
    this.#outgoing.append(encodeFrameStart(start, payload.length), payload);
    this.#frames += 1;
    this.#pumpSoon();
  }

  async drained(signal?: AbortSignal, below = WRITE_HIGH_BYTES): Promise<void> {
    while (this.#outgoing.byteLength >= below) {
      if (this.#over) {
        throw new ConnectionError("Cannot send: the link is closed", { cause: this.#error });
      }
      await this.#change(signal);
    }
  }

  async next(): Promise<Frame | undefined> {
    while (true) {
      const frame = this.#incoming.take();
      if (frame !== undefined) {
        this.#reading = false;
        this.#grant();
        return frame;
      }
      this.#reading = true;
      this.#grant();
      if (this.#lastCame && !this.#incoming.inside) return undefined;
      if (this.#lastCame) throw new ProtocolError("Cannot read frame: the link ended inside it");
      if (this.#over) {
        throw this.#error ?? new ConnectionError("Cannot receive: the link is closed");
      }
      await this.#change();
    }
  }

  async finish(signal?: AbortSignal): Promise<void> {
    this.#finishing = true;
    this.#pump();
    try {
      while (!this.#over && !(this.#lastSent && this.#outbox.count === 0)) {
        await this.#change(signal);
      }
    } catch {
      // The time for it is over: what has not arrived by now is not waited for.
    }
  }

  destroy(why: string): void {
    if (this.#over) return;
    const last = this.#init.ciphers;
    for (let copy = 0; copy < FAREWELL_COPIES; copy++) {
      const plain = encodeControl(this.#reorder.control(true));
      this.#init.publish(last.sealControl.seal(plain).bytes);
    }
    this.#end(new ConnectionError(why));
  }

  /** Takes a packet of the other party for us. What is not genuine is dropped. */
  receive(packet: Packet): void {
    if (this.#over || packet.kind === "key") return;
    if (packet.kind === "control") this.#takeControl(packet);
    else this.#takeData(packet);
  }

  #takeData(packet: Packet): void {
    const { counter } = packet;
    if (!this.#reorder.accepts(counter)) {
      if (this.#heard && counter < this.#reorder.limit) this.#acknowledgeIn(ACK_GAP_MS);
      return;
    }
    const plain = this.#init.ciphers.openData.open(packet);
    if (plain === undefined) return;
    this.#hear();
    for (const bytes of this.#reorder.put(counter, plain)) {
      if (bytes[0] === 1) this.#lastCame = true;
      this.#incoming.append(bytes.subarray(MARK_BYTES));
    }
    if (this.#reading) this.#reorder.grant();
    this.#unacknowledged += 1;
    if (this.#unacknowledged >= ACK_PACKETS || this.#lastCame) this.#acknowledge();
    else this.#acknowledgeIn(this.#reorder.gap ? ACK_GAP_MS : ACK_MS);
    this.#changed();
  }

  #takeControl(packet: Packet): void {
    // A control packet that was overtaken, or is played again, tells nothing new.
    if (packet.counter <= this.#controls) return;
    const plain = this.#init.ciphers.openControl.open(packet);
    const control = plain && decodeControl(plain);
    if (control === undefined) return;
    this.#controls = packet.counter;
    this.#hear();
    if (this.#outbox.acknowledge(control, this.#init.clock.now())) {
      this.#pump();
      this.#changed();
    }
    this.#armResend();
    if (control.gone) {
      this.#end(
        new ConnectionError(
          `Cannot go on: lost the connection to party ${this.#init.party}, which has gone`,
        ),
      );
    }
  }

  #hear(): void {
    this.#silentTicks = 0;
    if (this.#heard) return;
    this.#heard = true;
    this.#init.onHeard();
  }

  #pumpSoon(): void {
    if (this.#pumping) return;
    this.#pumping = true;
    queueMicrotask(() => {
      this.#pumping = false;
      this.#pump();
    });
  }

  /** Cuts packets and sends them, as far as the window goes. */
  #pump(): void {
    const { packetBytes, clock } = this.#init;
    const most = packetBytes - MARK_BYTES;
    const before = this.#outgoing.byteLength;
    while (!this.#over && !this.#lastSent && this.#outbox.open) {
      const waiting = this.#outgoing.byteLength;
      const partly = waiting < most;
      if (waiting === 0 && !this.#finishing) break;
      if (partly && !this.#finishing && this.#outbox.count >= FULL_ONLY_PACKETS) break;
      const plain = new Uint8Array(MARK_BYTES + Math.min(waiting, most));
      this.#copyOut(plain.subarray(MARK_BYTES));
      this.#lastSent = this.#finishing && this.#outgoing.byteLength === 0;
      plain[0] = this.#lastSent ? 1 : 0;
      const sealed = this.#init.ciphers.sealData.seal(plain);
      this.#outbox.add(sealed, clock.now());
      this.#init.publish(sealed.bytes);
    }
    this.#armResend();
    if (this.#outgoing.byteLength < before) this.#changed();
  }

  #copyOut(out: Uint8Array): void {
    if (out.length === 0) return;
    let at = 0;
    for (const part of this.#outgoing.sublist(0, out.length)) {
      out.set(part, at);
      at += part.length;
    }
    this.#outgoing.consume(out.length);
  }

  #armResend(): void {
    this.#cancelResend();
    const { clock, publish } = this.#init;
    const at = this.#over ? undefined : this.#outbox.dueAt();
    if (at === undefined) return;
    this.#cancelResend = clock.after(Math.max(at - clock.now(), 0), () => {
      for (const { bytes } of this.#outbox.due(clock.now())) publish(bytes);
      this.#armResend();
    });
  }

  /** Lets the other party send more, once enough of what it sent was read. */
  #grant(): void {
    const half = WRITE_HIGH_BYTES / 2;
    if (!this.#reading && this.#incoming.byteLength > half) return;
    if (this.#reorder.grant() && !this.#over) this.#acknowledge();
  }

  #acknowledgeIn(ms: number): void {
    const { clock } = this.#init;
    const at = clock.now() + ms;
    if (this.#ack !== undefined && this.#ack.at <= at) return;
    this.#ack?.cancel();
    this.#ack = { at, cancel: clock.after(ms, () => this.#acknowledge()) };
  }

  #acknowledge(): void {
    this.#ack?.cancel();
    this.#ack = undefined;
    this.#unacknowledged = 0;
    this.#spoke = true;
    const plain = encodeControl(this.#reorder.control(false));
    this.#init.publish(this.#init.ciphers.sealControl.seal(plain).bytes);
  }

  /** Why ticks: a timer that comes late because this process was busy must not count as silence. */
  #alive(): void {
    this.#cancelAlive = this.#init.clock.after(ALIVE_MS, () => {
      this.#silentTicks += 1;
      if (this.#silentTicks * ALIVE_MS >= this.#init.silenceMs) {
        const text = `Cannot go on: lost the connection to party ${this.#init.party}, which ` +
          `gave no sign of life for ${this.#init.silenceMs / 1000} s`;
        return this.#end(new ConnectionError(text));
      }
      if (!this.#spoke) this.#acknowledge();
      this.#spoke = false;
      this.#alive();
    });
  }

  #end(error: ConnectionError): void {
    if (this.#over) return;
    this.#over = true;
    this.#error = error;
    this.#cancelAlive();
    this.#cancelResend();
    this.#ack?.cancel();
    this.#outbox.clear();
    this.#reorder.clear();
    for (const cipher of Object.values(this.#init.ciphers)) cipher.wipe();
    this.#changed();
    this.#init.onOver();
  }

  #changed(): void {
    for (const wake of [...this.#waiting]) wake();
  }

  /** Resolves at the next change; rejects with the reason of `signal`. */
  #change(signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const onAbort = (): void => reject(signal?.reason);
    this.#waiting.add(resolve);
    signal?.addEventListener("abort", onAbort);
    return promise.finally(() => {
      this.#waiting.delete(resolve);
      signal?.removeEventListener("abort", onAbort);
    });
  }
}
