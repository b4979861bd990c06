import assert from "node:assert/strict";
import { batchShape } from "../../lib/mpc/bucket.ts";
import { batchBits, cutBatch, type Material, prepareMaterial } from "../../lib/mpc/material.ts";
import { Order } from "../../lib/mpc/order.ts";
import type { Shares } from "../../lib/mpc/shares.ts";
import { Forgetful } from "../sim/forgetful.ts";
import { flipBit } from "../sim/lies.ts";
import type { Tap } from "../sim/memory_channel.ts";
import { type Ending, endings, testParties, type TestParty, verdict } from "../sim/parties.ts";
import { reveal } from "../sim/plain.ts";
import { assertShares, idealShares } from "../sim/shares.ts";

const GATES = 77;

interface Prepared {
  readonly parties: readonly TestParty[];
  readonly gamma: readonly Shares[];
  readonly ends: readonly Ending<Material>[];
  readonly phases: readonly string[];
}

async function prepare(n: number, tap?: Tap, order = (): Order => new Order()): Promise<Prepared> {
  const parties = testParties(n, tap === undefined ? {} : { tap }).map((party) => ({
    ...party,
    order: order(),
  }));
  const shape = batchShape(GATES);
  const alpha = idealShares(parties, GATES, "alpha");
  const beta = idealShares(parties, GATES, "beta");
  const bits = idealShares(parties, batchBits(shape), "bits").map((own) => cutBatch(own, shape));
  const phases: string[] = [];
  const ends = await endings(parties, async (party) => {
    for (const fact of ["COT check", "tree check", "delta consistency"] as const) {
      party.order.passed(fact);
    }
    const [a, b, own] = [alpha[party.self], beta[party.self], bits[party.self]];
    assert.ok(a && b && own);
    const done = (phase: string): void => {
      if (party.self === 0) phases.push(phase);
    };
    const site = { shape, chunk: 0, salt: new Uint8Array(16), index: 0, done };
    const material = await prepareMaterial(party, site, { alpha: a, beta: b }, own);
    party.order.sending("tables", 0);
    return material;
  });
  return { parties, gamma: bits.map(({ gamma }) => gamma), ends, phases };
}

for (const n of [2, 3, 5]) {
  Deno.test(`prepareMaterial() gives c = λ_α·λ_β ⊕ λ_γ with MACs, n = ${n}`, async () => {
    const { parties, gamma, ends, phases } = await prepare(n);
    const all = ends.map((end) => {
      assert.ok(end.ok);
      return end.value;
    });
    const c = all.map((material) => material.c);
    assertShares(parties, c, GATES);
    const [alphas, betas] = [all.map(({ alpha }) => alpha), all.map(({ beta }) => beta)].map(
      reveal,
    );
    assert.ok(alphas && betas);
    const wanted = reveal(gamma).map((bit, m) => bit ^ ((alphas[m] ?? 0) & (betas[m] ?? 0)));
    assert.deepEqual(reveal(c), wanted);
    assert.deepEqual(phases, ["leaky ANDs", "buckets"]);
  });
}

Deno.test("wrong messages of a batch end in the check that the protocol names", async () => {
  const lies: readonly { readonly step: string; readonly bit: number; readonly check: string }[] = [
    { step: "c0/d", bit: 3, check: "MAC hash" },
    { step: "c0/operands", bit: 3, check: "MAC hash" },
    { step: "c0/permutation/open", bit: 0, check: "coin opening" },
    { step: "c0/chi/commit", bit: 0, check: "coin opening" },
  ];
  for (const { step, bit, check } of lies) {
    const { ends } = await prepare(3, flipBit({ step, from: 2, to: 1 }, bit));
    assert.equal(verdict(ends[1]), check, step);
    // After d nobody sends anything more of a batch, so that the others have their material.
    if (step !== "c0/operands") assert.ok(ends.every((end) => !end.ok), step);
  }
});

Deno.test("a wrong e is found by the V check of two parties, by the echo of more", async () => {
  const two = await prepare(2, flipBit({ step: "c0/e", from: 1 }, 40));
  assert.equal(verdict(two.ends[0]), "V check");
  assert.ok(two.ends.every((end) => !end.ok));
  const { ends } = await prepare(3, flipBit({ step: "c0/e", from: 2, to: 0 }, 40));
  assert.ok(ends.some((end) => verdict(end) === "echo"));
  assert.ok(ends.every((end) => !end.ok));
});

Deno.test("a wrong U is found by the V check when the receiver's x is 1", async () => {
  for (const n of [2, 3]) {
    const verdicts = new Set<string>();
    for (let product = 0; product < 8; product++) {
      const { ends } = await prepare(
        n,
        flipBit({ step: "c0/U", from: 1, to: 0 }, 64 * product + 9),
      );
      verdicts.add(verdict(ends[0]));
    }
    // The guess is right about half the time: then bucketing removes what it tells.
    assert.deepEqual([...verdicts].sort(), ["V check", "ok"]);
  }
});

Deno.test("x ⊕ λ_α does not leave before the V check has passed", async () => {
  for (const n of [2, 3]) {
    const { parties, ends } = await prepare(n, undefined, () => new Forgetful("V check"));
    for (const end of ends) {
      const error = end.ok ? "none" : String(end.error);
      assert.match(error, /Cannot send operand openings of chunk 0: V check has not passed|left/);
    }
    for (const { channel } of parties) {
      const { steps } = channel.traffic;
      assert.ok(!steps.has("c0/operands"));
      // d_k alone: one part less than a bucket has layers.
      const { size } = batchShape(GATES);
      const bytes = (size - 1) * Math.ceil(GATES / 8) + 32;
      assert.equal(steps.get("c0/d")?.bytes, (n - 1) * bytes);
    }
  }
});
