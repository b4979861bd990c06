/** The graph form of a circuit under construction; see `builder.ts` for the encoding. */

/** Nodes of a builder. Node `n` with `a[n] < b[n]` is an AND, with `a[n] > b[n]` an XOR. */
export interface Graph {
  /** Input bits by party; they are the nodes from 1 on. */
  readonly inputs: readonly number[];
  /** Number of nodes: the constant, the input bits, the gates. */
  readonly nodes: number;
  /** Operands as wires (`2·node + negated`); equal for nodes that are no gates. */
  readonly a: Uint32Array;
  readonly b: Uint32Array;
}
