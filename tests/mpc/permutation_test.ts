import assert from "node:assert/strict";
import fc from "fast-check";
import { sha256, typescriptKernels, u32 } from "../../lib/crypto/mod.ts";
import { permutations, UniformWords } from "../../lib/mpc/permutation.ts";

function coin(number: number): Uint8Array {
  return sha256(u32(number));
}

Deno.test("permutations() gives permutations, the same for the same coin", () => {
  fc.assert(
    fc.property(fc.nat(1000), fc.nat(300), fc.nat(4), (seed, size, count) => {
      const shape = { count, size };
      const all = permutations(typescriptKernels, coin(seed), shape);
      assert.equal(all.length, count);
      for (const one of all) {
        assert.deepEqual([...one].sort((x, y) => x - y), [...Array(size).keys()]);
      }
      assert.deepEqual(all, permutations(typescriptKernels, coin(seed), shape));
    }),
    { numRuns: 30 },
  );
});

Deno.test("permutations() of different coins and layers differ", () => {
  const shape = { count: 2, size: 320 };
  const one = permutations(typescriptKernels, coin(1), shape);
  const two = permutations(typescriptKernels, coin(2), shape);
  assert.notDeepEqual(one[0], one[1]);
  assert.notDeepEqual(one[0], two[0]);
});

Deno.test("permutations() reaches every order of four about equally often", () => {
  const counts = new Map<string, number>();
  const total = 24 * 200;
  for (const one of permutations(typescriptKernels, coin(3), { count: total, size: 4 })) {
    const key = one.join();
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  assert.equal(counts.size, 24);
  // Chi squared with 23 degrees of freedom: above 60 with probability 4e-5; the coin is fixed.
  const chi = [...counts.values()].reduce((sum, count) => sum + (count - 200) ** 2 / 200, 0);
  assert.ok(chi < 60, `chi squared is ${chi}`);
});

Deno.test("UniformWords takes the upper bits of a word and rejects what is too large", () => {
  const words = [0xffff_ffff, 0xc000_0000, 0xbfff_ffff, 0xa000_0000, 0x9fff_ffff];
  const kernels = {
    ...typescriptKernels,
    prgInto(out: Uint8Array): void {
      const view = new DataView(out.buffer, out.byteOffset);
      words.forEach((word, w) => view.setUint32(4 * w, word, true));
    },
  };
  const uniform = new UniformWords(kernels, coin(0));
  assert.equal(uniform.below(3 * 2 ** 30), 0xbfff_ffff);
  assert.equal(uniform.below(1), 0);
  assert.equal(uniform.below(5), 4);
});

Deno.test("UniformWords goes on in the stream after a batch of words", () => {
  const uniform = new UniformWords(typescriptKernels, coin(4));
  const bytes = new Uint8Array(2 * 65536);
  typescriptKernels.prgInto(bytes, coin(4), 6, 0);
  const view = new DataView(bytes.buffer);
  for (let w = 0; w < bytes.length / 4; w++) {
    assert.equal(uniform.below(2 ** 32), view.getUint32(4 * w, true));
  }
});
