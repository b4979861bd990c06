import assert from "node:assert/strict";
import fc from "fast-check";
import { bitBytes, copyBitsInto, getBit, setBit, sliceBits } from "../../lib/base/mod.ts";

const bools = fc.array(fc.boolean(), { maxLength: 200 });

function pack(values: readonly boolean[]): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(bitBytes(values.length));
  values.forEach((value, i) => setBit(out, i, value ? 1 : 0));
  return out;
}

function unpack(bits: Uint8Array, count: number): boolean[] {
  return Array.from({ length: count }, (_, i) => getBit(bits, i) === 1);
}

Deno.test("bits are packed least significant first", () => {
  assert.deepEqual(
    pack([true, false, false, true, false, false, false, false, true]),
    new Uint8Array([9, 1]),
  );
});

Deno.test("setBit() changes one bit, to 0 and to 1", () => {
  const bits = new Uint8Array([0b1010]);
  setBit(bits, 1, 0);
  setBit(bits, 2, 1);
  assert.equal(bits[0], 0b1100);
});

Deno.test("sliceBits() takes a run of bits and clears the padding", () => {
  fc.assert(fc.property(bools, fc.nat(200), fc.nat(200), (values, a, b) => {
    const from = Math.min(a, values.length);
    const count = Math.min(b, values.length - from);
    const cut = sliceBits(pack(values), from, count);
    assert.deepEqual(unpack(cut, count), values.slice(from, from + count));
    assert.deepEqual(cut, pack(values.slice(from, from + count)));
  }));
});

Deno.test("copyBitsInto() writes a run of bits and leaves the others", () => {
  fc.assert(fc.property(bools, bools, fc.nat(200), (target, source, a) => {
    const at = Math.min(a, target.length);
    const count = Math.min(source.length, target.length - at);
    const out = pack(target);
    copyBitsInto(out, at, pack(source), count);
    const expected = [
      ...target.slice(0, at),
      ...source.slice(0, count),
      ...target.slice(at + count),
    ];
    assert.deepEqual(unpack(out, target.length), expected);
  }));
});
