/** The suite that every implementation of the group passes, with equal bytes; @noble/curves is the oracle. */
import assert from "node:assert/strict";
import { ristretto255, ristretto255_hasher, x25519 } from "@noble/curves/ed25519.js";
import { concat, utf8 } from "../../lib/base/mod.ts";
import { type Curve, seededRng } from "../../lib/crypto/mod.ts";
import {
  privateKey,
  randomExponent,
  sharedSecret,
  uniformStrings,
} from "../../lib/crypto/curve.ts";

const { Point } = ristretto255;
const DOMAIN = "p2p-mpc test of the group";
const uniformString = uniformStrings(DOMAIN, 40);
type Element = InstanceType<typeof Point>;

/** ±x·G by the oracle. */
function power(exponent: Uint8Array): Element {
  const x = exponent.slice(0, 32).reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  const element = Point.BASE.multiply(x % Point.Fn.ORDER);
  return exponent[32] === 1 ? element.negate() : element;
}

function pieces(all: Uint8Array, size: number): Uint8Array[] {
  return Array.from({ length: all.length / size }, (_, t) => all.slice(size * t, size * (t + 1)));
}

/** Registers the tests for `curve`. */
export function curveContract(name: string, curve: Curve): void {
  const scene = (count: number): { exponents: Uint8Array[]; inputs: Uint8Array[] } => {
    const rng = seededRng(utf8(`curve ${count}`));
    return {
      exponents: Array.from({ length: count }, () => randomExponent(rng)),
      inputs: Array.from({ length: count }, () => rng.fill(new Uint8Array(40))),
    };
  };
  const hashOf = (input: Uint8Array): Element =>
    ristretto255_hasher.hashToCurve(input, { DST: DOMAIN });

  Deno.test(`${name}: powers and elements of hashes are those of the curve library`, () => {
    for (const count of [0, 1, 2, 7]) {
      const { exponents, inputs } = scene(count);
      const uniform = concat(...inputs.map((input) => uniformString(input)));
      const all = concat(...exponents);
      const expect = (got: Uint8Array, make: (t: number) => Element): void =>
        assert.deepEqual(pieces(got, 32), exponents.map((_, t) => make(t).toBytes()));
      expect(curve.powers(all, count), (t) => power(exponents[t] as Uint8Array));
      expect(curve.hashed(uniform, count), (t) => hashOf(inputs[t] as Uint8Array));
      expect(
        curve.powersLess(all, uniform, count),
        (t) => power(exponents[t] as Uint8Array).subtract(hashOf(inputs[t] as Uint8Array)),
      );
    }
  });

  Deno.test(`${name}: powers of exponents with the largest and smallest digits`, () => {
    for (const byte of [0x00, 0x77, 0x78, 0x80, 0x87, 0x88, 0x8f, 0xf8, 0xff]) {
      const raw = new Uint8Array(33).fill(byte);
      const exponent = randomExponent({
        fill: (out) => (out.set(raw), out),
        fork: () => assert.fail(),
      });
      assert.deepEqual(curve.powers(exponent, 1), power(exponent).toBytes());
    }
  });

  Deno.test(`${name}: both sides agree on the secret, which is that of X25519`, () => {
    const { exponents, inputs } = scene(9);
    const uniform = concat(...inputs.map((input) => uniformString(input)));
    const all = concat(...exponents);
    const powers = curve.powers(all, 9);
    const plain = curve.coordinates(powers, 9) ?? assert.fail();
    const summed = curve.coordinates(curve.powersLess(all, uniform, 9), 9, uniform);
    const secrets = [plain, summed ?? assert.fail()].map((coordinates) =>
      pieces(coordinates, 32).map((u, t) => {
        return sharedSecret(privateKey(exponents[(t + 1) % 9] as Uint8Array), u);
      })
    );
    // (x·G − H) + H = x·G.
    assert.deepEqual(secrets[0], secrets[1]);
    const own = pieces(plain, 32);
    secrets[0]?.forEach((secret, t) => {
      const u = own[(t + 1) % 9] as Uint8Array;
      const exponent = (exponents[t] as Uint8Array).slice(0, 32);
      assert.deepEqual(sharedSecret(privateKey(exponent), u), secret);
      assert.deepEqual(x25519.scalarMult(exponent, u), secret);
    });
  });

  Deno.test(`${name}: coordinates() refuses what is no element and sums to the identity`, () => {
    // RFC 9496, appendix A.3: non-canonical, negative, non-square, negative x·y, s = −1; and the identity.
    const bad = [
      "00ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
      "f3ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
      "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
      "0100000000000000000000000000000000000000000000000000000000000000",
      "ed57ffd8c914fb201471d1c3d245ce3c746fcbe63a3679d51b6a516ebebe0e20",
      "26948d35ca62e643e26a83177332e6b6afeb9d08e4268b650f1f5bbd8d81d371",
      "4eac077a713c57b4f4397629a4145982c661f48044dd3f96427d40b147d9742f",
      "3eb858e78f5a7254d8c9731174a94f76755fd3941c0ac93735c07ba14579630e",
      "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
      "0000000000000000000000000000000000000000000000000000000000000000",
    ].map((text) => Uint8Array.fromHex(text));
    const { exponents, inputs } = scene(3);
    const good = curve.powers(concat(...exponents), 3);
    assert.notEqual(curve.coordinates(good, 3), undefined);
    for (const bytes of bad) {
      for (const t of [0, 1, 2]) {
        const wrong = good.slice();
        wrong.set(bytes, 32 * t);
        assert.equal(curve.coordinates(wrong, 3), undefined);
      }
    }
    const uniform = concat(...inputs.map((input) => uniformString(input)));
    assert.notEqual(curve.coordinates(good, 3, uniform), undefined);
    for (const t of [0, 1, 2]) {
      const wrong = good.slice();
      wrong.set(hashOf(inputs[t] as Uint8Array).negate().toBytes(), 32 * t);
      assert.equal(curve.coordinates(wrong, 3, uniform), undefined);
    }
  });
}
