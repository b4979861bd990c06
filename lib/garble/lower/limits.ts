/** Bounds of a compilation: a short program may ask for any amount of work, so each kind has a limit. */
import { LimitError } from "../../base/mod.ts";
import type { CompileLimits } from "../limits.ts";

/** What the limit `nesting` means for all that is walked recursively. */
export interface NestingBounds {
  /** Brackets, blocks, types and patterns in each other. */
  readonly levels: number;
  /** Height of an expression: each operator of a chain adds one. */
  readonly chain: number;
  /** Height of all that a function runs, with what it calls: calls are inlined. */
  readonly calls: number;
  /** Structs and enums whose definitions lie in each other. */
  readonly definitions: number;
}

/** The bounds for one limit. */
export function nestingBounds(nesting: number): NestingBounds {
  return {
    levels: nesting,
    chain: 2 * nesting,
    calls: 4 * nesting,
    definitions: Math.ceil(0.3 * nesting),
  };
}

/** Refuses a circuit with more wires alive at once than allowed. @throws LimitError */
export function checkWires(registers: number, limits: CompileLimits): void {
  if (registers <= limits.wires) return;
  throw limitError(`${registers} wires are alive at once`, "wires", limits);
}

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
