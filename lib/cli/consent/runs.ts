/** When sessions ran under a policy: a file beside it, one line for each, so that repeated questions are counted. */
import { UsageError } from "../../base/mod.ts";
import { messageOf } from "../report.ts";
import type { Policy } from "./policy_file.ts";

/** What a run needs. */
export interface RunLimit {
  /** Path of the policy. */
  readonly path: string;
  /** How often it may be used. */
  readonly limit: NonNullable<Policy["runs"]>;
  /** Milliseconds since 1970. */
  readonly now: number;
}

const HOUR_MS = 3_600_000;

function trouble(path: string, cause: unknown): UsageError {
  return new UsageError(`Cannot use the runs of the policy "${path}": ${messageOf(cause)}`, {
    cause,
    hint: "the file beside the policy counts its sessions; mend it, or remove it to begin anew",
  });
}

function parse(text: string): number[] {
  return text.split("\n").filter((line) => line !== "").map((line) => {
    const time = Date.parse(line);
    if (Number.isNaN(time)) throw new Error("a line is no time");
    return time;
  });
}

/** When sessions ran, in milliseconds since 1970. @throws {UsageError} if the file cannot be used. */
export function readRuns(policy: string): number[] {
  const path = `${policy}.runs`;
  try {
    return parse(Deno.readTextFileSync(path));
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound) return [];
    throw trouble(path, cause);
  }
}

/**
 * Notes that a session runs now, unless the limit is reached; whether it may. The note is on disk before the session goes
 * on, and two processes cannot both take the last run.
 *
 * @throws {UsageError} if the file cannot be used.
 */
export function takeRun({ path: policy, limit, now }: RunLimit): boolean {
  const path = `${policy}.runs`;
  let file: Deno.FsFile | undefined;
  try {
    file = Deno.openSync(path, { create: true, append: true, mode: 0o600 });
    file.lockSync(true);
    const recent = readRuns(policy).filter((at) => now - at < limit.hours * HOUR_MS);
    if (recent.length >= limit.most) return false;
    let rest = new TextEncoder().encode(`${new Date(now).toISOString()}\n`);
    while (rest.length > 0) rest = rest.subarray(file.writeSync(rest));
    file.syncSync();
    return true;
  } catch (cause) {
    throw cause instanceof UsageError ? cause : trouble(path, cause);
  } finally {
    file?.close();
  }
}
