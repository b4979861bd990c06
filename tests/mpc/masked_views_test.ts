/**
 * That views are masked, as statistics: over many seeds with fixed inputs every bit that the evaluator or another
 * party sees is balanced, and as often set for one choice of inputs as for another.
 *
 * A count of N fair bits is off its mean by t or more with probability at most 2·exp(−2t²/N), and a difference of two
 * such counts with at most 2·exp(−t²/N) (Hoeffding). With t as below each of the at most `TESTS_MAX` tests is wrong
 * with probability at most 2^-41 / TESTS_MAX, so that for fresh seeds the whole file is wrong with less than 2^-40. The
 * seeds are fixed, so it is right or wrong for good.
 */
import assert from "node:assert/strict";
import { bitBytes, getBit } from "../../lib/base/mod.ts";
import { type CircuitSource, evaluate } from "../../lib/circuit/mod.ts";
import { wasmKernels } from "../../lib/crypto/mod.ts";
import { batchShape } from "../../lib/mpc/mod.ts";
import { randomCircuit } from "../sim/circuits.ts";
import { simulate } from "../sim/engine.ts";
import type { Tap } from "../sim/memory_channel.ts";

const SLOW = Deno.env.get("P2P_MPC_SLOW") === "1";
/** Sessions for each choice of inputs: enough that a constant bit is far off. */
const SESSIONS = SLOW ? 1000 : 128;
/** Bits and sums that are tested, at most. */
const TESTS_MAX = 1 << 14;
/** Bits of e that are tested one by one; all of them count in their sum. */
const E_BITS = 64;
const PARTIES = 3;
const INPUT_BITS = 8;
const kernels = wasmKernels();

/** t for N fair bits: 2·exp(−2t²/N) = 2^-41 / TESTS_MAX. */
function bound(bits: number): number {
  return Math.sqrt(bits * Math.log(2 ** 42 * TESTS_MAX) / 2);
}

/** Counts of set bits by place. */
class Tally {
  readonly #ones = new Map<string, number>();
  readonly #kinds = new Map<string, { ones: number; bits: number }>();

  /** Counts a bit at its place and in the sum of its kind, whose bits are independent. */
  add(kind: string, place: number, bit: number): void {
    this.addPlace(kind, place, bit);
    this.addTo(kind, bit);
  }

  /** Counts a bit at its place alone. */
  addPlace(kind: string, place: number, bit: number): void {
    const key = `${kind} ${place}`;
    this.#ones.set(key, (this.#ones.get(key) ?? 0) + bit);
  }

  /** Counts a bit in the sum of its kind alone. */
  addTo(kind: string, bit: number): void {
    const sum = this.#kinds.get(kind) ?? { ones: 0, bits: 0 };
    sum.ones += bit;
    sum.bits += 1;
    this.#kinds.set(kind, sum);
  }

