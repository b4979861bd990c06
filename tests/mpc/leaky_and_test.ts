import assert from "node:assert/strict";
import { xorInto } from "../../lib/base/mod.ts";
import { broadcast } from "../../lib/mpc/broadcast.ts";
import {
  authenticateProducts,
  leakyProducts,
  lowBits,
  ownProducts,
} from "../../lib/mpc/leaky_and.ts";
import { type Shares, sliceShares } from "../../lib/mpc/shares.ts";
import { flipBit } from "../sim/lies.ts";
import type { Tap } from "../sim/memory_channel.ts";
import { runAll, testParties, type TestParty } from "../sim/parties.ts";
import { reveal } from "../sim/plain.ts";
import { assertShares, idealShares } from "../sim/shares.ts";

const COUNT = 150;

interface Batch {
  readonly parties: readonly TestParty[];
  readonly x: readonly Shares[];
  readonly y: readonly Shares[];
  readonly z: readonly Shares[];
  /** ⊕_i T_i, 8 bytes a product. */
  readonly t: Uint8Array;
}

/** Multiplies random shares; y comes in two parts of uneven lengths. */
async function multiply(n: number, tap?: Tap): Promise<Batch> {
  const parties = testParties(n, tap === undefined ? {} : { tap });
  const [x, y, r] = ["x", "y", "r"].map((name) => idealShares(parties, COUNT, name));
  assert.ok(x && y && r);
  const outputs = await runAll(parties, async (party) => {
    for (const fact of ["COT check", "tree check", "delta consistency"] as const) {
      party.order.passed(fact);
    }
    const [own, factor, random] = [x[party.self], y[party.self], r[party.self]];
    assert.ok(own && factor && random);
    const parts = [sliceShares(factor, 0, 13), sliceShares(factor, 13, COUNT - 13)];
    const site = { chunk: 0, step: "U", salt: new Uint8Array(16), index: 1000 };
    const products = await leakyProducts(party, { x: own, y: parts, r: random }, site);
    const e = await broadcast(party, "e", products.e, products.e.length, "c0");
    return authenticateProducts(party, random, products, e);
  });
  const t = new Uint8Array(8 * COUNT);
  for (const output of outputs) xorInto(t, output.t);
  return { parties, x, y, z: outputs.map((output) => output.z), t };
}

for (const n of [2, 3, 5]) {
  Deno.test(`leaky ANDs give authenticated products and T adds up to 0, n = ${n}`, async () => {
    const { parties, x, y, z, t } = await multiply(n);
    assertShares(parties, z, COUNT);
    const ys = reveal(y);
    assert.deepEqual(reveal(z), reveal(x).map((bit, m) => bit & (ys[m] ?? 0)));
    assert.ok(t.every((byte) => byte === 0));
  });
}

Deno.test("a changed U shows in T exactly where the receiver's x is 1", async () => {
  for (const product of [0, 1, 2, 3, 77, COUNT - 1]) {
    const { x, t } = await multiply(3, flipBit({ step: "U", from: 2, to: 1 }, 64 * product + 5));
    const bit = x[1] === undefined ? 0 : ((x[1].bits[product >>> 3] ?? 0) >>> (product & 7)) & 1;
    const wrong = [...Array(COUNT).keys()].filter((m) => {
      return t.subarray(8 * m, 8 * m + 8).some((byte) => byte !== 0);
    });
    assert.deepEqual(wrong, bit === 1 ? [product] : []);
  }
});

Deno.test("a wrong e shows in T as the low half of the global keys of those who got it", async () => {
  const { parties, t } = await multiply(3, flipBit({ step: "e", from: 0 }, 9));
  const delta = new Uint8Array(8);
  for (const party of parties.slice(1)) xorInto(delta, party.delta.subarray(0, 8));
  assert.deepEqual(t.slice(72, 80), delta);
});

Deno.test("ownProducts() and lowBits() work on packed bits", () => {
  const phi = Uint8Array.from({ length: 8 * 11 }, (_, at) => at + 1);
  const x = Uint8Array.of(0b10000101, 0b100);
  const out = ownProducts(x, phi);
  for (let at = 0; at < phi.length; at++) {
    assert.equal(out[at], [0, 2, 7, 10].includes(at >>> 3) ? phi[at] : 0);
  }
  assert.deepEqual(lowBits(phi, 11), Uint8Array.of(0xff, 0b111));
});

Deno.test("no U leaves before the checks of its batch", async () => {
  const [party] = testParties(2);
  assert.ok(party);
  const [x, y, r] = ["x", "y", "r"].map((name) => idealShares(testParties(2), 8, name)[0]);
  assert.ok(x && y && r);
  const site = { chunk: 0, step: "U", salt: new Uint8Array(16), index: 0 };
  await assert.rejects(leakyProducts(party, { x, y: [y], r }, site), /Cannot send U of chunk 0/);
  assert.equal(party.channel.traffic.messages, 0);
});
