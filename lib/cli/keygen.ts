/** `keygen`: a new identity key, or the key of a private network, in a new file. */
import { generateIdentity, generateNetworkKey, saveIdentity, saveNetworkKey } from "../net/mod.ts";
import type { Context } from "./context.ts";
import type { Settings } from "./options.ts";

/** Where a key is when no flag names its file. */
export const DEFAULT_KEY_FILE = "keys/node.key";
const DEFAULT_NETWORK_FILE = "keys/network.psk";

/**
 * Writes the key and, for an identity, tells its peer id on stdout.
 *
 * @throws {CredentialError} if the file exists, or cannot be written.
 */
export async function keygen(settings: Settings, { system, observe }: Context): Promise<void> {
  if (settings.psk) {
    const file = settings.out ?? DEFAULT_NETWORK_FILE;
    await saveNetworkKey(file, generateNetworkKey());
    return observe({ kind: "notice", text: `wrote the network's key to ${file}` });
  }
  const file = settings.out ?? DEFAULT_KEY_FILE;
  const identity = await generateIdentity();
  await saveIdentity(file, identity);
  observe({ kind: "notice", text: `wrote the key to ${file}` });
  system.stdout.write(`${identity.peerId}\n`);
}
