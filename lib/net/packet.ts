/**
 * Packets: what the parties of one session publish on its gossip topic.
 *
 * ```text
 * 0        1     2        10      12      14        22
 * version  kind  tag      from    to      counter   body
 * u8       u8    8 bytes  u16 BE  u16 BE  u64 BE
 * ```
 *
 * A `key` packet is for all (`to` is 0xffff, the counter 0); its body is an X25519 key and the signature
 * of its author. The body of `data` and `control` is ChaCha20-Poly1305 under a key of this direction
 * and kind, with the counter as nonce and the 22 bytes before it as associated data.
 */

/** Version of this layout. */
const PACKET_VERSION = 1;
/** Bytes before the body. */
export const PACKET_HEADER_BYTES = 22;
/** Bytes that a packet has beside what it carries: header and authentication tag. */
export const PACKET_OVERHEAD_BYTES = PACKET_HEADER_BYTES + 16;
/** Bytes of the tag that names the session. */
export const PACKET_TAG_BYTES = 8;
/** Recipient of a packet for all. */
export const TO_ALL = 0xffff;

/** What a packet is for. */
export type PacketKind = "key" | "data" | "control";

/** Kinds in the order of their numbers on the wire, from 1 on. */
const KINDS: readonly PacketKind[] = ["key", "data", "control"];

/** What stands before the body. */
export interface PacketHeader {
  /** Tells the kinds apart. */
  readonly kind: PacketKind;
  /** 8 bytes that name the session. */
  readonly tag: Uint8Array;
  /** Number of the party that sends. */
  readonly from: number;
  /** Number of the party that it is for, or {@linkcode TO_ALL}. */
  readonly to: number;
  /** Counts the packets of one kind and direction from 0. */
  readonly counter: number;
}

/** A packet. */
export interface Packet extends PacketHeader {
  /** The 22 bytes of the header, as they were received. */
  readonly head: Uint8Array;
  /** The bytes after the header. */
  readonly body: Uint8Array;
}

/** The 22 bytes of a header. */
export function encodePacketHeader(header: PacketHeader): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(PACKET_HEADER_BYTES);
  const view = new DataView(out.buffer);
  out[0] = PACKET_VERSION;
  out[1] = KINDS.indexOf(header.kind) + 1;
  out.set(header.tag, 2);
  view.setUint16(10, header.from);
  view.setUint16(12, header.to);
  view.setBigUint64(14, BigInt(header.counter));
  return out;
}

/** Reads a packet without copying its body, or returns undefined if the bytes are none. Never throws. */
export function decodePacket(bytes: Uint8Array): Packet | undefined {
  if (bytes.length < PACKET_HEADER_BYTES || bytes[0] !== PACKET_VERSION) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const kind = KINDS[(bytes[1] ?? 0) - 1];
  const counter = Number(view.getBigUint64(14));
  if (kind === undefined || !Number.isSafeInteger(counter)) return undefined;
  return {
    kind,
    tag: bytes.subarray(2, 2 + PACKET_TAG_BYTES),
    from: view.getUint16(10),
    to: view.getUint16(12),
    counter,
    head: bytes.subarray(0, PACKET_HEADER_BYTES),
    body: bytes.subarray(PACKET_HEADER_BYTES),
  };
}
