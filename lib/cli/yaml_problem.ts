/** Why a text is no YAML that we read. */
import { messageOf } from "./report.ts";

/** The reason for an error of the parser, on one line. */
export function yamlProblem(error: unknown): string {
  // Why: the parser is recursive, and the engine's stack is its only bound.
  if (error instanceof RangeError) return "it is nested too deeply";
  return messageOf(error).split("\n")[0] ?? "";
}
