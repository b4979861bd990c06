/** What a look at the machine brings to light. */

/** `problem`: something will not work; `warning`: something is worse than it need be; `note`: worth knowing. */
export type FindingLevel = "ok" | "note" | "warning" | "problem";

/** What is looked at, in the order in which it is told. */
export const CHECKS = [
  "runtime",
  "permissions",
  "simd",
  "cores",
  "memory",
  "clock",
  "key",
  "peers",
  "files",
  "ports",
  "addresses",
  "reach",
  "relays",
] as const;
/** One of {@linkcode CHECKS}. */
export type CheckTopic = (typeof CHECKS)[number];

/** One finding. */
export interface Finding {
  /** What was looked at. */
  readonly topic: CheckTopic;
  readonly level: FindingLevel;
  /** What was found, one line. */
  readonly text: string;
  /** What it means for the user. */
  readonly meaning?: string;
  /** What to do about it, ideally the exact command. */
  readonly advice?: string;
}

/** That all is well with something. */
export function fine(topic: CheckTopic, text: string): Finding {
  return { topic, level: "ok", text };
}
