/** `id`: who a key makes you. */
import { toHex } from "../base/mod.ts";
import { loadIdentity } from "../net/mod.ts";
import type { Context } from "./context.ts";
import { writeJson } from "./json.ts";
import { DEFAULT_KEY_FILE } from "./keygen.ts";
import type { Settings } from "./options.ts";

/**
 * Writes the peer id of a key file.
 *
 * @throws {CredentialError} if there is no such file, or it holds no key.
 */
export async function showId(
  { identityKeyPath: path = DEFAULT_KEY_FILE, json }: Settings,
  context: Context,
): Promise<void> {
  const { peerId, publicKey } = await loadIdentity(path);
  if (json) return writeJson(context, { v: 1, peer: peerId, public_key: toHex(publicKey), path });
  context.system.stdout.write(`${peerId}\n`);
}
