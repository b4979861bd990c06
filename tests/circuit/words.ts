/** Evaluates word functions as circuits, for the tests of the gadgets. */
import { setBit } from "../../lib/base/mod.ts";
import { getBit } from "../../lib/base/mod.ts";
import {
  Builder,
  evaluate,
  type PackedCircuit,
  validateCircuit,
  type Wire,
  type Word,
} from "../../lib/circuit/mod.ts";

/** A circuit over unsigned numbers: one input word for each party, several output words. */
export interface WordCircuit {
  readonly circuit: PackedCircuit;
  /** Evaluates on one number for each input word. */
  run(...values: readonly bigint[]): bigint[];
}

/** Builds and validates the circuit of `f`, whose input words have the given widths. */
export function wordCircuit(
  widths: readonly number[],
  f: (b: Builder, ...words: Wire[][]) => readonly Word[],
): WordCircuit {
  const b = new Builder({ inputs: widths });
  const words = widths.map((bits, party) =>
    Array.from({ length: bits }, (_, i) => b.input(party, i))
  );
  const outputs = f(b, ...words);
  const circuit = b.build(outputs.flat());
  validateCircuit(circuit);
  const run = (...values: readonly bigint[]): bigint[] => {
    const packed = evaluate(circuit, widths.map((bits, i) => pack(values[i] ?? 0n, bits)));
    let at = 0;
    return outputs.map((word) => {
      let value = 0n;
      for (let i = 0; i < word.length; i++) value = value * 2n + BigInt(getBit(packed, at++));
      return value;
    });
  };
  return { circuit, run };
}

function pack(value: bigint, bits: number): Uint8Array {
  const packed = new Uint8Array((bits + 7) >>> 3);
  for (let i = 0; i < bits; i++) setBit(packed, i, Number((value >> BigInt(bits - 1 - i)) & 1n));
  return packed;
}
