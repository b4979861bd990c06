/** What was to stand on standard output and could not be written there. */
import { UsageError } from "../base/mod.ts";
import type { System } from "./system.ts";

/**
 * Goes on if all of standard output was written.
 *
 * @param what what was written last, such as `the ticket`.
 * @throws {UsageError} if something of it was lost.
 */
export function requireWritten({ stdout }: Pick<System, "stdout">, what?: string): void {
  const lost = stdout.lost();
  if (lost === undefined) return;
  const place = `${what === undefined ? "" : `${what} `}to standard output`;
  throw new UsageError(`Cannot write ${place}: ${lost}`, {
    hint: "let something read standard output to its end, and let it go where there is room",
  });
}
