/**
 * Circuits as JSON over registers that are used again:
 * `{"Register":{"input_regs":[1],"insts":[{"out":0,"op":{"Input":{"party":0,"input":0}}},
 * {"out":1,"op":{"Not":0}}],"max_reg_count":2,"output_regs":[1],"and_ops":0}}`.
 *
 * An `input` is counted within its party; the instruction of the i-th input bit writes register i.
 */
import { Builder, type Wire } from "./builder.ts";
import { GATES_MAX } from "./limits.ts";
import type { CircuitFileOptions } from "./bristol_import.ts";
import { type CircuitSource, OP } from "./circuit.ts";
import {
  inputsOf,
  isNumber,
  jsonList,
  type JsonMembers,
  type JsonOperation,
  jsonProblem,
  listOf,
  membersOf,
  numbersOf,
  operationOf,
  parseForm,
} from "./circuit_json.ts";
import { fileLimit, fileProblem, noOutputs, sumOf } from "./file_problem.ts";
import type { PackedCircuit } from "./packed.ts";
import { SsaWalk } from "./ssa.ts";

/** The text in pieces. @throws ProgramError if there are no input bits or no outputs */
export function exportRegisterJson(source: CircuitSource): Iterable<string> {
  const ssa = toSsa(source);
  if (ssa.outputs.length === 0) throw noOutputs("write");
  return pieces(ssa, assignRegisters(ssa));
}

/** All gates of a circuit whose wires are each written once, see `SsaGates`. */
interface Ssa {
  readonly inputs: readonly number[];
  readonly inputBits: number;
  readonly op: Uint8Array;
  readonly a: Uint32Array;
  readonly b: Uint32Array;
  readonly outputs: Uint32Array;
}

/** Who is the last to read a wire shows at the end only, so this form needs all gates at once. */
function toSsa(source: CircuitSource): Ssa {
  const walk = new SsaWalk(source);
  const { inputs, inputBits, gates } = walk;
  const op = new Uint8Array(gates);
  const [a, b] = [new Uint32Array(gates), new Uint32Array(gates)];
  for (const segment of walk.segments()) {
    const at = segment.firstWire - inputBits;
    op.set(segment.op, at);
    a.set(segment.a, at);
    b.set(segment.b, at);
  }
  return { inputs, inputBits, op, a, b, outputs: walk.outputs() };
}

/** Register of each wire, and how many registers there are. */
interface Registers {
  readonly of: Uint32Array;
  readonly count: number;
}

/**
 * A gate takes the register of its first operand if it is the last to read it, else that of the second,
 * else the one that was freed last, else a new one. Outputs and wires that nobody reads keep theirs.
 */
function assignRegisters({ inputBits, op, a, b, outputs }: Ssa): Registers {
  const lastUse = new Uint32Array(inputBits + op.length);
  for (let gate = 0; gate < op.length; gate++) {
    lastUse[a[gate] as number] = gate + 1;
    lastUse[b[gate] as number] = gate + 1;
  }
  for (const wire of outputs) lastUse[wire] = 0;
  const of = new Uint32Array(inputBits + op.length);
  for (let input = 0; input < inputBits; input++) of[input] = input;
  const free: number[] = [];
  let count = inputBits;
  for (let gate = 0; gate < op.length; gate++) {
    const x = a[gate] as number;
    const y = b[gate] as number;
    const endsX = lastUse[x] === gate + 1;
    const endsY = x !== y && lastUse[y] === gate + 1;
    if (endsX && endsY) free.push(of[y] as number);
    const taken = endsX ? of[x] : endsY ? of[y] : free.pop();
    of[inputBits + gate] = taken ?? count++;
  }
  return { of, count };
}

function* pieces(
  { inputs, inputBits, op, a, b, outputs }: Ssa,
  { of, count }: Registers,
): Iterable<string> {
  yield `{"Register":{"input_regs":[${inputs.join(",")}],"insts":`;
  let party = 0;
  let first = 0;
  let ands = 0;
  yield* jsonList(inputBits + op.length, (wire) => {
    const gate = wire - inputBits;
    if (gate < 0) {
      for (let bits = inputs[party] ?? 0; wire - first >= bits; bits = inputs[party] ?? 0) {
        first += bits;
        party++;
      }
      return `{"out":${wire},"op":{"Input":{"party":${party},"input":${wire - first}}}}`;
    }
    const x = of[a[gate] as number];
    if (op[gate] === OP.NOT) return `{"out":${of[wire]},"op":{"Not":${x}}}`;
    if (op[gate] === OP.AND) ands++;
    const name = op[gate] === OP.AND ? "And" : "Xor";
    return `{"out":${of[wire]},"op":{"${name}":[${x},${of[b[gate] as number]}]}}`;
  });
  yield `,"max_reg_count":${count},"output_regs":`;
  yield* jsonList(outputs.length, (i) => `${of[outputs[i] as number]}`);
  yield `,"and_ops":${ands}}}\n`;
}

