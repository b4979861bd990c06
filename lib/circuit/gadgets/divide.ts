/** Division with remainder. Words are most significant bit first. */
import { type Builder, FALSE, type Wire, type Word } from "../builder.ts";
import { negateIf, subtract } from "./add.ts";

/** Quotient and remainder; what nobody reads costs nothing after pruning. */
export interface Division {
  /** As wide as the operands. */
  readonly quotient: Wire[];
  /** As wide as the operands. */
  readonly remainder: Wire[];
  /** Whether the divisor is 0; quotient and remainder mean nothing then. */
  readonly byZero: Wire;
  /** Whether the quotient does not fit: the smallest signed number by −1. */
  readonly overflow: Wire;
}

/**
 * x / y and x % y of unsigned numbers: restoring division in which step k is k bits wide, with an OR of
 * the divisor's higher bits for the rest. n² + 3n ANDs. Constant zeros on top of the divisor bound the
 * remainder, and with it the width of every step; those on top of x skip steps.
 */
export function divideUnsigned(b: Builder, x: Word, y: Word): Division {
  const n = x.length;
  // high[i]: whether y has a bit among its i most significant ones.
  const high: Wire[] = [FALSE];
  for (let i = 0; i < n; i++) high.push(b.or(high[i] as Wire, y[i] as Wire));
  const divisorBits = n - high.lastIndexOf(FALSE);
  const quotient: Wire[] = [];
  let remainder: Wire[] = [];
  for (let step = 0; step < n; step++) {
    const shifted = [...remainder, x[step] as Wire];
    if (shifted.every((wire) => wire === FALSE)) {
      quotient.push(FALSE);
      continue;
    }
    const above = n - shifted.length;
    const difference = subtract(b, shifted, y.slice(above));
    const bit = b.and(difference.carry, b.not(high[above] as Wire));
    quotient.push(bit);
    const reduced = shifted.map((wire, i) => b.mux(bit, difference.word[i] as Wire, wire));
    remainder = reduced.slice(Math.max(0, reduced.length - divisorBits));
  }
  const zeros = new Array<Wire>(n - remainder.length).fill(FALSE);
  return {
    quotient,
    remainder: [...zeros, ...remainder],
    byZero: b.not(high[n] as Wire),
    overflow: FALSE,
  };
}

/**
 * x / y and x % y of two's complement numbers: the quotient truncates towards zero, the remainder has
 * the sign of x. `overflow` says nothing when `byZero` holds.
 */
export function divideSigned(b: Builder, x: Word, y: Word): Division {
  const signX = x[0] as Wire;
  const signY = y[0] as Wire;
  const magnitude = divideUnsigned(b, negateIf(b, signX, x), negateIf(b, signY, y));
  const negative = b.xor(signX, signY);
  return {
    quotient: negateIf(b, negative, magnitude.quotient),
    remainder: negateIf(b, signX, magnitude.remainder),
    byZero: magnitude.byZero,
    overflow: b.and(magnitude.quotient[0] as Wire, b.not(negative)),
  };
}
