/** Operators on bools and integers, with their panics. */
import {
  add,
  type Builder,
  divideSigned,
  divideUnsigned,
  type Division,
  equal,
  FALSE,
  lessSigned,
  lessUnsigned,
  multiplySigned,
  multiplyUnsigned,
  negate,
  shiftLeft,
  shiftOverflow,
  shiftRight,
  subtract,
  TRUE,
  type Wire,
  type Word,
} from "../../circuit/mod.ts";
import type { Extent } from "../source.ts";
import type {
  ArithmeticExpr,
  BitwiseExpr,
  ComparisonExpr,
  ScaleExpr,
  ShiftExpr,
} from "../typed_expr.ts";
import type { IntType, Type } from "../types.ts";
import type { Context } from "./context.ts";

/** Two operands of one width. */
export interface Operands {
  readonly left: Word;
  readonly right: Word;
}

/** `+ - * / %`. Panics with Overflow or DivByZero. */
export function lowerArithmetic(
  ctx: Context,
  expr: ArithmeticExpr,
  { left, right }: Operands,
): Word {
  const { signed } = expr.type;
  const b = ctx.builder;
  switch (expr.operator) {
    case "+": {
      const { word, carry, signedOverflow } = add(b, left, right);
      ctx.panicIf(signed ? signedOverflow : carry, "Overflow", expr);
      return word;
    }
    case "-": {
      const { word, carry, signedOverflow } = subtract(b, left, right);
      ctx.panicIf(signed ? signedOverflow : b.not(carry), "Overflow", expr);
      return word;
    }
    case "*": {
      // The multiplier skips rows of a constant factor, if that stands on the right.
      const swap = constantBits(left) > constantBits(right);
      const [x, y] = swap ? [right, left] : [left, right];
      const { word, overflow } = signed ? multiplySigned(b, x, y) : multiplyUnsigned(b, x, y);
      ctx.panicIf(overflow, "Overflow", expr);
      return word;
    }
    case "/":
      return divide(ctx, expr, { left, right }).quotient;
    case "%":
      return divide(ctx, expr, { left, right }).remainder;
  }
}

function constantBits(wires: Word): number {
  return wires.reduce((count, wire) => count + (wire === FALSE || wire === TRUE ? 1 : 0), 0);
}

function divide(ctx: Context, expr: ArithmeticExpr, { left, right }: Operands): Division {
  const b = ctx.builder;
  const result = expr.type.signed ? divideSigned(b, left, right) : divideUnsigned(b, left, right);
  ctx.panicIf(result.byZero, "DivByZero", expr);
  ctx.panicIf(result.overflow, "Overflow", expr);
  return result;
}

/** `-x`. Panics with Overflow for the smallest number, which has no negation. */
export function lowerNegation(ctx: Context, operand: Word, at: Extent): Word {
  const { word, overflow } = negate(ctx.builder, operand);
  ctx.panicIf(overflow, "Overflow", at);
  return word;
}

/**
 * Multiplication by a small literal. The language adds the operand to itself again and again and checks
 * each sum; as the sums grow, that is one exact product and one check. It is computed with six more
 * bits, from the non-adjacent form of the factor. A negation of the smallest number panics too.
 */
export function lowerScale(ctx: Context, expr: ScaleExpr, operand: Word): Word {
  const b = ctx.builder;
  const bits = operand.length;
  const { signed } = expr.type;
  const wide = extend(operand, bits + FACTOR_BITS, signed);
  let product: Word = new Array<Wire>(wide.length).fill(FALSE);
  for (const digit of nonAdjacentForm(expr.factor)) {
    product = [...product.slice(1), FALSE];
    if (digit === 1) product = add(b, product, wide).word;
    if (digit === -1) product = subtract(b, product, wide).word;
  }
  const word = product.slice(FACTOR_BITS);
  const overflow = b.not(equal(b, product, extend(word, product.length, signed)));
  ctx.panicIf(overflow, "Overflow", expr);
  return expr.negate ? lowerNegation(ctx, word, expr) : word;
}

/** Bits that the product with a factor below 64 has more than the operand. */
const FACTOR_BITS = 6;

/** Digits −1, 0, 1 of a positive number, most significant first, no two neighbours other than 0. */
function nonAdjacentForm(factor: number): number[] {
  const digits: number[] = [];
  for (let rest = factor; rest > 0; rest = Math.floor(rest / 2)) {
    const digit = rest % 2 === 0 ? 0 : rest % 4 === 1 ? 1 : -1;
    digits.push(digit);
    rest -= digit;
  }
  return digits.reverse();
}

/** `& | ^` bit by bit. */
export function lowerBitwise(
  b: Builder,
  operator: BitwiseExpr["operator"],
  operands: Operands,
): Word {
  const { left, right } = operands;
  return left.map((x, i) => {
    const y = right[i] as Wire;
    return operator === "&" ? b.and(x, y) : operator === "|" ? b.or(x, y) : b.xor(x, y);
  });
}

/** `<< >>`. Panics with Overflow if the amount is the width or more. */
export function lowerShift(ctx: Context, expr: ShiftExpr, { left, right }: Operands): Word {
  const b = ctx.builder;
  const shift = { word: left, amount: right };
  ctx.panicIf(shiftOverflow(b, shift), "Overflow", expr);
  if (expr.operator === "<<") return shiftLeft(b, shift);
  return shiftRight(b, shift, expr.type.signed ? left[0] as Wire : FALSE);
}

/** Comparison of two values of `type`, given as all their bits. */
export function lowerComparison(
  b: Builder,
  expr: Pick<ComparisonExpr, "operator">,
  { left, right }: Operands,
  type: Type,
): Wire {
  const less = type.kind === "int" && type.signed ? lessSigned : lessUnsigned;
  switch (expr.operator) {
    case "==":
      return equal(b, left, right);
    case "!=":
      return b.not(equal(b, left, right));
    case "<":
      return less(b, left, right);
    case ">":
      return less(b, right, left);
    case "<=":
      return b.not(less(b, right, left));
    case ">=":
      return b.not(less(b, left, right));
  }
}

/** Truncates to `bits` low bits, or extends by the sign or by zeros. */
export function extend(wires: Word, bits: number, signed: boolean): Word {
  if (wires.length >= bits) return wires.slice(wires.length - bits);
  const fill = signed ? wires[0] as Wire : FALSE;
  return [...new Array<Wire>(bits - wires.length).fill(fill), ...wires];
}

/** A value of an integer or bool type as one of another. */
export function castWires(wires: Word, from: Type, to: Type): Word {
  const bits = to.kind === "int" ? to.bits : 1;
  return extend(wires, bits, isSigned(from));
}

function isSigned(type: Type): type is IntType {
  return type.kind === "int" && type.signed;
}
