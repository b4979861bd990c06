/** Frames that were sent and may have to be sent again. */
import { ProtocolError } from "../base/mod.ts";
import type { OutgoingFrame } from "./frame_link.ts";

/** Counted for each frame beside its payload, so that empty ones are bounded too. */
const FRAME_OVERHEAD_BYTES = 128;

/** Bytes that count for a frame. */
export function costOf({ payload }: Pick<OutgoingFrame, "payload">): number {
  return FRAME_OVERHEAD_BYTES + (payload?.length ?? 0);
}

/**
 * The number of frames that the payload of an acknowledgement tells.
 *
 * @throws {ProtocolError} if it has not 8 bytes.
 */
export function readCount(payload: Uint8Array): number {
  if (payload.length !== 8) throw new ProtocolError("Cannot read acknowledgement: no 8 bytes");
  return Number(new DataView(payload.buffer, payload.byteOffset, 8).getBigUint64(0));
}

/** The frames of one direction of a link from the first that is not acknowledged. */
export class Outbox {
  #frames: (OutgoingFrame | undefined)[] = [];
  /** Place of the first frame that is kept. */
  #head = 0;
  #acknowledged = 0;
  #bytes = 0;

  /** Number of frames that were ever added. */
  get sent(): number {
    return this.#acknowledged + this.#frames.length - this.#head;
  }

  /** Bytes kept. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Whether everything is acknowledged. */
  get empty(): boolean {
    return this.#head === this.#frames.length;
  }

  /** Keeps a frame that is sent now. */
  push(frame: OutgoingFrame): void {
    this.#frames.push(frame);
    this.#bytes += costOf(frame);
  }

  /**
   * The other end has the first `count` frames.
   *
   * @throws {ProtocolError} if it has said so of more before, or claims more than were sent.
   */
  acknowledge(count: number): void {
    if (!(count >= this.#acknowledged && count <= this.sent)) {
      throw new ProtocolError(
        `Cannot go on: the other end says it has ${count} frames, of ${this.sent} that were sent ` +
          `and ${this.#acknowledged} that it had`,
      );
    }
    for (; this.#acknowledged < count; this.#acknowledged++) {
      const frame = this.#frames[this.#head];
      if (frame !== undefined) this.#bytes -= costOf(frame);
      this.#frames[this.#head] = undefined;
      this.#head += 1;
    }
    if (this.#head * 2 < this.#frames.length && this.#head < 1024) return;
    this.#frames = this.#frames.slice(this.#head);
    this.#head = 0;
  }

  /** The frames to send again, in order. */
  *pending(): Iterable<OutgoingFrame> {
    for (let i = this.#head; i < this.#frames.length; i++) {
      const frame = this.#frames[i];
      if (frame !== undefined) yield frame;
    }
  }

  /** Drops everything. */
  clear(): void {
    this.#acknowledged = this.sent;
    this.#frames = [];
    this.#head = 0;
    this.#bytes = 0;
  }
}
