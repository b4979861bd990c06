/**
 * Circuits as Bristol fashion text: `gates wires`, the inputs, the outputs, an empty line, and a line for
 * each gate. There is one output value, whose bits are the last wires in order; nothing is reversed.
 */
import { type CircuitSource, OP } from "./circuit.ts";
import { noOutputs } from "./file_problem.ts";
import { type Ssa, toSsa } from "./ssa.ts";

/** How to write a circuit. */
export interface BristolExportOptions {
  /** Number of first output bits that are left out, such as a panic record; their gates stay. */
  readonly dropOutputs?: number;
}

/** Gate lines of one piece of text. */
const LINES = 1 << 13;

/**
 * The text of a circuit in pieces, so that no string needs to hold all of it.
 *
 * Outputs that are input bits as they are, or repeat an output, become copies of two XOR gates, which
 * every reader knows, unlike EQW.
 *
 * @throws ProgramError if there are no inputs or no outputs
 */
export function exportBristol(
  source: CircuitSource,
  options: BristolExportOptions = {},
): Iterable<string> {
  const ssa = toSsa(source);
  const outputs = ssa.outputs.subarray(options.dropOutputs ?? 0);
  if (outputs.length === 0) throw noOutputs("write");
  return pieces(ssa, numbering(ssa, outputs));
}

/** How wires are numbered in the file. */
interface Numbering {
  /** Number in the file of each wire. */
  readonly numbers: Uint32Array;
  /** Outputs that are inputs or repeat an earlier one: number of the wire, and place among the outputs. */
  readonly copies: readonly { readonly of: number; readonly place: number }[];
  readonly outputs: number;
  readonly wires: number;
}

/** Outputs come last in their order; all other wires keep their order. */
function numbering(ssa: Ssa, outputs: Uint32Array): Numbering {
  const count = ssa.inputBits + ssa.op.length;
  const numbers = new Uint32Array(count);
  const repeated: { readonly wire: number; readonly place: number }[] = [];
  outputs.forEach((wire, place) => {
    if (wire >= ssa.inputBits && numbers[wire] === 0) numbers[wire] = place + 1;
    else repeated.push({ wire, place });
  });
  // A copy takes two gates, of which the second is the output.
  const wires = count + 2 * repeated.length;
  const firstOutput = wires - outputs.length;
  let next = 0;
  for (let wire = 0; wire < count; wire++) {
    const place = numbers[wire] as number;
    numbers[wire] = place > 0 ? firstOutput + place - 1 : next++;
  }
  const copies = repeated.map(({ wire, place }) => ({ of: numbers[wire] as number, place }));
  return { numbers, copies, outputs: outputs.length, wires };
}

function* pieces(ssa: Ssa, { numbers, copies, outputs, wires }: Numbering): Iterable<string> {
  const gates = ssa.op.length + 2 * copies.length;
  yield `${gates} ${wires}\n${ssa.inputs.length} ${ssa.inputs.map((n) => `${n} `).join("")}\n` +
    `1 ${outputs}\n\n`;
  let lines: string[] = [];
  for (let gate = 0; gate < ssa.op.length; gate++) {
    const a = numbers[ssa.a[gate] as number];
    const b = numbers[ssa.b[gate] as number];
    const out = numbers[ssa.inputBits + gate];
    const op = ssa.op[gate];
    if (op === OP.NOT) lines.push(`1 1 ${a} ${out} INV\n`);
    else lines.push(`2 1 ${a} ${b} ${out} ${op === OP.AND ? "AND" : "XOR"}\n`);
    if (lines.length >= LINES) {
      yield lines.join("");
      lines = [];
    }
  }
  const firstOutput = wires - outputs;
  copies.forEach(({ of, place }, i) => {
    const zero = firstOutput - copies.length + i;
    lines.push(`2 1 ${of} ${of} ${zero} XOR\n2 1 ${of} ${zero} ${firstOutput + place} XOR\n`);
  });
  yield lines.join("");
}
