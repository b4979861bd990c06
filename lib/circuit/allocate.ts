/** From the graph of a builder to gates over registers, without the gates that no output needs. */
import { FIRST_INPUT_REGISTER, OP } from "./circuit.ts";
import type { Graph } from "./graph.ts";
import { MemoryCircuit } from "./memory.ts";

const PLAIN = 1;
const NEGATED = 2;
/** Last use of a wire that is an output. */
const FOREVER = 0xffffffff;

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
 */
export function allocate(graph: Graph, outputs: readonly number[]): MemoryCircuit {
  const needed = prune(graph, outputs);
  const schedule = order(graph, outputs, needed);
  const registers = assign(graph, outputs, schedule);
  return new MemoryCircuit({ inputs: graph.inputs, ...registers });
}

/** For each node, whether its value and whether the negation of its value is needed. */
function prune(graph: Graph, outputs: readonly number[]): Uint8Array {
  const needed = new Uint8Array(graph.nodes);
  const need = (wire: number): void => {
    needed[wire >>> 1] = (needed[wire >>> 1] as number) | ((wire & 1) === 1 ? NEGATED : PLAIN);
  };
  for (const wire of outputs) need(wire);
  for (let node = graph.nodes - 1; node > 0; node--) {
    const a = graph.a[node] as number;
    const b = graph.b[node] as number;
    if (needed[node] === 0 || a === b) continue;
    need(a);
    need(b);
  }
  return needed;
}

function countGates(graph: Graph, needed: Uint8Array): number {
  let gates = 0;
  for (let node = 1; node < graph.nodes; node++) {
    const need = needed[node] as number;
    if (need === 0) continue;
    if (graph.a[node] !== graph.b[node]) gates++;
    if ((need & NEGATED) !== 0) gates++;
  }
  return gates;
}

function order(graph: Graph, outputs: readonly number[], needed: Uint8Array): Schedule {
  const gates = countGates(graph, needed);
  const schedule: Schedule = {
    op: new Uint8Array(gates),
    a: new Uint32Array(gates),
    b: new Uint32Array(gates),
    out: new Uint32Array(gates),
  };
  let at = 0;
  const emit = (op: number, a: number, b: number, out: number): void => {
    schedule.op[at] = op;
    schedule.a[at] = a;
    schedule.b[at] = b;
    schedule.out[at] = out;
    at++;
  };
  const pending = needed;
  const negate = (wire: number): void => {
    const node = wire >>> 1;
    const need = pending[node] as number;
    if ((wire & 1) === 0 || node === 0 || (need & NEGATED) === 0) return;
    pending[node] = need & ~NEGATED;
    emit(OP.NOT, wire ^ 1, wire ^ 1, wire);
  };
  for (let node = 1; node < graph.nodes; node++) {
    const a = graph.a[node] as number;
    const b = graph.b[node] as number;
    if (pending[node] === 0 || a === b) continue;
    negate(a);
    negate(b);
    emit(a < b ? OP.AND : OP.XOR, a, b, node * 2);
  }
  for (const wire of outputs) negate(wire);
  return schedule;
}

/** Replaces wires by registers, in place. */
function assign(
  graph: Graph,
  outputs: readonly number[],
  schedule: Schedule,
): Schedule & { readonly outputs: Uint32Array; readonly registers: number } {
  const { a, b, out } = schedule;
  const lastUse = lastUses(graph, outputs, schedule);
  const register = new Uint32Array(graph.nodes * 2);
  register[1] = 1;
  const inputs = graph.inputs.reduce((sum, bits) => sum + bits, 0);
  const free: number[] = [];
  for (let node = inputs; node >= 1; node--) {
    register[node * 2] = FIRST_INPUT_REGISTER + node - 1;
    if (lastUse[node * 2] === 0) free.push(register[node * 2] as number);
  }
  let registers = FIRST_INPUT_REGISTER + inputs;
  for (let gate = 0; gate < out.length; gate++) {
    const x = a[gate] as number;
    const y = b[gate] as number;
    const result = out[gate] as number;
    a[gate] = register[x] as number;
    b[gate] = register[y] as number;
    if (y !== x && lastUse[y] === gate + 1) free.push(register[y] as number);
    if (lastUse[x] === gate + 1) free.push(register[x] as number);
    register[result] = free.pop() ?? registers++;
    out[gate] = register[result] as number;
  }
  const outputRegisters = Uint32Array.from(outputs, (wire) => register[wire] as number);
  return { ...schedule, outputs: outputRegisters, registers };
}

/** For each wire 1 + the gate that uses it last, 0 without a use, {@linkcode FOREVER} for outputs. */
function lastUses(graph: Graph, outputs: readonly number[], schedule: Schedule): Uint32Array {
  const lastUse = new Uint32Array(graph.nodes * 2);
  for (let gate = 0; gate < schedule.out.length; gate++) {
    lastUse[schedule.a[gate] as number] = gate + 1;
    lastUse[schedule.b[gate] as number] = gate + 1;
  }
  for (const wire of outputs) lastUse[wire] = FOREVER;
  return lastUse;
}
