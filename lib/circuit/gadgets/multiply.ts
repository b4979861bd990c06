/** Multiplication modulo 2^n with an exact overflow test. Words are most significant bit first. */
import { type Builder, FALSE, type Wire, type Word } from "../builder.ts";
import { add, negateIf } from "./add.ts";
import { fullProduct, fullSquare } from "./columns.ts";
import { any } from "./compare.ts";

/** A product and whether it does not fit. */
export interface Product {
  /** The product; means nothing if `overflow` holds. */
  readonly word: Wire[];
  /** Whether the product is too large or too small. */
  readonly overflow: Wire;
}

/**
 * x · y of unsigned numbers. About 2/3·n² + 2·n ANDs.
 *
 * If a set bit of x and a set bit of y have positions that sum to n or more, the product is at least
 * 2^n (`meets`). Otherwise at least one of the upper halves of x and y is 0, so that one full product
 * of the lower halves and one product of the other upper half remain; to the latter the same applies
 * with n/2 bits. A product without such bits is below 2^(n+1), so at most one carry leaves the top.
 */
export function multiplyUnsigned(b: Builder, x: Word, y: Word): Product {
  const [xs, ys] = [[...x].reverse(), [...y].reverse()];
  const { bits, meets, carry } = isSame(x, y) ? square(b, xs) : limited(b, xs, ys);
  return { word: bits.reverse(), overflow: b.or(meets, carry) };
}

function isSame(x: Word, y: Word): boolean {
  return x.every((wire, i) => wire === y[i]);
}

/** A product of n-bit numbers, least significant bit first, that is right unless it overflows. */
interface Limited {
  readonly bits: Wire[];
  /** Whether set bits of the factors have positions that sum to n or more. */
  readonly meets: Wire;
  /** Bit n of the product, unless `meets` holds. */
  readonly carry: Wire;
}

function limited(b: Builder, x: Word, y: Word): Limited {
  const n = x.length;
  if (n <= 1) {
    return { bits: x.map((wire) => b.and(wire, y[0] as Wire)), meets: FALSE, carry: FALSE };
  }
  if (n % 2 === 1) {
    const { bits, meets, carry } = limited(b, [...x, FALSE], [...y, FALSE]);
    return { bits: bits.slice(0, n), meets: b.or(meets, carry), carry: bits[n] as Wire };
  }
  const h = n / 2;
  const [xLow, xHigh, yLow, yHigh] = [x.slice(0, h), x.slice(h), y.slice(0, h), y.slice(h)];
  const [xLarge, yLarge] = [any(b, xHigh), any(b, yHigh)];
  // At most one of the upper halves is not 0, or the product overflows.
  const upper = xHigh.map((wire, i) => b.xor(wire, yHigh[i] as Wire));
  const other = yLow.map((wire, i) => b.mux(xLarge, wire, xLow[i] as Wire));
  const cross = limited(b, upper, other);
  const low = fullProduct(b, xLow, yLow);
  const sum = add(b, low.slice(h).reverse(), cross.bits.reverse());
  return {
    bits: [...low.slice(0, h), ...sum.word.reverse()],
    meets: b.or(b.and(xLarge, yLarge), cross.meets),
    carry: b.xor(sum.carry, cross.carry),
  };
}

/** x²: too large if a bit in the upper half is set, else the square of the lower half. */
function square(b: Builder, x: Word): Limited {
  const h = Math.ceil(x.length / 2);
  const bits = fullSquare(b, x.slice(0, h));
  const carry = bits[x.length] ?? FALSE;
  return { bits: bits.slice(0, x.length), meets: any(b, x.slice(h)), carry };
}

/** x · y of two's complement numbers, from the magnitudes. About 3·n ANDs more than unsigned. */
export function multiplySigned(b: Builder, x: Word, y: Word): Product {
  const signX = x[0] as Wire;
  const signY = y[0] as Wire;
  const negative = b.xor(signX, signY);
  const magnitudes = [negateIf(b, signX, x), negateIf(b, signY, y)] as const;
  const magnitude = multiplyUnsigned(b, ...magnitudes);
  const word = negateIf(b, negative, magnitude.word);
  // A magnitude of 2^(n−1) or more fits only as the smallest number: negative, and so its own sign.
  const top = b.and(magnitude.word[0] as Wire, b.xor(word[0] as Wire, negative));
  return { word, overflow: b.or(magnitude.overflow, top) };
}
