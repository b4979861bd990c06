import assert from "node:assert/strict";
import { chacha12, chacha20, chacha8 } from "@noble/ciphers/chacha.js";
import { toHex, utf8 } from "../../lib/base/mod.ts";
import { seededRng } from "../../lib/crypto/mod.ts";
import { chachaInto, chachaState } from "../../lib/crypto/ts/chacha.ts";

Deno.test("chachaInto() gives the block of RFC 8439, section 2.3.2", () => {
  const state = chachaState();
  const bytes = new Uint8Array(state.buffer);
  for (let i = 0; i < 32; i++) bytes[16 + i] = i;
  bytes.set([1, 0, 0, 0, 0, 0, 0, 9, 0, 0, 0, 0x4a, 0, 0, 0, 0], 48);
  const out = new Int32Array(16);
  chachaInto(out, 0, 1, state, 20);
  assert.equal(
    toHex(new Uint8Array(out.buffer)),
    "10f1e7e4d13b5915500fdd1fa32071c4c7d1f4c733c068030422aa9ac3d46c4e" +
      "d2826446079faa0914c2d705d98b02a2b5129cd1de164eb9cbd083e8a2503c4e",
  );
});

Deno.test("chachaInto() equals @noble/ciphers for 8, 12 and 20 rounds, also with a stride", () => {
  const rng = seededRng(utf8("chacha"));
  for (const [rounds, cipher] of [[8, chacha8], [12, chacha12], [20, chacha20]] as const) {
    for (let i = 0; i < 20; i++) {
      const key = rng.fill(new Uint8Array(32));
      const nonce = rng.fill(new Uint8Array(12));
      const counter = rng.fill(new Uint8Array(3));
      const state = chachaState();
      const bytes = new Uint8Array(state.buffer);
      bytes.set(key, 16);
      bytes.set(counter, 48);
      bytes.set(nonce, 52);
      const out = new Int32Array(70);
      chachaInto(out, 5, 4, state, rounds);
      const block = Int32Array.from({ length: 16 }, (_, w) => out[5 + 4 * w] as number);
      const expected = cipher(key, nonce, new Uint8Array(64), undefined, state[12] as number);
      assert.deepEqual(new Uint8Array(block.buffer), expected);
    }
  }
});
