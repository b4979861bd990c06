/** Evaluation in the clear: the reference that every secure evaluation must agree with. */
import { bitBytes, getBit, setBit } from "../base/mod.ts";
import { type CircuitSource, FIRST_INPUT_REGISTER, OP, REGISTER_TRUE } from "./circuit.ts";

/**
 * Evaluates a circuit on packed input bits by party and returns the packed output bits.
 *
 * @throws RangeError when a party's input has another number of bytes than its bits need.
 */
export function evaluate(
  source: CircuitSource,
  inputs: readonly Uint8Array[],
): Uint8Array<ArrayBuffer> {
  const { header } = source;
  const registers = new Uint8Array(header.registers);
  registers[REGISTER_TRUE] = 1;
  let at = FIRST_INPUT_REGISTER;
  header.inputs.forEach((bits, party) => {
    const input = inputs[party] ?? new Uint8Array(0);
    if (input.length !== bitBytes(bits)) {
      throw new RangeError(`Cannot evaluate: party ${party} has ${bits} input bits`);
    }
    for (let bit = 0; bit < bits; bit++) registers[at++] = getBit(input, bit);
  });
  for (const { count, op, a, b, out } of source.segments()) {
    for (let gate = 0; gate < count; gate++) {
      const x = registers[a[gate] as number] as number;
      const y = registers[b[gate] as number] as number;
      const kind = op[gate];
      registers[out[gate] as number] = kind === OP.XOR ? x ^ y : kind === OP.AND ? x & y : x ^ 1;
    }
  }
  const output = new Uint8Array(bitBytes(header.outputs.length));
  header.outputs.forEach((register, bit) => setBit(output, bit, registers[register] as number));
  return output;
}
