/**
 * Frames: what travels on a direct stream between two parties.
 *
 * ```text
 * 0        1      2       3            4         12         16       20
 * version  kind   flags   step length  tag       sequence   length   step ‖ payload
 * u8       u8     u8      u8           8 bytes   u32 BE     u32 BE
 * ```
 *
 * `flags` bit 0 says that more frames of the same message follow. All bounds are checked on the header
 * alone, before anything of the announced size is stored.
 */
import { ProtocolError, utf8 } from "../base/mod.ts";

/** Version of this layout. */
export const FRAME_VERSION = 1;
/** Bytes before the step. */
export const FRAME_HEADER_BYTES = 20;
/** Bytes of the tag that names the session. */
export const FRAME_TAG_BYTES = 8;
/** Most bytes of a step, UTF-8. */
export const FRAME_STEP_BYTES_MAX = 64;
/** Most bytes of the payload of one frame. */
export const FRAME_PAYLOAD_BYTES_MAX = 1 << 20;

/**
 * What a frame is for: `data` of a step, the `abort` notice, `hello` binds a stream to a session and
 * two parties, `ready` for the start barrier, `done` after the last message, a `lobby` message,
 * `refuse` in place of a hello, and `ack` for the number of frames taken over (u64 BE), which also keeps
 * an idle link alive.
 */
export type FrameKind = "data" | "abort" | "hello" | "ready" | "done" | "lobby" | "refuse" | "ack";

const STEP_DECODER = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Kinds in the order of their numbers on the wire, from 1 on. */
const KINDS: readonly FrameKind[] = [
  "data",
  "abort",
  "hello",
  "ready",
  "done",
  "lobby",
  "refuse",
  "ack",
];

/** The header of a frame. */
export interface FrameHeader {
  /** Tells the kinds apart. */
  readonly kind: FrameKind;
  /** More frames of this message follow. */
  readonly more: boolean;
  /** 8 bytes that name the session. */
  readonly tag: Uint8Array;
  /** Counts the frames of one direction of a stream from 0, modulo 2^32. */
  readonly sequence: number;
  /** Bytes of the step that follow the header. */
  readonly stepBytes: number;
  /** Bytes of the payload that follow the step. */
  readonly length: number;
}

/** A frame. */
export interface Frame {
  /** Tells the kinds apart. */
  readonly kind: FrameKind;
  /** More frames of this message follow. */
  readonly more: boolean;
  /** 8 bytes that name the session. */
  readonly tag: Uint8Array;
  /** Number of the frame in its direction. */
  readonly sequence: number;
  /** Text of at most 64 bytes; empty unless the kind is `data`. */
  readonly step: string;
  /** The bytes after the step. */
  readonly payload: Uint8Array<ArrayBuffer>;
}

/**
 * Header and step of a frame, to be followed by its payload.
 *
 * @throws {RangeError} if the step or the payload is too long.
 */
export function encodeFrameStart(frame: Omit<Frame, "payload">, length: number): Uint8Array {
  const step = utf8(frame.step);
  if (step.length > FRAME_STEP_BYTES_MAX) {
    throw new RangeError(`Cannot send step "${frame.step}": it is longer than 64 bytes`);
  }
  if (length > FRAME_PAYLOAD_BYTES_MAX || frame.tag.length !== FRAME_TAG_BYTES) {
    throw new RangeError("Cannot encode frame: payload or tag has a wrong length");
  }
  const out = new Uint8Array(FRAME_HEADER_BYTES + step.length);
  const view = new DataView(out.buffer);
  out[0] = FRAME_VERSION;
  out[1] = KINDS.indexOf(frame.kind) + 1;
  out[2] = frame.more ? 1 : 0;
  out[3] = step.length;
  out.set(frame.tag, 4);
  view.setUint32(12, frame.sequence);
  view.setUint32(16, length);
  out.set(step, FRAME_HEADER_BYTES);
  return out;
}

/**
 * Decodes and bounds the header of a frame.
 *
 * @param bytes the first {@linkcode FRAME_HEADER_BYTES} bytes.
 * @throws {ProtocolError} if it is no header of this version, or announces too much.
 */
export function decodeFrameHeader(bytes: Uint8Array): FrameHeader {
  if (bytes.length !== FRAME_HEADER_BYTES) {
    throw new RangeError("Cannot decode frame: a header has 20 bytes");
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const [version, number, flags, stepBytes] = bytes;
  if (version !== FRAME_VERSION) throw new ProtocolError("Cannot read frame: unknown version");
  const kind = KINDS[(number ?? 0) - 1];
  if (kind === undefined) throw new ProtocolError("Cannot read frame: unknown kind");
  if (flags === undefined || flags > 1) throw new ProtocolError("Cannot read frame: unknown flags");
  const length = view.getUint32(16);
  if (length > FRAME_PAYLOAD_BYTES_MAX) {
    throw new ProtocolError(`Cannot read frame: ${length} bytes are more than the limit of 1 MiB`);
  }
  if (stepBytes === undefined || stepBytes > FRAME_STEP_BYTES_MAX) {
    throw new ProtocolError("Cannot read frame: its step is longer than 64 bytes");
  }
  const data = kind === "data";
  if (data !== (stepBytes > 0) || (!data && flags === 1)) {
    throw new ProtocolError(`Cannot read frame: its step or flags do not fit kind "${kind}"`);
  }
  return {
    kind,
    more: flags === 1,
    tag: bytes.slice(4, 12),
    sequence: view.getUint32(12),
    stepBytes,
    length,
  };
}

/**
 * Decodes the step of a frame.
 *
 * @throws {ProtocolError} if it is no UTF-8 text.
 */
export function decodeFrameStep(bytes: Uint8Array): string {
  try {
    return STEP_DECODER.decode(bytes);
  } catch (cause) {
    throw new ProtocolError("Cannot read frame: its step is no text", { cause });
  }
}
