/** `keygen`: a new identity key in a new file. */
import { generateIdentity, saveIdentity } from "../net/mod.ts";
import type { Context } from "./context.ts";
import type { Settings } from "./options.ts";

/**
 * Writes the key and tells its peer id on stdout.
 *
 * @throws {CredentialError} if the file exists, or cannot be written.
 */
export async function keygen(settings: Settings, { system, observe }: Context): Promise<void> {
  const identity = await generateIdentity();
  await saveIdentity(settings.out, identity);
  observe({ kind: "notice", text: `wrote the key to ${settings.out}` });
  system.stdout.write(`${identity.peerId}\n`);
}
