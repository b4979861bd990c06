import assert from "node:assert/strict";
import { seededRng, typescriptKernels, wasmKernels } from "../../lib/crypto/mod.ts";
import { rehearse } from "../../lib/mpc/mod.ts";

const SEED = new Uint8Array(32);

/** Messages of a rehearsal that ends at message `last`. */
async function messages(
  parties: number,
  { kernels = wasmKernels(), last = Infinity } = {},
): Promise<number> {
  let count = 0;
  const stopped = new Error("stopped");
  const pause = async (): Promise<void> => {
    await undefined;
    if (count === last) throw stopped;
    count++;
  };
  const over = rehearse({ parties, kernels, rng: seededRng(SEED), pause });
  if (last === Infinity) await over;
  else await assert.rejects(over, stopped);
  return count;
}

Deno.test("a rehearsal runs the whole protocol, of three parties at most, on either kernels", async () => {
  const [two, three] = [await messages(2), await messages(3)];
  assert.ok(two >= 2 * 15, "every round has a message at least");
  assert.ok(three > 2 * two);
  assert.equal(await messages(7), three);
  assert.equal(await messages(2, { kernels: typescriptKernels }), two);
});

Deno.test("a rehearsal ends when it is told to, wherever it is, and sends nothing more", async () => {
  for (const last of [0, 1, 10, 40, 90]) assert.equal(await messages(3, { last }), last);
});
