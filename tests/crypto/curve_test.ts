import assert from "node:assert/strict";
import { utf8 } from "../../lib/base/mod.ts";
import { randomExponent } from "../../lib/crypto/curve.ts";
import { seededRng, typescriptKernels, wasmKernels } from "../../lib/crypto/mod.ts";
import { curveContract } from "../contract/curve.ts";

curveContract("plain curve", typescriptKernels.curve);
curveContract("wasm curve", wasmKernels().curve);

Deno.test("randomExponent() is clamped and has both signs", () => {
  const rng = seededRng(utf8("signs"));
  const exponents = Array.from({ length: 40 }, () => randomExponent(rng));
  for (const bytes of exponents) {
    assert.equal((bytes[0] as number) & 7, 0);
    assert.equal((bytes[31] as number) >> 6, 1);
  }
  const negative = exponents.filter((bytes) => bytes[32] === 1).length;
  assert.ok(negative > 5 && negative < 35);
  assert.ok(exponents.every((bytes) => (bytes[32] as number) <= 1));
});
