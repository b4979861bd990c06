import assert from "node:assert/strict";
import { concat, utf8 } from "../../lib/base/mod.ts";
import { type GateRun, type Kernels, seededRng, typescriptKernels } from "../../lib/crypto/mod.ts";
import { randomExponent, UNIFORM_BYTES } from "../../lib/crypto/curve.ts";
import { curveBinary, type CurveExports, curveOf } from "../../lib/crypto/wasm/curve.ts";
import { kernelsOf, wasmBinary } from "../../lib/crypto/wasm/kernels.ts";
import { type Exports, instantiate } from "../../lib/crypto/wasm/module.ts";
import { goldenOutputs } from "../contract/kernels/golden.ts";
import { randomEvaluation, randomGarbling, randomGates } from "../reference/random_run.ts";

const wasm = instantiate<Exports>(wasmBinary());
const kernels = kernelsOf(wasm, typescriptKernels.curve);

/** Whether the memory holds nothing but zeros. */
function clean(): boolean {
  return new BigUint64Array(wasm.memory.buffer).every((word) => word === 0n);
}

Deno.test("wasmKernels() gives the bytes of typescriptKernels for sizes at the edges of pieces", () => {
  for (const count of [0, 1, 3, 130, 2048, 4099]) {
    const rows = 128 * Math.ceil(1 + count / 2);
    const sizes = { rows, bytes: 5 * count, count, gates: Math.min(count, 8) };
    assert.deepEqual(goldenOutputs(kernels, sizes), goldenOutputs(typescriptKernels, sizes));
    assert.ok(clean());
  }
});

Deno.test("wasmKernels() gives the bytes of typescriptKernels for long runs of gates", () => {
  const outputs = (of: Kernels, parties: number, gates: number, registers: number): unknown => {
    const rng = seededRng(utf8(`runs ${parties} ${gates}`));
    const run = (): GateRun => randomGates(rng, parties, gates, registers);
    const garbling = randomGarbling(rng, run(), registers);
    of.garble(garbling);
    const evaluation = randomEvaluation(rng, run(), registers);
    of.evaluate(evaluation);
    return { garbling, evaluation };
  };
  for (const parties of [2, 3, 4, 5, 6]) {
    // Few registers a gate, and many.
    for (
      const [gates, registers] of [[0, 40], [1, 40], [2, 40], [2048, 40], [5000, 40], [300, 5000]]
    ) {
      const [one, two] = [kernels, typescriptKernels].map((of) =>
        outputs(of, parties, gates as number, registers as number)
      );
      assert.deepEqual(one, two);
      assert.ok(clean());
    }
  }
});

Deno.test("wasmKernels() wipes its memory after a failed call, too", () => {
  const rng = seededRng(utf8("failed"));
  const garbling = randomGarbling(rng, randomGates(rng, 3, 10));
  assert.throws(() => kernels.garble({ ...garbling, outLabels: new Uint8Array(0) }), RangeError);
  assert.ok(clean());
});

Deno.test("wasmKernels() needs memory for a piece, whatever the size of the batch", () => {
  const own = instantiate<Exports>(wasmBinary());
  const { cotReceive, macSum, transpose } = kernelsOf(own, typescriptKernels.curve);
  const rows = 300 * 1024;
  const seeds = new Uint8Array(16 * 64 * 4);
  const { macs } = cotReceive({ k: 2, seeds, rows, group: 0, x: new Uint8Array(rows / 8) });
  macSum(new Uint8Array(32), macs, rows);
  transpose(macs, rows);
  assert.ok(own.memory.buffer.byteLength <= 512 * 1024);
});

Deno.test("the group's memory keeps nothing but its tables", () => {
  const exports = instantiate<CurveExports>(curveBinary());
  const curve = curveOf(exports);
  const rng = seededRng(utf8("group"));
  const exponents = concat(randomExponent(rng), randomExponent(rng));
  const uniform = rng.fill(new Uint8Array(2 * UNIFORM_BYTES));
  const tables = new Uint8Array(exports.memory.buffer.slice(0));
  const powers = curve.powers(exponents, 2);
  curve.powersLess(exponents, uniform, 2);
  curve.coordinates(powers, 2, uniform);
  assert.deepEqual(new Uint8Array(exports.memory.buffer), tables);
});
