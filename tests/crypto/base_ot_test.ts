import assert from "node:assert/strict";
import { ristretto255 } from "@noble/curves/ed25519.js";
import { getBit, ProtocolError, setBit, utf8 } from "../../lib/base/mod.ts";
import {
  type BaseOtContext,
  baseOtReceive1,
  baseOtReceive2,
  baseOtReceiverBytes,
  baseOtSend,
  baseOtSenderBytes,
  type BaseOtState,
  type Rng,
  seededRng,
} from "../../lib/crypto/mod.ts";
import { decodeElement, randomKeyShare, sharedSecret } from "../../lib/crypto/curve.ts";

const context: BaseOtContext = {
  sid: new Uint8Array(32).fill(3),
  count: 20,
  receiver: 1,
  sender: 4,
};
const rngOf = (label: string): Rng => seededRng(utf8(label));

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
  const { message, state } = baseOtReceive1(context, choices, rngOf("receiver"));
  assert.equal(message.length, baseOtReceiverBytes(20));
  const sent = baseOtSend(context, message, rngOf("sender"));
  assert.equal(sent.message.length, baseOtSenderBytes(20));
  // The channel takes the buffer over; the state does not depend on it.
  message.fill(0);
  const chosen = baseOtReceive2(state, sent.message);
  assert.deepEqual(matches(choices, sent.pairs, chosen), { own: 20, other: 0 });
  const all = Array.from(
    { length: 40 },
    (_, i) => sent.pairs.slice(16 * i, 16 * i + 16).toString(),
  );
  assert.equal(new Set(all).size, 40);
});

Deno.test("base OT of different sessions, parties and places does not agree", () => {
  const choices = rngOf("choices").fill(new Uint8Array(3));
  const { message, state } = baseOtReceive1(context, choices, rngOf("receiver"));
  const wrong: Partial<BaseOtContext>[] = [{ sid: new Uint8Array(32) }, { receiver: 2 }, {
    sender: 3,
  }];
  for (const part of wrong) {
    const sent = baseOtSend({ ...context, ...part }, message, rngOf("sender"));
    const chosen = baseOtReceive2(state, sent.message);
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
  const sent = baseOtSend(context, moved, rngOf("sender"));
  const chosen = baseOtReceive2(movedState, sent.message);
  assert.deepEqual(matches(movedChoices, sent.pairs, chosen), { own: 19, other: 0 });
});

Deno.test("baseOtReceive1() sends equally distributed elements whatever the choice", () => {
  // Same randomness, other choices: only the order within a pair may tell, and the pairs differ.
  const rng = (): Rng => rngOf("same");
  const zeros = baseOtReceive1(context, new Uint8Array(3), rng()).message;
  const ones = baseOtReceive1(context, new Uint8Array(3).fill(255), rng()).message;
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
  const { message, state } = baseOtReceive1(context, choices, rngOf("receiver"));
  const sent = baseOtSend(context, message, rngOf("sender"));
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
      assert.throws(() => baseOtSend(context, wrong, rngOf("sender")), ProtocolError);
    }
    const wrong = sent.message.slice();
    wrong.set(bytes, 32 * 7);
    assert.throws(() => baseOtReceive2(state, wrong), ProtocolError);
  }
  for (const length of [0, 64 * 20 - 1, 64 * 20 + 1]) {
    assert.throws(
      () => baseOtSend(context, new Uint8Array(length), rngOf("sender")),
      ProtocolError,
    );
    assert.throws(() => baseOtReceive2(state, new Uint8Array(length)), ProtocolError);
  }
});

Deno.test("baseOtSend() refuses elements that cancel the hash to the identity", () => {
  // A receiver that knows H_0(r_1) sends r_0 = −H_0(r_1): the shared element would be known to everybody.
  const one = { ...context, count: 1 };
  const { message, state } = baseOtReceive1(one, new Uint8Array(1), rngOf("receiver"));
  const exponent = randomKeyShare(fixed(rngOf("receiver").fill(new Uint8Array(33)))).element;
  const r0 = decodeElement(message.slice(0, 32), 1).subtract(exponent).toBytes();
  const wrong = message.slice();
  wrong.set(r0, 0);
  assert.throws(() => baseOtSend(one, wrong, rngOf("sender")), ProtocolError);
  assert.equal(state.exponents.length, 1);
});

/** A source that gives `bytes` on every call. */
function fixed(bytes: Uint8Array): Rng {
  return {
    fill<T extends Uint8Array<ArrayBuffer>>(out: T): T {
      out.set(bytes.subarray(0, out.length));
      return out;
    },
    fork: () => fixed(bytes),
  };
}

Deno.test("sharedSecret() agrees on both sides and with the curve library, whatever the representative", () => {
  const rng = rngOf("dh");
  for (let i = 0; i < 20; i++) {
    const a = randomKeyShare(rng);
    const b = randomKeyShare(rng);
    const secret = sharedSecret(a.exponent, decodeElement(b.element.toBytes(), 0));
    assert.deepEqual(sharedSecret(b.exponent, decodeElement(a.element.toBytes(), 0)), secret);
    assert.deepEqual(
      sharedSecret(b.exponent, a.element.add(b.element).subtract(b.element)),
      secret,
    );
    assert.notDeepEqual(sharedSecret(b.exponent, a.element.double()), secret);
  }
});

Deno.test("randomKeyShare() has both signs, and its element is the exponent times the generator", () => {
  const rng = rngOf("signs");
  let negative = 0;
  for (let i = 0; i < 40; i++) {
    const seed = rng.fill(new Uint8Array(33));
    const share = randomKeyShare(fixed(seed));
    const raw = seed.slice(0, 32);
    raw[0] = (raw[0] as number) & 0xf8;
    raw[31] = ((raw[31] as number) & 0x7f) | 0x40;
    const x = raw.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
    const positive = ristretto255.Point.BASE.multiply(x % ristretto255.Point.Fn.ORDER);
    const flipped = !share.element.equals(positive);
    if (flipped) assert.ok(share.element.equals(positive.negate()));
    negative += flipped ? 1 : 0;
  }
  assert.ok(negative > 5 && negative < 35);
});
