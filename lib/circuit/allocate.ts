/** From the graph of a builder to gates over registers, without the gates that no output needs. */
import { FIRST_INPUT_REGISTER, OP } from "./circuit.ts";
import type { Graph } from "./graph.ts";
import { MemoryCircuit } from "./memory.ts";

// Marks of a node, by whether they speak of its value or of the negation of it: needed by some gate
// or output, and used by a gate that was seen on the way back from the outputs.
const NEEDED = 1;
const USED = 4;
// Marks of a gate beside its operation: whether it is the last one to use its operands.
const LAST_A = 4;
const LAST_B = 8;
const OPERATION = 3;

/** Gates in topological order whose operands and results are wires (`2·node + negated`). */
interface Schedule {
  readonly op: Uint8Array<ArrayBuffer>;
  readonly a: Uint32Array<ArrayBuffer>;
  readonly b: Uint32Array<ArrayBuffer>;
  readonly out: Uint32Array<ArrayBuffer>;
}

/**
 * Builds the circuit whose output bits are the wires `outputs`. A gate appears in the order of its
 * node, a NOT directly before the first gate that needs it. A register is free again after its last
 * use, so that a result may stand in the register of an operand.
 *
 * Memory beside graph and circuit: 9 bytes a node.
 */
export function allocate(graph: Graph, outputs: readonly number[]): MemoryCircuit {
  const marks = new Uint8Array(graph.nodes);
  markNeeded(graph, outputs, marks);
  const schedule = order(graph, outputs, marks);
  markLastUses(schedule, outputs, marks);
  const registers = assign(graph, outputs, { schedule, marks });
  return new MemoryCircuit({ inputs: graph.inputs, ...registers });
}

function mark(marks: Uint8Array, wire: number, kind: number): void {
  const node = wire >>> 1;
  marks[node] = (marks[node] as number) | (kind << (wire & 1));
}

function isMarked(marks: Uint8Array, wire: number, kind: number): boolean {
  return ((marks[wire >>> 1] as number) & (kind << (wire & 1))) !== 0;
}

/** Marks the values and negations that are needed. */
function markNeeded(graph: Graph, outputs: readonly number[], marks: Uint8Array): void {
  const { nodes, a, b } = graph;
  for (const wire of outputs) mark(marks, wire, NEEDED);
  for (let node = nodes - 1; node > 0; node--) {
    const x = a[node] as number;
    const y = b[node] as number;
    if (marks[node] === 0 || x === y) continue;
    mark(marks, x, NEEDED);
    mark(marks, y, NEEDED);
  }
}

function countGates(graph: Graph, marks: Uint8Array): number {
  let gates = 0;
  for (let node = 1; node < graph.nodes; node++) {
    const needed = marks[node] as number;
    if (needed === 0) continue;
    if (graph.a[node] !== graph.b[node]) gates++;
    if ((needed & (NEEDED << 1)) !== 0) gates++;
  }
  return gates;
}

/** Lists the gates, and takes the marks of what is needed away from negations and inputs. */
function order(graph: Graph, outputs: readonly number[], marks: Uint8Array): Schedule {
  const gates = countGates(graph, marks);
  const op = new Uint8Array(gates);
  const a = new Uint32Array(gates);
  const b = new Uint32Array(gates);
  const out = new Uint32Array(gates);
  let at = 0;
  const negate = (wire: number): void => {
    if ((wire & 1) === 0 || wire === 1 || !isMarked(marks, wire, NEEDED)) return;
    marks[wire >>> 1] = (marks[wire >>> 1] as number) & ~(NEEDED << 1);
    op[at] = OP.NOT;
    a[at] = wire ^ 1;
    b[at] = wire ^ 1;
    out[at++] = wire;
  };
  for (let node = 1; node < graph.nodes; node++) {
    const x = graph.a[node] as number;
    const y = graph.b[node] as number;
    if (marks[node] === 0 || x === y) continue;
    negate(x);
    negate(y);
    op[at] = x < y ? OP.AND : OP.XOR;
    a[at] = x;
    b[at] = y;
    out[at++] = node * 2;
  }
  for (const wire of outputs) negate(wire);
  return { op, a, b, out };
}

/** Marks the gates that are the last to use an operand. Outputs are used for ever. */
function markLastUses(schedule: Schedule, outputs: readonly number[], marks: Uint8Array): void {
  const { op, a, b } = schedule;
  for (const wire of outputs) mark(marks, wire, USED);
  for (let gate = op.length - 1; gate >= 0; gate--) {
    const x = a[gate] as number;
    const y = b[gate] as number;
    let last = 0;
    if (x !== y && !isMarked(marks, y, USED)) last |= LAST_B;
    if (!isMarked(marks, x, USED)) last |= LAST_A;
    if (last === 0) continue;
    mark(marks, x, USED);
    mark(marks, y, USED);
    op[gate] = (op[gate] as number) | last;
  }
}

interface Uses {
  readonly schedule: Schedule;
  readonly marks: Uint8Array;
}

/** Replaces wires by registers, in place. */
function assign(
  graph: Graph,
  outputs: readonly number[],
  { schedule, marks }: Uses,
): Schedule & { readonly outputs: Uint32Array; readonly registers: number } {
  const { op, a, b, out } = schedule;
  const register = new Uint32Array(graph.nodes * 2);
  register[1] = 1;
  const inputs = graph.inputs.reduce((sum, bits) => sum + bits, 0);
  const free: number[] = [];
  for (let node = inputs; node >= 1; node--) {
    register[node * 2] = FIRST_INPUT_REGISTER + node - 1;
    if (!isMarked(marks, node * 2, USED)) free.push(register[node * 2] as number);
  }
  let registers = FIRST_INPUT_REGISTER + inputs;
  for (let gate = 0; gate < op.length; gate++) {
    const x = register[a[gate] as number] as number;
    const y = register[b[gate] as number] as number;
    const kind = op[gate] as number;
    a[gate] = x;
    b[gate] = y;
    op[gate] = kind & OPERATION;
    if ((kind & LAST_B) !== 0) free.push(y);
    if ((kind & LAST_A) !== 0) free.push(x);
    const to = free.pop() ?? registers++;
    register[out[gate] as number] = to;
    out[gate] = to;
  }
  const outputRegisters = Uint32Array.from(outputs, (wire) => register[wire] as number);
  return { ...schedule, outputs: outputRegisters, registers };
}
