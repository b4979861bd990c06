/** Multiplication modulo 2^n with an exact overflow test. Words are most significant bit first. */
import { type Builder, FALSE, type Wire, type Word } from "../builder.ts";
import { negateIf } from "./add.ts";

/** A product and whether it does not fit. */
export interface Product {
  /** The product modulo 2^n. */
  readonly word: Wire[];
  /** Whether the product is another number. */
  readonly overflow: Wire;
}

/**
 * x · y of unsigned numbers: schoolbook on the low half only, n² + 2n ANDs with the test.
 *
 * Overflow. If a set bit of x and a set bit of y have positions that sum to n or more, the product is
 * at least 2^n (`meets`). Otherwise it is below 2^(n+1), so at most one carry leaves the top column.
 */
export function multiplyUnsigned(b: Builder, x: Word, y: Word): Product {
  const n = x.length;
  const xs = [...x].reverse();
  const ys = [...y].reverse();
  const sum = xs.map((wire) => b.and(wire, ys[0] as Wire));
  const carries: Wire[] = [];
  for (let row = 1; row < n; row++) {
    let carry = FALSE;
    for (let i = row; i < n; i++) {
      const cell = b.and(xs[i - row] as Wire, ys[row] as Wire);
      const old = sum[i] as Wire;
      const cellCarry = b.xor(cell, carry);
      sum[i] = b.xor(old, cellCarry);
      carry = b.xor(carry, b.and(cellCarry, b.xor(old, carry)));
    }
    carries.push(carry);
  }
  const carried = carries.reduce((x, y) => b.xor(x, y), FALSE);
  return { word: sum.reverse(), overflow: b.or(meets(b, xs, ys), carried) };
}

/**
 * Whether x_i = y_j = 1 for some i + j ≥ n (least significant bit first). The highest set bit j of y
 * decides: the test is whether x has a bit at n − j or above.
 */
function meets(b: Builder, xs: Word, ys: Word): Wire {
  const n = xs.length;
  let result = FALSE;
  let high = FALSE;
  for (let j = 1; j < n; j++) {
    high = b.or(high, xs[n - j] as Wire);
    result = b.mux(ys[j] as Wire, high, result);
  }
  return result;
}

/** x · y of two's complement numbers, from the magnitudes. n² + 5n ANDs with the test. */
export function multiplySigned(b: Builder, x: Word, y: Word): Product {
  const signX = x[0] as Wire;
  const signY = y[0] as Wire;
  const negative = b.xor(signX, signY);
  const magnitude = multiplyUnsigned(b, negateIf(b, signX, x), negateIf(b, signY, y));
  const word = negateIf(b, negative, magnitude.word);
  // A magnitude of 2^(n−1) or more fits only as the smallest number: negative, and so its own sign.
  const top = b.and(magnitude.word[0] as Wire, b.xor(word[0] as Wire, negative));
  return { word, overflow: b.or(magnitude.overflow, top) };
}
