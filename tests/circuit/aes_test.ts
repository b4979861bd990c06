import assert from "node:assert/strict";
import { createCipheriv } from "node:crypto";
import { evaluate, stats, validateCircuit } from "../../lib/circuit/mod.ts";
import { aes128 } from "../sim/aes.ts";
import { randomInputs } from "../sim/circuits.ts";

Deno.test("aes128() encrypts like node:crypto, with 6,400 ANDs", () => {
  const circuit = aes128();
  validateCircuit(circuit);
  assert.equal(circuit.header.ands, 6400);
  for (let seed = 0; seed < 4; seed++) {
    const [key, block] = randomInputs(seed, [128, 128]) as [Uint8Array, Uint8Array];
    const cipher = createCipheriv("aes-128-ecb", key, null).setAutoPadding(false);
    assert.deepEqual(evaluate(circuit, [key, block]), new Uint8Array(cipher.update(block)));
  }
  assert.ok(stats(circuit).andDepth <= 60);
});
