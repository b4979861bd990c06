/** Cuts the bytes of one direction of a link into frames. */
import { Uint8ArrayList } from "uint8arraylist";
import { equal, ProtocolError } from "../base/mod.ts";
import {
  decodeFrameHeader,
  decodeFrameStep,
  type Frame,
  FRAME_HEADER_BYTES,
  type FrameHeader,
} from "./frame.ts";

/** Takes bytes in whatever pieces they come, and gives frames of one session in sequence. */
export class FrameDecoder {
  readonly #bytes = new Uint8ArrayList();
  #tag: Uint8Array | undefined;
  #header: FrameHeader | undefined;
  #received = 0;

  /** @param tag names the session; without it the tag of the first frame is adopted. */
  constructor(tag?: Uint8Array) {
    this.#tag = tag;
  }

  /** The tag of the session, once it is known. */
  get tag(): Uint8Array | undefined {
    return this.#tag;
  }

  /** Bytes that have come and are not part of a frame that was taken. */
  get byteLength(): number {
    return this.#bytes.byteLength;
  }

  /** Whether a frame has begun that is not complete. */
  get inside(): boolean {
    return this.#header !== undefined || this.#bytes.byteLength > 0;
  }

  /** Adds the next bytes. */
  append(bytes: Uint8Array | Uint8ArrayList): void {
    this.#bytes.append(bytes);
  }

  /**
   * The next frame, or undefined until it is complete. Its payload is a buffer of its own.
   *
   * @throws {ProtocolError} if the bytes are no frame of this session in sequence.
   */
  take(): Frame | undefined {
    if (this.#header === undefined) {
      if (this.#bytes.byteLength < FRAME_HEADER_BYTES) return undefined;
      const header = decodeFrameHeader(this.#cut(FRAME_HEADER_BYTES));
      this.#check(header);
      this.#header = header;
    }
    const { kind, more, tag, sequence, stepBytes, length } = this.#header;
    if (this.#bytes.byteLength < stepBytes + length) return undefined;
    this.#header = undefined;
    const step = decodeFrameStep(this.#cut(stepBytes));
    return { kind, more, tag, sequence, step, payload: this.#cut(length) };
  }

  #check(header: FrameHeader): void {
    this.#tag ??= header.tag;
    if (!equal(header.tag, this.#tag)) {
      throw new ProtocolError("Cannot read frame: it belongs to another session");
    }
    if (header.sequence !== this.#received) {
      throw new ProtocolError(
        `Cannot read frame: it has number ${header.sequence} instead of ${this.#received}`,
      );
    }
    this.#received = (this.#received + 1) >>> 0;
  }

  /** Takes the first `count` bytes, as a buffer of their own. */
  #cut(count: number): Uint8Array<ArrayBuffer> {
    const out = new Uint8Array(count);
    if (count === 0) return out;
    let at = 0;
    for (const part of this.#bytes.sublist(0, count)) {
      out.set(part, at);
      at += part.length;
    }
    this.#bytes.consume(count);
    return out;
  }
}
