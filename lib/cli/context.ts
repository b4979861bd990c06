/** What a command works with beside its config. */
import type { Observe, Redactor } from "../observability/mod.ts";
import type { System } from "./system.ts";

/** The outside of a running command. */
export interface Context {
  readonly system: System;
  /** Takes notices, log lines, progress, connections and requests. */
  readonly observe: Observe;
  /** Takes the secrets that no line on stderr may show. */
  readonly redactor: Redactor;
  /** Aborted with an `InterruptedError` when the user or the system wants the program to end. */
  readonly signal: AbortSignal;
}
