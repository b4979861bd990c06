/** Phases as spans: what a party is at, told to its sink. Two may be open at once, those of the two stages of run.ts. */
import { inSpan, type Phase } from "../observability/mod.ts";
import type { Party } from "./party.ts";

/** Runs `work` as a phase, of one chunk if `chunk` is its number. */
export async function inPhase<T>(
  { observe }: Pick<Party, "observe">,
  phase: Phase,
  work: () => Promise<T>,
  chunk?: number,
): Promise<T> {
  const attributes = { "mpc.phase": phase, ...(chunk === undefined ? {} : { "mpc.chunk": chunk }) };
  return await inSpan(observe, { name: `mpc phase ${phase}`, attributes }, work);
}
