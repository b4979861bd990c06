/**
 * The keys of each pair of parties: X25519 between keys that are fresh for one session, each signed with
 * the libp2p key of its party together with the session hash, and HKDF-SHA256 over the shared secret.
 *
 * Security: the signature binds a key to the party, its peer id and the signed description of the
 * session; the derivation binds the secrets to both keys and parties. Once the session is over and the
 * secrets are wiped nobody can read what was recorded.
 */
import { x25519 } from "@noble/curves/ed25519.js";
import { concat, ProtocolError, utf8 } from "../base/mod.ts";
import { hkdfSha256 } from "../crypto/mod.ts";
import type { Identity } from "../session/ports.ts";
import { Opener, Sealer } from "./pair_cipher.ts";

/** Bytes of a key. */
const KEY_BYTES = 32;
/** Bytes of the body of a `key` packet: the key and an Ed25519 signature. */
export const KEY_BODY_BYTES = KEY_BYTES + 64;

/** What a signature of a key is about. */
interface KeyClaim {
  /** Session hash, 32 bytes. */
  readonly sid: Uint8Array;
  /** Number of the party. */
  readonly party: number;
  /** X25519 public key. */
  readonly key: Uint8Array;
}

function u16(value: number): Uint8Array {
  return new Uint8Array([value >>> 8, value & 255]);
}

function signedKeyBytes({ sid, party, key }: KeyClaim): Uint8Array<ArrayBuffer> {
  return concat(utf8("p2p-mpc pair key v1\0"), sid, u16(party), key);
}

/** The body of the own `key` packet. */
export async function signKey(
  identity: Identity,
  claim: KeyClaim,
): Promise<Uint8Array<ArrayBuffer>> {
  return concat(claim.key, await identity.sign(signedKeyBytes(claim)));
}

/** Whose key is checked. */
export interface KeyCheck {
  /** Session hash, 32 bytes. */
  readonly sid: Uint8Array;
  /** Number of the party. */
  readonly party: number;
  /** Peer id of the party. */
  readonly peer: string;
  /** Body of its `key` packet. */
  readonly body: Uint8Array;
}

/** The key in the body of a `key` packet, or undefined unless that party signed it for this session. */
export async function checkKey(
  identity: Identity,
  { sid, party, peer, body }: KeyCheck,
): Promise<Uint8Array | undefined> {
  if (body.length !== KEY_BODY_BYTES) return undefined;
  const key = body.slice(0, KEY_BYTES);
  const signature = body.slice(KEY_BYTES);
  const bytes = signedKeyBytes({ sid, party, key });
  return await identity.verify({ peer, bytes, signature }) ? key : undefined;
}

/** A party of a pair. */
export interface PairEnd {
  /** Number of the party. */
  readonly party: number;
  /** X25519 public key. */
  readonly key: Uint8Array;
}

/** What {@linkcode pairCiphers} derives from. */
export interface PairInit {
  /** Session hash, 32 bytes. */
  readonly sid: Uint8Array;
  /** 8 bytes that name the session in packets. */
  readonly tag: Uint8Array;
  /** Own X25519 secret key. */
  readonly secret: Uint8Array;
  /** This party. */
  readonly own: PairEnd;
  /** The other party. */
  readonly other: PairEnd;
}

/** The ciphers of one end of a pair. */
export interface PairCiphers {
  /** Seals data for the other party. */
  readonly sealData: Sealer;
  /** Seals acknowledgements for the other party. */
  readonly sealControl: Sealer;
  /** Opens data of the other party. */
  readonly openData: Opener;
  /** Opens acknowledgements of the other party. */
  readonly openControl: Opener;
}

/**
 * The ciphers of this end.
 *
 * @throws {ProtocolError} if the other key is one with which there is no secret.
 */
export function pairCiphers({ sid, tag, secret, own, other }: PairInit): PairCiphers {
  let shared: Uint8Array;
  try {
    shared = x25519.getSharedSecret(secret, other.key);
  } catch (cause) {
    throw new ProtocolError(`Cannot agree on a key with party ${other.party}: its key is no good`, {
      cause,
    });
  }
  const [low, high] = own.party < other.party ? [own, other] : [other, own];
  const info = concat(
    utf8("p2p-mpc pair v1\0"),
    ...[low, high].flatMap(({ party, key }) => [u16(party), key]),
  );
  const keys = hkdfSha256({ secret: shared, salt: sid, info, length: 4 * KEY_BYTES });
  shared.fill(0);
  const part = (index: number): Uint8Array =>
    keys.slice(index * KEY_BYTES, (index + 1) * KEY_BYTES);
  const [send, receive] = own === low ? [0, 2] : [2, 0];
  const start = { tag, from: own.party, to: other.party };
  const ciphers = {
    sealData: new Sealer(part(send), { ...start, kind: "data" }),
    sealControl: new Sealer(part(send + 1), { ...start, kind: "control" }),
    openData: new Opener(part(receive)),
    openControl: new Opener(part(receive + 1)),
  };
  keys.fill(0);
  return ciphers;
}

/** A key pair for one session. */
export interface SessionKey {
  /** X25519 secret key. */
  readonly secret: Uint8Array;
  /** X25519 public key. */
  readonly key: Uint8Array;
}

/** The key pair of 32 random bytes. */
export function sessionKey(secret: Uint8Array): SessionKey {
  return { secret, key: x25519.getPublicKey(secret) };
}
