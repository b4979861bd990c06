/** Waiting that can be ended. */
import type { Clock } from "../session/ports.ts";

/** Resolves after `ms` milliseconds, or when `signal` aborts, and leaves nothing behind. */
export async function pause(
  ms: number,
  clock: Pick<Clock, "after">,
  signal: AbortSignal,
): Promise<void> {
  if (signal.aborted) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const stop = (): void => resolve();
  const cancel = clock.after(ms, stop);
  signal.addEventListener("abort", stop);
  await promise;
  cancel();
  signal.removeEventListener("abort", stop);
}
