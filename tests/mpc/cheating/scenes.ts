/** What the sessions with a cheating party compute. */
import { bitBytes, getBit, setBit } from "../../../lib/base/mod.ts";
import { Builder, FIRST_INPUT_REGISTER, OP } from "../../../lib/circuit/mod.ts";
import type { Bits } from "../../../lib/crypto/mod.ts";
import { batchBits, batchShape } from "../../../lib/mpc/mod.ts";
import type { Scene } from "../../sim/adversary.ts";

/** Input bits of each party. */
const INPUT_BITS = 4;
/** AND gates by number: INNER is an operand of DEEP, WIDE is the first of five beside each other. */
export const GATE = { INNER: 0, DEEP: 1, WIDE: 2 } as const;
/** AND gates of a mixed scene. */
export const GATES = 7;
/** Outputs by number. The last two pass no AND gate. */
export const OUT = { DEEP: 0, WIDE: 1, SUM: 6, LAST: 7 } as const;

/**
 * For n parties with four input bits each, where f is party 0, s party 1 and l the last party: gates INNER = f0·s0,
 * DEEP = INNER·(f0 ⊕ l0), then s1·(l1 ⊕ f1), s3·(l3 ⊕ f3), s1·f3, s3·f1, (s1 ⊕ s3)·(f1 ⊕ f3); outputs all but
 * INNER, then f2 ⊕ s2 and l2.
 */
export function mixedScene(parties: number, options: Partial<Scene> = {}): Scene {
  const b = new Builder({ inputs: Array(parties).fill(INPUT_BITS) });
  const bits = (party: number): number[] => [0, 1, 2, 3].map((index) => b.input(party, index));
  const [f0 = 0, f1 = 0, f2 = 0, f3 = 0] = bits(0);
  const [s0 = 0, s1 = 0, s2 = 0, s3 = 0] = bits(1);
  const [l0 = 0, l1 = 0, l2 = 0, l3 = 0] = bits(parties - 1);
  const inner = b.and(f0, s0);
  const circuit = b.build([
    b.and(inner, b.xor(f0, l0)),
    b.and(s1, b.xor(l1, f1)),
    b.and(s3, b.xor(l3, f3)),
    b.and(s1, f3),
    b.and(s3, f1),
    b.and(b.xor(s1, s3), b.xor(f1, f3)),
    b.xor(f2, s2),
    l2,
  ]);
  const inputs = Array.from({ length: parties }, (_, i) => Uint8Array.of([3, 15, 4][i] ?? 2));
  return { parties, circuit, inputs, ...options };
}

/** AND gates of the first chunk of a mixed scene: those that the lies are about. */
export function firstGates({ chunk = GATES }: Pick<Scene, "chunk">): number {
  return Math.min(chunk, GATES);
}

/** The AND gates of the first chunk that are outputs: output number m is gate m + 1. */
export function visibleGates(scene: Pick<Scene, "chunk">): number[] {
  return Array.from({ length: firstGates(scene) - 1 }, (_, m) => m + 1);
}

/** Six AND gates next to each other, f_m·s_m for the first two parties; all are outputs. */
export function flatScene(parties: number, options: Partial<Scene> = {}): Scene {
  const b = new Builder({ inputs: Array.from({ length: parties }, (_, i) => i < 2 ? 6 : 0) });
  const gates = [0, 1, 2, 3, 4, 5].map((m) => b.and(b.input(0, m), b.input(1, m)));
  const inputs = Array.from(
    { length: parties },
    (_, i) => i < 2 ? Uint8Array.of([45, 43][i] ?? 0) : new Uint8Array(0),
  );
  return { parties, circuit: b.build(gates), inputs, ...options };
}

/** Number of an input bit among those of all parties: its mask is this one of the input masks. */
export function inputIndex(party: number, bit: number): number {
  return INPUT_BITS * party + bit;
}

/** Row of the first batch of authenticated bits that holds the mask of input bit `index`. */
export function maskRow({ circuit, chunk = Infinity }: Scene, index: number): number {
  return batchBits(batchShape(Math.min(chunk, circuit.header.ands))) + index;
}

/** Rows of the first batch that are used; the rows of the Δ consistency follow. */
export function firstBatch(scene: Scene): number {
  return maskRow(scene, scene.circuit.header.inputs.reduce((sum, bits) => sum + bits, 0));
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
