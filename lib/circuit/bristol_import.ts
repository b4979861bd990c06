/**
 * Circuits from Bristol fashion text. Each input value of the file is the input of one party. The gates pass
 * through the builder, so that what comes out is folded, shared and pruned like any other circuit.
 *
 * Source: https://nigelsmart.github.io/MPC-Circuits/ for `XOR`, `AND`, `INV`, `EQ`, `EQW` and `MAND`.
 */
import { Builder, FALSE, TRUE, type Wire } from "./builder.ts";
import { GATES_MAX } from "./limits.ts";
import type { CircuitSource } from "./circuit.ts";
import { fileLimit, fileProblem, INPUT_BITS_MAX, shown, sumOf } from "./file_problem.ts";

/** A circuit from a file with the widths of its output values. */
export interface BristolCircuit {
  /** The circuit; its outputs are those of the file, without a panic record. */
  readonly circuit: CircuitSource;
  /** Width in bits of each output value, in the order of the circuit's outputs. */
  readonly outputWidths: readonly number[];
}

/** Bounds on a file. */
export interface CircuitFileOptions {
  /** Most gates. */
  readonly gatesMax?: number;
}

/** Whether a text begins as a Bristol file does: with two numbers alone on the first line. */
export function looksLikeBristol(text: string): boolean {
  return /^[ \t]*\d+[ \t]+\d+[ \t]*\r?(\n|$)/.test(text.slice(0, 100));
}

/**
 * Reads a Bristol file. Beside the form it is checked that all gates are there, that wires are written
 * once, and only read afterwards.
 *
 * @throws ProgramError with the line and the kind of the first problem
 * @throws LimitError if the circuit needs more gates or input bits than allowed
 */
export function importBristol(text: string, options: CircuitFileOptions = {}): BristolCircuit {
  const lines = new Lines(text);
  const header = readHeader(lines, text.length);
  const gatesMax = options.gatesMax ?? GATES_MAX;
  if (header.gates > gatesMax) throw fileLimit("gates", header.gates, gatesMax);
  const builder = new Builder({ inputs: header.inputs, gatesMax });
  const wires = new Wires(header.wires);
  header.inputs.forEach((bits, party) => {
    for (let bit = 0; bit < bits; bit++) wires.write(builder.input(party, bit), lines.number);
  });
  let gates = 0;
  for (let line = lines.next(); line !== undefined; line = lines.next()) {
    const fields = fieldsOf(line);
    if (fields.length === 0) continue;
    readGate(fields, { builder, wires, line: lines.number });
    gates++;
  }
  if (gates !== header.gates) {
    const state = `the file has ${gates} gates, and its first line says ${header.gates}`;
    throw fileProblem({ kind: "GateCountMismatch", line: lines.number, state });
  }
  const outputs: Wire[] = [];
  for (let wire = header.wires - sumOf(header.outputs); wire < header.wires; wire++) {
    outputs.push(wires.read(wire, lines.number));
  }
  return { circuit: builder.build(outputs), outputWidths: header.outputs };
}

/** The lines of a text, one by one. */
class Lines {
  /** Number of the line that was read last, from 1. */
  number = 0;
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** The next line, or undefined after the last. */
  next(): string | undefined {
    if (this.#at >= this.#text.length) return undefined;
    const end = this.#text.indexOf("\n", this.#at);
    const line = this.#text.slice(this.#at, end < 0 ? undefined : end);
    this.#at = end < 0 ? this.#text.length : end + 1;
    this.number++;
    return line;
  }
}

function fieldsOf(line: string): string[] {
  return line.split(/[ \t\r]+/).filter((field) => field !== "");
}

/** The wires of the file by number, each a wire of the builder once it is written. */
class Wires {
  /** Wire of the builder and 1; 0: not written yet. */
  readonly #wires: Uint32Array;
  #inputs = 0;

  constructor(count: number) {
    this.#wires = new Uint32Array(count);
  }

