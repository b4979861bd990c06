/** Errors as the user reads them: what failed, why, and what to do next. */
import { exitCodeOf, MpcError } from "../base/mod.ts";
import { sanitizeLines } from "../observability/mod.ts";
import { PROGRAM_NAME } from "./commands.ts";

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

/** The next step after an error that does not name one, by exit code. A signal needs none. */
const USUAL_HINTS: Readonly<Record<number, string>> = {
  1: "run it again with --debug and add the stack trace to the report",
  2: `${PROGRAM_NAME} <command> --help shows what may stand there`,
  3: `mend what is named; \`${PROGRAM_NAME} check\` looks at a program without other parties`,
  4: `see that the others run and can be reached; \`${PROGRAM_NAME} doctor\` looks at this end`,
  5: "settle it with the others, then start again with a new ticket",
  6: `a party cheats, or has another version: compare \`${PROGRAM_NAME} version\` before you try again`,
  7: "try again; a session begins anew, with a new ticket",
  8: `give another file, or the whole ticket again; \`${PROGRAM_NAME} keygen\` makes a key`,
  9: "make it smaller, or raise the limit that is named, where an option does",
  10: "look at what the line that is named demands of the inputs",
};

/** The next step after `error`; undefined if there is none. */
export function hintOf(error: unknown): string | undefined {
  return (error instanceof MpcError ? error.hint : undefined) ?? USUAL_HINTS[exitCodeOf(error)];
}

/** The origins, but for what the message of an error says already. */
function causes(error: unknown): string[] {
  const texts: string[] = [];
  let said = messageOf(error);
  let cause = error instanceof Error ? error.cause : undefined;
  for (let depth = 0; cause !== undefined && depth < CAUSES_MAX; depth++) {
    const text = messageOf(cause);
    if (!said.endsWith(text)) texts.push(text);
    said = text;
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
  const hint = hintOf(error);
  if (hint !== undefined && (known || !debug)) line("hint", hint);
  if (debug && error instanceof Error && error.stack !== undefined) line("stack", error.stack);
  return exitCodeOf(error);
}

/** The error on one line, for a log: message, origins and hint. */
export function errorLine(error: unknown): string {
  const hint = hintOf(error);
  const next = hint === undefined ? [] : [`hint: ${hint}`];
  return [messageOf(error), ...causes(error).map((text) => `cause: ${text}`), ...next].join("; ");
}
