/** The check at the door: whoever walks a circuit afterwards relies on it. */
import { equal, ProgramError } from "../base/mod.ts";
import {
  type CircuitHeader,
  type CircuitSource,
  FIRST_INPUT_REGISTER,
  OP,
  type Segment,
  SEGMENT_GATES,
} from "./circuit.ts";
import { circuitDigest } from "./digest.ts";

/**
 * Walks the circuit once and checks its form: shapes, bounds, topological order, the invariant of
 * {@linkcode Segment}, the counts and the digest of the header.
 *
 * @throws ProgramError naming the first defect.
 */
export function validateCircuit(source: CircuitSource): void {
  const { header } = source;
  checkHeader(header);
  // Each register holds a value number: 2·k and 2·k + 1 are negations of each other, 0 is unset.
  const values = new Float64Array(header.registers);
  let next = 2;
  const inputs = sum(header.inputs);
  for (let i = 0; i < inputs; i++, next += 2) values[FIRST_INPUT_REGISTER + i] = next;
  let gates = 0;
  let ands = 0;
  for (const segment of source.segments()) {
    next = checkSegment(segment, { values, next, firstGate: gates });
    gates += segment.count;
    ands += segment.ands;
  }
  if (gates !== header.gates || ands !== header.ands) fail("its header counts other gates");
  for (const register of header.outputs) {
    if (register >= header.registers) fail(`output register ${register} does not exist`);
    if (register >= FIRST_INPUT_REGISTER && values[register] === 0) {
      fail(`output register ${register} is never written`);
    }
  }
  if (!equal(circuitDigest(header, source.segments()), header.digest)) {
    fail("its digest does not belong to it");
  }
}

function fail(state: string): never {
  throw new ProgramError(`Cannot use the circuit: ${state}`);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, value) => total + value, 0);
}

function checkHeader(header: CircuitHeader): void {
  const counts = [...header.inputs, header.ands, header.gates, header.registers];
  if (!counts.every((count) => Number.isSafeInteger(count) && count >= 0)) {
    fail("a count of its header is no natural number");
  }
  const registers = FIRST_INPUT_REGISTER + sum(header.inputs);
  if (header.registers < registers || header.registers > registers + header.gates) {
    fail(`${header.registers} registers do not fit its inputs and gates`);
  }
  if (header.registers > 0xffffffff) fail("it has more than 2^32 - 1 registers");
}

interface Walk {
  readonly values: Float64Array;
  /** Next free value number. */
  readonly next: number;
  /** Number of the segment's first gate in the circuit, for messages. */
  readonly firstGate: number;
}

/** Checks one segment, records the values of its results and returns the next value number. */
function checkSegment(segment: Segment, walk: Walk): number {
  const { count, op, a, b, out } = segment;
  if (count < 1 || count > SEGMENT_GATES) fail(`a segment has ${count} gates`);
  for (const array of [op, a, b, out]) {
    if (array.length !== count) fail("an array of a segment has another length than its gates");
  }
  const { values } = walk;
  let next = walk.next;
  let ands = 0;
  for (let gate = 0; gate < count; gate++) {
    const bad = (state: string): never => fail(`gate ${walk.firstGate + gate} ${state}`);
    const kind = op[gate] as number;
    const x = values[a[gate] as number];
    const y = values[b[gate] as number];
    const to = out[gate] as number;
    if (kind > OP.NOT) bad(`has the unknown operation ${kind}`);
    if (x === undefined || y === undefined || to >= values.length) bad("uses a missing register");
    if (x === 0 || y === 0) bad("reads a constant or a register before it is written");
    if (to < FIRST_INPUT_REGISTER) bad("writes a constant register");
    if (kind === OP.NOT) {
      if (a[gate] !== b[gate]) bad("is a NOT with two operands");
      values[to] = negation(x as number);
      continue;
    }
    if (x === y || x === negation(y as number)) bad("has equal or negated operands");
    if (kind === OP.AND) ands++;
    values[to] = next;
    next += 2;
  }
  if (ands !== segment.ands) fail("a segment counts other AND gates");
  return next;
}

function negation(value: number): number {
  return value % 2 === 0 ? value + 1 : value - 1;
}
