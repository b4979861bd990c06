/**
 * The file that holds a party's stock, as bytes; lib/cli keeps it on disk.
 *
 *     "p2p-mpc stock 1\n" (16) ‖ state (1) ‖ u32 |header| ‖ header ‖ segment 0 ‖ segment 1 …
 *     header   sid (32) ‖ key salt (32) ‖ u32 of self, parties, evaluator, k, chunk, AND gates, input bits ‖
 *              text engine ‖ text peer id of each party; a text is u32 |text| ‖ UTF-8
 *     segment  nonce (24) ‖ XChaCha20-Poly1305 of the plain bytes ‖ tag (16)
 *     plain    segment 0: Δ (16) ‖ salt (16) ‖ input masks; segment 1 + c: λ_γ, x, y, z of batch c
 *     shares   for each other party, ascending: MACs, keys; then the bits, packed, filled up to a multiple of 16 bytes
 *
 * Each segment is bound to its number and to the SHA-256 of magic and header, so that no two can be exchanged, and no
 * header put before other segments. All lengths follow from the header. The state is the one byte that changes: it is no
 * secret and not authenticated, since whoever can write the file can keep a copy of it as well.
 */
import { xchacha20poly1305 } from "@noble/ciphers/chacha.js";
import { bitBytes, concat, equal, utf8 } from "../base/mod.ts";
import { BLOCK_BYTES, HASH_BYTES, type Rng, SALT_BYTES, sha256, u32 } from "../crypto/mod.ts";
import { CHUNK_BITS, PARTIES_MAX } from "./party.ts";
import type { Message as Bytes } from "./exchange.ts";
import type { StockBeginning } from "./preprocess.ts";
import type { Shares } from "./shares.ts";
import type { StockTerms } from "./stock.ts";
import type { Triples } from "./triples.ts";

/** What stands unencrypted at the head of the file. Nothing of it is secret. */
export interface StockHeader extends StockTerms {
  /** Number of the party whose stock it is. */
  readonly self: number;
  /** Version of p2p-mpc that made it. */
  readonly engine: string;
  /** Peer ids by party number. */
  readonly roster: readonly string[];
  /** 32 random bytes from which, with a secret of the party, the file's key is derived. */
  readonly keySalt: Bytes;
}

/** The states of a file, as the byte that stands for each. */
export const STOCK_STATE = {
  /** It is being written; a file that stays so was never finished. */
  PARTIAL: 0x70,
  /** It may be used, once. */
  READY: 0x72,
  /** It was used. */
  USED: 0x75,
} as const;

/** Where the state stands. */
export const STATE_AT = 16;
/** Bytes before the header: magic, state and the header's length. */
export const STOCK_PREFIX_BYTES = 21;
/** Most bytes of a header. */
export const STOCK_HEADER_BYTES_MAX = 16_384;
/** Bytes of the key of a file. */
export const STOCK_KEY_BYTES = 32;

const MAGIC = utf8("p2p-mpc stock 1\n");
const NONCE_BYTES = 24;
const TAG_BYTES = 16;
const TEXT_BYTES_MAX = 256;
/** Most batches: a bound on what a foreign header can ask for. */
const BATCHES_MAX = 65_536;

/** Bytes of a segment beside its plain ones. */
const SEAL_BYTES = NONCE_BYTES + TAG_BYTES;

function headerBytes(header: StockHeader): Bytes {
  const { self, parties, evaluator, k, chunk, ands, inputs } = header;
  const numbers = [self, parties, evaluator, k, chunk, ands, inputs].map(u32);
  const texts = [header.engine, ...header.roster].map(utf8);
  const framed = texts.flatMap((text) => [u32(text.length), text]);
  return concat(header.sid, header.keySalt, ...numbers, ...framed);
}

/** The file up to its first segment, in state `PARTIAL`. */
export function encodeStockHead(header: StockHeader): Bytes {
  const bytes = headerBytes(header);
  return concat(MAGIC, Uint8Array.of(STOCK_STATE.PARTIAL), u32(bytes.length), bytes);
}

