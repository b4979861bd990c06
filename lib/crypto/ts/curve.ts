/** The group of base OT from @noble/curves. It uses BigInt: not constant time in the strict sense. */
import { ristretto255, ristretto255_hasher } from "@noble/curves/ed25519.js";
import { ELEMENT_BYTES } from "../constants.ts";
import { areCanonical, type Curve, EXPONENT_BYTES, UNIFORM_BYTES } from "../curve.ts";

const { Point } = ristretto255;
const { Fp, Fn } = Point;

type Element = InstanceType<typeof Point>;

/** Item `t` of consecutive ones of `size` bytes. */
function item(all: Uint8Array, size: number, t: number): Uint8Array {
  return all.subarray(size * t, size * (t + 1));
}

function power(exponents: Uint8Array, t: number): Element {
  const bytes = item(exponents, EXPONENT_BYTES, t);
  let exponent = 0n;
  for (let i = 31; i >= 0; i--) exponent = (exponent << 8n) | BigInt(bytes[i] as number);
  const element = Point.BASE.multiply(Fn.create(exponent));
  return bytes[32] === 1 ? element.negate() : element;
}

function elementOf(uniform: Uint8Array, t: number): Element {
  const element = ristretto255_hasher.deriveToCurve?.(item(uniform, UNIFORM_BYTES, t));
  if (element === undefined) throw new TypeError("Cannot map to the group: the library has no map");
  return element;
}

function encoded(count: number, make: (t: number) => Element): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(ELEMENT_BYTES * count);
  for (let t = 0; t < count; t++) out.set(make(t).toBytes(), ELEMENT_BYTES * t);
  return out;
}

/** The element of an encoding, or undefined. */
function decoded(bytes: Uint8Array): Element | undefined {
  try {
    return Point.fromBytes(bytes);
  } catch {
    return undefined;
  }
}

/** The group in plain TypeScript. */
export const plainCurve: Curve = {
  powers: (exponents, count) => encoded(count, (t) => power(exponents, t)),
  powersLess: (exponents, uniform, count) =>
    encoded(count, (t) => power(exponents, t).subtract(elementOf(uniform, t))),
  hashed: (uniform, count) => encoded(count, (t) => elementOf(uniform, t)),
  coordinates(elements, count, uniform): Uint8Array<ArrayBuffer> | undefined {
    if (!areCanonical(elements, count)) return undefined;
    const out = new Uint8Array(ELEMENT_BYTES * count);
    for (let t = 0; t < count; t++) {
      const element = decoded(item(elements, ELEMENT_BYTES, t));
      if (element === undefined) return undefined;
      const sum = uniform === undefined ? element : element.add(elementOf(uniform, t));
      if (sum.is0()) return undefined;
      const { y } = sum.toAffine();
      const u = Fp.div(Fp.add(Fp.ONE, y), Fp.sub(Fp.ONE, y));
      out.set(Fp.toBytes(u), ELEMENT_BYTES * t);
    }
    return out;
  },
};
