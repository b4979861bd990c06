/** HKDF with SHA-256 (RFC 5869), from the platform. */
import { hkdfSync } from "node:crypto";

/** What {@linkcode hkdfSha256} derives from. */
export interface HkdfInit {
  /** The secret. */
  readonly secret: Uint8Array;
  /** Separates uses of the same secret; need not be secret itself. */
  readonly salt: Uint8Array;
  /** Names what the output is for. */
  readonly info: Uint8Array;
  /** Bytes to derive, at most 8160. */
  readonly length: number;
}

/** Derives `length` bytes. */
export function hkdfSha256({ secret, salt, info, length }: HkdfInit): Uint8Array<ArrayBuffer> {
  return new Uint8Array(hkdfSync("sha256", secret, salt, info, length));
}
