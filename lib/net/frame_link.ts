/** What a channel needs of a link to one other party, whatever carries its frames. */
import type { Frame, FrameKind } from "./frame.ts";

/** What {@linkcode FrameLink.write} sends. */
export interface OutgoingFrame {
  /** Tells the kinds apart. */
  readonly kind: FrameKind;
  /** Empty unless the kind is `data`. */
  readonly step?: string;
  /** More frames of this message follow. */
  readonly more?: boolean;
  /** Taken over: must not be changed afterwards. */
  readonly payload?: Uint8Array;
}

/** Frames to and from one other party: ordered, each exactly once, with back-pressure both ways. */
export interface FrameLink {
  /**
   * Puts a frame in the queue.
   *
   * @throws {ConnectionError} if nothing can be sent any more.
   */
  write(frame: OutgoingFrame): void;
  /**
   * Resolves when less than `below` bytes wait to be sent. Rejects when the link ends before, or with
   * the reason of `signal`.
   */
  drained(signal?: AbortSignal, below?: number): Promise<void>;
  /**
   * The next frame, or undefined after the last. While nobody calls this, the sender is held in the end.
   *
   * @throws {ProtocolError} if the bytes are no valid frame.
   * @throws {ConnectionError} if the link was lost.
   */
  next(): Promise<Frame | undefined>;
  /** Closes the own side after everything written so far. Never rejects. */
  finish(signal?: AbortSignal): Promise<void>;
  /** Ends the link at once in both directions. */
  destroy(why: string): void;
}
