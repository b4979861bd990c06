/** Sets of commands that take the same options, and what options of several groups have in common. */

/** Commands that try a program out on this machine alone. */
export const TRYING = ["check", "eval", "compile"] as const;
/** All commands. */
export const EVERY = [
  "node",
  "new",
  "join",
  "preprocess",
  "relay",
  ...TRYING,
  "keygen",
  "metrics",
  "peers",
  "file",
  "ping",
  "lookup",
  "id",
  "version",
  "doctor",
  "status",
  "ticket",
  "policy",
  "verify",
  "config",
  "completions",
  "man",
  "self-test",
] as const;
/** Commands with a node that takes part in something. */
export const RUNNING = ["node", "new", "join", "preprocess"] as const;
/** Commands with a node that is there for others. */
export const REACHED = [...RUNNING, "relay"] as const;
/** Commands with a node that talks to others, for a while or for long. */
export const CONNECTING = [...REACHED, "file", "ping", "lookup", "doctor"] as const;
/** Commands that meet other parties. */
export const MEETING = ["new", "join", "preprocess"] as const;
/** Commands that compute with other parties. */
export const COMPUTING = ["new", "join"] as const;
/** Commands that read and write values. */
export const VALUES = [...COMPUTING, "eval"] as const;
/** Commands that compile a program. */
export const COMPILING = [...COMPUTING, ...TRYING] as const;

/** What is wrong with an empty value. */
export function refuseEmpty(value: string): string | undefined {
  return value === "" ? "it is empty" : undefined;
}

/** A week: longer waits are a mistake, and timers overflow at 24 days. */
export const LONGEST_SECONDS = 604_800;
