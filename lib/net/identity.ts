/**
 * The key of a node: an Ed25519 key pair whose public half is the peer id. The file holds libp2p's
 * protobuf form, 68 bytes `08 01 12 40 ‖ seed ‖ public key`, which go- and rust-libp2p read too.
 */
import {
  generateKeyPairFromSeed,
  privateKeyFromProtobuf,
  privateKeyToProtobuf,
} from "@libp2p/crypto/keys";
import type { Ed25519PrivateKey } from "@libp2p/interface";
import { peerIdFromPrivateKey, peerIdFromString } from "@libp2p/peer-id";
import { CredentialError, equal, utf8 } from "../base/mod.ts";
import { hmacSha256, type Rng, systemRng } from "../crypto/mod.ts";
import type { Identity, SignatureCheck } from "../session/ports.ts";
import { reasonOf, writeSecretFile } from "./secret_file.ts";

/** Size of a key file. */
const KEY_FILE_BYTES = 68;
/** Size of the secret half of a key: the first bytes of its raw form. */
const SEED_BYTES = 32;
/** Size of an Ed25519 signature. */
const SIGNATURE_BYTES = 64;

/** A key in memory. Printing it shows the peer id only. */
export class KeyIdentity implements Identity {
  readonly peerId: string;
  readonly #key: Ed25519PrivateKey;

  /**
   * Wraps a libp2p key.
   *
   * @internal
   */
  constructor(key: Ed25519PrivateKey) {
    this.#key = key;
    this.peerId = peerIdFromPrivateKey(key).toString();
  }

  /**
   * The libp2p key, for the node itself.
   *
   * @internal
   */
  get privateKey(): Ed25519PrivateKey {
    return this.#key;
  }

  /** The public half of the key, 32 bytes. */
  get publicKey(): Uint8Array {
    return this.#key.publicKey.raw;
  }

  /** A secret of 32 bytes that follows from the key, `label` and `salt`, and tells nothing of the key. */
  secret(label: string, salt: Uint8Array): Uint8Array<ArrayBuffer> {
    // The seed has 256 random bits, and signing uses it under SHA-512 only.
    return hmacSha256(this.#key.raw.subarray(0, SEED_BYTES), utf8(`p2p-mpc ${label}\0`), salt);
  }

  async sign(bytes: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
    return new Uint8Array(await this.#key.sign(bytes));
  }

  async verify(check: SignatureCheck): Promise<boolean> {
    return await verifySignature(check);
  }
}

/** Whether `signature` of `bytes` is by the key of `peer`; no key of one's own is needed. Never throws. */
export async function verifySignature(
  { peer, bytes, signature }: SignatureCheck,
): Promise<boolean> {
  if (signature.length !== SIGNATURE_BYTES) return false;
  try {
    const key = peerIdFromString(peer).publicKey;
    return key?.type === "Ed25519" && await key.verify(bytes, signature);
  } catch {
    return false;
  }
}

/** A new key from `rng`. */
export async function generateIdentity(rng: Rng = systemRng()): Promise<KeyIdentity> {
  const seed = rng.fill(new Uint8Array(32));
  return new KeyIdentity(await generateKeyPairFromSeed("Ed25519", seed));
}

/**
 * The key in the file `path`.
 *
 * @throws {CredentialError} if the file cannot be read, or holds no Ed25519 key.
 */
export async function loadIdentity(path: string): Promise<KeyIdentity> {
  const identity = await loadIfThere(path);
  if (identity !== undefined) return identity;
  throw new CredentialError(`Cannot read key "${path}": there is no such file`, {
    hint: `p2p-mpc keygen --out "${path}" makes one`,
  });
}

/**
 * Writes the key to a new file that only its owner may read, and makes its folder when there is none.
 *
 * @throws {CredentialError} if the file exists (it is never overwritten) or cannot be written.
 */
export async function saveIdentity(path: string, identity: KeyIdentity): Promise<void> {
  await writeSecretFile(path, privateKeyToProtobuf(identity.privateKey));
}

/**
 * The key in the file `path`, or a new one that is written there if there is no such file. Any other
 * trouble with the file is an error: a key is never replaced.
 *
 * @throws {CredentialError} as {@linkcode loadIdentity} and {@linkcode saveIdentity} do.
 */
export async function loadOrCreateIdentity(path: string, rng?: Rng): Promise<KeyIdentity> {
  const found = await loadIfThere(path);
  if (found !== undefined) return found;
  const identity = await generateIdentity(rng);
  await saveIdentity(path, identity);
  return identity;
}

async function loadIfThere(path: string): Promise<KeyIdentity | undefined> {
  let bytes: Uint8Array;
  try {
    bytes = await Deno.readFile(path);
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound) return undefined;
    throw new CredentialError(`Cannot read key "${path}": ${reasonOf(cause)}`, { cause });
  }
  return new KeyIdentity(await decodeKey(path, bytes));
}

async function decodeKey(path: string, bytes: Uint8Array): Promise<Ed25519PrivateKey> {
  const wrong = (cause?: unknown): CredentialError =>
    new CredentialError(`Cannot use key "${path}": it is no Ed25519 key file of libp2p`, {
      cause,
      hint: "such a file has 68 bytes and begins with 08 01 12 40; the file was left as it is",
    });
  if (bytes.length !== KEY_FILE_BYTES) throw wrong();
  try {
    const { type } = privateKeyFromProtobuf(bytes);
    if (type !== "Ed25519") throw wrong();
    // Made again from the seed: the public half in the file must be the one that belongs to it.
    const key = await generateKeyPairFromSeed("Ed25519", bytes.subarray(4, 36));
    if (equal(privateKeyToProtobuf(key), bytes)) return key;
  } catch (cause) {
    throw wrong(cause);
  }
  throw wrong();
}
