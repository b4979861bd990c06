import assert from "node:assert/strict";
import fc from "fast-check";
import {
  concat,
  equal,
  fromBase64,
  fromHex,
  toBase64,
  toHex,
  xorInto,
} from "../../lib/base/mod.ts";

Deno.test("concat() joins arrays in order", () => {
  assert.deepEqual(
    concat(new Uint8Array([1]), new Uint8Array(0), new Uint8Array([2, 3])),
    new Uint8Array([1, 2, 3]),
  );
});

Deno.test("equal() tells arrays apart by content and by length", () => {
  assert.equal(equal(new Uint8Array([1, 2]), new Uint8Array([1, 2])), true);
  assert.equal(equal(new Uint8Array([1, 2]), new Uint8Array([1, 3])), false);
  assert.equal(equal(new Uint8Array([1, 2]), new Uint8Array([1, 2, 0])), false);
});

Deno.test("toHex() writes two lower-case digits a byte", () => {
  assert.equal(toHex(new Uint8Array([0, 10, 255])), "000aff");
});

Deno.test("fromHex() and fromBase64() read what the platform writes", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
    assert.deepEqual(fromHex(toHex(bytes)), new Uint8Array(bytes));
    assert.equal(toBase64(bytes), bytes.toBase64());
    assert.deepEqual(fromBase64(toBase64(bytes)), new Uint8Array(bytes));
  }));
});

Deno.test("xorInto() equals the byte-wise sum for every alignment", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 40 }), fc.nat(3), fc.nat(3), (data, p, q) => {
    const a = new Uint8Array(data.length + p).subarray(p).fill(0x5a);
    const b = new Uint8Array(data.length + q).subarray(q);
    b.set(data);
    xorInto(a, b);
    assert.deepEqual([...a], [...data].map((byte) => byte ^ 0x5a));
  }));
  assert.throws(() => xorInto(new Uint8Array(1), new Uint8Array(2)), RangeError);
});
