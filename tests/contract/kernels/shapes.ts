/** Arguments of wrong shape: RangeError, and nothing else happens. */
import assert from "node:assert/strict";
import { utf8 } from "../../../lib/base/mod.ts";
import { type Blocks, type Kernels, seededRng } from "../../../lib/crypto/mod.ts";
import { randomEvaluation, randomGarbling, randomGates } from "../../reference/random_run.ts";

const COUNT = 5;
const TWEAK = { domain: 2, side: 0, sender: 0, receiver: 1 };

/** One byte too few, and an array that starts within a word. */
function wrong(bytes: number): readonly Blocks[] {
  return [new Uint8Array(bytes - 1), new Uint8Array(bytes + 2).subarray(2)];
}

/** Registers the tests. */
export function shapesContract(name: string, kernels: Kernels): void {
  const bits = new Uint8Array(1);
  const blocks = new Uint8Array(16 * COUNT);
  const halves = new Uint8Array(8 * COUNT);
  const delta = new Uint8Array(16);
  const salt = new Uint8Array(16);
  const coin = new Uint8Array(32);
  const refuses = (call: () => unknown): void => assert.throws(call, RangeError);

  Deno.test(`${name}: short and misaligned blocks are refused`, () => {
    for (const bad of wrong(16 * COUNT)) {
      refuses(() => kernels.hash(salt, TWEAK, 0, bad, COUNT));
      refuses(() => kernels.expand(bad, COUNT, 0));
      refuses(() => kernels.macSum(coin, bad, COUNT));
      refuses(() => kernels.expectedMacs(bad, bits, delta, COUNT));
      refuses(() => kernels.keyShare({ bits, macs: [], keys: [bad] }, delta, COUNT));
      refuses(() => kernels.crossShare({ bits, macs: [bad], keys: [] }, delta, COUNT));
      refuses(() => kernels.xorBlocksInto(bad, blocks, COUNT));
      refuses(() => kernels.xorBlocksInto(blocks, bad, COUNT));
      refuses(() => kernels.xorDeltaInto(bad, bits, delta, COUNT));
    }
    for (const bad of wrong(16)) {
      refuses(() => kernels.expectedMacs(blocks, bits, bad, COUNT));
      refuses(() => kernels.keyShare({ bits, macs: [], keys: [] }, bad, COUNT));
      refuses(() => kernels.xorDeltaInto(blocks, bits, bad, COUNT));
    }
    for (const bad of wrong(16 * 256)) {
      refuses(() => kernels.transpose(bad, 256));
      refuses(() => kernels.columnHash(coin, bad, 256));
    }
  });

  Deno.test(`${name}: short and misaligned arguments of leaky ANDs are refused`, () => {
    const common = { count: COUNT, salt, tweak: TWEAK, index: 0 };
    const key = { ...common, delta, keys: blocks, phi: halves, s: halves };
    const mac = { ...common, macs: blocks, x: bits, u: halves, s: halves };
    for (const bad of wrong(16 * COUNT)) {
      refuses(() => kernels.leakyKeySide({ ...key, keys: bad }));
      refuses(() => kernels.leakyMacSide({ ...mac, macs: bad }));
    }
    for (const bad of wrong(8 * COUNT)) {
      refuses(() => kernels.leakyKeySide({ ...key, phi: bad }));
      refuses(() => kernels.leakyKeySide({ ...key, s: bad }));
      refuses(() => kernels.leakyMacSide({ ...mac, u: bad }));
      refuses(() => kernels.leakyMacSide({ ...mac, s: bad }));
      refuses(() => kernels.macSumHalves(coin, bad, COUNT));
    }
    refuses(() => kernels.leakyMacSide({ ...mac, x: new Uint8Array(0) }));
    refuses(() => kernels.leakyKeySide({ ...key, salt: coin }));
  });

  Deno.test(`${name}: short bits, and coins and salts of other lengths are refused`, () => {
    const none = new Uint8Array(0);
    refuses(() => kernels.bitsHash(coin, new Uint8Array(31), 256));
    refuses(() => kernels.bitsHash(coin, new Uint8Array(32), 255));
    refuses(() => kernels.columnHash(coin, new Uint8Array(4096), 255));
    refuses(() => kernels.expectedMacs(blocks, none, delta, COUNT));
    refuses(() => kernels.xorDeltaInto(blocks, none, delta, COUNT));
    refuses(() => kernels.xorBlocksInto(blocks, blocks, COUNT, undefined, none));
    refuses(() => kernels.xorBitsInto(none, bits, COUNT));
    refuses(() => kernels.xorBitsInto(bits, none, COUNT));
    refuses(() => kernels.hash(coin, TWEAK, 0, blocks, COUNT));
    refuses(() => kernels.macSum(salt, blocks, COUNT));
    refuses(() => kernels.columnHash(salt, new Uint8Array(16 * 128), 128));
    refuses(() => kernels.bitsHash(salt, new Uint8Array(16), 128));
  });

  Deno.test(`${name}: garble() and evaluate() refuse wrong counts, registers and arrays`, () => {
    const rng = seededRng(utf8("gate shapes"));
    const run = randomGates(rng, 3, 30);
    const garbling = randomGarbling(rng, run);
    const evaluation = randomEvaluation(rng, run);
    const each = (arrays: readonly Blocks[], bad: Blocks): Blocks[] =>
      arrays.map((array) => array.length === 0 ? array : bad);
    for (const change of [{ ands: run.ands + 1 }, { to: 40 }, { from: 34 }, { from: -1 }]) {
      refuses(() => kernels.garble({ ...garbling, ...change }));
      refuses(() => kernels.evaluate({ ...evaluation, ...change }));
    }
    const outside = run.out.map((register, gate) => gate === 9 ? 40 : register);
    refuses(() => kernels.garble({ ...garbling, out: outside }));
    refuses(() => kernels.evaluate({ ...evaluation, out: outside }));
    for (const bad of wrong(16 * 40)) {
      refuses(() => kernels.garble({ ...garbling, labels: bad }));
      refuses(() => kernels.evaluate({ ...evaluation, labels: each(evaluation.labels, bad) }));
    }
    for (const bad of wrong(16 * run.ands)) {
      refuses(() => kernels.garble({ ...garbling, outLabels: bad }));
      refuses(() => kernels.garble({ ...garbling, shares: { ...garbling.shares, c: bad } }));
      const { outLabels } = evaluation;
      refuses(() => kernels.evaluate({ ...evaluation, outLabels: each(outLabels, bad) }));
    }
    for (const bad of wrong(16 * 5 * run.ands)) {
      refuses(() => kernels.garble({ ...garbling, tables: bad }));
      refuses(() => kernels.evaluate({ ...evaluation, tables: each(evaluation.tables, bad) }));
    }
    refuses(() => kernels.evaluate({ ...evaluation, z: new Uint8Array(39) }));
    refuses(() => kernels.evaluate({ ...evaluation, lsb: new Uint8Array(0) }));
    refuses(() => kernels.garble({ ...garbling, macs: [] }));
    refuses(() => kernels.evaluate({ ...evaluation, macs: [] }));
  });
}