/**
 * Reads the JSON form, with or without the tag around it. The instructions pass through the builder.
 *
 * @throws ProgramError with the kind of the first problem, for an instruction with its number from 0
 * @throws LimitError if the circuit has more gates or input bits than allowed
 */
export function importRegisterJson(text: string, options: CircuitFileOptions = {}): PackedCircuit {
  const members = parseForm(text, "Register");
  const inputs = inputsOf(members, "input_regs");
  const insts = listOf(members, "insts");
  const gatesMax = options.gatesMax ?? GATES_MAX;
  const gates = insts.length - sumOf(inputs);
  if (gates > gatesMax) throw fileLimit("gates", gates, gatesMax);
  const { max_reg_count: registers } = members;
  if (!isNumber(registers)) throw jsonProblem('"max_reg_count" is no number below 2^32');
  const machine: Machine = {
    builder: new Builder({ inputs, gatesMax }),
    inputs,
    inputBits: sumOf(inputs),
    registers,
    values: new Map(),
  };
  if (gates < 0) throw invalidInput(insts.length, "there are fewer instructions than input bits");
  let ands = 0;
  insts.forEach((inst, i) => ands += run(machine, membersOf(inst, `instruction ${i}`), i));
  if (members["and_ops"] !== ands) throw jsonProblem(`"and_ops" is not ${ands}`);
  const outputs = numbersOf(members, "output_regs").map((register): Wire => {
    const wire = machine.values.get(register);
    if (wire !== undefined) return wire;
    const state = `output register ${register} is never written`;
    throw fileProblem({ kind: `InvalidOutput(${register})`, state });
  });
  if (outputs.length === 0) throw noOutputs("read");
  return machine.builder.build(outputs);
}

/** The registers while the instructions are read. */
interface Machine {
  readonly builder: Builder;
  readonly inputs: readonly number[];
  readonly inputBits: number;
  /** Number of registers. */
  readonly registers: number;
  /** By register, what it holds. */
  readonly values: Map<number, Wire>;
}

function invalidInput(inst: number, state: string): Error {
  return fileProblem({ kind: `InvalidInput(${inst})`, state });
}

/** Runs instruction `i` and returns its number of ANDs. */
function run(machine: Machine, { out, op }: JsonMembers, i: number): number {
  const operation = operationOf(op);
  if (operation === undefined || !isNumber(out)) {
    const state = `instruction ${i} is no Xor, And, Not or Input of registers`;
    throw fileProblem({ kind: `InvalidInst(${i})`, state });
  }
  if (out >= machine.registers) throw invalidAccess(machine, i, out);
  machine.values.set(out, result(machine, operation, i, out));
  return operation.name === "And" ? 1 : 0;
}

function invalidAccess({ registers }: Machine, i: number, register: number): Error {
  const state = `instruction ${i} uses register ${register}, which is not written before, ` +
    `or not below ${registers}`;
  return fileProblem({ kind: `InvalidRegAccess(${i}, ${register})`, state });
}

function result(machine: Machine, operation: JsonOperation, i: number, out: number): Wire {
  const { builder, values, inputBits } = machine;
  const isInput = operation.name === "Input";
  if (isInput !== i < inputBits || (isInput && out !== i)) {
    throw invalidInput(i, "the input bits come first, and each has the register of its number");
  }
  if (isInput) return inputBit(machine, membersOf(operation.content, `instruction ${i}`), i);
  const [a = 0, b = a] = operation.operands.map((register) => {
    const wire = values.get(register);
    if (wire === undefined) throw invalidAccess(machine, i, register);
    return wire;
  });
  if (operation.name === "Not") return builder.not(a);
  return operation.name === "And" ? builder.and(a, b) : builder.xor(a, b);
}

function inputBit({ builder, inputs }: Machine, { party, input }: JsonMembers, i: number): Wire {
  const bits = isNumber(party) ? inputs[party] : undefined;
  if (!isNumber(party) || bits === undefined) {
    const state = `instruction ${i} has an input of a party that does not exist`;
    throw fileProblem({ kind: "PartyIndexOutOfBounds", state });
  }
  if (!isNumber(input) || input >= bits) {
    throw invalidInput(i, `party ${party} has ${bits} input bits`);
  }
  return builder.input(party, input);
}
