/** How long a computation may take, and what is said while it waits for others. */
import { LimitError } from "../base/mod.ts";
import type { Channel } from "../mpc/mod.ts";
import type { MeetingConfig } from "./config.ts";
import type { Context } from "./context.ts";
import { specOf } from "./options.ts";

/** Time after which a wait for a party is told, and between two times that it is. */
const TELL_MS = 10_000;

/**
 * Runs `work` with a signal that also aborts when the total time is over.
 *
 * @throws {LimitError} if it is.
 */
export async function withinTotal<T>(
  { totalTimeoutMs: ms }: MeetingConfig,
  { system, signal }: Context,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  if (ms === undefined) return await work(signal);
  const total = new AbortController();
  const cancel = system.after(ms, () => {
    const text = `Cannot go on: the computation takes more than ${ms / 1000} s ` +
      `(limit "${specOf("totalTimeout").name}")`;
    const hint = `raise --${specOf("totalTimeout").name}; all parties need the same`;
    total.abort(new LimitError(text, { hint }));
  });
  try {
    return await work(AbortSignal.any([signal, total.signal]));
  } catch (error) {
    total.signal.throwIfAborted();
    throw error;
  } finally {
    cancel();
  }
}

/** The channel, with a line now and then that says for whom and for which step it waits. */
export function tellWaits(channel: Channel, { system, observe }: Context): Channel {
  const waits = new Map<symbol, { from: number; step: string; since: number }>();
  let cancel: (() => void) | undefined;
  function arm(): void {
    cancel ??= system.after(TELL_MS, () => {
      cancel = undefined;
      arm();
      const told = new Set<number>();
      for (const { from, step, since } of waits.values()) {
        const ms = system.now() - since;
        if (ms < TELL_MS || told.has(from)) continue;
        told.add(from);
        const text = `waiting ${Math.floor(ms / 1000)} s for party ${from}: step "${step}"`;
        observe({ kind: "notice", text });
      }
    });
  }
  return {
    self: channel.self,
    parties: channel.parties,
    send: (to, step, bytes) => channel.send(to, step, bytes),
    abort: (reason) => channel.abort(reason),
    async recv(from, step, length): Promise<Uint8Array<ArrayBuffer>> {
      const key = Symbol();
      waits.set(key, { from, step, since: system.now() });
      arm();
      try {
        return await channel.recv(from, step, length);
      } finally {
        waits.delete(key);
        if (waits.size === 0) {
          cancel?.();
          cancel = undefined;
        }
      }
    },
  };
}
