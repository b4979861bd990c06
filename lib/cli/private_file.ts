/** Files that only their owner may read, and that are never half written. */

/**
 * Writes `text` to `path` as a whole: into a new file beside it, which then takes its place.
 * Rejects as `Deno.writeTextFile` and `Deno.rename` do.
 */
export async function writePrivateFile(path: string, text: string): Promise<void> {
  const partial = `${path}.${crypto.randomUUID()}`;
  try {
    await Deno.writeTextFile(partial, text, { createNew: true, mode: 0o600 });
    await Deno.rename(partial, path);
  } catch (error) {
    await Deno.remove(partial).catch(() => {});
    throw error;
  }
}

/** Rejects if no file can be written beside `path`, or a folder is there; leaves nothing behind. */
export async function probePrivateFile(path: string): Promise<void> {
  const there = await Deno.stat(path).catch(() => undefined);
  if (there?.isDirectory) throw new Deno.errors.IsADirectory("it is a folder");
  const partial = `${path}.${crypto.randomUUID()}`;
  await Deno.writeTextFile(partial, "", { createNew: true, mode: 0o600 });
  await Deno.remove(partial);
}

/** Whether others than the owner may read or write a file. Windows has no such modes. */
export function isOpen({ mode }: Pick<Deno.FileInfo, "mode">): boolean {
  return Deno.build.os !== "windows" && mode !== null && (mode & 0o077) !== 0;
}
