/** Multiplication by a number known beforehand. Words are most significant bit first. */
import { type Builder, FALSE, type Wire, type Word } from "../builder.ts";
import { addCarry, subtract } from "./add.ts";
import { any } from "./compare.ts";
import type { Product } from "./multiply.ts";

/** A factor known beforehand. */
export interface Factor {
  /** The number. */
  readonly value: bigint;
  /** Whether word and product are two's complement numbers. */
  readonly signed: boolean;
}

/**
 * x · factor, one addition for each further digit of the factor's non-adjacent form.
 *
 * With k the place of the factor's top bit, the product overflows unless x fits n − k bits (and a sign).
 * What remains is computed exactly, with two more bits than x.
 */
export function multiplyConstant(b: Builder, x: Word, { value, signed }: Factor): Product {
  const n = x.length;
  const digits = nonAdjacentForm(value);
  const top = magnitudeBits(value) - 1;
  if (digits.length === 0) return { word: new Array<Wire>(n).fill(FALSE), overflow: FALSE };
  const guard = x.slice(0, top);
  const first = x[0] as Wire;
  const tooLarge = any(b, guard.map((wire) => signed ? b.xor(wire, first) : wire));
  const low = [...signed ? [] : [FALSE], ...x.slice(signed && top > 0 ? top - 1 : top)];
  const product = extendSign(combine(b, low, digits), n + 2);
  const word = product.slice(2);
  const sign = signed ? word[0] as Wire : FALSE;
  const rest = any(b, product.slice(0, 2).map((wire) => b.xor(wire, sign)));
  return { word, overflow: b.or(tooLarge, rest) };
}

/** A digit −1 or 1 of a number and its place. */
interface Digit {
  readonly place: number;
  readonly negative: boolean;
}

/** The digits other than 0 of the form without two such neighbours, least significant first. */
function nonAdjacentForm(value: bigint): Digit[] {
  const digits: Digit[] = [];
  let rest = value;
  for (let place = 0; rest !== 0n; place++, rest /= 2n) {
    if (rest % 2n === 0n) continue;
    const negative = BigInt.asUintN(2, rest) === 3n;
    digits.push({ place, negative });
    rest += negative ? 1n : -1n;
  }
  return digits;
}

function magnitudeBits(value: bigint): number {
  return (value < 0n ? -value : value).toString(2).length;
}

/** The sum of the shifted words, in two's complement and as wide as it needs to be. */
function combine(b: Builder, x: Word, digits: readonly Digit[]): Word {
  const [first, ...others] = digits as [Digit, ...Digit[]];
  let sum: Word = shifted(x, first.place);
  others.forEach((digit, i) => {
    const bits = x.length + digit.place + 1;
    const [left, right] = [extendSign(sum, bits), extendSign(shifted(x, digit.place), bits)];
    // The sum is negated if its first digit is negative; the last digit may set that right.
    const same = digit.negative === first.negative;
    const last = i === others.length - 1 && first.negative && !same;
    if (last) sum = subtract(b, right, left).word;
    else sum = same ? addCarry(b, left, right, FALSE).word : subtract(b, left, right).word;
  });
  const negated = first.negative && (digits.at(-1) as Digit).negative;
  if (!negated) return sum;
  const wide = extendSign(sum, sum.length + 1);
  return subtract(b, new Array<Wire>(wide.length).fill(FALSE), wide).word;
}

function shifted(x: Word, places: number): Word {
  return [...x, ...new Array<Wire>(places).fill(FALSE)];
}

/** As a two's complement number of `bits` bits; bits that do not fit are dropped. */
function extendSign(x: Word, bits: number): Word {
  if (x.length >= bits) return x.slice(x.length - bits);
  return [...new Array<Wire>(bits - x.length).fill(x[0] as Wire), ...x];
}
