import assert from "node:assert/strict";
import { seededRng, typescriptKernels } from "../../lib/crypto/mod.ts";
import { createParty, garblers, others, type Parameters } from "../../lib/mpc/party.ts";
import { memoryNetwork } from "../sim/memory_channel.ts";
import { testParties } from "../sim/parties.ts";

const GOOD: Parameters = { parties: 3, evaluator: 1, outputParties: [0, 2], k: 2, chunk: 10 };

function create(changes: Partial<Parameters> & { readonly sid?: Uint8Array }): unknown {
  const [channel] = memoryNetwork(3);
  assert.ok(channel !== undefined);
  return createParty({
    parameters: { ...GOOD, ...changes },
    channel,
    rng: seededRng(new Uint8Array(1)),
    sid: changes.sid ?? new Uint8Array(32),
    kernels: typescriptKernels,
  });
}

Deno.test("createParty() sets the low bit of Δ for the lowest garbler alone", () => {
  for (const [n, evaluator, first] of [[2, 0, 1], [2, 1, 0], [3, 0, 1], [3, 2, 0], [5, 0, 1]]) {
    for (const seed of ["a", "b", "c", "d", "e", "f"]) {
      const parties = testParties(n ?? 0, { evaluator: evaluator ?? 0, seed });
      const bits = parties.map((party) => (party.delta[0] ?? 0) & 1);
      assert.deepEqual(bits, parties.map((party) => party.self === first ? 1 : 0));
    }
  }
});

Deno.test("createParty() refuses parameters that do not fit", () => {
  assert.ok(create({}));
  const wrong: readonly (Partial<Parameters> & { readonly sid?: Uint8Array })[] = [
    { parties: 1 },
    { parties: 65 },
    { parties: 2 },
    { evaluator: 3 },
    { evaluator: -1 },
    { outputParties: [2, 0] },
    { outputParties: [3] },
    { outputParties: [1, 1] },
    { k: 3 },
    { chunk: 0 },
    { sid: new Uint8Array(31) },
  ];
  for (const changes of wrong) assert.throws(() => create(changes), RangeError);
});

Deno.test("others() and garblers() are ascending and leave one party out", () => {
  const parties = testParties(3, { evaluator: 1 });
  assert.deepEqual(parties.map(others), [[1, 2], [0, 2], [0, 1]]);
  assert.deepEqual(garblers(GOOD), [0, 2]);
});
