/** `keygen`: a new identity key in a new file. */
import { generateIdentity, saveIdentity } from "../net/mod.ts";
import type { Context } from "./context.ts";
import type { Settings } from "./options.ts";

const DEFAULT_FILE = "keys/node.key";

/**
 * Writes the key and tells its peer id on stdout.
 *
 * @throws {CredentialError} if the file exists, or cannot be written.
 */
export async function keygen(settings: Settings, { system, observe }: Context): Promise<void> {
  const file = settings.out ?? DEFAULT_FILE;
  const identity = await generateIdentity();
  await saveIdentity(file, identity);
  observe({ kind: "notice", text: `wrote the key to ${file}` });
  system.stdout.write(`${identity.peerId}\n`);
}
