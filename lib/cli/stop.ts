/** Ctrl-C and SIGTERM: the first ends the command in an orderly way, the second at once. */
import { InterruptedError } from "../base/mod.ts";
import type { Observe } from "../observability/mod.ts";
import type { StopSignal, System } from "./system.ts";

/** How long an orderly end may take, in milliseconds. */
export const SHUTDOWN_MS = 5000;

/** The wish to stop. */
export interface Stop {
  /** Aborted with an {@linkcode InterruptedError} at the first signal. */
  readonly signal: AbortSignal;
  /** Resolves when waiting for an orderly end is over: at the second signal, or after {@linkcode SHUTDOWN_MS}. */
  readonly patienceOver: Promise<void>;
  /** The error of the first signal, once there was one. */
  reason(): InterruptedError | undefined;
  /** Stops listening to signals. */
  dispose(): void;
}

/** The signals that end a command. */
export const STOP_SIGNALS: readonly StopSignal[] = ["SIGINT", "SIGTERM"];

/** Listens to `signals`; `observe` gets the notice that the end has begun. */
export function listenForStop(
  system: System,
  observe: Observe,
  signals: readonly StopSignal[] = STOP_SIGNALS,
): Stop {
  const controller = new AbortController();
  const { promise: patienceOver, resolve } = Promise.withResolvers<void>();
  let reason: InterruptedError | undefined;
  let cancelTimer = (): void => {};

  function stop(name: StopSignal): void {
    if (reason !== undefined) return resolve();
    reason = new InterruptedError(name);
    const again = name === "SIGINT" ? " (Ctrl-C again to stop at once)" : "";
    observe({ kind: "notice", text: `stopping...${again}` });
    cancelTimer = system.after(SHUTDOWN_MS, resolve);
    controller.abort(reason);
  }

  const removals = signals.map((name) => system.onSignal(name, () => stop(name)));
  return {
    signal: controller.signal,
    patienceOver,
    reason: () => reason,
    dispose(): void {
      cancelTimer();
      for (const remove of removals) remove();
    },
  };
}
