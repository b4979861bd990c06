/**
 * A certificate for TLS, which needs one. It proves nothing: who is at the other end is proven inside the
 * encrypted connection (tls.ts), so it says nothing about the node either, and holds a key of its own.
 */
import { concat, toBase64 } from "../base/mod.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** Certificate and key as PEM. */
export interface CertificatePair {
  /** X.509 version 3, Ed25519, self-signed, of no name and without end. */
  readonly cert: string;
  /** PKCS #8. */
  readonly key: string;
}

/** Tags of DER: ITU-T X.690. */
const INTEGER = 0x02;
const BIT_STRING = 0x03;
const OBJECT_ID = 0x06;
const UTF8_STRING = 0x0c;
const UTC_TIME = 0x17;
const GENERALIZED_TIME = 0x18;
const SEQUENCE = 0x30;
const SET = 0x31;
const VERSION = 0xa0;
/** Object id 1.3.101.112: Ed25519 (RFC 8410). */
const ED25519 = new Uint8Array([0x2b, 0x65, 0x70]);
/** Object id 2.5.4.3: the common name. */
const COMMON_NAME = new Uint8Array([0x55, 0x04, 0x03]);

function der(tag: number, ...parts: readonly Uint8Array[]): Bytes {
  const body = concat(...parts);
  const { length: n } = body;
  const length = n < 128 ? [n] : n < 256 ? [0x81, n] : [0x82, n >>> 8, n & 255];
  return concat(new Uint8Array([tag, ...length]), body);
}

function text(tag: number, value: string): Bytes {
  return der(tag, new TextEncoder().encode(value));
}

/** A bit string without unused bits. */
function bits(bytes: Uint8Array): Bytes {
  return der(BIT_STRING, new Uint8Array(1), bytes);
}

function pem(label: string, bytes: Uint8Array): string {
  const lines = toBase64(bytes).match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ""].join("\n");
}

/** A new certificate and its key (RFC 5280, RFC 8410). */
export async function makeCertificate(): Promise<CertificatePair> {
  const pair = await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"]);
  if (!("publicKey" in pair)) throw new TypeError("Ed25519 must give a pair of keys");
  const publicKey = new Uint8Array(await crypto.subtle.exportKey("spki", pair.publicKey));
  const algorithm = der(SEQUENCE, der(OBJECT_ID, ED25519));
  const name = der(
    SEQUENCE,
    der(SET, der(SEQUENCE, der(OBJECT_ID, COMMON_NAME), text(UTF8_STRING, "p2p-mpc"))),
  );
  const always = der(
    SEQUENCE,
    text(UTC_TIME, "000101000000Z"),
    text(GENERALIZED_TIME, "99991231235959Z"),
  );
  const signed = der(
    SEQUENCE,
    der(VERSION, der(INTEGER, new Uint8Array([2]))),
    der(INTEGER, new Uint8Array([1])),
    algorithm,
    name,
    always,
    name,
    publicKey,
  );
  const signature = await crypto.subtle.sign("Ed25519", pair.privateKey, signed);
  const cert = der(SEQUENCE, signed, algorithm, bits(new Uint8Array(signature)));
  const key = new Uint8Array(await crypto.subtle.exportKey("pkcs8", pair.privateKey));
  return { cert: pem("CERTIFICATE", cert), key: pem("PRIVATE KEY", key) };
}
