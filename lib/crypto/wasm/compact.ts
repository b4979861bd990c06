/**
 * Runs of few gates in circuits of many registers: only the registers that the run uses are renumbered and
 * copied, so that the cost of a run follows from its gates, not from the wires that are live meanwhile.
 */
import type { Blocks, GateRun } from "../kernels.ts";
import { blockWords } from "../ts/words.ts";

/** With more registers a gate than this, copying all of them costs more than renumbering. */
const REGISTERS_A_GATE = 8;

/** A run over few registers. */
export interface CompactRun {
  /** The gates, with new register numbers. */
  readonly gates: Pick<GateRun, "from" | "to" | "op" | "a" | "b" | "out">;
  /** The old number of each new one. */
  readonly registers: Uint32Array;
}

/** Whether a run should be made compact first: it uses register numbers below `registers`. */
export function isSparse({ from, to }: GateRun, registers: number): boolean {
  return to > from && registers > REGISTERS_A_GATE * (to - from);
}

/** Numbers the registers of a run anew, in the order in which its gates name them. */
export function compact({ from, to, op, a, b, out }: GateRun): CompactRun {
  const gates = to - from;
  const places = new Map<number, number>();
  const place = (register: number): number => {
    const known = places.get(register);
    if (known !== undefined) return known;
    const next = places.size;
    places.set(register, next);
    return next;
  };
  const numbers = (): Uint32Array => new Uint32Array(gates);
  const [newA, newB, newOut] = [numbers(), numbers(), numbers()] as const;
  for (let gate = 0; gate < gates; gate++) {
    const first = a[from + gate] as number;
    newA[gate] = place(first);
    // A NOT reads only its first operand; the other may be anything.
    newB[gate] = place(op[from + gate] === 2 ? first : b[from + gate] as number);
    newOut[gate] = place(out[from + gate] as number);
  }
  return {
    gates: { from: 0, to: gates, op: op.subarray(from, to), a: newA, b: newB, out: newOut },
    registers: Uint32Array.from(places.keys()),
  };
}

/** The blocks of some registers. Secret; the caller wipes them. */
export function gather(labels: Blocks, registers: Uint32Array): Blocks {
  const source = blockWords(labels, labels.length >>> 4);
  const out = new Int32Array(4 * registers.length);
  registers.forEach((register, i) => {
    for (let w = 0; w < 4; w++) out[4 * i + w] = source[4 * register + w] as number;
  });
  return new Uint8Array(out.buffer);
}

/** Writes the blocks of some registers back, and wipes them. */
export function scatter(labels: Blocks, registers: Uint32Array, blocks: Blocks): void {
  const target = blockWords(labels, labels.length >>> 4);
  const source = blockWords(blocks, registers.length);
  registers.forEach((register, i) => {
    for (let w = 0; w < 4; w++) target[4 * register + w] = source[4 * i + w] as number;
  });
  blocks.fill(0);
}
