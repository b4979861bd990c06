/** Circuits of given gates, as the builder would not make them. */
import {
  circuitDigest,
  type CircuitHeader,
  type CircuitSource,
  OP,
  type Segment,
  SEGMENT_GATES,
} from "../../lib/circuit/mod.ts";

/** A circuit as arrays over all gates; the meaning is that of {@linkcode Segment}. */
export interface Gates {
  /** Input bits by party. */
  readonly inputs: readonly number[];
  /** Register of each output bit. */
  readonly outputs: Uint32Array;
  /** Number of registers, the two constants included. */
  readonly registers: number;
  /** Operation of each gate. */
  readonly op: Uint8Array;
  /** First operand of each gate. */
  readonly a: Uint32Array;
  /** Second operand of each gate. */
  readonly b: Uint32Array;
  /** Result of each gate. */
  readonly out: Uint32Array;
}

/** A circuit in memory, cut into segments of {@linkcode SEGMENT_GATES} gates (the last is shorter). */
export class MemoryCircuit implements CircuitSource {
  /** Computed from the gates. */
  readonly header: CircuitHeader;
  readonly #segments: readonly Segment[];

  /** Keeps the arrays; the caller must not change them afterwards. */
  constructor(gates: Gates) {
    const segments = cut(gates);
    let ands = 0;
    for (const segment of segments) ands += segment.ands;
    const facts = {
      inputs: gates.inputs,
      outputs: gates.outputs,
      ands,
      gates: gates.op.length,
      registers: gates.registers,
    };
    this.header = { ...facts, digest: circuitDigest(facts, segments) };
    this.#segments = segments;
  }

  segments(): Iterable<Segment> {
    return this.#segments;
  }
}

function cut(gates: Gates): Segment[] {
  const segments: Segment[] = [];
  for (let from = 0; from < gates.op.length; from += SEGMENT_GATES) {
    const to = Math.min(from + SEGMENT_GATES, gates.op.length);
    const op = gates.op.subarray(from, to);
    let ands = 0;
    for (const kind of op) if (kind === OP.AND) ands++;
    const a = gates.a.subarray(from, to);
    const b = gates.b.subarray(from, to);
    segments.push({ count: to - from, ands, op, a, b, out: gates.out.subarray(from, to) });
  }
  return segments;
}
