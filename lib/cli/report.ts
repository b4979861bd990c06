/** Errors as the user reads them: what failed, why, and what to do next. */
import { MpcError } from "../base/mod.ts";
import { sanitizeLines } from "../observability/mod.ts";

/** How much of an error is shown. */
export interface ReportOptions {
  /** Takes the text. */
  readonly write: (text: string) => void;
  /** Show the stack trace. */
  readonly debug: boolean;
}

/** Deepest origin that is told. */
const CAUSES_MAX = 3;
const INDENT = "  ";

function causes(error: unknown): string[] {
  const texts: string[] = [];
  let cause = error instanceof Error ? error.cause : undefined;
  while (cause !== undefined && texts.length < CAUSES_MAX) {
    texts.push(messageOf(cause));
    cause = cause instanceof Error ? cause.cause : undefined;
  }
  return texts;
}

/** The message of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/**
 * Tells `error` as `error: …`, `cause: …` and `hint: …`, and returns the exit code of its class. Lines after
 * the first of each are indented, so that text from a peer cannot pass for a hint of ours.
 */
export function report(error: unknown, { write, debug }: ReportOptions): number {
  const known = error instanceof MpcError;
  const line = (label: string, text: string): void => {
    write(`${label}: ${sanitizeLines(text, INDENT)}\n`);
  };
  line("error", known ? error.message : `unexpected: ${messageOf(error)}; please report this`);
  for (const cause of causes(error)) line("cause", cause);
  if (known && error.hint !== undefined) line("hint", error.hint);
  if (!known && !debug) {
    line("hint", "run it again with --debug and add the stack trace to the report");
  }
  if (debug && error instanceof Error && error.stack !== undefined) line("stack", error.stack);
  return exitCodeOf(error);
}

/** The exit code of the error's class; 1 for what is none of ours. */
export function exitCodeOf(error: unknown): number {
  return error instanceof MpcError ? error.exitCode : 1;
}

/** The error on one line, for a log: message, origins and hint. */
export function errorLine(error: unknown): string {
  const hint = error instanceof MpcError && error.hint !== undefined ? [`hint: ${error.hint}`] : [];
  return [messageOf(error), ...causes(error).map((text) => `cause: ${text}`), ...hint].join("; ");
}
