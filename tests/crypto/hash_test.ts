import assert from "node:assert/strict";
import { toHex, utf8 } from "../../lib/base/mod.ts";
import {
  hmacSha256,
  Sha256,
  sha256,
  transcriptHash,
  transcriptHasher,
  transcriptHasherOf,
  u32,
} from "../../lib/crypto/mod.ts";

const sid = new Uint8Array(32).fill(7);

Deno.test("sha256() gives the digests of FIPS 180-2, in one part or several", () => {
  const abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
  assert.equal(toHex(sha256(utf8("abc"))), abc);
  assert.equal(toHex(sha256(utf8("a"), utf8(""), utf8("bc"))), abc);
  assert.equal(toHex(new Sha256().update(utf8("a")).update(utf8("b"), utf8("c")).digest()), abc);
});

Deno.test("hmacSha256() gives test case 2 of RFC 4231", () => {
  assert.equal(
    toHex(hmacSha256(utf8("Jefe"), utf8("what do ya want "), utf8("for nothing?"))),
    "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
  );
});

Deno.test("u32() is little-endian and refuses what does not fit", () => {
  assert.deepEqual(u32(0x01020384), new Uint8Array([0x84, 3, 2, 1]));
  for (const bad of [-1, 2 ** 32, 0.5, NaN]) assert.throws(() => u32(bad), RangeError);
});

Deno.test("transcriptHash() has the layout it documents", () => {
  const head = [u32(3), utf8("dom"), sid, u32(2), utf8("st")];
  const expected = sha256(...head, u32(1), utf8("x"), u32(0));
  assert.deepEqual(transcriptHash("dom", sid, "st", utf8("x"), utf8("")), expected);
  const streamed = transcriptHasher("dom", sid, "st").update(u32(1), utf8("x"), u32(0));
  assert.deepEqual(streamed.digest(), expected);
});

Deno.test("transcriptHash() separates arguments that have the same concatenation", () => {
  const hashes = [
    transcriptHash("ab", sid, "c", utf8("d"), utf8("e")),
    transcriptHash("a", sid, "bc", utf8("d"), utf8("e")),
    transcriptHash("ab", sid, "c", utf8("de")),
    transcriptHash("ab", sid, "c", utf8("de"), utf8("")),
    transcriptHash("ab", sid, "cd", utf8("e")),
  ];
  assert.equal(new Set(hashes.map(toHex)).size, hashes.length);
  assert.throws(() => transcriptHash("a", sid.subarray(1), "b"), RangeError);
});

Deno.test("transcriptHasherOf() is transcriptHash() of parts of fixed lengths", () => {
  const hash = transcriptHasherOf("dom", sid, "st", [1, 0, 3]);
  for (const [x, y] of [["a", "bcd"], ["e", "fgh"]] as const) {
    const parts = [utf8(x), utf8(""), utf8(y)];
    assert.deepEqual(hash(...parts), transcriptHash("dom", sid, "st", ...parts));
  }
  assert.throws(() => hash(utf8("a"), utf8(""), utf8("bc")), RangeError);
  assert.throws(() => hash(utf8("a")), RangeError);
});
