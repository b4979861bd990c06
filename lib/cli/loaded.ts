/** What there is to compute: a Garble program, or a circuit from a Bristol file, each with its own texts. */
import {
  type BristolCircuit,
  FIRST_INPUT_REGISTER,
  importBristol,
  readBits,
  writeBits,
} from "../circuit/mod.ts";
import { sha256 } from "../crypto/mod.ts";
import { ProgramError, utf8 } from "../base/mod.ts";
import {
  checkWires,
  type CompileLimits,
  decodeOutput,
  formatOutput,
  PANIC_BITS,
  type PanicOutcome,
  type Program,
  type ProgramFacts,
  readInput,
  showType,
  type Source,
  type Type,
  type ValueFormat,
} from "../garble/mod.ts";

import type { InputText } from "./input_file.ts";

/** A program without its gates; the inputs and outputs of a circuit file are arrays of bits. */
export interface LoadedFacts extends ProgramFacts {
  /** For a circuit file: the width of each output value. It has no panic record then. */
  readonly outputWidths?: readonly number[];
  /** The party whose input is the result itself, if there is one. */
  readonly copies?: number;
}

/** A program with its gates. */
export interface Loaded extends LoadedFacts, Program {
  /** The gates. */
  readonly circuit: Program["circuit"];
}

/** All of a program but its gates. */
export function factsOf(program: Loaded): LoadedFacts {
  const copies = copiedInput(program);
  const facts = { ...program, circuit: { header: program.circuit.header } };
  return copies === undefined ? facts : { ...facts, copies };
}

/** The party whose input bits are, one for one, the bits of the result. */
function copiedInput({ circuit, parameters, outputWidths }: Loaded): number | undefined {
  const { header } = circuit;
  const result = header.outputs.subarray(outputWidths === undefined ? PANIC_BITS : 0);
  let first = FIRST_INPUT_REGISTER;
  const party = parameters.findIndex(({ bits }) => {
    const at = first;
    first += bits;
    return bits > 0 && result.length === bits && result.every((register, i) => register === at + i);
  });
  if (party < 0) return undefined;
  const kept = new Set(result);
  for (const { out } of circuit.segments()) {
    // Why: the register of an input may serve again, once the input is used up.
    if (out.some((register) => kept.has(register))) return undefined;
  }
  return party;
}

/** The signature of a program, with the types of all inputs and of the result. */
export function signatureOf({ entry, parameters, result }: ProgramFacts): string {
  const list = parameters.map(({ name, type }) => `${name}: ${showType(type)}`);
  return `${entry}(${list.join(", ")}) -> ${showType(result)}`;
}

/** A result for people and scripts. */
export interface ResultText {
  /** Discriminant. */
  readonly kind: "value";
  /** The value. */
  readonly text: string;
  /** The same as JSON; a circuit file's bits as a string. */
  readonly json: string;
}

function bitArray(length: number): Type {
  return { kind: "array", element: { kind: "bool" }, size: { kind: "fixed", length } };
}

/**
 * The circuit of a Bristol file. Each input value of the file is the input of one party.
 *
 * @throws {ProgramError} if the file is none, with its line.
 * @throws {LimitError} if it has more gates than allowed, or more wires alive at once.
 */
export function loadBristol(source: Source, limits: CompileLimits): Loaded {
  const { circuit, outputWidths }: BristolCircuit = importBristol(source.text, {
    gatesMax: limits.gates,
  });
  checkWires(circuit.header.registers, limits);
  const { inputs, outputs } = circuit.header;
  return {
    source,
    programHash: sha256(utf8(source.text)),
    entry: "circuit",
    parameters: inputs.map((bits, i) => ({ name: `input_${i}`, type: bitArray(bits), bits })),
    parties: inputs.length,
    result: bitArray(outputs.length),
    circuit,
    panicPlaces: [],
    outputWidths,
  };
}

/**
 * The packed input bits of a party.
 *
 * @throws {ProgramError} if the text does not fit; it is never quoted.
 */
export function inputOf(
  program: LoadedFacts,
  party: number,
  text: InputText,
): Uint8Array<ArrayBuffer> {
  const parameter = program.parameters[party];
  try {
    return program.outputWidths === undefined || parameter === undefined
      ? readInput(program, party, text)
      : readBits(text.text, parameter.bits);
  } catch (error) {
    if (!(error instanceof ProgramError) || text.path === undefined) throw error;
    const { message, hint = "" } = error;
    throw new ProgramError(
      message.replace(/^.*? the input/, (start) => `${start} "${text.path}"`),
      { hint },
    );
  }
}

/** What packed output bits mean. A circuit file's values are hexadecimal, in order, with spaces between. */
export function resultOf(
  program: LoadedFacts,
  bits: Uint8Array,
  format: ValueFormat,
): ResultText | PanicOutcome {
  const { outputWidths } = program;
  if (outputWidths === undefined) {
    const outcome = decodeOutput(program, bits);
    if (outcome.kind === "panic") return outcome;
    const text = formatOutput(program, outcome, format).trimEnd();
    return { kind: "value", text, json: formatOutput(program, outcome, "json") };
  }
  let at = 0;
  const values = outputWidths.map((width) => writeBits(bits, (at += width) - width, width));
  return { kind: "value", text: values.join(" "), json: JSON.stringify(values) };
}
