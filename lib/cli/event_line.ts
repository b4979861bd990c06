/** The form of one event for scripts, and the event that ends a command. It loads nothing else of a command. */
import { exitCodeOf } from "../base/mod.ts";
import type { Redactor } from "../observability/mod.ts";
import { hintOf, messageOf } from "./report.ts";

/** Version of the form; a field or an event that is added does not change it. */
const VERSION = 1;

/** An event as the text of a JSON object; `nowMs`: milliseconds since 1970. */
export function eventText(
  event: string,
  facts: Readonly<Record<string, unknown>>,
  nowMs: number,
): string {
  return JSON.stringify({ v: VERSION, ts: new Date(nowMs).toISOString(), event, ...facts });
}

/** What the event "error" tells. Security: an error may quote what the user gave, which stays hidden here, too. */
export function errorFacts(error: unknown, redactor: Redactor): Readonly<Record<string, unknown>> {
  const hint = hintOf(error);
  const facts = { message: redactor.redact(messageOf(error)), exit_code: exitCodeOf(error) };
  return hint === undefined ? facts : { ...facts, hint: redactor.redact(hint) };
}
