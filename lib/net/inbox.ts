/** Messages that arrived over one link and calls that wait for one, by step. */
import { concat, LimitError, ProtocolError } from "../base/mod.ts";
import { type Frame, FRAME_PAYLOAD_BYTES_MAX } from "./frame.ts";

/** Counted for each stored message beside its bytes, so that empty ones are bounded too. */
const MESSAGE_OVERHEAD_BYTES = 256;

type Bytes = Uint8Array<ArrayBuffer>;

/** A call that waits for a message. */
export interface WaitingCall {
  /** Bytes that the message must have. */
  readonly length: number;
  readonly resolve: (bytes: Bytes) => void;
  readonly reject: (error: Error) => void;
}

interface Message {
  readonly parts: Bytes[];
  bytes: number;
  complete: boolean;
}

/** The messages of one link. */
export class Inbox {
  readonly #party: number;
  readonly #limitBytes: number;
  readonly #messages = new Map<string, Message>();
  readonly #waiting = new Map<string, WaitingCall>();
  #bytes = 0;

  /**
   * @param party number of the sender, for messages.
   * @param limitBytes most bytes that are stored.
   */
  constructor(party: number, limitBytes: number) {
    this.#party = party;
    this.#limitBytes = limitBytes;
  }

  /** Bytes stored for calls to come. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Messages stored for calls to come, whole or in part. */
  get messages(): number {
    return this.#messages.size;
  }

  /** Whether a call waits for a message of this link. */
  get awaited(): boolean {
    return this.#waiting.size > 0;
  }

  /**
   * Stores a data frame or hands the completed message to the call that waits for it.
   *
   * @throws {ProtocolError} if the message is longer or shorter than the waiting call demands, comes
   * twice, or is cut into other frames than a sender of ours would make.
   * @throws {LimitError} if more would have to be stored than the limit allows.
   */
  accept(frame: Frame): void {
    const { step, payload, more } = frame;
    if (more && payload.length !== FRAME_PAYLOAD_BYTES_MAX) {
      throw this.#wrong(step, "it is cut into frames of a wrong size");
    }
    const message = this.#messages.get(step) ?? this.#open(step);
    if (message.complete) throw this.#wrong(step, "it came twice");
    message.parts.push(payload);
    message.bytes += payload.length;
    message.complete = !more;
    this.#bytes += payload.length;
    const call = this.#waiting.get(step);
    if (call !== undefined) this.#checkLength(step, message, call.length);
    if (this.#bytes > this.#limitBytes) {
      throw new LimitError(
        `Cannot store the messages of party ${this.#party}: they are more than the limit of ` +
          `${this.#limitBytes} bytes`,
      );
    }
    if (call === undefined || !message.complete) return;
    this.#waiting.delete(step);
    call.resolve(this.#remove(step, message));
  }

  /**
   * Takes a message that is complete.
   *
   * @throws {ProtocolError} if it has not `length` bytes.
   */
  take(step: string, length: number): Bytes | undefined {
    const message = this.#messages.get(step);
    if (message === undefined) return undefined;
    this.#checkLength(step, message, length);
    return message.complete ? this.#remove(step, message) : undefined;
  }

  /**
   * Registers a call for a message that is not complete.
   *
   * @throws {RangeError} if another call waits for it.
   */
  wait(step: string, call: WaitingCall): void {
    if (this.#waiting.has(step)) {
      throw new RangeError(`Cannot wait twice for step "${step}" of party ${this.#party}`);
    }
    this.#waiting.set(step, call);
  }

  /** Rejects the call that waits for `step`, if it still does. */
  rejectCall(step: string, error: Error): void {
    const call = this.#waiting.get(step);
    this.#waiting.delete(step);
    call?.reject(error);
  }

  /** Rejects all waiting calls, each with the error that `make` gives for its step. */
  rejectAll(make: (step: string) => Error): void {
    for (const step of [...this.#waiting.keys()]) this.rejectCall(step, make(step));
  }

  /** Drops all that is stored. */
  clear(): void {
    this.#messages.clear();
    this.#bytes = 0;
  }

  #open(step: string): Message {
    const message = { parts: [], bytes: 0, complete: false };
    this.#messages.set(step, message);
    this.#bytes += MESSAGE_OVERHEAD_BYTES;
    return message;
  }

  #remove(step: string, message: Message): Bytes {
    this.#messages.delete(step);
    this.#bytes -= message.bytes + MESSAGE_OVERHEAD_BYTES;
    const [first] = message.parts;
    return message.parts.length === 1 && first !== undefined ? first : concat(...message.parts);
  }

  #checkLength(step: string, message: Message, length: number): void {
    if (message.bytes > length || (message.complete && message.bytes !== length)) {
      const some = message.complete ? "" : "at least ";
      throw this.#wrong(step, `it has ${some}${message.bytes} bytes instead of ${length}`);
    }
  }

  #wrong(step: string, why: string): ProtocolError {
    return new ProtocolError(
      `Cannot accept the message of party ${this.#party} in step "${step}": ${why}`,
    );
  }
}
