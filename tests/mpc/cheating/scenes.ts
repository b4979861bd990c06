/** What the sessions with a cheating party compute. */
import { bitBytes, getBit, setBit } from "../../../lib/base/mod.ts";
import { Builder, type CircuitSource, FIRST_INPUT_REGISTER, OP } from "../../../lib/circuit/mod.ts";
import type { Bits } from "../../../lib/crypto/mod.ts";
import { batchBits, batchShape } from "../../../lib/mpc/mod.ts";
import type { Scene } from "../../sim/adversary.ts";

/** Input bits of each party. */
const INPUT_BITS = 3;
/** Outputs by number. */
export const OUT = { DEEP: 0, WIDE: 1, SUM: 2, LAST: 3 } as const;
/** AND gates by number; all but the first are outputs. */
export const GATE = { INNER: 0, DEEP: 1, WIDE: 2 } as const;

/**
 * For n parties with three input bits each, where f is party 0, s party 1 and l the last party:
 * gates INNER = f0·s0, DEEP = INNER·(f0 ⊕ l0), WIDE = s1·(l1 ⊕ f1); outputs DEEP, WIDE, f2 ⊕ s2, l2. The last two
 * pass no AND gate.
 */
export function mixedScene(parties: number, options: Partial<Scene> = {}): Scene {
  const b = new Builder({ inputs: Array(parties).fill(INPUT_BITS) });
  const bit = (party: number, index: number): number => b.input(party, index);
  const last = parties - 1;
  const inner = b.and(bit(0, 0), bit(1, 0));
  const deep = b.and(inner, b.xor(bit(0, 0), bit(last, 0)));
  const wide = b.and(bit(1, 1), b.xor(bit(last, 1), bit(0, 1)));
  const circuit = b.build([deep, wide, b.xor(bit(0, 2), bit(1, 2)), bit(last, 2)]);
  const inputs = Array.from(
    { length: parties },
    (_, i) => Uint8Array.of([0b011, 0b111, 0b100][i] ?? 0b010),
  );
  return { parties, circuit, inputs, ...options };
}

/** Four AND gates next to each other, f_m·s_m for the first two parties; all are outputs. */
export function flatScene(parties: number, options: Partial<Scene> = {}): Scene {
  const b = new Builder({ inputs: Array.from({ length: parties }, (_, i) => i < 2 ? 4 : 0) });
  const gates = [0, 1, 2, 3].map((m) => b.and(b.input(0, m), b.input(1, m)));
  const inputs = Array.from(
    { length: parties },
    (_, i) => i < 2 ? Uint8Array.of([5, 3][i] ?? 0) : new Uint8Array(0),
  );
  return { parties, circuit: b.build(gates), inputs, ...options };
}

/** Number of an input bit among those of all parties: its mask is this one of the input masks. */
export function inputIndex(party: number, bit: number): number {
  return INPUT_BITS * party + bit;
}

/** Row of the first batch of authenticated bits that holds the mask of input bit `index`. */
export function maskRow(circuit: CircuitSource, index: number): number {
  return batchBits(batchShape(circuit.header.ands)) + index;
}

/** Rows of the first batch that are used; the rows of the Δ consistency follow. */
export function firstBatch(circuit: CircuitSource): number {
  return maskRow(circuit, circuit.header.inputs.reduce((sum, bits) => sum + bits, 0));
}

/** The output of `scene` in clear, where AND gate m gives its product ⊕ `flips[m]`. */
export function outputOf(scene: Scene, flips: readonly number[] = []): Bits {
  const { header } = scene.circuit;
  const values = new Uint8Array(header.registers);
  values[1] = 1;
  let at = FIRST_INPUT_REGISTER;
  header.inputs.forEach((bits, party) => {
    for (let i = 0; i < bits; i++) {
      values[at++] = getBit(scene.inputs[party] ?? new Uint8Array(1), i);
    }
  });
  let and = 0;
  for (const { count, op, a, b, out } of scene.circuit.segments()) {
    for (let gate = 0; gate < count; gate++) {
      const [x = 0, y = 0] = [values[a[gate] ?? 0], values[b[gate] ?? 0]];
      const value = op[gate] === OP.XOR
        ? x ^ y
        : op[gate] === OP.NOT
        ? x ^ 1
        : (x & y) ^ (flips[and++] ?? 0);
      values[out[gate] ?? 0] = value;
    }
  }
  const output = new Uint8Array(bitBytes(header.outputs.length));
  header.outputs.forEach((register, bit) => setBit(output, bit, values[register] ?? 0));
  return output;
}

/** `bits` with some bits flipped. */
export function flipped(bits: Bits, ...indices: readonly number[]): Bits {
  const copy = bits.slice();
  for (const index of indices) setBit(copy, index, getBit(copy, index) ^ 1);
  return copy;
}
