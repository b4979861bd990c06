/** `new` and `join`: one party of a computation. */
import type { ComputeConfig } from "./config.ts";
import type { Context } from "./context.ts";

/** Creates a session, writes its ticket to stdout, computes, and writes the result to stdout. */
export function computeNew(_config: ComputeConfig, _context: Context): Promise<void> {
  return Promise.reject(new Error("Cannot compute: this build has no engine"));
}

/** Joins the session of `ticket`, computes, and writes the result to stdout. */
export function computeJoin(
  _config: ComputeConfig,
  _ticket: string,
  _context: Context,
): Promise<void> {
  return Promise.reject(new Error("Cannot compute: this build has no engine"));
}
