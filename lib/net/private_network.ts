/**
 * The key of a private network: a text file of three lines, `/key/swarm/psk/1.0.0/`, `/base16/` and 64
 * hexadecimal digits, as other libp2p implementations read and write it. Who has another key, or none,
 * cannot even begin to talk to a node.
 */
import { CredentialError, toHex, utf8 } from "../base/mod.ts";
import { type Rng, systemRng } from "../crypto/mod.ts";
import { reasonOf, writeSecretFile } from "./secret_file.ts";

const FORM = /^\/key\/swarm\/psk\/1\.0\.0\/\r?\n\/base16\/\r?\n([0-9a-fA-F]{64})\s*$/;
/** Larger files are not read as keys. */
const FILE_LENGTH_MAX = 256;

/** A key of a private network. Printing it shows nothing. */
export class NetworkKey {
  readonly #digits: string;

  /** The key of 64 hexadecimal digits. */
  constructor(digits: string) {
    this.#digits = digits.toLowerCase();
  }

  /** The bytes of its file. */
  encode(): Uint8Array<ArrayBuffer> {
    return utf8(`/key/swarm/psk/1.0.0/\n/base16/\n${this.#digits}\n`);
  }
}

/** A new key from `rng`. */
export function generateNetworkKey(rng: Rng = systemRng()): NetworkKey {
  return new NetworkKey(toHex(rng.fill(new Uint8Array(32))));
}

/**
 * The key in the file `path`.
 *
 * @throws {CredentialError} if the file cannot be read, or holds no such key.
 */
export async function loadNetworkKey(path: string): Promise<NetworkKey> {
  let text: string;
  try {
    text = await Deno.readTextFile(path);
  } catch (cause) {
    const reason = cause instanceof Deno.errors.NotFound
      ? "there is no such file"
      : reasonOf(cause);
    throw new CredentialError(`Cannot read the network's key "${path}": ${reason}`, {
      cause,
      hint: `p2p-mpc keygen --psk --out "${path}" makes one, which all nodes need`,
    });
  }
  const digits = text.length <= FILE_LENGTH_MAX ? FORM.exec(text)?.[1] : undefined;
  if (digits !== undefined) return new NetworkKey(digits);
  throw new CredentialError(`Cannot use the network's key "${path}": it is no pre-shared key`, {
    hint: "such a file has three lines: /key/swarm/psk/1.0.0/, /base16/ and 64 hexadecimal digits",
  });
}

/**
 * Writes the key to a new file that only its owner may read.
 *
 * @throws {CredentialError} if the file exists, or cannot be written.
 */
export async function saveNetworkKey(path: string, key: NetworkKey): Promise<void> {
  await writeSecretFile(path, key.encode());
}
