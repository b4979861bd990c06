/** Files with keys. */
import { CredentialError } from "../base/mod.ts";

/**
 * Writes a new file that only its owner may read, and makes its folder when there is none.
 *
 * @throws {CredentialError} if the file exists (it is never overwritten) or cannot be written.
 */
export async function writeSecretFile(path: string, bytes: Uint8Array): Promise<void> {
  const folder = path.replace(/[^/\\]*$/, "");
  try {
    if (folder !== "") await Deno.mkdir(folder, { recursive: true, mode: 0o700 });
    await Deno.writeFile(path, bytes, { createNew: true, mode: 0o600 });
  } catch (cause) {
    if (cause instanceof Deno.errors.AlreadyExists) {
      throw new CredentialError(`Cannot write key "${path}": the file exists`, {
        cause,
        hint: "a key is never overwritten; give another path, or move the old key away",
      });
    }
    throw new CredentialError(`Cannot write key "${path}": ${reasonOf(cause)}`, { cause });
  }
}

/** Why a file cannot be read or written. */
export function reasonOf(cause: unknown): string {
  if (cause instanceof Deno.errors.PermissionDenied) return "permission denied";
  if (cause instanceof Deno.errors.NotCapable) return "no permission for this path";
  if (cause instanceof Deno.errors.IsADirectory) return "it is a folder";
  return cause instanceof Error ? cause.message : "unknown reason";
}
