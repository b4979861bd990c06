/**
 * Names of files by their content: version 1 CIDs with SHA-256.
 *
 * A file of at most {@linkcode CHUNK_BYTES} is one block, and its CID (codec `raw`) holds its digest. A larger
 * one is cut into chunks of that size, the last of which may be shorter; its CID (codec `cbor`) holds the digest
 * of its root, a CBOR map of the version 1, the size and the digests of all chunks. So every block can be
 * checked as it comes, from whomever it comes.
 */
import { decode, encode } from "cborg";
import { CID } from "multiformats/cid";
import { create } from "multiformats/hashes/digest";
import { equal, UsageError } from "../base/mod.ts";
import { sha256 } from "../crypto/mod.ts";

/** Bytes of a chunk. */
export const CHUNK_BYTES: number = 1 << 18;
/** Most chunks of a file. */
const CHUNKS_MAX = 1 << 15;
/** Most bytes of a file. */
export const FILE_BYTES_MAX: number = CHUNK_BYTES * CHUNKS_MAX;
/** Bytes of a digest. */
export const DIGEST_BYTES = 32;
/** Most bytes of a root: the digests, and what stands around them. */
export const ROOT_BYTES_MAX: number = CHUNKS_MAX * DIGEST_BYTES + 64;

const ROOT_VERSION = 1;
/** Numbers of the table of multicodecs. */
const SHA2_256 = 0x12;
const RAW = 0x55;
const CBOR = 0x51;

/** What a CID says. */
export interface FileId {
  /** `chunk`: the digest is that of the whole file; `root`: that of its root. */
  readonly kind: "chunk" | "root";
  /** SHA-256, 32 bytes. */
  readonly digest: Uint8Array<ArrayBuffer>;
}

/** What a root says. */
export interface FileRoot {
  /** Bytes of the file. */
  readonly size: number;
  /** Digests of the chunks in order, 32 bytes each. */
  readonly chunks: readonly Uint8Array<ArrayBuffer>[];
}

/** The CID as text, base32. */
export function fileIdText({ kind, digest }: FileId): string {
  return CID.createV1(kind === "chunk" ? RAW : CBOR, create(SHA2_256, digest)).toString();
}

/** The CID in `text`. @throws {UsageError} if it is none, or not one of a file of ours. */
export function parseFileId(text: string): FileId {
  const wrong = (why: string, cause?: unknown): UsageError =>
    new UsageError(`Cannot use CID "${text}": ${why}`, {
      cause,
      hint: "p2p-mpc file add and file ls print such names; they begin with baf",
    });
  let cid: CID;
  try {
    cid = CID.parse(text);
  } catch (cause) {
    throw wrong("it is none", cause);
  }
  const { version, code, multihash } = cid;
  const isOurs = version === 1 && (code === RAW || code === CBOR) &&
    multihash.code === SHA2_256 && multihash.digest.length === DIGEST_BYTES;
  if (!isOurs) throw wrong("it is for another kind of content");
  return { kind: code === RAW ? "chunk" : "root", digest: new Uint8Array(multihash.digest) };
}

/** Number of chunks of a file. */
function chunkCount(size: number): number {
  return Math.ceil(size / CHUNK_BYTES);
}

/** Bytes of chunk `index` of a file of `size` bytes. */
export function chunkLength(size: number, index: number): number {
  return Math.min(CHUNK_BYTES, size - index * CHUNK_BYTES);
}

/** The root as a block. */
export function encodeRoot({ size, chunks }: FileRoot): Uint8Array<ArrayBuffer> {
  const digests = new Uint8Array(chunks.length * DIGEST_BYTES);
  chunks.forEach((digest, i) => digests.set(digest, i * DIGEST_BYTES));
  return new Uint8Array(encode({ v: ROOT_VERSION, size, digests }));
}

/** The root in a block, or undefined if it is none. Never throws, whatever the bytes are. */
export function decodeRoot(bytes: Uint8Array): FileRoot | undefined {
  try {
    const { v, size, digests } = decode(bytes, {
      strict: true,
      allowIndefinite: false,
      rejectDuplicateMapKeys: true,
    }) as Readonly<Record<string, unknown>>;
    if (v !== ROOT_VERSION || typeof size !== "number" || !(digests instanceof Uint8Array)) {
      return undefined;
    }
    const fits = Number.isInteger(size) && size > CHUNK_BYTES && size <= FILE_BYTES_MAX &&
      digests.length === chunkCount(size) * DIGEST_BYTES;
    if (!fits) return undefined;
    const chunks = Array.from(
      { length: chunkCount(size) },
      (_, i) => digests.slice(i * DIGEST_BYTES, (i + 1) * DIGEST_BYTES) as Uint8Array<ArrayBuffer>,
    );
    // Why: one file has one name.
    return equal(encodeRoot({ size, chunks }), bytes) ? { size, chunks } : undefined;
  } catch {
    return undefined;
  }
}

/** The name of a file whose chunks have these digests, with its root unless it is one chunk. */
export interface NamedFile {
  /** What its CID says. */
  readonly id: FileId;
  /** The block of the root, if there is one. */
  readonly root: Uint8Array<ArrayBuffer> | undefined;
}

/** Names the file of `size` bytes and at least one chunk. */
export function nameFile(file: FileRoot): NamedFile {
  const [digest] = file.chunks;
  if (digest === undefined) throw new RangeError("A file has at least one chunk");
  if (file.chunks.length === 1) return { id: { kind: "chunk", digest }, root: undefined };
  const root = encodeRoot(file);
  return { id: { kind: "root", digest: sha256(root) }, root };
}
