/**
 * Addition, subtraction and negation with one AND a bit.
 *
 * Source of the adder: Boyar and Peralta, "On the multiplicative complexity of Boolean functions"
 * (TCS 2000): carry' = c ^ ((x ^ c) & (y ^ c)). Words are most significant bit first.
 */
import { type Builder, FALSE, TRUE, type Wire, type Word } from "../builder.ts";

/** A sum with what its overflow tests need. */
export interface Sum {
  /** As wide as the operands. */
  readonly word: Wire[];
  /** Carry out of the top bit; for `x + NOT y + 1` it is the negated borrow. */
  readonly carry: Wire;
  /** Whether the signed result does not fit. */
  readonly signedOverflow: Wire;
}

/** x + y + carry. Both words are equally wide. n ANDs with the carry. */
export function addCarry(b: Builder, x: Word, y: Word, carryIn: Wire): Sum {
  const word = new Array<Wire>(x.length);
  let carry = carryIn;
  let before = carryIn;
  for (let i = x.length - 1; i >= 0; i--) {
    const xc = b.xor(x[i] as Wire, carry);
    const yc = b.xor(y[i] as Wire, carry);
    word[i] = b.xor(xc, y[i] as Wire);
    before = carry;
    carry = b.xor(carry, b.and(xc, yc));
  }
  return { word, carry, signedOverflow: b.xor(carry, before) };
}

/** x + y; unsigned overflow is `carry`. */
export function add(b: Builder, x: Word, y: Word): Sum {
  return addCarry(b, x, y, FALSE);
}

/** x − y; unsigned overflow (a borrow) is the negation of `carry`. */
export function subtract(b: Builder, x: Word, y: Word): Sum {
  return addCarry(b, x, y.map((wire) => b.not(wire)), TRUE);
}

/** `condition ? −x : x` modulo 2^n. n − 1 ANDs. */
export function negateIf(b: Builder, condition: Wire, x: Word): Wire[] {
  const word = new Array<Wire>(x.length);
  let carry = condition;
  for (let i = x.length - 1; i >= 0; i--) {
    const flipped = b.xor(x[i] as Wire, condition);
    word[i] = b.xor(flipped, carry);
    carry = b.and(carry, flipped);
  }
  return word;
}

/** −x modulo 2^n with the test for the one value that has no negation. */
export interface Negation {
  /** −x modulo 2^n. */
  readonly word: Wire[];
  /** Whether x is the smallest signed number. */
  readonly overflow: Wire;
}

/** −x. n − 1 ANDs with the test. */
export function negate(b: Builder, x: Word): Negation {
  const word = negateIf(b, TRUE, x);
  return { word, overflow: b.and(x[0] ?? FALSE, word[0] ?? FALSE) };
}