/** What the first {@linkcode STOCK_PREFIX_BYTES} of a file say, or undefined if it is no stock. */
export function decodeStockPrefix(
  bytes: Uint8Array,
): { readonly state: number; readonly headerBytes: number } | undefined {
  if (bytes.length !== STOCK_PREFIX_BYTES || !equal(bytes.subarray(0, STATE_AT), MAGIC)) return;
  const state = bytes[STATE_AT] as number;
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(STATE_AT + 1, true);
  const known = Object.values(STOCK_STATE).some((value) => value === state);
  return known && length <= STOCK_HEADER_BYTES_MAX ? { state, headerBytes: length } : undefined;
}

/** The header that `bytes` are, or undefined if they are none. Never throws. */
export function decodeStockHeader(bytes: Bytes): StockHeader | undefined {
  const reader = new Reader(bytes);
  const [sid, keySalt] = [reader.take(HASH_BYTES), reader.take(HASH_BYTES)];
  const [self, parties, evaluator, k, chunk, ands, inputs] = reader.numbers(7);
  if (self === undefined || parties === undefined || evaluator === undefined) return undefined;
  if (k === undefined || chunk === undefined || ands === undefined || inputs === undefined) return;
  const seats = parties >= 2 && parties <= PARTIES_MAX && self < parties && evaluator < parties;
  if (!seats || !CHUNK_BITS.includes(k) || chunk === 0 || ands + inputs === 0) return undefined;
  if (ands > chunk * BATCHES_MAX) return undefined;
  const engine = reader.text();
  const roster = Array.from({ length: parties }, () => reader.text());
  if (reader.failed || !reader.atEnd) return undefined;
  return { sid, keySalt, self, parties, evaluator, k, chunk, ands, inputs, engine, roster };
}

/** Reads from the front; after bytes that are missing or malformed it gives what is ignored. */
class Reader {
  readonly #bytes: Bytes;
  #at = 0;
  failed = false;

  constructor(bytes: Bytes) {
    this.#bytes = bytes;
  }

  get atEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  take(count: number): Bytes {
    const part = this.#bytes.slice(this.#at, this.#at + count);
    if (part.length !== count) this.failed = true;
    this.#at += part.length;
    return part;
  }

  /** `count` numbers, or none. */
  numbers(count: number): number[] {
    const bytes = this.take(4 * count);
    if (this.failed) return [];
    const view = new DataView(bytes.buffer);
    return Array.from({ length: count }, (_, i) => view.getUint32(4 * i, true));
  }

  text(): string {
    const [length = 0] = this.numbers(1);
    if (length > TEXT_BYTES_MAX) this.failed = true;
    const bytes = this.failed ? new Uint8Array(0) : this.take(length);
    try {
      return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch {
      this.failed = true;
      return "";
    }
  }
}

function sharesBytes(count: number, parties: number): number {
  return 2 * BLOCK_BYTES * (parties - 1) * count + bitsBytes(count);
}

/** Bytes of packed bits, filled up so that the next block stands aligned. */
function bitsBytes(count: number): number {
  return BLOCK_BYTES * Math.ceil(bitBytes(count) / BLOCK_BYTES);
}

/** AND gates of batch `number`. */
function batchGates({ ands, chunk }: StockTerms, number: number): number {
  return Math.min(chunk, ands - number * chunk);
}

/** Bytes of each segment as it stands in the file, in order. */
export function segmentSizes(terms: StockTerms): number[] {
  const { ands, chunk, inputs, parties } = terms;
  const batches = Array.from({ length: Math.ceil(ands / chunk) }, (_, number) => {
    return 4 * sharesBytes(batchGates(terms, number), parties);
  });
  const first = BLOCK_BYTES + SALT_BYTES + sharesBytes(inputs, parties);
  return [first, ...batches].map((plain) => plain + SEAL_BYTES);
}

/** Encrypts and decrypts the segments of one file. */
export class StockSeal {
  readonly #key: Uint8Array;
  readonly #head: Bytes;

