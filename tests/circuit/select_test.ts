import assert from "node:assert/strict";
import {
  decodeIndex,
  muxWord,
  outOfBounds,
  readArray,
  TRUE,
  type Wire,
} from "../../lib/circuit/mod.ts";
import { wordCircuit } from "./words.ts";

const flag = (condition: boolean): bigint => condition ? 1n : 0n;

Deno.test("nested choices between the same words cost one AND a bit and one more", () => {
  const { run, circuit } = wordCircuit([1, 1, 8, 8], (b, c, d, x, y) => {
    const [outer, inner] = [c[0] as Wire, d[0] as Wire];
    return [muxWord(b, outer, muxWord(b, inner, x, y), y)];
  });
  assert.equal(circuit.header.ands, 9);
  for (const [c, d] of [[0n, 0n], [0n, 1n], [1n, 0n], [1n, 1n]] as const) {
    assert.deepEqual(run(c, d, 0x5an, 0xc3n), [c === 1n && d === 1n ? 0x5an : 0xc3n]);
    assert.deepEqual(run(c, d, 0x3cn, 0x35n), [c === 1n && d === 1n ? 0x3cn : 0x35n]);
  }
});

Deno.test("readArray() and decodeIndex() reach every element of arrays of every length", () => {
  for (let length = 1; length <= 17; length++) {
    const bits = 8;
    const { run, circuit } = wordCircuit([bits, 1], (b, index, enable) => {
      const elements = Array.from(
        { length },
        (_, i) =>
          [i & 1, (i >> 1) & 1, i >> 2 & 1, i >> 3 & 1, 0]
            .map((bit) => bit === 1 ? TRUE : 0),
      );
      return [
        [outOfBounds(b, index, length)],
        readArray(b, elements, index),
        ...decodeIndex(b, index, length, enable[0] as Wire).map((wire) => [wire]),
      ];
    });
    assert.ok(circuit.header.ands <= 8 + 5 * (length - 1) + length);
    for (let index = 0n; index < 256n; index++) {
      for (const enable of [0n, 1n]) {
        const [outside, , ...hot] = run(index, enable);
        assert.equal(outside, flag(index >= BigInt(length)));
        if (outside === 1n) continue;
        assert.deepEqual(hot, hot.map((_, i) => flag(BigInt(i) === index) & enable));
      }
    }
  }
});

Deno.test("readArray() returns the element of the index and costs w (L - 1) ANDs", () => {
  for (const length of [1, 2, 3, 5, 8, 13, 16]) {
    const { run, circuit } = wordCircuit([32, length * 6], (b, index, data) => {
      const elements = Array.from({ length }, (_, i) => data.slice(i * 6, i * 6 + 6));
      return [readArray(b, elements, index)];
    });
    assert.equal(circuit.header.ands, 6 * (length - 1));
    const values = Array.from({ length }, (_, i) => BigInt((i * 37 + 5) % 64));
    const data = values.reduce((all, value) => all * 64n + value, 0n);
    values.forEach((value, i) => assert.deepEqual(run(BigInt(i), data), [value]));
  }
});
