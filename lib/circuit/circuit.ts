/**
 * Boolean circuits in register form, as the engine and the plain evaluator walk them.
 *
 * A circuit source is a header and a sequence of segments that can be walked any number of times,
 * each time with the same content, so that a source may be an array in memory or a compiler that
 * streams.
 */

/** Gate operations: the values of {@linkcode Segment.op}. */
export const OP = { XOR: 0, AND: 1, NOT: 2 } as const;

/** Most gates that one segment holds. */
export const SEGMENT_GATES = 1 << 16;

/** Register that always holds false. No gate reads or writes it. */
export const REGISTER_FALSE = 0;
/** Register that always holds true. No gate reads or writes it. */
export const REGISTER_TRUE = 1;
/** Register of the first input bit; input bits follow in order, party by party. */
export const FIRST_INPUT_REGISTER = 2;

/** What is known of a circuit before its gates are seen. */
export interface CircuitHeader {
  /**
   * Input bits by party. Before the first gate, the input bits of party 0, then 1, … stand in
   * registers `FIRST_INPUT_REGISTER`, `FIRST_INPUT_REGISTER + 1`, …. Parties beyond give none.
   */
  readonly inputs: readonly number[];
  /** Register of each output bit after the last gate; may repeat, may be a constant register. */
  readonly outputs: Uint32Array;
  /** Number of AND gates. */
  readonly ands: number;
  /** Number of all gates. */
  readonly gates: number;
  /** Number of registers, the two constants included. Less than 2^32. */
  readonly registers: number;
  /** SHA-256 over header and segments: equal digests mean equal circuits. */
  readonly digest: Uint8Array;
}

/**
 * A run of gates in topological order. Gate `i` computes `out[i] = op[i](a[i], b[i])`; a NOT reads
 * `a[i]` only, and its `b[i]` equals `a[i]`. A gate may overwrite a register it reads.
 *
 * Invariant: no operand is a constant register, and no AND or XOR has two operands that are equal
 * or each other's negation by construction (the builder folds them, see protocol.md's section on
 * masks: XOR(a, a) would have the global key as a label).
 */
export interface Segment {
  /** Number of gates, 1 … SEGMENT_GATES; the arrays have exactly this length. */
  readonly count: number;
  /** Number of AND gates among them. */
  readonly ands: number;
  /** Operation of each gate, one of {@linkcode OP}. */
  readonly op: Uint8Array;
  /** First operand of each gate, a register. */
  readonly a: Uint32Array;
  /** Second operand of each gate, a register. */
  readonly b: Uint32Array;
  /** Register that each gate writes. */
  readonly out: Uint32Array;
}

/** A circuit that can be walked any number of times. */
export interface CircuitSource {
  /** What is known beforehand. */
  readonly header: CircuitHeader;
  /** Yields the same segments on every call. */
  segments(): Iterable<Segment>;
}
