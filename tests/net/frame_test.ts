import assert from "node:assert/strict";
import fc from "fast-check";
import { concat, ProtocolError } from "../../lib/base/mod.ts";
import {
  decodeFrameHeader,
  decodeFrameStep,
  encodeFrameStart,
  FRAME_HEADER_BYTES,
  FRAME_PAYLOAD_BYTES_MAX,
} from "../../lib/net/mod.ts";

const tag = new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8]);
const data = { kind: "data", step: "garble/7", more: true, tag, sequence: 0x01020304 } as const;

Deno.test("encodeFrameStart() keeps to its layout", () => {
  assert.deepEqual(
    [...encodeFrameStart(data, 0x0a0b)],
    [
      1,
      1,
      1,
      8,
      1,
      2,
      3,
      4,
      5,
      6,
      7,
      8,
      1,
      2,
      3,
      4,
      0,
      0,
      10,
      11,
      103,
      97,
      114,
      98,
      108,
      101,
      47,
      55,
    ],
  );
});

Deno.test("decodeFrameHeader() reads what encodeFrameStart() writes", () => {
  const bytes = encodeFrameStart(data, 99);
  const { step: _, ...rest } = data;
  assert.deepEqual(decodeFrameHeader(bytes.subarray(0, FRAME_HEADER_BYTES)), {
    ...rest,
    stepBytes: 8,
    length: 99,
  });
  assert.equal(decodeFrameStep(bytes.subarray(FRAME_HEADER_BYTES)), "garble/7");
});

Deno.test("encodeFrameStart() refuses steps and payloads beyond the limits", () => {
  assert.throws(() => encodeFrameStart({ ...data, step: "x".repeat(65) }, 1), RangeError);
  assert.throws(() => encodeFrameStart({ ...data, step: "ö".repeat(33) }, 1), RangeError);
  assert.throws(() => encodeFrameStart(data, FRAME_PAYLOAD_BYTES_MAX + 1), RangeError);
  assert.throws(() => encodeFrameStart({ ...data, tag: tag.subarray(1) }, 1), RangeError);
});

Deno.test("decodeFrameHeader() refuses whatever no sender of ours would send", () => {
  const good = encodeFrameStart(data, 5).slice(0, FRAME_HEADER_BYTES);
  const bad: [number, number][] = [[0, 2], [0, 0], [1, 0], [1, 8], [2, 2], [3, 0], [3, 65], [
    16,
    1,
  ]];
  for (const [at, value] of bad) {
    const changed = good.slice();
    changed[at] = value;
    assert.throws(() => decodeFrameHeader(changed), ProtocolError, `byte ${at} = ${value}`);
  }
  const ready = good.slice();
  ready[1] = 4;
  assert.throws(() => decodeFrameHeader(ready), /do not fit kind "ready"/);
});

Deno.test("decodeFrameHeader() and decodeFrameStep() bear any bytes", () => {
  const length = FRAME_HEADER_BYTES;
  fc.assert(fc.property(fc.uint8Array({ minLength: length, maxLength: length }), (bytes) => {
    try {
      const header = decodeFrameHeader(concat(new Uint8Array([1]), bytes.subarray(1)));
      assert.ok(header.length <= FRAME_PAYLOAD_BYTES_MAX && header.stepBytes <= 64);
    } catch (error) {
      assert.ok(error instanceof ProtocolError);
    }
  }));
  assert.throws(() => decodeFrameStep(new Uint8Array([0xff, 0xfe])), ProtocolError);
});
