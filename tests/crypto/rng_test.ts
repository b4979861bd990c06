import assert from "node:assert/strict";
import { chacha20 } from "@noble/ciphers/chacha.js";
import { concat, toHex, utf8 } from "../../lib/base/mod.ts";
import { seededRng, sha256, systemRng } from "../../lib/crypto/mod.ts";

Deno.test("seededRng() is the ChaCha20 stream of the hashed seed, however it is cut", () => {
  const key = sha256(utf8("rng seed"), utf8("seed"));
  const expected = chacha20(key, new Uint8Array(12), new Uint8Array(1000));
  const rng = seededRng(utf8("seed"));
  const parts = [1, 63, 64, 65, 0, 200, 607].map((length) => rng.fill(new Uint8Array(length)));
  assert.deepEqual(concat(...parts), expected);
});

Deno.test("seededRng().fork() depends on seed and label, not on the bytes taken", () => {
  const take = (seed: string, label: string, before: number): string => {
    const rng = seededRng(utf8(seed));
    rng.fill(new Uint8Array(before));
    return toHex(rng.fork(label).fill(new Uint8Array(16)));
  };
  assert.equal(take("s", "a", 0), take("s", "a", 100));
  assert.notEqual(take("s", "a", 0), take("s", "b", 0));
  assert.notEqual(take("s", "a", 0), take("t", "a", 0));
});

Deno.test("fork() refuses a label that was used before", () => {
  for (const rng of [systemRng(), seededRng(utf8("s"))]) {
    const fork = rng.fork("a");
    fork.fork("a");
    rng.fork("b");
    assert.throws(() => rng.fork("a"), RangeError);
  }
});

Deno.test("systemRng() fills arrays beyond the platform's limit, differently each time", () => {
  const fill = (): Uint8Array => systemRng().fill(new Uint8Array(200_000));
  const first = fill();
  assert.notDeepEqual(first, fill());
  for (const from of [0, 65_536, 131_072, 199_900]) {
    assert.ok(first.subarray(from, from + 100).some((byte) => byte !== 0));
  }
});
