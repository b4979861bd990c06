/**
 * The form in which circuits are exchanged as files: one wire for each input bit and each gate, numbered
 * in order. The first two gates are the constants: `XOR(0, 0)` is false, and its NOT is true.
 */
import { type CircuitSource, FIRST_INPUT_REGISTER, OP } from "./circuit.ts";
import { fileProblem, sumOf } from "./file_problem.ts";

/** A circuit whose wires are each written once. Wire `w` at or above the inputs is gate `w - inputs`. */
export interface Ssa {
  /** Input bits by party; they are the wires from 0 on. */
  readonly inputs: readonly number[];
  /** Number of all input bits. */
  readonly inputBits: number;
  /** Operation of each gate, one of {@linkcode OP}. */
  readonly op: Uint8Array;
  /** First operand of each gate, a wire below its own. */
  readonly a: Uint32Array;
  /** Second operand of each gate; that of a NOT equals the first. */
  readonly b: Uint32Array;
  /** Wire of each output bit. */
  readonly outputs: Uint32Array;
}

/**
 * Numbers the wires of a circuit; registers that are used again become wires of their own.
 *
 * @throws ProgramError for a circuit without input bits, as its constants would have no operand
 */
export function toSsa(source: CircuitSource): Ssa {
  const { header } = source;
  const inputBits = sumOf(header.inputs);
  if (inputBits === 0) {
    throw fileProblem({ action: "write", kind: "EmptyInputs", state: "it has no input bits" });
  }
  const gates = header.gates + 2;
  const op = new Uint8Array(gates);
  const a = new Uint32Array(gates);
  const b = new Uint32Array(gates);
  const wireOf = new Uint32Array(header.registers);
  wireOf[0] = inputBits;
  wireOf[1] = inputBits + 1;
  for (let i = 0; i < inputBits; i++) wireOf[FIRST_INPUT_REGISTER + i] = i;
  op[0] = OP.XOR;
  op[1] = OP.NOT;
  a[1] = b[1] = inputBits;
  let at = 2;
  for (const segment of source.segments()) {
    for (let gate = 0; gate < segment.count; gate++, at++) {
      op[at] = segment.op[gate] as number;
      a[at] = wireOf[segment.a[gate] as number] as number;
      b[at] = wireOf[segment.b[gate] as number] as number;
      wireOf[segment.out[gate] as number] = inputBits + at;
    }
  }
  const outputs = header.outputs.map((register) => wireOf[register] as number);
  return { inputs: header.inputs, inputBits, op, a, b, outputs };
}
