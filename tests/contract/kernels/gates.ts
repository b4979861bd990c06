/** Garbling and evaluation of random runs with ideal shares. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { getBit, setBit, utf8 } from "../../../lib/base/mod.ts";
import { type Kernels, seededRng } from "../../../lib/crypto/mod.ts";
import {
  evaluateScene,
  type Garbled,
  garbleScene,
  gateMacs,
  randomScene,
  type Scene,
} from "../../reference/gates.ts";
import { blockAt, toBlocks } from "../../reference/gf128.ts";
import { referenceHash } from "../../reference/primitives.ts";
import { shareArrays } from "../../reference/shares.ts";

const GATES = 60;

function garbleAll(kernels: Kernels, scene: Scene): (Garbled | undefined)[] {
  return scene.labels.map((_, j) =>
    j === scene.run.evaluator ? undefined : garbleScene(kernels, scene, j)
  );
}

/** The invariants: labels are 0-label ⊕ z·Δ, and z is the value ⊕ the mask. */
function checkScene(kernels: Kernels, scene: Scene): void {
  const garbled = garbleAll(kernels, scene);
  const result = evaluateScene(kernels, scene, garbled);
  const bits = Array.from({ length: 8 * result.outZ.length }, (_, m) => m);
  assert.deepEqual(
    bits.map((m) => getBit(result.outZ, m)),
    bits.map((m) => scene.andMasked[m] ?? 0),
  );
  for (const j of scene.run.garblers) {
    const { labels, outLabels } = garbled[j] as Garbled;
    const delta = scene.ideal.deltas[j] as bigint;
    for (let m = 0; m < scene.run.ands; m++) {
      const expected = blockAt(outLabels, m) ^ (scene.andMasked[m] ? delta : 0n);
      assert.equal(blockAt(result.outLabels[j] as Uint8Array, m), expected);
    }
    scene.masked.forEach((z, w) => {
      if (z === undefined) return;
      assert.equal(result.z[w], z);
      const expected = blockAt(labels, w) ^ (z ? delta : 0n);
      assert.equal(blockAt(result.labels[j] as Uint8Array, w), expected);
    });
  }
}