  /** Ones and bits by name: each place, and each kind over all places. */
  counts(): Map<string, { readonly ones: number; readonly bits: number }> {
    const places = [...this.#ones].map(([key, ones]) => [key, { ones, bits: SESSIONS }] as const);
    const kinds = [...this.#kinds].map(([kind, sum]) => [`all of ${kind}`, sum] as const);
    return new Map([...places, ...kinds]);
  }
}

/** Adds packed bits, and with `pairs` the sums of neighbours: two wires under one mask would show there. */
function addBits(tally: Tally, kind: string, bits: Uint8Array, count: number, pairs = false): void {
  for (let m = 0; m < count; m++) {
    tally.add(kind, m, getBit(bits, m));
    if (pairs && m > 0) tally.add(`${kind} sums`, m, getBit(bits, m) ^ getBit(bits, m - 1));
  }
}

/** Adds what is masked in a message. */
function addMessage(tally: Tally, circuit: CircuitSource, site: string, bytes: Uint8Array): void {
  const { ands } = circuit.header;
  const { size, buckets } = batchShape(ands);
  const [step = "", link = ""] = site.split(" ");
  if (step === "input/z") addBits(tally, `z of the inputs ${link}`, bytes, INPUT_BITS, true);
  // One garbler stands for all: each gets the same z.
  if (step === "c0/labels" && link === "0>1") addBits(tally, "z of the gates", bytes, ands, true);
  if (step === "c0/d") {
    for (let k = 0; k < size - 1; k++) {
      const part = bytes.subarray(k * bitBytes(ands), (k + 1) * bitBytes(ands));
      addBits(tally, `d ${k + 2} ${link}`, part, ands);
    }
  }
  if (step === "c0/operands") addBits(tally, `d ${link}`, bytes, ands);
  if (step === "c0/e") {
    addBits(tally, `e ${link}`, bytes, E_BITS);
    for (let m = 0; m < size * buckets; m++) tally.addTo(`whole e ${link}`, getBit(bytes, m));
  }
  if (step === "input/labels") {
    for (let m = 0; m < PARTIES * INPUT_BITS; m++) {
      tally.add(`lsb of labels ${link}`, m, (bytes[16 * m] ?? 0) & 1);
    }
  }
  if (step === "tables/0" && link === "1>0") {
    addBits(tally, "lsb of g*", bytes.subarray(bytes.length - bitBytes(ands)), ands);
  }
  if (step === "output") {
    // No sum: output wires may be sums of each other.
    const wires = new Set(circuit.header.outputs).size - 2;
    for (let m = 0; m < wires; m++) tally.addPlace(`output shares ${link}`, m, getBit(bytes, m));
  }
}

/** Many sessions with the same inputs, on the seeds of `name`. */
async function tallied(
  circuit: CircuitSource,
  inputs: readonly Uint8Array[],
  name: string,
): Promise<Tally> {
  const tally = new Tally();
  const tap: Tap = (from, to, step, bytes) => {
    addMessage(tally, circuit, `${step} ${from}>${to}`, bytes);
    return bytes;
  };
  const wanted = evaluate(circuit, inputs);
  for (let session = 0; session < SESSIONS; session++) {
    const options = { parties: PARTIES, kernels, network: { tap }, seed: `${name} ${session}` };
    const { outputs } = await simulate(circuit, inputs, { ...options, outputParties: [0] });
    assert.deepEqual(outputs[0], wanted);
  }
  return tally;
}

Deno.test("what is masked is balanced, and does not depend on the inputs", async () => {
  const circuit = randomCircuit(3, { parties: PARTIES, inputsPerParty: INPUT_BITS, gates: 60 });
  // Opposite inputs, all bits of them constant: an unmasked bit is off by half of all sessions.
  const zeros = Array.from({ length: PARTIES }, () => Uint8Array.of(0x00));
  const mixed = Array.from(
    { length: PARTIES },
    (_, i) => Uint8Array.of([0xff, 0x5b, 0xc4][i] ?? 0),
  );
  const [first, second] = [
    (await tallied(circuit, zeros, "zeros")).counts(),
    (await tallied(circuit, mixed, "mixed")).counts(),
  ];
  assert.deepEqual([...first.keys()], [...second.keys()]);
  assert.ok(3 * first.size <= TESTS_MAX && first.size > 1000);
  assert.ok(bound(SESSIONS) < SESSIONS / 2, "too few sessions to notice anything");
  for (const [name, { ones, bits }] of first) {
    const other = second.get(name);
    assert.ok(other !== undefined && other.bits === bits);
    for (const count of [ones, other.ones]) {
      const off = Math.abs(count - bits / 2);
      assert.ok(off < bound(bits), `${name}: ${count} of ${bits} bits are set`);
    }
    // The difference of two counts has twice the variance.
    const apart = Math.abs(ones - other.ones);
    assert.ok(apart < bound(2 * bits), `${name}: ${ones} and ${other.ones} of ${bits} are set`);
  }
});
