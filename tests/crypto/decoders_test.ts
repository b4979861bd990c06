/** Bytes of a peer that the set-up decodes: any of them end in strings or in an error of ours. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { ProtocolError, utf8 } from "../../lib/base/mod.ts";
import {
  baseOtKeys,
  baseOtReceive1,
  baseOtReceive2,
  baseOtReceiverBytes,
  baseOtSend,
  baseOtSenderBytes,
  ggmMessageBytes,
  ggmReceiver,
  seededRng,
  wasmKernels,
} from "../../lib/crypto/mod.ts";

const COUNT = 2;
const context = { sid: new Uint8Array(32), count: COUNT, receiver: 0, sender: 1 };
const rng = seededRng(utf8("decoders"));

/** A message of about `length` bytes: random, cut or extended. */
function bytes(length: number): fc.Arbitrary<Uint8Array<ArrayBuffer>> {
  const near = fc.integer({ min: Math.max(0, length - 2), max: length + 2 });
  return fc.oneof(near, fc.constant(length)).chain((size) =>
    fc.uint8Array({ minLength: size, maxLength: size }).map((own) => Uint8Array.from(own))
  );
}

/** Runs `decode`; whether it took the bytes. Nothing but a ProtocolError may come of bytes that it refuses. */
function takes(decode: () => unknown): boolean {
  try {
    decode();
    return true;
  } catch (error) {
    assert.ok(error instanceof ProtocolError, String(error));
    return false;
  }
}

Deno.test("messages of the base OTs that are none are refused with an error of ours", () => {
  const { curve } = wasmKernels();
  const { state } = baseOtReceive1(curve, context, Uint8Array.of(1), rng.fork("receiver"));
  const keys = baseOtKeys(curve, COUNT, rng.fork("sender"));
  fc.assert(fc.property(bytes(baseOtReceiverBytes(COUNT)), (message) => {
    const taken = takes(() => baseOtSend(curve, context, keys, message));
    if (message.length !== baseOtReceiverBytes(COUNT)) assert.ok(!taken);
  }));
  fc.assert(fc.property(bytes(baseOtSenderBytes(COUNT)), (message) => {
    const taken = takes(() => baseOtReceive2(curve, state, message));
    if (message.length !== baseOtSenderBytes(COUNT)) assert.ok(!taken);
  }));
});

Deno.test("trees that are none are refused, or found inconsistent", () => {
  for (const k of [2, 4]) {
    const trees = { sid: new Uint8Array(32), k, keyHolder: 0, macHolder: 1 };
    const delta = rng.fork(`delta ${k}`).fill(new Uint8Array(16));
    const strings = rng.fork(`strings ${k}`).fill(new Uint8Array(16 * 128));
    fc.assert(
      fc.property(bytes(ggmMessageBytes(k)), (message) => {
        let consistent = false;
        const taken = takes(() => {
          consistent = ggmReceiver(wasmKernels(), trees, delta, strings, message).consistent;
        });
        assert.ok(!consistent);
        if (message.length !== ggmMessageBytes(k)) assert.ok(!taken);
      }),
      { numRuns: 20 },
    );
  }
});
