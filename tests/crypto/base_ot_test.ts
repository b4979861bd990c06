import assert from "node:assert/strict";
import { getBit, ProtocolError, setBit, utf8 } from "../../lib/base/mod.ts";
import {
  type BaseOtContext,
  baseOtKeys,
  baseOtReceive1,
  baseOtReceive2,
  baseOtReceiverBytes,
  baseOtSend,
  baseOtSenderBytes,
  type BaseOtState,
  type Rng,
  seededRng,
  typescriptKernels,
  wasmKernels,
} from "../../lib/crypto/mod.ts";
import { ristretto255 } from "@noble/curves/ed25519.js";
import { randomExponent } from "../../lib/crypto/curve.ts";

const plain = typescriptKernels.curve;
const { curve } = wasmKernels();

const context: BaseOtContext = {
  sid: new Uint8Array(32).fill(3),
  count: 20,
  receiver: 1,
  sender: 4,
};
const rngOf = (label: string): Rng => seededRng(utf8(label));

/** The sender's whole part. */
function send(
  of: BaseOtContext,
  received: Uint8Array,
  group: typeof curve = curve,
): ReturnType<typeof baseOtSend> {
  return baseOtSend(group, of, baseOtKeys(group, of.count, rngOf("sender")), received);
}

/** String `j` of OT `t`. */
function string(pairs: Uint8Array, t: number, j: number): Uint8Array {
  return pairs.slice(16 * (2 * t + j), 16 * (2 * t + j + 1));
}

/** How many of the chosen strings are the sender's string of the choice bit, and of the other bit. */
function matches(
  choices: Uint8Array,
  pairs: Uint8Array,
  chosen: Uint8Array,
): { readonly own: number; readonly other: number } {
  let [own, other] = [0, 0];
  for (let t = 0; t < chosen.length / 16; t++) {
    const got = chosen.slice(16 * t, 16 * t + 16).toString();
    const c = getBit(choices, t);
    if (got === string(pairs, t, c).toString()) own++;
    if (got === string(pairs, t, 1 - c).toString()) other++;
  }
  return { own, other };
}

Deno.test("base OT gives the receiver the chosen string of each pair and not the other", () => {
  const choices = rngOf("choices").fill(new Uint8Array(3));
  // Whatever groups the two compute with.
  for (const [own, other] of [[curve, curve], [curve, plain], [plain, curve]] as const) {
    const { message, state } = baseOtReceive1(own, context, choices, rngOf("receiver"));
    assert.equal(message.length, baseOtReceiverBytes(20));
    const sent = send(context, message, other);
    assert.equal(sent.message.length, baseOtSenderBytes(20));
    // The channel takes the buffer over; the state does not depend on it.
    message.fill(0);
    const chosen = baseOtReceive2(own, state, sent.message);
    assert.deepEqual(matches(choices, sent.pairs, chosen), { own: 20, other: 0 });
    const all = Array.from(
      { length: 40 },
      (_, i) => sent.pairs.slice(16 * i, 16 * i + 16).toString(),
    );
    assert.equal(new Set(all).size, 40);
  }
});

Deno.test("base OT of different sessions, parties and places does not agree", () => {
  const choices = rngOf("choices").fill(new Uint8Array(3));
  const { message, state } = baseOtReceive1(curve, context, choices, rngOf("receiver"));
  const wrong: Partial<BaseOtContext>[] = [{ sid: new Uint8Array(32) }, { receiver: 2 }, {
    sender: 3,
  }];
  for (const part of wrong) {
    const sent = send({ ...context, ...part }, message);
    const chosen = baseOtReceive2(curve, state, sent.message);
    assert.deepEqual(matches(choices, sent.pairs, chosen), { own: 0, other: 0 });
  }
  // OT 1 moved to place 0, by a receiver that moves all it keeps with it.
  const moved = message.slice();
  moved.copyWithin(0, 64, 128);
  const movedChoices = choices.slice();
  setBit(movedChoices, 0, getBit(choices, 1));
  const movedState: BaseOtState = {
    ...state,
    choices: movedChoices,
    message: moved,
    exponents: state.exponents.map((a, t) => t === 0 ? state.exponents[1] ?? a : a),
  };
  const sent = send(context, moved);
  const chosen = baseOtReceive2(curve, movedState, sent.message);
  assert.deepEqual(matches(movedChoices, sent.pairs, chosen), { own: 19, other: 0 });
});

Deno.test("baseOtReceive1() sends equally distributed elements whatever the choice", () => {
  // Same randomness, other choices: only the order within a pair may tell, and the pairs differ.
  const rng = (): Rng => rngOf("same");
  const zeros = baseOtReceive1(curve, context, new Uint8Array(3), rng()).message;
  const ones = baseOtReceive1(curve, context, new Uint8Array(3).fill(255), rng()).message;
  for (let t = 0; t < 20; t++) {
    const [z0, z1, o0, o1] = [zeros, zeros, ones, ones].map((message, i) =>
      message.slice(64 * t + 32 * (i & 1), 64 * t + 32 * (i & 1) + 32)
    );
    assert.deepEqual(z1, o0);
    assert.notDeepEqual(z0, o1);
  }
});

Deno.test("base OT refuses the identity, encodings that are not canonical, and wrong lengths", () => {
  const choices = new Uint8Array(3);
  const { message, state } = baseOtReceive1(curve, context, choices, rngOf("receiver"));
  const sent = send(context, message);
  const identity = new Uint8Array(32);
  // RFC 9496, appendix A.3: a non-canonical, a negative, and a non-square encoding.
  const bad = [
    identity,
    Uint8Array.from({ length: 32 }, (_, i) => i === 0 ? 0xed : i === 31 ? 0x7f : 0xff),
    Uint8Array.from({ length: 32 }, (_, i) => i === 0 ? 1 : 0),
    new Uint8Array(32).fill(255),
    Uint8Array.fromHex("26948d35ca62e643e26a83177332e6b6afeb9d08e4268b650f1f5bbd8d81d371"),
  ];
  for (const bytes of bad) {
    for (const at of [0, 32, 64 * 19 + 32]) {
      const wrong = message.slice();
      wrong.set(bytes, at);
      for (const group of [curve, plain]) {
        assert.throws(() => send(context, wrong, group), ProtocolError);
      }
    }
    const wrong = sent.message.slice();
    wrong.set(bytes, 32 * 7);
    for (const group of [curve, plain]) {
      assert.throws(() => baseOtReceive2(group, state, wrong), ProtocolError);
    }
  }
  for (const length of [0, 64 * 20 - 1, 64 * 20 + 1]) {
    assert.throws(
      () => send(context, new Uint8Array(length)),
      ProtocolError,
    );
    assert.throws(() => baseOtReceive2(curve, state, new Uint8Array(length)), ProtocolError);
  }
});

Deno.test("baseOtSend() refuses elements that cancel the hash to the identity", () => {
  // A receiver that knows H_0(r_1) sends r_0 = −H_0(r_1): the shared element would be known to everybody.
  const one = { ...context, count: 1 };
  const { message, state } = baseOtReceive1(curve, one, new Uint8Array(1), rngOf("receiver"));
  const exponent = randomExponent(rngOf("receiver"));
  const { Point } = ristretto255;
  const power = Point.fromBytes(curve.powers(exponent, 1));
  const r0 = Point.fromBytes(message.slice(0, 32)).subtract(power).toBytes();
  const wrong = message.slice();
  wrong.set(r0, 0);
  for (const group of [curve, plain]) {
    assert.throws(() => send(one, wrong, group), ProtocolError);
  }
  assert.equal(state.exponents.length, 1);
});
