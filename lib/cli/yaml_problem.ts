/** Why a text is no YAML that we read. */
import { messageOf } from "./report.ts";

/** The reason for an error of the parser, on one line. */
export function yamlProblem(error: unknown): string {
  const [text = ""] = messageOf(error).split("\n");
  // Why: the parser is recursive, and the stack is its only bound.
  return text.startsWith("Maximum call stack") ? "it is nested too deeply" : text;
}
