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

/** The channel over which an engine works: its rounds and its waits are told. */
export function workChannel(channel: Channel, context: Context): Channel {
  return tellWaits(context.traced?.(channel) ?? channel, context);
}

/** The channel, with a line now and then that says for whom and for which step it waits. */
export function tellWaits(channel: Channel, { system, observe }: Context): Channel {
  const waits = new Map<symbol, { party: number; what: string; since: number }>();
  let cancel: (() => void) | undefined;
  function arm(): void {
    cancel ??= system.after(TELL_MS, () => {
      cancel = undefined;
      arm();
      const told = new Set<number>();
      for (const { party, what, since } of waits.values()) {
        const ms = system.now() - since;
        if (ms < TELL_MS || told.has(party)) continue;
        told.add(party);
        const text = `waiting ${Math.floor(ms / 1000)} s for party ${party}${what}`;
        observe({ kind: "notice", text });
      }
    });
  }
  async function watch<T>(party: number, what: string, work: Promise<T>): Promise<T> {
    const key = Symbol();
    waits.set(key, { party, what, since: system.now() });
    arm();
    try {
      return await work;
    } finally {
      waits.delete(key);
      if (waits.size === 0) {
        cancel?.();
        cancel = undefined;
      }
    }
  }
  return {
    self: channel.self,
    parties: channel.parties,
    send: (to, step, bytes) => watch(to, ` to take step "${step}"`, channel.send(to, step, bytes)),
    recv: (from, step, length) => watch(from, `: step "${step}"`, channel.recv(from, step, length)),
    abort: (reason) => channel.abort(reason),
  };
}
