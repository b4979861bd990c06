/** What a command works with beside its config. */
import type { Channel } from "../mpc/mod.ts";
import type { Observe, Redactor } from "../observability/mod.ts";
import type { System } from "./system.ts";
import type { Watch } from "./watch.ts";

/** The outside of a running command. */
export interface Context {
  readonly system: System;
  /** Takes all events. */
  readonly observe: Observe;
  /** Takes the secrets that no line on stderr may show. */
  readonly redactor: Redactor;
  /** Aborted with an `InterruptedError` when the user or the system wants the program to end. */
  readonly signal: AbortSignal;
  /** The channel of a session as one that tells what passes; absent when nobody wants to know. */
  readonly traced?: (channel: Channel) => Channel;
  /** Who wants to know the node and the engine; absent when nobody does. */
  readonly watch?: Pick<Watch, "attach" | "attachEngine" | "register">;
}
