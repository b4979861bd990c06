/**
 * Circuits as JSON with a wire for each input bit and gate:
 * `{"Ssa":{"input_gates":[8,8],"gates":[{"Xor":[0,0]},{"Not":16},{"And":[0,8]}],"output_gates":[18]}}`.
 */
import { Builder, type Wire } from "./builder.ts";
import { GATES_MAX } from "./limits.ts";
import type { CircuitFileOptions } from "./bristol_import.ts";
import { type CircuitSource, OP } from "./circuit.ts";
import {
  inputsOf,
  jsonList,
  jsonPieces,
  listOf,
  numbersOf,
  operationOf,
  parseForm,
} from "./circuit_json.ts";
import { fileLimit, fileProblem, noOutputs } from "./file_problem.ts";
import type { PackedCircuit } from "./packed.ts";
import { SsaWalk } from "./ssa.ts";

/** The text in pieces. @throws ProgramError if there are no input bits or no outputs */
export function exportSsaJson(source: CircuitSource): Iterable<string> {
  const walk = new SsaWalk(source);
  if (source.header.outputs.length === 0) throw noOutputs("write");
  return pieces(walk);
}

function* pieces(walk: SsaWalk): Iterable<string> {
  yield `{"Ssa":{"input_gates":[${walk.inputs.join(",")}],"gates":`;
  yield* jsonPieces(gateTexts(walk));
  yield `,"output_gates":`;
  const outputs = walk.outputs();
  yield* jsonList(outputs.length, (i) => `${outputs[i]}`);
  yield "}}\n";
}

function* gateTexts(walk: SsaWalk): Iterable<readonly string[]> {
  for (const { op, a, b } of walk.segments()) {
    yield Array.from(op, (kind, gate) => {
      if (kind === OP.NOT) return `{"Not":${a[gate]}}`;
      return `{"${kind === OP.AND ? "And" : "Xor"}":[${a[gate]},${b[gate]}]}`;
    });
  }
}

/**
 * Reads the JSON form, with or without the tag around it. The gates pass through the builder.
 *
 * @throws ProgramError with the kind of the first problem, for a gate with its number from 0
 * @throws LimitError if the circuit has more gates or input bits than allowed
 */
export function importSsaJson(text: string, options: CircuitFileOptions = {}): PackedCircuit {
  const members = parseForm(text, "Ssa");
  const inputs = inputsOf(members, "input_gates");
  const gates = listOf(members, "gates");
  const gatesMax = options.gatesMax ?? GATES_MAX;
  if (gates.length > gatesMax) throw fileLimit("gates", gates.length, gatesMax);
  const builder = new Builder({ inputs, gatesMax });
  const wires = inputs.flatMap((bits, party) =>
    Array.from({ length: bits }, (_, bit): Wire => builder.input(party, bit))
  );
  gates.forEach((gate, i) => wires.push(readGate(gate, { builder, wires, number: i })));
  const outputs = numbersOf(members, "output_gates").map((number): Wire => {
    const wire = wires[number];
    if (wire !== undefined) return wire;
    const state = `output ${number} is no wire, there are ${wires.length}`;
    throw fileProblem({ kind: `InvalidOutput(${number})`, state });
  });
  if (outputs.length === 0) throw noOutputs("read");
  return builder.build(outputs);
}

interface GateSite {
  readonly builder: Builder;
  readonly wires: readonly Wire[];
  readonly number: number;
}

function readGate(gate: unknown, { builder, wires, number }: GateSite): Wire {
  const operation = operationOf(gate);
  const [a, b] = operation?.operands.map((operand) => wires[operand]) ?? [];
  if (operation?.name === "Not" && a !== undefined) return builder.not(a);
  if (a === undefined || b === undefined) {
    const state = `gate ${number} is no Xor, And or Not of earlier wires`;
    throw fileProblem({ kind: `InvalidGate(${number})`, state });
  }
  return operation?.name === "And" ? builder.and(a, b) : builder.xor(a, b);
}
