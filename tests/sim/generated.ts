/** Circuits of any size that are made while they are walked: nothing of them is stored. */
import {
  type CircuitSource,
  FIRST_INPUT_REGISTER,
  OP,
  type Segment,
} from "../../lib/circuit/mod.ts";

/** Shape of a {@linkcode generatedCircuit}. */
export interface GeneratedOptions {
  /** Number of AND gates; as many XOR gates come on top. */
  readonly ands: number;
  /** Wires that live all the time, all of them inputs in the beginning; even. */
  readonly live: number;
  /** Number of parties; the first two have the inputs. */
  readonly parties: number;
}

/** Gates of a segment; as many AND as XOR gates. */
const GATES = 1 << 15;
const OUTPUTS = 64;

/**
 * A circuit with `live` live wires from begin to end, each gate of which reads two of them and replaces a third. Its
 * segments are all alike, so that walking it costs next to nothing beside what is measured.
 */
export function generatedCircuit({ ands, live, parties }: GeneratedOptions): CircuitSource {
  const outputs = Uint32Array.from({ length: OUTPUTS }, (_, m) => FIRST_INPUT_REGISTER + m);
  const inputs = Array.from({ length: parties }, (_, i) => i < 2 ? live / 2 : 0);
  const header = {
    ...{ inputs, outputs, ands, gates: 2 * ands, registers: FIRST_INPUT_REGISTER + live },
    digest: new Uint8Array(32),
  };
  const segment = randomSegment(live);
  return {
    header,
    *segments(): Generator<Segment> {
      for (let left = 2 * ands; left > 0; left -= GATES) {
        const count = Math.min(GATES, left);
        yield { ...segment, count, ands: count / 2 };
      }
    },
  };
}

function randomSegment(live: number): Segment {
  let state = 1;
  const below = (range: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor(state / 2 ** 32 * range);
  };
  const op = new Uint8Array(GATES);
  const [a, b, out] = [0, 1, 2].map(() => new Uint32Array(GATES)) as [
    Uint32Array,
    Uint32Array,
    Uint32Array,
  ];
  for (let gate = 0; gate < GATES; gate++) {
    op[gate] = gate % 2 === 0 ? OP.AND : OP.XOR;
    const first = below(live);
    const second = (first + 1 + below(live - 1)) % live;
    a[gate] = FIRST_INPUT_REGISTER + first;
    b[gate] = FIRST_INPUT_REGISTER + second;
    // Why another register: XOR into an operand and again would bring back what was there.
    out[gate] = FIRST_INPUT_REGISTER + (second + 1 + below(live - 1)) % live;
  }
  return { count: GATES, ands: GATES / 2, op, a, b, out };
}
