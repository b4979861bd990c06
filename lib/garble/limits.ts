/** What the options of a compilation and of values need to know, for those who must not load all of the layer. */
import { GATES_MAX } from "../circuit/limits.ts";

/** What one compilation may use at most. */
export interface CompileLimits {
  /** XOR and AND gates built, those that turn out to be dead included. */
  readonly gates: number;
  /** Wires of the circuit that are alive at once, its inputs included: what computing it keeps in memory. */
  readonly wires: number;
  /** Loop iterations and function calls, all loops and calls together. */
  readonly iterations: number;
  /** Bits of any single value, array elements of no bits counted as one. */
  readonly bits: number;
  /**
   * Levels of brackets, blocks, types and patterns in each other. What is walked in other ways has bounds in
   * proportion: `nestingBounds`.
   */
  readonly nesting: number;
}

/** The limits unless the caller says otherwise. */
export const COMPILE_LIMITS: CompileLimits = {
  gates: GATES_MAX,
  wires: 1 << 24,
  iterations: 1 << 22,
  bits: 1 << 24,
  nesting: 200,
};

/** Highest value of the limit `nesting` that the stack of a process bears. */
export const NESTING_MAX = 200;

/** Longest program text in UTF-16 units. */
export const SOURCE_LENGTH_MAX = 1 << 20;

/**
 * The forms: the text of the language, Garble's own JSON with types, plain JSON, and CSV with a header.
 * In the last two a byte string `[u8; N]` may be given as a text, which is padded with zeros.
 */
export const VALUE_FORMATS = ["garble", "garble-json", "json", "csv"] as const;

/** One of the {@linkcode VALUE_FORMATS}. */
export type ValueFormat = (typeof VALUE_FORMATS)[number];