  /** For the file of `header` under its key, 32 bytes, which is not copied. */
  constructor(header: StockHeader, key: Uint8Array) {
    if (key.length !== STOCK_KEY_BYTES) throw new RangeError("Cannot seal: the key is too short");
    this.#key = key;
    this.#head = sha256(MAGIC, headerBytes(header));
  }

  /** Segment `number` with a random nonce. Wipes `plain`. */
  seal(number: number, plain: Bytes, rng: Rng): Bytes {
    const nonce = rng.fill(new Uint8Array(NONCE_BYTES));
    const sealed = this.#cipher(nonce, number).encrypt(plain);
    plain.fill(0);
    return concat(nonce, sealed);
  }

  /** The plain bytes of segment `number`, or undefined if it is not what was sealed under this key. */
  open(number: number, segment: Bytes): Bytes | undefined {
    if (segment.length < SEAL_BYTES) return undefined;
    const nonce = segment.subarray(0, NONCE_BYTES);
    try {
      const plain = this.#cipher(nonce, number).decrypt(segment.subarray(NONCE_BYTES));
      return plain.byteOffset % BLOCK_BYTES === 0 ? plain as Bytes : plain.slice();
    } catch {
      return undefined;
    }
  }

  #cipher(nonce: Bytes, number: number): ReturnType<typeof xchacha20poly1305> {
    return xchacha20poly1305(this.#key, nonce, concat(this.#head, u32(number)));
  }
}

/** The plain bytes of segment 0. */
export function encodeBeginning({ delta, salt, inputs }: StockBeginning): Bytes {
  return concat(delta, salt, ...partsOf(inputs));
}

/** The inverse of {@linkcode encodeBeginning}; of bytes with another length RangeError. */
export function decodeBeginning(header: StockHeader, bytes: Bytes): StockBeginning {
  const at = BLOCK_BYTES + SALT_BYTES;
  const [inputs] = decodeShares(header, bytes.subarray(at), [header.inputs]);
  return {
    delta: bytes.slice(0, BLOCK_BYTES),
    salt: bytes.slice(BLOCK_BYTES, at),
    inputs: inputs as Shares,
  };
}

/** The plain bytes of the segment of a batch. */
export function encodeTriples({ gamma, x, y, z }: Triples): Bytes {
  return concat(...[gamma, x, y, z].flatMap(partsOf));
}

/** The inverse of {@linkcode encodeTriples} for batch `number`; of bytes with another length RangeError. */
export function decodeTriples(header: StockHeader, number: number, bytes: Bytes): Triples {
  const gates = batchGates(header, number);
  const [gamma, x, y, z] = decodeShares(header, bytes, [gates, gates, gates, gates]);
  return { gamma: gamma as Shares, x: x as Shares, y: y as Shares, z: z as Shares };
}

/** What stands for shares, in order, as views. */
function partsOf({ count, bits, macs, keys }: Shares): Uint8Array[] {
  const blocks = macs.flatMap((part, j) => [part, keys[j] as Bytes]);
  const own = bits.subarray(0, bitBytes(count));
  const padding = new Uint8Array(bitsBytes(count) - own.length);
  return [...blocks.map((part) => part.subarray(0, BLOCK_BYTES * count)), own, padding];
}

/** Shares with `counts`, one after the other, as views. */
function decodeShares(
  { self, parties }: StockHeader,
  bytes: Bytes,
  counts: readonly number[],
): Shares[] {
  const needed = counts.reduce((sum, count) => sum + sharesBytes(count, parties), 0);
  if (bytes.length !== needed) throw new RangeError("Cannot read shares: the length is wrong");
  let at = 0;
  const next = (length: number): Bytes => bytes.subarray(at, at += length);
  return counts.map((count): Shares => {
    const macs: Bytes[] = [];
    const keys: Bytes[] = [];
    for (let j = 0; j < parties; j++) {
      const length = j === self ? 0 : BLOCK_BYTES * count;
      macs.push(next(length));
      keys.push(next(length));
    }
    return { count, bits: next(bitsBytes(count)).subarray(0, bitBytes(count)), macs, keys };
  });
}
