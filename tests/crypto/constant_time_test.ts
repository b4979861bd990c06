/**
 * No kernel branches or indexes on a secret: runs with equal public arguments and different secrets report
 * equal sequences of addresses and conditions.
 */
import assert from "node:assert/strict";
import binaryen from "binaryen";
import { concat, utf8 } from "../../lib/base/mod.ts";
import { type Rng, seededRng, typescriptKernels } from "../../lib/crypto/mod.ts";
import { randomExponent, UNIFORM_BYTES } from "../../lib/crypto/curve.ts";
import { curveBinary, type CurveExports, curveOf } from "../../lib/crypto/wasm/curve.ts";
import { kernelsOf, wasmBinary } from "../../lib/crypto/wasm/kernels.ts";
import type { Exports } from "../../lib/crypto/wasm/module.ts";
import { randomEvaluation, randomGarbling, randomGates } from "../reference/random_run.ts";
import { Traced } from "../reference/trace_wasm.ts";

const COUNT = 2061;
const ROWS = 2048 + 256;
const TWEAK = { domain: 2, side: 0, sender: 4, receiver: 1 };

const traced = new Traced(wasmBinary());
const tracedCurve = new Traced(curveBinary());
const curve = curveOf(tracedCurve.exports as unknown as CurveExports);
const kernels = kernelsOf(traced.exports as unknown as Exports, typescriptKernels.curve);

/** One call of each kernel with secrets from `secret`; all else is the same in every call. */
function calls(secret: Rng): Readonly<Record<string, () => void>> {
  const random = (length: number): Uint8Array<ArrayBuffer> => secret.fill(new Uint8Array(length));
  const known = seededRng(utf8("public"));
  const salt = known.fill(new Uint8Array(16));
  const coin = known.fill(new Uint8Array(32));
  const delta = random(16);
  const bits = random(Math.ceil(COUNT / 8));
  const blocks = random(16 * COUNT);
  const halves = random(8 * COUNT);
  const x = random(ROWS / 8);
  const rows = random(16 * ROWS);
  const shares = { bits, macs: [blocks], keys: [random(16 * COUNT)] };
  const leaky = { count: COUNT, salt, tweak: TWEAK, index: 2 ** 32 - 9, s: random(8 * COUNT) };
  const all: Record<string, () => void> = {
    "prgInto 16": () => kernels.prgInto(random(700), random(16), 1, 0),
    "prgInto 32": () => kernels.prgInto(random(700), random(32), 1, 0),
    expand: () => void kernels.expand(blocks, COUNT, 2),
    hash: () => void kernels.hash(salt, TWEAK, 5, blocks, COUNT),
    transpose: () => void kernels.transpose(rows, ROWS),
    columnHash: () => void kernels.columnHash(coin, rows, ROWS),
    bitsHash: () => void kernels.bitsHash(coin, x, ROWS),
    macSum: () => void kernels.macSum(coin, blocks, COUNT),
    macSumHalves: () => void kernels.macSumHalves(coin, halves, COUNT),
    expectedMacs: () => void kernels.expectedMacs(blocks, bits, delta, COUNT),
    crossShare: () => void kernels.crossShare(shares, delta, COUNT),
    keyShare: () => void kernels.keyShare(shares, delta, COUNT),
    leakyKeySide: () => void kernels.leakyKeySide({ ...leaky, delta, keys: blocks, phi: halves }),
    leakyMacSide: () => kernels.leakyMacSide({ ...leaky, macs: blocks, x: bits, u: halves }),
    xorBlocksInto: () => kernels.xorBlocksInto(random(16 * COUNT), blocks, COUNT, undefined, bits),
    xorDeltaInto: () => kernels.xorDeltaInto(blocks, bits, delta, COUNT),
  };
  for (const k of [1, 2, 4]) {
    const batch = { k, seeds: random((128 / k) * 16 << k), rows: ROWS, group: 3 };
    all[`cotReceive ${k}`] = (): void => void kernels.cotReceive({ ...batch, x });
    const d = random(((128 / k) * ROWS) / 8);
    all[`cotSend ${k}`] = (): void => void kernels.cotSend({ ...batch, delta, d });
  }
  for (const parties of [2, 3, 6]) {
    const run = randomGates(known, parties, 300);
    all[`garble ${parties}`] = (): void => kernels.garble(randomGarbling(secret, run));
    all[`evaluate ${parties}`] = (): void => kernels.evaluate(randomEvaluation(secret, run));
  }
  return all;
}

const [one, two] = ["one", "two"].map((seed) => calls(seededRng(utf8(seed))));
for (const name of Object.keys(one ?? {})) {
  Deno.test(`${name} reports the same addresses and conditions for two secrets`, () => {
    const traces = [one, two].map((of) => traced.record(() => of?.[name]?.()));
    assert.ok((traces[0]?.count ?? 0) > 100);
    assert.deepEqual(traces[0], traces[1]);
  });
}

/** Calls of the group: exponents, and which string is hashed for which choice, are secret. */
function curveCalls(secret: Rng): Readonly<Record<string, () => void>> {
  const exponents = concat(randomExponent(secret), randomExponent(secret), randomExponent(secret));
  const uniform = secret.fill(new Uint8Array(3 * UNIFORM_BYTES));
  const elements = curve.hashed(uniform, 3);
  return {
    powers: () => void curve.powers(exponents, 3),
    powersLess: () => void curve.powersLess(exponents, uniform, 3),
    hashed: () => void curve.hashed(uniform, 3),
    coordinates: () => void curve.coordinates(elements, 3, uniform),
  };
}

for (const name of Object.keys(curveCalls(seededRng(utf8("names"))))) {
  Deno.test(`the group's ${name} reports the same addresses and conditions for two secrets`, () => {
    const traces = ["one", "two"].map((seed) => {
      const call = curveCalls(seededRng(utf8(seed)))[name] ?? assert.fail();
      return tracedCurve.record(call);
    });
    assert.ok((traces[0]?.count ?? 0) > 1000);
    assert.deepEqual(traces[0], traces[1]);
  });
}

Deno.test("every kernel that runs in WebAssembly is among the traced ones", () => {
  const traced = new Set(Object.keys(one ?? {}).map((name) => name.split(" ")[0]));
  const expected = Object.keys(kernels).filter((name) =>
    !["name", "curve", "memoryBytes", "xorBitsInto"].includes(name)
  );
  assert.deepEqual([...traced].sort(), expected.sort());
});

for (
  const [leak, body] of Object.entries({
    index: "(drop (i32.load8_u (local.get $secret)))",
    "index of a store": "(i32.store8 (local.get $secret) (i32.const 1))",
    branch: "(if (local.get $secret) (then (nop)))",
    jump: "(block $out (br_if $out (local.get $secret)))",
    select: "(drop (select (i32.const 1) (i32.const 2) (local.get $secret)))",
    division: "(drop (i32.div_u (local.get $secret) (i32.const 3)))",
    length: "(memory.fill (i32.const 64) (i32.const 0) (local.get $secret))",
  })
) {
  Deno.test(`a kernel that leaks its secret by ${leak} is found`, () => {
    const text = `(module (memory 1) (func (export "kernel") (param $secret i32) ${body}))`;
    const module = binaryen.parseText(text);
    module.setFeatures(binaryen.Features.All);
    const leaky = new Traced(new Uint8Array(module.emitBinary()));
    const kernel = leaky.exports.kernel as (secret: number) => void;
    const traces = [0, 1].map((secret) => leaky.record(() => kernel(secret)));
    assert.equal(traces[0]?.count, traces[1]?.count);
    assert.notDeepEqual(traces[0], traces[1]);
  });
}
