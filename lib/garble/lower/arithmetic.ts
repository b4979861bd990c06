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
  multiplyConstant,
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
    case "*":
      return multiply(ctx, expr, { left, right });
    case "/":
      return divide(ctx, expr, { left, right }).quotient;
    case "%":
      return divide(ctx, expr, { left, right }).remainder;
  }
}

/** The general rule of `*`; a factor that is known costs additions only. */
function multiply(ctx: Context, expr: ArithmeticExpr, { left, right }: Operands): Word {
  const { signed } = expr.type;
  const b = ctx.builder;
  const [known, other] = isConstant(left) ? [left, right] : [right, left];
  const { word, overflow } = isConstant(known)
    ? multiplyConstant(b, other, { value: numberOf(known, signed), signed })
    : (signed ? multiplySigned : multiplyUnsigned)(b, left, right);
  ctx.panicIf(overflow, "Overflow", expr);
  return word;
}

function isConstant(wires: Word): boolean {
  return wires.every((wire) => wire === FALSE || wire === TRUE);
}

/** The number that constant wires hold. */
function numberOf(wires: Word, signed: boolean): bigint {
  const value = wires.reduce((sum, wire) => sum * 2n + (wire === TRUE ? 1n : 0n), 0n);
  return signed ? BigInt.asIntN(wires.length, value) : value;
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
 * each sum; as the sums grow, that is one exact product and one check. A negation of the smallest
 * number panics too.
 */
export function lowerScale(ctx: Context, expr: ScaleExpr, operand: Word): Word {
  const factor = { value: BigInt(expr.factor), signed: expr.type.signed };
  const { word, overflow } = multiplyConstant(ctx.builder, operand, factor);
  ctx.panicIf(overflow, "Overflow", expr);
  return expr.negate ? lowerNegation(ctx, word, expr) : word;
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
