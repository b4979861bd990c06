/**
 * The form in which circuits are exchanged as files: one wire for each input bit and each gate, numbered
 * in order. The first two gates are the constants: `XOR(0, 0)` is false, and its NOT is true.
 */
import { type CircuitSource, FIRST_INPUT_REGISTER, OP } from "./circuit.ts";
import { fileProblem, sumOf } from "./file_problem.ts";

/** Some gates of a circuit whose wires are each written once. */
export interface SsaGates {
  /** Number of gates. */
  readonly count: number;
  /** Wire of the first gate; the others follow. */
  readonly firstWire: number;
  /** Operation of each gate, one of {@linkcode OP}. */
  readonly op: Uint8Array;
  /** First operand of each gate, a wire below its own. */
  readonly a: Uint32Array;
  /** Second operand of each gate; that of a NOT equals the first. */
  readonly b: Uint32Array;
}

/** One walk over a circuit that numbers its wires; registers that are used again become wires of their own. */
export class SsaWalk {
  /** Input bits by party; they are the wires from 0 on. */
  readonly inputs: readonly number[];
  /** Number of all input bits. */
  readonly inputBits: number;
  /** Number of gates, the two constants included. */
  readonly gates: number;
  readonly #source: CircuitSource;
  readonly #wireOf: Uint32Array;

  /** @throws ProgramError for a circuit without input bits, as its constants would have no operand */
  constructor(source: CircuitSource) {
    const { inputs, gates, registers } = source.header;
    this.#source = source;
    this.inputs = inputs;
    this.inputBits = sumOf(inputs);
    this.gates = gates + 2;
    if (this.inputBits === 0) {
      throw fileProblem({ action: "write", kind: "EmptyInputs", state: "it has no input bits" });
    }
    this.#wireOf = new Uint32Array(registers);
  }

  /** All gates in order, those of the constants first. */
  *segments(): Generator<SsaGates> {
    const { inputBits } = this;
    const wireOf = this.#wireOf;
    wireOf[0] = inputBits;
    wireOf[1] = inputBits + 1;
    for (let i = 0; i < inputBits; i++) wireOf[FIRST_INPUT_REGISTER + i] = i;
    const operands = Uint32Array.of(0, inputBits);
    yield {
      ...{ count: 2, firstWire: inputBits, op: Uint8Array.of(OP.XOR, OP.NOT) },
      ...{ a: operands, b: operands },
    };
    let firstWire = inputBits + 2;
    for (const { count, op, ...registers } of this.#source.segments()) {
      const [a, b] = [new Uint32Array(count), new Uint32Array(count)];
      for (let gate = 0; gate < count; gate++) {
        a[gate] = wireOf[registers.a[gate] as number] as number;
        b[gate] = wireOf[registers.b[gate] as number] as number;
        wireOf[registers.out[gate] as number] = firstWire + gate;
      }
      yield { count, firstWire, op, a, b };
      firstWire += count;
    }
  }

  /** Wire of each output bit, after all gates. */
  outputs(): Uint32Array {
    return this.#source.header.outputs.map((register) => this.#wireOf[register] as number);
  }
}
