/**
 * Files by their SHA-256: who is connected may ask for one by its digest and gets it if it is offered.
 *
 * Each request is a stream of its own: a `data` frame of step `get` with the digest, answered by one
 * message of step `blob`, or by `refuse`. The bytes are bounded while they come, and count only when
 * their digest is the one that was asked for.
 */
import { concat, ConnectionError, LimitError, ProtocolError, toHex, utf8 } from "../base/mod.ts";
import { sha256 } from "../crypto/mod.ts";
import type { Clock } from "../session/ports.ts";
import { FRAME_PAYLOAD_BYTES_MAX, FRAME_TAG_BYTES } from "./frame.ts";
import type { Node } from "./node.ts";
import { readReason } from "./reason.ts";
import { StreamLink } from "./stream_link.ts";

/** Protocol of the streams. */
export const BLOB_PROTOCOL = "/p2p-mpc/blob/1";
/** Bytes of a digest. */
const DIGEST_BYTES = 32;
/** Most requests that are answered at a time. */
const REQUESTS_MAX = 16;
/** Longest time for one request, in milliseconds. */
const REQUEST_MS = 60_000;

/** What is offered. */
export interface BlobOffer {
  /** The files. */
  readonly blobs: readonly Uint8Array<ArrayBuffer>[];
  /** Time and timers. */
  readonly clock: Clock;
}

/** Answers requests for the files of `offer` from now on. A node does this once. */
export async function offerBlobs(node: Node, { blobs, clock }: BlobOffer): Promise<void> {
  const byDigest = new Map(blobs.map((bytes) => [toHex(sha256(bytes)), bytes]));
  let open = 0;
  await node.handleStreams((stream) => {
    const link = new StreamLink(stream);
    if (open >= REQUESTS_MAX) return link.destroy("Too many requests at once");
    open += 1;
    const cancel = clock.after(REQUEST_MS, () => link.destroy("The request took too long"));
    void answer(link, byDigest).finally(() => {
      cancel();
      open -= 1;
    });
  }, BLOB_PROTOCOL);
}

async function answer(
  link: StreamLink,
  byDigest: ReadonlyMap<string, Uint8Array<ArrayBuffer>>,
): Promise<void> {
  try {
    const request = await link.next();
    const asked = request?.kind === "data" && request.step === "get" ? request.payload : undefined;
    const bytes = asked === undefined ? undefined : byDigest.get(toHex(asked));
    if (bytes === undefined) {
      link.write({ kind: "refuse", payload: utf8("no such file is offered") });
    }
    for (let at = 0; bytes !== undefined && (at === 0 || at < bytes.length);) {
      const payload = bytes.subarray(at, at + FRAME_PAYLOAD_BYTES_MAX);
      at += FRAME_PAYLOAD_BYTES_MAX;
      link.write({ kind: "data", step: "blob", more: at < bytes.length, payload });
      await link.drained();
    }
    await link.finish();
  } catch {
    link.destroy("The request was no valid one, or broke off");
  }
}

/** What is asked for. */
export interface BlobRequest {
  /** A connected peer. */
  readonly peer: string;
  /** SHA-256 of the file, 32 bytes. */
  readonly digest: Uint8Array<ArrayBuffer>;
  /** Most bytes that are taken. */
  readonly bytesMax: number;
}

/**
 * Fetches a file from a connected peer.
 *
 * @throws {ConnectionError} if the peer does not have it, or the connection breaks.
 * @throws {ProtocolError} if what comes is another file, or no answer at all.
 * @throws {LimitError} if it is larger than `bytesMax`.
 */
export async function fetchBlob(
  node: Node,
  { peer, digest, bytesMax }: BlobRequest,
  signal: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  if (digest.length !== DIGEST_BYTES) throw new RangeError("A digest has 32 bytes");
  const link = await openLink(node, peer, signal);
  const onAbort = (): void => link.destroy("It takes too long");
  signal.addEventListener("abort", onAbort);
  try {
    link.write({ kind: "data", step: "get", payload: digest });
    const bytes = await receive(link, bytesMax);
    if (toHex(sha256(bytes)) === toHex(digest)) return bytes;
    throw new ProtocolError("Cannot use the file: it is another one than was asked for");
  } finally {
    signal.removeEventListener("abort", onAbort);
    link.destroy("The request is over");
  }
}

async function openLink(node: Node, peer: string, signal: AbortSignal): Promise<StreamLink> {
  try {
    const stream = await node.openStream(peer, signal, BLOB_PROTOCOL);
    return new StreamLink(stream, new Uint8Array(FRAME_TAG_BYTES));
  } catch (cause) {
    throw new ConnectionError("Cannot fetch the file: the peer offers none", { cause });
  }
}

async function receive(link: StreamLink, bytesMax: number): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array[] = [];
  let length = 0;
  while (true) {
    const frame = await link.next();
    if (frame === undefined) throw new ConnectionError("Cannot fetch the file: the peer ended");
    if (frame.kind === "refuse") {
      throw new ConnectionError(`Cannot fetch the file: ${readReason(frame.payload)}`);
    }
    const right = frame.kind === "data" && frame.step === "blob" &&
      (!frame.more || frame.payload.length === FRAME_PAYLOAD_BYTES_MAX);
    if (!right) {
      throw new ProtocolError("Cannot fetch the file: the peer gave no valid answer");
    }
    length += frame.payload.length;
    if (length > bytesMax) {
      throw new LimitError(`Cannot fetch the file: it has more than ${bytesMax} bytes`);
    }
    parts.push(frame.payload);
    if (!frame.more) return concat(...parts);
  }
}
