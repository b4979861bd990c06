import assert from "node:assert/strict";
import { chooseKernels } from "../../lib/crypto/mod.ts";

Deno.test("chooseKernels() takes SIMD kernels where the machine can run them", () => {
  let asked = 0;
  const { kernels, warning } = chooseKernels((binary) => {
    asked += binary.length;
    return WebAssembly.validate(binary);
  });
  assert.equal(kernels.name, "wasm");
  assert.equal(warning, undefined);
  assert.ok(asked > 1000);
});

Deno.test("chooseKernels() falls back to TypeScript with a warning", () => {
  const { kernels, warning } = chooseKernels(() => false);
  assert.equal(kernels.name, "typescript");
  assert.match(warning ?? "", /SIMD/);
});
