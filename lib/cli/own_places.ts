/** Files that a command is told to write: each has a place of its own, and can be written. */
import { basename, dirname, join, resolve } from "node:path";
import { UsageError } from "../base/mod.ts";
import type { NamedFile } from "./named_files.ts";
import { messageOf } from "./report.ts";
import type { System } from "./system.ts";

/** The same text for all names of a file, whether it is there or will be. */
function placeOf(path: string): string {
  try {
    return Deno.realPathSync(path);
  } catch {
    const full = resolve(path);
    return dirname(full) === full ? full : join(placeOf(dirname(full)), basename(full));
  }
}

/** @throws {UsageError} if a file that is written is named twice: one of them would be lost. */
export function requireApart(files: readonly NamedFile[]): void {
  const seen = new Map<string, NamedFile>();
  for (const file of files) {
    const place = placeOf(file.path);
    const other = seen.get(place);
    seen.set(place, file);
    if (other === undefined || !(file.written || other.written)) continue;
    const [lost, kept] = file.written ? [file, other] : [other, file];
    throw new UsageError(`Cannot write "${lost.path}": ${kept.by} names the same file`, {
      hint: `give another path with ${lost.by}`,
    });
  }
}

/**
 * Checks that files can be written where `paths` are, so that nothing is computed in vain.
 *
 * @throws {UsageError} if one cannot.
 */
export async function checkWritable(
  paths: readonly (string | undefined)[],
  system: System,
): Promise<void> {
  for (const path of paths) {
    if (path === undefined) continue;
    try {
      await system.probeFile(path);
    } catch (cause) {
      throw new UsageError(`Cannot write "${path}": ${messageOf(cause)}`, {
        hint:
          "give the path of a file in a folder that exists and that you may write to; a result " +
          "without --output-file goes to standard output, alone with -q",
      });
    }
  }
}
