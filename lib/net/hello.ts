/**
 * The first frame of a stream in each direction. It says which link of which session the stream is for,
 * and where the link goes on:
 *
 * ```text
 * sid   from   to   nonce  echo  attempt  received
 * 32    u16    u16  16     16    u32      u64, all big-endian
 * ```
 *
 * `nonce` is drawn by each process for each link, `echo` is the other end's, zero until it is known.
 * A process that was started anew has another nonce, so nothing of it is ever taken for the earlier
 * one. `attempt` counts the streams that the dialling end has opened for the link; the answer repeats it.
 * `received` is the number of frames that this end has taken over.
 */
import { equal, ProtocolError } from "../base/mod.ts";

/** Bytes of a nonce. */
export const NONCE_BYTES = 16;
const HELLO_BYTES = 80;

/** What a hello says. */
export interface Hello {
  /** Hash of the agreed description, 32 bytes. */
  readonly sid: Uint8Array;
  /** Party number of the sender. */
  readonly from: number;
  /** Party number of the receiver. */
  readonly to: number;
  /** 16 bytes that name the sender's process. */
  readonly nonce: Uint8Array;
  /** The nonce of the receiver, or zero. */
  readonly echo: Uint8Array;
  /** Number of the stream, from 1. */
  readonly attempt: number;
  /** Frames of the receiver that the sender has. */
  readonly received: number;
}

/** The bytes of a hello. */
export function encodeHello(hello: Hello): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(HELLO_BYTES);
  const view = new DataView(out.buffer);
  out.set(hello.sid, 0);
  view.setUint16(32, hello.from);
  view.setUint16(34, hello.to);
  out.set(hello.nonce, 36);
  out.set(hello.echo, 52);
  view.setUint32(68, hello.attempt);
  view.setBigUint64(72, BigInt(hello.received));
  return out;
}

/** Reads a hello. @throws {ProtocolError} if it has another length. */
export function decodeHello(bytes: Uint8Array): Hello {
  if (bytes.length !== HELLO_BYTES) {
    throw new ProtocolError(`Cannot read hello: it has ${bytes.length} bytes instead of 80`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return {
    sid: bytes.slice(0, 32),
    from: view.getUint16(32),
    to: view.getUint16(34),
    nonce: bytes.slice(36, 52),
    echo: bytes.slice(52, 68),
    attempt: view.getUint32(68),
    received: Number(view.getBigUint64(72)),
  };
}

/** Whether `hello` is for the link from party `from` to party `to` of session `sid`. */
export function isFor(
  hello: Hello,
  { sid, from, to }: Pick<Hello, "sid" | "from" | "to">,
): boolean {
  return equal(hello.sid, sid) && hello.from === from && hello.to === to;
}

/** Whether a nonce is the one that stands for "not known yet". */
export function isUnknown(nonce: Uint8Array): boolean {
  return nonce.every((byte) => byte === 0);
}
