import assert from "node:assert/strict";
import type { CircuitHeader } from "../../lib/circuit/mod.ts";
import type { Bits } from "../../lib/crypto/mod.ts";
import { inputCount, inputRanges, maskInputs } from "../../lib/mpc/inputs.ts";
import { randomInputs } from "../sim/circuits.ts";
import { flipBit } from "../sim/lies.ts";
import type { Tap } from "../sim/memory_channel.ts";
import { type Ending, endings, testParties, type TestParty, verdict } from "../sim/parties.ts";
import { reveal, unpack } from "../sim/plain.ts";
import { idealShares } from "../sim/shares.ts";

function header(inputs: readonly number[]): CircuitHeader {
  const nothing = { outputs: new Uint32Array(0), ands: 0, gates: 0, digest: new Uint8Array(0) };
  return { inputs, registers: 2 + inputs.reduce((sum, bits) => sum + bits, 0), ...nothing };
}

interface Masked {
  readonly parties: readonly TestParty[];
  readonly ends: readonly Ending<Bits>[];
  /** What z must be. */
  readonly wanted: readonly number[];
}

async function mask(n: number, bits: readonly number[], tap?: Tap): Promise<Masked> {
  const parties = testParties(n, tap === undefined ? {} : { tap });
  const ranges = inputRanges(header(bits), n);
  const masks = idealShares(parties, inputCount(header(bits)), "masks");
  const inputs = randomInputs(5, bits);
  const plain = bits.flatMap((count, i) => unpack(inputs[i] ?? new Uint8Array(0), count));
  const lambda = reveal(masks);
  const ends = await endings(parties, async (party) => {
    for (const fact of ["COT check", "tree check", "delta consistency"] as const) {
      party.order.passed(fact);
    }
    const own = masks[party.self];
    assert.ok(own);
    const input = Uint8Array.from(inputs[party.self] ?? []);
    const z = await maskInputs(party, ranges, input, own);
    party.order.sending("input labels");
    return z;
  });
  return { parties, ends, wanted: plain.map((bit, m) => bit ^ (lambda[m] ?? 0)) };
}

for (const [n, bits] of [[2, [3, 12]], [3, [0, 130, 1]], [5, [9, 0, 0, 7, 8]], [4, [5]]] as const) {
  Deno.test(`maskInputs() gives everybody z = x ⊕ λ, ${n} parties, bits ${bits}`, async () => {
    const { ends, wanted } = await mask(n, bits);
    for (const end of ends) {
      assert.ok(end.ok);
      assert.deepEqual(unpack(end.value, wanted.length), wanted);
    }
  });
}

Deno.test("an owner notices a wrong mask bit before it sends z", async () => {
  const tap = flipBit({ step: "input/mask/1", from: 2, to: 1 });
  const { ends, parties } = await mask(3, [4, 4, 4], tap);
  assert.equal(verdict(ends[1]), "MAC hash");
  assert.ok(ends.every((end) => !end.ok));
  assert.equal(parties[1]?.channel.traffic.steps.has("input/z"), false);
});

Deno.test("different z of an input for different parties end in the echo comparison", async () => {
  const { ends } = await mask(3, [4, 4, 4], flipBit({ step: "input/z", from: 2, to: 1 }));
  assert.ok(ends.some((end) => verdict(end) === "echo"));
  assert.ok(ends.every((end) => !end.ok));
});

Deno.test("bits beyond the inputs do not change z", async () => {
  const { ends, wanted } = await mask(2, [4, 4], flipBit({ step: "input/z", from: 1 }, 6));
  for (const end of ends) {
    assert.ok(end.ok);
    assert.deepEqual(end.value, end.value.slice(0, 1));
    assert.deepEqual(unpack(end.value, 8), wanted);
  }
});

Deno.test("inputRanges() counts through the parties", () => {
  assert.deepEqual(inputRanges(header([3, 0, 2]), 4), [
    { first: 0, count: 3 },
    { first: 3, count: 0 },
    { first: 3, count: 2 },
    { first: 5, count: 0 },
  ]);
});
