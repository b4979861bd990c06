/** A channel that tells of every message: how long it is, with whom, and how long was waited for it. */
import { type Channel, phaseOf } from "../mpc/mod.ts";
import type { Direction, Observe } from "../observability/mod.ts";
import type { System } from "./system.ts";

/** Tells `observe` of the messages that pass `inner`; those that fail are not told. */
export function meteredChannel(
  inner: Channel,
  { now }: Pick<System, "now">,
  observe: Observe,
): Channel {
  // Their number follows from the circuit.
  const steps = new Set<string>();
  const tell = (
    step: string,
    message: { readonly direction: Direction; readonly party: number; readonly bytes: number },
    sinceMs: number,
  ): void => {
    const begins = steps.has(step) ? {} : { begins: true } as const;
    steps.add(step);
    const seconds = (now() - sinceMs) / 1000;
    observe({ kind: "traffic", ...message, phase: phaseOf(step), seconds, ...begins });
  };
  return {
    self: inner.self,
    parties: inner.parties,
    abort: (reason) => inner.abort(reason),
    async send(to, step, bytes): Promise<void> {
      const { length } = bytes;
      const sinceMs = now();
      await inner.send(to, step, bytes);
      tell(step, { direction: "outbound", party: to, bytes: length }, sinceMs);
    },
    async recv(from, step, length): Promise<Uint8Array<ArrayBuffer>> {
      const sinceMs = now();
      const bytes = await inner.recv(from, step, length);
      tell(step, { direction: "inbound", party: from, bytes: bytes.length }, sinceMs);
      return bytes;
    },
  };
}