  /** Takes the next input. */
  write(wire: Wire, line: number): void {
    this.set(this.#inputs++, wire, line);
  }

  read(number: number, line: number): Wire {
    const wire = this.#wires[number];
    if (wire === undefined) throw this.#missing(number, line);
    if (wire > 0) return wire - 1;
    const state = `wire ${number} is read, and no line before has written it`;
    throw fileProblem({ kind: "UndefinedWire", line, state });
  }

  set(number: number, wire: Wire, line: number): void {
    if (number >= this.#wires.length) throw this.#missing(number, line);
    if (this.#wires[number] !== 0) {
      const state = `wire ${number} is written a second time`;
      throw fileProblem({ kind: "WireWrittenTwice", line, state });
    }
    this.#wires[number] = wire + 1;
  }

  #missing(number: number, line: number): Error {
    const state = `there is no wire ${number}, the first line says ${this.#wires.length} wires`;
    return fileProblem({ kind: "InvalidWireIndex", line, state });
  }
}

interface Header {
  readonly gates: number;
  readonly wires: number;
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
}

function readHeader(lines: Lines, length: number): Header {
  const [gates, wires, ...more] = headerNumbers(lines, "gates and wires");
  const line = lines.number;
  if (gates === undefined || wires === undefined || more.length > 0) {
    throw fileProblem({ kind: "MalformedLine", line, state: "the gates and the wires are needed" });
  }
  const inputs = widths(lines, "inputs", "InputPartiesMismatch");
  const inputBits = sumOf(inputs);
  if (inputBits > INPUT_BITS_MAX) throw fileLimit("bits", inputBits, INPUT_BITS_MAX);
  const outputs = widths(lines, "outputs", "OutputCountMismatch");
  if (inputBits > wires || sumOf(outputs) > wires) {
    const state = "the inputs or the outputs have more bits than there are wires";
    throw fileProblem({ kind: "MalformedLine", line, state });
  }
  // Why: each other wire takes a gate, thus characters; this bounds memory by the size of the file.
  if (wires - inputBits > length) {
    const state = `there are gates for less than the ${wires} wires`;
    throw fileProblem({ kind: "GateCountMismatch", line, state });
  }
  return { gates, wires, inputs, outputs };
}

/** A count and that many widths. */
function widths(lines: Lines, what: string, kind: string): number[] {
  const [declared, ...list] = headerNumbers(lines, what);
  const line = lines.number;
  if (declared === undefined || list.length === 0) {
    const state = `the number of ${what} and the bits of each are needed`;
    throw fileProblem({ kind: "MalformedLine", line, state });
  }
  if (list.length === declared) return list;
  throw fileProblem({ kind, line, state: `${list.length} ${what} stand here, not ${declared}` });
}

function headerNumbers(lines: Lines, what: string): number[] {
  const text = lines.next();
  if (text === undefined) {
    const state = `the line with the ${what} is missing`;
    throw fileProblem({ kind: "MissingLine", line: lines.number + 1, state });
  }
  return fieldsOf(text).map((field) => numberOf(field, "OtherParseError", lines.number));
}

function numberOf(field: string, kind: string, line: number): number {
  if (/^\d{1,10}$/.test(field) && Number(field) < 2 ** 32) return Number(field);
  const state = `${shown(field)} is no number below 2^32`;
  throw fileProblem({ kind, line, state });
}

interface GateSite {
  readonly builder: Builder;
  readonly wires: Wires;
  readonly line: number;
}

/** Operands and results that the gates have; MAND has any number of both. */
const SHAPES: Readonly<Record<string, readonly [number, number]>> = {
  XOR: [2, 1],
  AND: [2, 1],
  INV: [1, 1],
  EQ: [1, 1],
  EQW: [1, 1],
};

function readGate(fields: readonly string[], site: GateSite): void {
  const { builder, wires, line } = site;
  const name = fields.at(-1) ?? "";
  const malformed = (state: string): Error => fileProblem({ kind: "MalformedLine", line, state });
  if (/^\d+$/.test(name)) {
    throw fileProblem({ kind: "MissingGateType", line, state: "the name of the gate is missing" });
  }
  if (fields.length < 5) throw malformed("a gate has five fields or more");
  const [ins = 0, outs = 0, ...rest] = fields.slice(0, -1).map((field) => {
    return numberOf(field, "ParseIntError", line);
  });
  const shape = name === "MAND" ? [outs * 2, outs] as const : SHAPES[name];
  if (shape === undefined || !(name === "MAND" || Object.hasOwn(SHAPES, name))) {
    throw fileProblem({ kind: "UnknownGate", line, state: `there is no gate ${shown(name)}` });
  }
  if (ins !== shape[0] || outs !== shape[1] || rest.length !== ins + outs) {
    throw malformed(`${name} has ${shape[0]} inputs and ${shape[1]} outputs, and their wires`);
  }
  const [first = 0] = rest;
  if (name === "EQ") {
    if (first > 1) throw malformed("the value of EQ is 0 or 1");
    wires.set(rest[1] ?? 0, first === 1 ? TRUE : FALSE, line);
    return;
  }
  const read = (i: number): Wire => wires.read(rest[i] ?? 0, line);
  const results = Array.from({ length: outs }, (_, i): Wire => {
    const a = read(i);
    switch (name) {
      case "XOR":
        return builder.xor(a, read(1));
      case "INV":
        return builder.not(a);
      case "EQW":
        return a;
      default:
        return builder.and(a, read(outs + i));
    }
  });
  results.forEach((wire, i) => wires.set(rest[ins + i] ?? 0, wire, line));
}
