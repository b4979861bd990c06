/** What a party sees says nothing of the others' inputs: masked values of fixed inputs are balanced. */
import assert from "node:assert/strict";
import { getBit } from "../../lib/base/mod.ts";
import { wasmKernels } from "../../lib/crypto/mod.ts";
import { randomCircuit, randomInputs } from "../sim/circuits.ts";
import { simulate } from "../sim/engine.ts";
import type { Tap } from "../sim/memory_channel.ts";

const SLOW = Deno.env.get("P2P_MPC_SLOW") === "1";
const SEEDS = SLOW ? 1000 : 100;
const kernels = wasmKernels();

/**
 * Bits of one step of a party by position, counted over sessions that differ in their randomness alone.
 *
 * Error probability: each of the `positions` counts of a fair coin in `SEEDS` tosses lies more than t from the mean with
 * probability at most 2·exp(−2·t²/SEEDS) (Hoeffding). With t from that bound for 2^-20/positions, all of them
 * lie within t but with probability 2^-20.
 */
function assertBalanced(ones: readonly number[], what: string): void {
  const deviation = Math.sqrt(SEEDS / 2 * Math.log(2 * ones.length * 2 ** 20));
  assert.ok(ones.length > 0, what);
  for (const [at, count] of ones.entries()) {
    assert.ok(Math.abs(count - SEEDS / 2) <= deviation, `${what}, bit ${at}: ${count} of ${SEEDS}`);
  }
}

Deno.test("masked values of fixed inputs are balanced over seeds", async () => {
  const parties = 3;
  const circuit = randomCircuit(9, { parties, inputsPerParty: 8, gates: 24 });
  const inputs = randomInputs(9, circuit.header.inputs);
  const { ands } = circuit.header;
  const counts = new Map<string, number[]>();
  const count = (name: string, bytes: Uint8Array, bits: number): void => {
    const ones = counts.get(name) ?? Array(bits).fill(0);
    counts.set(name, ones.map((sum, bit) => sum + getBit(bytes, bit)));
  };
  for (let seed = 0; seed < SEEDS; seed++) {
    const tap: Tap = (from, to, step, bytes) => {
      // One receiver of each: what is broadcast is the same for all.
      if (step === "input/z" && to === (from + 1) % parties) count(`${step} of ${from}`, bytes, 8);
      if (step === "c0/labels" && to === 1) count(step, bytes, ands);
      if (/^c0\/(d|operands)$/.test(step) && to === (from + 1) % parties) {
        count(`${step} of ${from}`, bytes, ands);
      }
      if (step === "input/labels") count(`${step} of ${from}`, bytes, 128);
      if (step.startsWith("tables/")) count(`${step} of ${from}`, bytes, 128);
      if (step === "output" && to === 0) count(`${step} of ${from}`, bytes, 8);
      return bytes;
    };
    const options = {
      parties,
      kernels,
      seed: `view ${seed}`,
      network: { tap },
      outputParties: [0],
    };
    await simulate(circuit, inputs, options);
  }
  assert.equal(counts.size, 3 + 1 + 2 * 3 + 2 + 2 + 2);
  for (const [name, ones] of counts) assertBalanced(ones, name);
  // The bound tells what is masked from what is not.
  for (const ones of [0, SEEDS]) assert.throws(() => assertBalanced([ones], "plain"));
});
