/** Circuits for tests and benchmarks of the engine. */
import { setBit } from "../../lib/base/mod.ts";
import { Builder, type PackedCircuit, type Wire } from "../../lib/circuit/mod.ts";
import { seededRandom } from "./random.ts";

export { aes128 } from "./aes.ts";

/** Shape of a {@linkcode randomCircuit}. */
export interface RandomCircuitOptions {
  readonly parties: number;
  readonly inputsPerParty: number;
  /** Number of XOR and AND gates; NOT gates come on top. */
  readonly gates: number;
  /** Share of AND gates, 0 … 1; one half unless given. */
  readonly ands?: number;
}

/**
 * A random circuit, the same for the same arguments. Every wire without a reader is an output (some
 * negated); the first output repeats and the constants are outputs too. Up to one gate in a hundred
 * folds away, the header counts the rest.
 */
export function randomCircuit(seed: number, options: RandomCircuitOptions): PackedCircuit {
  const { parties, inputsPerParty, gates, ands = 0.5 } = options;
  if (parties * inputsPerParty < 2) throw new RangeError("Cannot build: too few inputs");
  const random = seededRandom(seed);
  const builder = new Builder({ inputs: Array(parties).fill(inputsPerParty) });
  const wires: Wire[] = [];
  for (let party = 0; party < parties; party++) {
    for (let bit = 0; bit < inputsPerParty; bit++) wires.push(builder.input(party, bit));
  }
  const unread = new Set(wires);
  while (builder.gates < gates) {
    const before = builder.gates;
    // Half of the operands are recent, so that the circuit is deep as well as wide.
    const pick = (): Wire => {
      const recent = random(2) === 0 ? Math.max(0, wires.length - 16) : 0;
      return (wires[recent + random(wires.length - recent)] as Wire) ^ random(2);
    };
    const x = pick();
    const y = pick();
    const z = random(1000) < ands * 1000 ? builder.and(x, y) : builder.xor(x, y);
    if (builder.gates !== before + 1) continue;
    unread.delete(x & ~1);
    unread.delete(y & ~1);
    wires.push(z & ~1);
    unread.add(z & ~1);
  }
  const outputs = [...unread].map((wire) => wire ^ random(2));
  return builder.build([...outputs, outputs[0] as Wire, 0, 1]);
}

/** Random packed inputs for a circuit, by party. */
export function randomInputs(seed: number, inputs: readonly number[]): Uint8Array[] {
  const random = seededRandom(seed);
  return inputs.map((bits) => {
    const packed = new Uint8Array((bits + 7) >>> 3);
    for (let bit = 0; bit < bits; bit++) setBit(packed, bit, random(2));
    return packed;
  });
}
