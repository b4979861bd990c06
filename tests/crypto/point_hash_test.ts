import assert from "node:assert/strict";
import fc from "fast-check";
import { toHex } from "../../lib/base/mod.ts";
import { pointHash } from "../../lib/crypto/mod.ts";
import { blockAt, gfMultiply, toBlocks } from "../reference/gf128.ts";

const BLOCK = fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) =>
  Uint8Array.from(bytes)
);

Deno.test("pointHash() is first·r ⊕ last in the field, for each column", () => {
  fc.assert(fc.property(BLOCK, fc.array(fc.tuple(BLOCK, BLOCK), { maxLength: 4 }), (r, columns) => {
    const first = new Uint8Array(columns.flatMap(([own]) => [...own]));
    const last = new Uint8Array(columns.flatMap(([, own]) => [...own]));
    const wanted = columns.flatMap(([a, b]) => [
      ...toBlocks([gfMultiply(blockAt(a), blockAt(r)) ^ blockAt(b)]),
    ]);
    assert.equal(toHex(pointHash(r, first, last)), toHex(Uint8Array.from(wanted)));
  }));
});

Deno.test("pointHash() refuses parts of different lengths", () => {
  const block = new Uint8Array(16);
  assert.throws(() => pointHash(block, block, new Uint8Array(32)), RangeError);
  assert.throws(() => pointHash(new Uint8Array(8), block, block), RangeError);
});
