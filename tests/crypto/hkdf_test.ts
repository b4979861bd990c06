import assert from "node:assert/strict";
import { toHex } from "../../lib/base/mod.ts";
import { hkdfSha256 } from "../../lib/crypto/mod.ts";

Deno.test("hkdfSha256() gives the first vector of RFC 5869", () => {
  const range = (from: number, length: number): Uint8Array =>
    Uint8Array.from({ length }, (_, index) => from + index);
  const out = hkdfSha256({
    secret: new Uint8Array(22).fill(0x0b),
    salt: range(0, 13),
    info: range(0xf0, 10),
    length: 42,
  });
  assert.equal(
    toHex(out),
    "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865",
  );
});
