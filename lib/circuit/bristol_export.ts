/**
 * Circuits as Bristol fashion text: `gates wires`, the inputs, the outputs, an empty line, and a line for
 * each gate. There is one output value, whose bits are the last wires in order; nothing is reversed.
 */
import { type CircuitSource, OP } from "./circuit.ts";
import { noOutputs } from "./file_problem.ts";
import { SsaWalk } from "./ssa.ts";

/** How to write a circuit. */
export interface BristolExportOptions {
  /** Number of first output bits that are left out, such as a panic record; their gates stay. */
  readonly dropOutputs?: number;
}

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
  const walk = new SsaWalk(source);
  // The outputs have the last numbers, so that their wires must be known before the first line.
  for (const _ of walk.segments());
  const outputs = walk.outputs().subarray(options.dropOutputs ?? 0);
  if (outputs.length === 0) throw noOutputs("write");
  return pieces(walk, new Numbering(walk, outputs));
}

/** An output that is an input or repeats an earlier one. */
interface Copy {
  /** Number in the file of what it copies. */
  readonly of: number;
  /** Its place among the outputs. */
  readonly place: number;
}

/** How wires are numbered in the file: outputs come last in their order, all others keep their order. */
class Numbering {
  readonly copies: readonly Copy[];
  /** Number of wires in the file: a copy takes two gates, of which the second is the output. */
  readonly wires: number;
  /** Number of the first output. */
  readonly firstOutput: number;
  /** The wires that are outputs, and the first place of each. */
  readonly #sorted: Uint32Array;
  readonly #places: ReadonlyMap<number, number>;

  constructor(walk: SsaWalk, outputs: Uint32Array) {
    const places = new Map<number, number>();
    const copied: { readonly wire: number; readonly place: number }[] = [];
    outputs.forEach((wire, place) => {
      if (wire < walk.inputBits || places.has(wire)) copied.push({ wire, place });
      else places.set(wire, place);
    });
    this.#places = places;
    this.#sorted = Uint32Array.from(places.keys()).sort();
    this.wires = walk.inputBits + walk.gates + 2 * copied.length;
    this.firstOutput = this.wires - outputs.length;
    this.copies = copied.map(({ wire, place }) => ({ of: this.numberOf(wire), place }));
  }

  /** Number in the file of a wire. */
  numberOf(wire: number): number {
    let [from, to] = [0, this.#sorted.length];
    while (from < to) {
      const middle = (from + to) >>> 1;
      if ((this.#sorted[middle] as number) < wire) from = middle + 1;
      else to = middle;
    }
    if (this.#sorted[from] !== wire) return wire - from;
    return this.firstOutput + (this.#places.get(wire) ?? 0);
  }
}

function* pieces(walk: SsaWalk, numbering: Numbering): Iterable<string> {
  const { copies, wires, firstOutput } = numbering;
  const { inputs, gates } = walk;
  yield `${gates + 2 * copies.length} ${wires}\n` +
    `${inputs.length} ${inputs.map((bits) => `${bits} `).join("")}\n` +
    `1 ${wires - firstOutput}\n\n`;
  for (const { count, firstWire, op, a, b } of walk.segments()) {
    const lines: string[] = [];
    for (let gate = 0; gate < count; gate++) {
      const x = numbering.numberOf(a[gate] as number);
      const out = numbering.numberOf(firstWire + gate);
      if (op[gate] === OP.NOT) lines.push(`1 1 ${x} ${out} INV\n`);
      else {
        const y = numbering.numberOf(b[gate] as number);
        lines.push(`2 1 ${x} ${y} ${out} ${op[gate] === OP.AND ? "AND" : "XOR"}\n`);
      }
    }
    yield lines.join("");
  }
  yield copies.map(({ of, place }, i) => {
    const zero = firstOutput - copies.length + i;
    return `2 1 ${of} ${of} ${zero} XOR\n2 1 ${of} ${zero} ${firstOutput + place} XOR\n`;
  }).join("");
}
