import assert from "node:assert/strict";
import { equal, getBit, ProtocolError, setBit, utf8 } from "../../lib/base/mod.ts";
import {
  type GgmContext,
  ggmMessageBytes,
  ggmReceiver,
  ggmSender,
  PRG_DOMAIN,
  seededRng,
  wasmKernels,
} from "../../lib/crypto/mod.ts";
import { referencePrg } from "../reference/primitives.ts";

const kernels = wasmKernels();
const rng = seededRng(utf8("ggm"));
const pairs = rng.fill(new Uint8Array(2 * 16 * 128));
const delta = rng.fill(new Uint8Array(16));

function contextOf(k: number): GgmContext {
  return { sid: new Uint8Array(32).fill(9), k, keyHolder: 0, macHolder: 1 };
}

/** The strings of 128 ideal OTs that `choices` choose. */
function choose(choices: Uint8Array): Uint8Array<ArrayBuffer> {
  const chosen = new Uint8Array(16 * 128);
  for (let t = 0; t < 128; t++) {
    const at = 16 * (2 * t + getBit(choices, t));
    chosen.set(pairs.subarray(at, at + 16), 16 * t);
  }
  return chosen;
}

/** δ_c. */
function chunk(choices: Uint8Array, c: number, k: number): number {
  let value = 0;
  for (let b = 0; b < k; b++) value |= getBit(choices, c * k + b) << b;
  return value;
}

for (const k of [1, 2, 4, 8]) {
  Deno.test(`ggmReceiver() with k = ${k} has every leaf of ggmSender() but the one of its chunk`, () => {
    const sent = ggmSender(kernels, contextOf(k), pairs);
    assert.equal(sent.message.length, ggmMessageBytes(k));
    for (const choices of [delta, new Uint8Array(16), new Uint8Array(16).fill(255)]) {
      const got = ggmReceiver(kernels, contextOf(k), choices, choose(choices), sent.message);
      assert.equal(got.consistent, true);
      const expected = sent.seeds.slice();
      for (let c = 0; c < 128 / k; c++) {
        const missing = 16 * ((c << k) + chunk(choices, c, k));
        expected.fill(0, missing, missing + 16);
      }
      assert.deepEqual(got.seeds, expected);
    }
    const leaves = new Set(
      Array.from(
        { length: (128 / k) << k },
        (_, i) => sent.seeds.slice(16 * i, 16 * i + 16).join(),
      ),
    );
    assert.equal(leaves.size, (128 / k) << k);
  });
}

Deno.test("ggmSender() grows the tree by its definition, top level first", () => {
  const { seeds } = ggmSender(kernels, contextOf(4), pairs);
  const c = 5;
  // Level 0 uses OT 4c + 3 crosswise: node 1 is its string 0.
  const top = 16 * 2 * (4 * c + 3);
  let node = pairs.slice(top, top + 16);
  for (const side of [0, 1, 1]) {
    node = referencePrg(node, PRG_DOMAIN.TREE, 32).slice(16 * side, 16 * side + 16);
  }
  const leaf = 16 * (16 * c + 0b1011);
  assert.deepEqual(seeds.slice(leaf, leaf + 16), node);
});

Deno.test("a wrong sum passes the tree check only where it does not touch the path", () => {
  const k = 2;
  const { message, seeds } = ggmSender(kernels, contextOf(k), pairs);
  // Chunk 3, level 1, side s: the key holder uses the sum of side 1 − β, β the low bit of its chunk.
  for (const side of [0, 1]) {
    const wrong = message.slice();
    const at = 16 * (2 * 3 + side);
    wrong[at] = (wrong[at] as number) ^ 1;
    for (const beta of [0, 1]) {
      const choices = delta.slice();
      setBit(choices, 3 * k, beta);
      const { consistent, seeds: got } = ggmReceiver(
        kernels,
        contextOf(k),
        choices,
        choose(choices),
        wrong,
      );
      assert.equal(consistent, side === beta);
      if (!consistent) {
        assert.ok(!equal(got.subarray(16 * 12, 16 * 16), seeds.subarray(16 * 12, 16 * 16)));
      }
    }
  }
});

Deno.test("the tree check notices a change of any check value, and another session or party", () => {
  for (const k of [2, 4, 8]) {
    const { message } = ggmSender(kernels, contextOf(k), pairs);
    const accepts = (context: GgmContext, bytes: Uint8Array): boolean =>
      ggmReceiver(kernels, context, delta, choose(delta), bytes).consistent;
    assert.equal(accepts(contextOf(k), message), true);
    const sums = (128 / k) * 2 * (k - 1) * 16;
    for (
      const at of [sums, sums + 31, message.length - 33, message.length - 32, message.length - 1]
    ) {
      const wrong = message.slice();
      wrong[at] = (wrong[at] as number) ^ 0x80;
      assert.equal(accepts(contextOf(k), wrong), false);
    }
    const others: Partial<GgmContext>[] = [
      { sid: new Uint8Array(32) },
      { keyHolder: 2 },
      { macHolder: 2 },
    ];
    for (const other of others) {
      assert.equal(accepts({ ...contextOf(k), ...other }, message), false);
    }
  }
});

Deno.test("a MAC holder with other OT strings in one place is caught unless the path avoids it", () => {
  const k = 4;
  let caught = 0;
  for (let t = 0; t < 16; t++) {
    const wrong = pairs.slice();
    wrong[16 * 2 * t] = (wrong[16 * 2 * t] as number) ^ 1;
    const { message } = ggmSender(kernels, contextOf(k), wrong);
    const { consistent } = ggmReceiver(kernels, contextOf(k), delta, choose(delta), message);
    // String 0 of OT t was changed: it matters to a chooser of bit 0.
    assert.equal(consistent, getBit(delta, t) === 1);
    caught += consistent ? 0 : 1;
  }
  assert.ok(caught > 0 && caught < 16);
});

Deno.test("ggmReceiver() refuses a message of wrong length", () => {
  for (const k of [1, 2, 8]) {
    for (const change of [-1, 1]) {
      const length = ggmMessageBytes(k) + change;
      if (length < 0) continue;
      const run = (): unknown =>
        ggmReceiver(kernels, contextOf(k), delta, choose(delta), new Uint8Array(length));
      assert.throws(run, ProtocolError);
    }
  }
});
