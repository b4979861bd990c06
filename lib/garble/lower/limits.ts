/** Bounds of the lowering: a short program may ask for any amount of work, so each kind has a limit. */
import { LimitError } from "../../base/mod.ts";
import { GATES_MAX } from "../../circuit/mod.ts";

/** What one compilation may use at most. */
export interface CompileLimits {
  /** XOR and AND gates built, those that turn out to be dead included. */
  readonly gates: number;
  /** Loop iterations and function calls, all loops and calls together. */
  readonly iterations: number;
  /** Bits of any single value, array elements of no bits counted as one. */
  readonly bits: number;
}

/** The limits unless the caller says otherwise. */
export const COMPILE_LIMITS: CompileLimits = {
  gates: GATES_MAX,
  iterations: 1 << 22,
  bits: 1 << 24,
};

/** The error for a program that needs more than a limit allows. */
export function limitError(
  need: string,
  limit: keyof CompileLimits,
  limits: CompileLimits,
): LimitError {
  return new LimitError(
    `Cannot compile the program: ${need}, more than ${limits[limit]} (limit "${limit}")`,
    { hint: "Shorten the loops or the arrays of the program, or raise the limit" },
  );
}