/** Registers the tests. */
export function gatesContract(name: string, kernels: Kernels): void {
  for (const parties of [2, 3, 5, 6]) {
    Deno.test(`${name}: garble() and evaluate() of ${parties} parties give right labels and values`, () => {
      for (let evaluator = 0; evaluator < parties; evaluator++) {
        const rng = seededRng(utf8(`gates ${parties} ${evaluator}`));
        checkScene(kernels, randomScene(rng, parties, evaluator, GATES));
      }
    });
  }

  Deno.test(`${name}: garble() and evaluate() of any scene give right labels and values`, () => {
    const scene = fc.record({
      seed: fc.uint8Array({ minLength: 8, maxLength: 8 }),
      parties: fc.integer({ min: 2, max: 10 }),
      evaluator: fc.nat(),
      gates: fc.integer({ min: 0, max: 20 }),
    });
    fc.assert(
      fc.property(scene, ({ seed, parties, evaluator, gates }) => {
        checkScene(kernels, randomScene(seededRng(seed), parties, evaluator % parties, gates));
      }),
      { numRuns: Deno.env.get("P2P_MPC_SLOW") === "1" ? 500 : 15 },
    );
  });

  Deno.test(`${name}: garble() writes the tables of the formulas, with the tweaks as documented`, () => {
    const scene = randomScene(seededRng(utf8("tables")), 6, 2, 1);
    // One AND gate on the first two inputs, so that the 0-labels of its operands are known.
    const run = {
      ...scene.run,
      op: Uint8Array.of(1),
      a: Uint32Array.of(3),
      b: Uint32Array.of(6),
      out: Uint32Array.of(3),
      ands: 1,
    };
    const one = [scene.ideal.share()];
    const single: Scene = {
      ...scene,
      run,
      alpha: one,
      beta: [scene.ideal.share()],
      c: [scene.ideal.share()],
    };
    for (const self of run.garblers) {
      const { tables, outLabels, labels } = garbleScene(kernels, single, self);
      const delta = scene.ideal.deltas[self] as bigint;
      const zeroLabels = scene.labels[self] as Uint8Array;
      const h = (o: number, side: number, bit: number): bigint => {
        const rank = run.garblers.indexOf(o);
        const label = blockAt(zeroLabels, side === 0 ? 3 : 6) ^ (bit ? delta : 0n);
        const call = Math.floor(rank / 4);
        const tweak = { domain: 3, side, sender: self, receiver: 0, call, index: run.index };
        return blockAt(referenceHash(run.salt, tweak, toBlocks([label])), rank % 4);
      };
      const b = (shares: Scene["c"]): bigint =>
        blockAt(kernels.keyShare(shareArrays(shares, self), toBlocks([delta]), 1));
      const expected = [
        h(self, 0, 0) ^ h(self, 0, 1) ^ b(single.beta),
        h(self, 1, 0) ^ h(self, 1, 1) ^ b(single.alpha) ^ blockAt(zeroLabels, 3),
      ];
      for (const o of run.garblers.filter((party) => party !== self)) {
        const macs = gateMacs(single, self, o);
        expected.push(
          h(o, 0, 0) ^ h(o, 1, 0) ^ blockAt(macs.c),
          h(o, 0, 0) ^ h(o, 0, 1) ^ blockAt(macs.beta),
          h(o, 1, 0) ^ h(o, 1, 1) ^ blockAt(macs.alpha),
        );
      }
      assert.deepEqual(tables, toBlocks(expected));
      const label = h(self, 0, 0) ^ h(self, 1, 0) ^ b(single.c);
      assert.equal(blockAt(outLabels), label);
      assert.equal(blockAt(labels, 3), label);
    }
  });

  Deno.test(`${name}: evaluate() in two runs equals one run`, () => {
    const scene = randomScene(seededRng(utf8("two runs")), 3, 1, GATES);
    const garbled = garbleAll(kernels, scene);
    const whole = evaluateScene(kernels, scene, garbled);
    const middle = 25;
    const before = scene.run.op.subarray(0, middle).filter((op) => op === 1).length;
    const part = (first: number, ands: number, run: Partial<Scene["run"]>): Scene => ({
      ...scene,
      run: { ...scene.run, ands, index: scene.run.index + first, ...run },
      alpha: scene.alpha.slice(first, first + ands),
      beta: scene.beta.slice(first, first + ands),
      c: scene.c.slice(first, first + ands),
    });
    const blocks = 16 * (3 * 3 - 4);
    const cut = (first: number, ands: number): (Garbled | undefined)[] =>
      garbled.map((all) =>
        all === undefined ? undefined : {
          labels: all.labels,
          tables: all.tables.slice(blocks * first, blocks * (first + ands)),
          outLabels: all.outLabels.slice(16 * first, 16 * (first + ands)),
        }
      );
    const ands = scene.run.ands;
    const one = evaluateScene(kernels, part(0, before, { to: middle }), cut(0, before));
    const second = part(before, ands - before, { from: middle });
    // The second run starts from the registers that the first one left: as 0-labels of masked values 0.
    const two = evaluateScene(
      kernels,
      { ...second, labels: zeroLabels(scene, one.labels, one.z), z: one.z },
      cut(before, ands - before),
    );
    assert.deepEqual(two.labels, whole.labels);
    assert.deepEqual(two.z, whole.z);
    const outZ = whole.outZ.slice();
    for (let m = 0; m < before; m++) setBit(outZ, m, getBit(one.outZ, m));
    for (let m = before; m < ands; m++) setBit(outZ, m, getBit(two.outZ, m - before));
    assert.deepEqual(outZ, whole.outZ);
  });

  Deno.test(`${name}: garble() and evaluate() refuse absent and short arrays`, () => {
    const scene = randomScene(seededRng(utf8("short")), 3, 0, GATES);
    const garbled = garbleAll(kernels, scene);
    const short = garbled.map((part) =>
      part === undefined ? undefined : { ...part, tables: part.tables.slice(16) }
    );
    assert.throws(() => evaluateScene(kernels, scene, short), RangeError);
    const wrong: Scene = { ...scene, c: scene.c.slice(1) };
    assert.throws(() => garbleScene(kernels, wrong, 1), RangeError);
  });
}

/** The labels for masked value 0 behind the active `labels`. */
function zeroLabels(
  scene: Scene,
  labels: readonly Uint8Array[],
  z: Uint8Array,
): Uint8Array<ArrayBuffer>[] {
  return labels.map((active, j) =>
    toBlocks(
      Array.from({ length: active.length / 16 }, (_, w) =>
        blockAt(active, w) ^ (z[w] ? scene.ideal.deltas[j] as bigint : 0n)),
    )
  );
}
