/**
 * Output: the output parties learn x = z ⊕ λ of each output wire, nobody else learns anything.
 *
 * Source: WRK17 (eprint 2017/189), figure 4, step 9 (output processing).
 * Assumes: every check of every chunk, a comparison of all broadcasts, and "passed" from the evaluator.
 * In, each party: ⟨λ⟩ and z of the output wires. Out, output party: the output bits.
 * Rounds: 1. Bytes, each party: ⌈wires/8⌉ + 32 to each other output party, where wires are different and not
 * constant. Aborts: "output MAC hash", naming the sender. There is no fairness: an output party that gets a
 * bad share aborts alone.
 */
import { bitBytes, getBit, setBit } from "../base/mod.ts";
import { type CircuitHeader, REGISTER_FALSE, REGISTER_TRUE } from "../circuit/mod.ts";
import type { Bits } from "../crypto/mod.ts";
import { gatherMasks, type Masks } from "./masks.ts";
import { open } from "./opening.ts";
import type { Party } from "./party.ts";
import { arraysOf } from "./shares.ts";

/** Registers whose masks are opened: those of the outputs, each once, without the constants. */
export function outputRegisters(header: Pick<CircuitHeader, "outputs">): Uint32Array<ArrayBuffer> {
  const registers = new Set(header.outputs);
  registers.delete(REGISTER_FALSE);
  registers.delete(REGISTER_TRUE);
  return Uint32Array.from(registers);
}

/** What the opening works on. */
export interface OutputWires {
  /** Says which registers are outputs. */
  readonly header: CircuitHeader;
  /** Chunks of the circuit, all of which have passed. */
  readonly chunks: number;
  /** Masks after the last gate. */
  readonly masks: Masks;
  /** Masked values by register after the last gate, one byte each. */
  readonly values: Uint8Array;
}

/**
 * Opens the output to the output parties.
 *
 * @returns the output bits of the circuit, packed; undefined for a party without output.
 * @throws {CheatingError} "output MAC hash".
 */
export async function openOutput(party: Party, wires: OutputWires): Promise<Bits | undefined> {
  const { header, values } = wires;
  const { outputParties } = party.parameters;
  const registers = outputRegisters(header);
  let lambda: Bits = new Uint8Array(0);
  if (registers.length > 0) {
    const shares = gatherMasks(wires.masks, registers);
    party.secrets.keep(...arraysOf(shares));
    party.order.sending("output shares", wires.chunks - 1);
    const options = { receivers: outputParties, check: "output MAC hash" } as const;
    lambda = (await open(party, "output", [shares], options))?.[0] ?? lambda;
  }
  if (!outputParties.includes(party.self)) return undefined;
  const known = new Map([[REGISTER_FALSE, 0], [REGISTER_TRUE, 1]]);
  registers.forEach((register, m) => {
    known.set(register, (values[register] as number) ^ getBit(lambda, m));
  });
  const output = new Uint8Array(bitBytes(header.outputs.length));
  header.outputs.forEach((register, m) => setBit(output, m, known.get(register) as number));
  return output;
}
