import assert from "node:assert/strict";
import {
  addShares,
  batchShape,
  BUCKET_SIZES,
  combine,
  copyShares,
  fold,
} from "../../lib/mpc/bucket.ts";
import { permutations } from "../../lib/mpc/permutation.ts";
import type { Shares } from "../../lib/mpc/shares.ts";
import { testParties } from "../sim/parties.ts";
import { reveal, unpack } from "../sim/plain.ts";
import { assertShares, idealShares } from "../sim/shares.ts";

Deno.test("batchShape() takes the fewest products that are safe", () => {
  const shapes = [1, 431, 3_276, 3_277, 4_096, 278_045, 278_046, 400_000].map((gates) => {
    const { size, buckets } = batchShape(gates);
    return `${size}·${buckets}`;
  });
  assert.deepEqual(shapes, [
    ...["5·431", "5·431", "5·3276", "4·4096", "4·4096"],
    ...["4·278045", "3·370728", "3·400000"],
  ]);
});

Deno.test("the bucket sizes keep a cheater below 2^-40", () => {
  for (const { size, buckets } of BUCKET_SIZES) {
    // `bad` guesses in each layer (an optimal cheater guesses as much in one as in another): all are
    // right with probability 2^-(bad·size), and a given one of layer 1 meets one of each other layer
    // with probability (bad/N)^(B−1).
    const best = Array.from({ length: 20 }, (_, at) => {
      const bad = at + 1;
      return Math.log2(bad) + (size - 1) * Math.log2(bad / buckets) - bad * size;
    });
    assert.ok(Math.max(...best) <= -40, `B = ${size}: 2^${Math.max(...best).toFixed(2)}`);
    // And not more than needed: one bucket less, and 2^-40 is missed.
    const [single] = [(size - 1) * Math.log2(1 / (buckets - 1)) - size];
    assert.ok(single > -40);
  }
});

for (const n of [2, 3, 5]) {
  Deno.test(`combine() gives the authenticated products of the buckets, n = ${n}`, () => {
    const gates = 50;
    const shape = { gates, buckets: 60, size: 4 };
    const parties = testParties(n);
    const share = (count: number, name: string): Shares[] => idealShares(parties, count, name);
    const factor = share(gates, "first");
    const padding = share(shape.buckets - gates, "padding");
    const x = share(240, "x");
    const y = share(180, "y");
    const z = share(240, "z");
    // Party 0's share of z is corrected, with its MACs, so that z = x·y for all layers.
    const factors = [...reveal(factor), ...reveal(padding), ...reveal(y)];
    const xs = reveal(x);
    const wrong = new Uint8Array(30);
    reveal(z).forEach((bit, m) => {
      const off = bit ^ ((xs[m] ?? 0) & (factors[m] ?? 0));
      wrong[m >>> 3] = (wrong[m >>> 3] ?? 0) | (off << (m & 7));
    });
    const [first] = z;
    assert.ok(first);
    first.bits.forEach((byte, at) => first.bits[at] = byte ^ (wrong[at] ?? 0));
    for (const party of parties.slice(1)) {
      const macs = first.macs[party.self];
      assert.ok(macs);
      party.kernels.xorDeltaInto(macs, wrong, party.delta, 240);
    }
    const order = permutations(parties[0]?.kernels ?? fail(), new Uint8Array(32), {
      ...{ count: 3, size: shape.buckets },
    });
    const batches = parties.map(({ self: i }) => ({
      ...{ shape, first: factor[i] ?? fail(), x: x[i] ?? fail() },
      ...{ y: y[i] ?? fail(), z: z[i] ?? fail(), permutations: order },
    }));
    const folded = parties.map(({ kernels, self }) => fold(kernels, batches[self] ?? fail()));
    const opened = Array.from({ length: shape.size - 1 }, (_, part) => {
      const all = folded.map(({ d }) => d[part] ?? fail());
      assertShares(parties, all, gates);
      const bits = new Uint8Array((gates + 7) >>> 3);
      reveal(all).forEach((bit, m) => bits[m >>> 3] = (bits[m >>> 3] ?? 0) | (bit << (m & 7)));
      return bits;
    });
    const products = parties.map(({ kernels, self }) => {
      return combine(kernels, batches[self] ?? fail(), opened);
    });
    assertShares(parties, products, gates);
    const sums = folded.map((own) => own.x);
    assertShares(parties, sums, gates);
    const ys = reveal(factor);
    assert.deepEqual(reveal(products), reveal(sums).map((bit, m) => bit & (ys[m] ?? 0)));
  });
}

Deno.test("addShares() adds selected and permuted shares; copyShares() is independent", () => {
  const parties = testParties(3);
  const [out, source] = [idealShares(parties, 9, "out"), idealShares(parties, 20, "source")];
  const before = reveal(out);
  const from = Uint32Array.of(19, 0, 0, 7, 3, 4, 5, 6, 12);
  const bits = Uint8Array.of(0b01011011, 1);
  const sums = out.map((own) => copyShares(own));
  for (const { kernels, self } of parties) {
    addShares(kernels, sums[self] ?? fail(), source[self] ?? fail(), { from, bits });
  }
  assertShares(parties, sums, 9);
  const plain = reveal(source);
  const chosen = unpack(bits, 9);
  assert.deepEqual(
    reveal(sums),
    before.map((bit, m) => bit ^ ((chosen[m] ?? 0) & (plain[from[m] ?? 0] ?? 0))),
  );
  assert.deepEqual(reveal(out), before);
});

function fail(): never {
  throw new Error("missing");
}
