/** Phases of the traffic: what the bytes of a step are counted as. */
import { TRAFFIC_PHASES, type TrafficPhase } from "../observability/mod.ts";

export { TRAFFIC_PHASES, type TrafficPhase };

/** First match counts: parts of the names of steps, numbers replaced by "#". */
const PHASE_OF: readonly (readonly [RegExp, TrafficPhase])[] = [
  [/^setup\//, "set-up"],
  [/^aBit #\/delta\//, "delta consistency"],
  [/^aBit #\//, "authenticated bits"],
  [/^c#\/(U$|e$|permutation\/)/, "leaky ANDs"],
  [/^c#\/(d$|operands$|chi\/)/, "buckets"],
  [/^c#\/(V\/|e\/echo$)/, "V check"],
  [/^input\//, "inputs"],
  [/^tables\//, "tables"],
  [/^c#\/(labels|t)$/, "checks"],
  [/^(final\/echo|passed|kept|output)$/, "output"],
];

/** The name of a step without its numbers: "c3/V/0/open" is "c#/V/#/open". */
export function stepFamily(step: string): string {
  return step.replaceAll(/\d+/g, "#");
}

/**
 * The phase that a step belongs to.
 *
 * @throws {RangeError} if the protocol has no such step.
 */
export function phaseOf(step: string): TrafficPhase {
  const family = stepFamily(step);
  const found = PHASE_OF.find(([pattern]) => pattern.test(family));
  if (found === undefined) throw new RangeError(`Cannot name the phase of step "${step}"`);
  return found[1];
}
