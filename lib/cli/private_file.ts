/** Files that are never half written, some of which only their owner may read. */

/** Names of what a process has open; what is there may be anything, and is none of ours to replace. */
const OPEN_FILES = /^\/(dev\/(std(in|out|err)$|fd\/)|proc\/)/;

/**
 * The file that is written at `path`: `path` itself, or where a link that is there leads. Throws as Deno does, and if
 * something else than a file is there: a device would be replaced, and a pipe might never take anything.
 */
export function writablePath(path: string): string {
  try {
    Deno.lstatSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return path;
    throw error;
  }
  const { isFile, isDirectory } = Deno.statSync(path);
  if (isDirectory) throw new Deno.errors.IsADirectory("it is a folder");
  if (!isFile || OPEN_FILES.test(path)) {
    throw new Deno.errors.NotSupported("it is no regular file");
  }
  return Deno.realPathSync(path);
}

/**
 * Writes `pieces` to `path` as a whole: into a new file beside it, which then takes its place; a link stays, and its target is
 * written. Without a mode the file is open as the system wants it. Rejects as Deno does.
 */
export async function writeWholeFile(
  path: string,
  pieces: Iterable<string>,
  options: Pick<Deno.WriteFileOptions, "mode"> = {},
): Promise<void> {
  const place = writablePath(path);
  const partial = `${place}.${crypto.randomUUID()}`;
  try {
    const text = ReadableStream.from(pieces);
    await Deno.writeTextFile(partial, text, { ...options, createNew: true });
    await Deno.rename(partial, place);
  } catch (error) {
    await Deno.remove(partial).catch(() => {});
    throw error;
  }
}

/** Writes a file that only its owner may read, as {@linkcode writeWholeFile}. */
export async function writePrivateFile(path: string, text: string): Promise<void> {
  await writeWholeFile(path, [text], { mode: 0o600 });
}

/** Rejects if no file can be written at `path`; leaves nothing behind. */
export async function probeFile(path: string): Promise<void> {
  const partial = `${writablePath(path)}.${crypto.randomUUID()}`;
  await Deno.writeTextFile(partial, "", { createNew: true, mode: 0o600 });
  await Deno.remove(partial);
}

/** Whether others than the owner may read or write a file. Windows has no such modes. */
export function isOpen({ mode }: Pick<Deno.FileInfo, "mode">): boolean {
  return Deno.build.os !== "windows" && mode !== null && (mode & 0o077) !== 0;
}
