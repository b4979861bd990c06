/** Arithmetic of the language on exact numbers. */
import type {
  ArithmeticExpr,
  ComparisonExpr,
  ScaleExpr,
  ShiftExpr,
} from "../../lib/garble/typed_expr.ts";
import type { IntType, Type } from "../../lib/garble/types.ts";
import {
  boolOf,
  intOf,
  itemsOf,
  listOf,
  partTypes,
  same,
  type Value,
  wrap,
} from "./interpret_values.ts";

/** Why an operation panics. */
export type Reason = "Overflow" | "DivByZero" | "OutOfBounds";

/** A number, or the reason of a panic. */
export type Result = bigint | Reason;

function within(value: bigint, type: IntType): Result {
  return wrap(value, type) === value ? value : "Overflow";
}

/** `+ - * / %`. */
export function arithmetic(expr: ArithmeticExpr, x: bigint, y: bigint): Result {
  const { type, operator } = expr;
  switch (operator) {
    case "+":
      return within(x + y, type);
    case "-":
      return within(x - y, type);
    case "*":
      return within(x * y, type);
    case "/":
    case "%": {
      if (y === 0n) return "DivByZero";
      // The remainder panics where the quotient does.
      const quotient = within(x / y, type);
      return quotient === "Overflow" || operator === "/" ? quotient : x % y;
    }
  }
}

/** A value added to itself, every sum checked, then possibly negated. */
export function scale({ type, factor, negate }: ScaleExpr, operand: bigint): Result {
  let sum: Result = operand;
  for (let i = 1; i < factor; i++) {
    sum = within(sum + operand, type);
    if (typeof sum !== "bigint") return sum;
  }
  return negate ? within(-sum, type) : sum;
}

/** `<< >>`. */
export function shift({ type, operator }: ShiftExpr, value: bigint, amount: bigint): Result {
  if (amount >= BigInt(type.bits)) return "Overflow";
  return operator === "<<" ? wrap(value << amount, type) : value >> amount;
}

/** `-x`. */
export function negate(type: Type, value: bigint): Result {
  if (type.kind !== "int") throw new TypeError("Cannot interpret: the negation of no number");
  return within(-value, type);
}

/** `& | ^` on numbers or truth values. */
export function bitwise(operator: "&" | "|" | "^", x: Value, y: Value): Value {
  if (typeof x === "boolean") {
    const other = boolOf(y);
    return operator === "&" ? x && other : operator === "|" ? x || other : x !== other;
  }
  const [a, b] = [intOf(x), intOf(y)];
  return operator === "&" ? a & b : operator === "|" ? a | b : a ^ b;
}

/** `!x`. */
export function complement(type: Type, value: Value): Value {
  return type.kind === "int" ? wrap(~intOf(value), type) : !boolOf(value);
}

/** Comparisons. */
export function compare(operator: ComparisonExpr["operator"], x: Value, y: Value): boolean {
  switch (operator) {
    case "==":
      return same(x, y);
    case "!=":
      return !same(x, y);
    case "<":
      return intOf(x) < intOf(y);
    case ">":
      return intOf(x) > intOf(y);
    case "<=":
      return intOf(x) <= intOf(y);
    case ">=":
      return intOf(x) >= intOf(y);
  }
}

/** A bool or number as another such type. */
export function cast(value: Value, to: Type): Value {
  const number = typeof value === "boolean" ? (value ? 1n : 0n) : intOf(value);
  if (to.kind === "int") return wrap(number, to);
  return (number & 1n) === 1n;
}

/** The value with every integer in it cut or extended to the integer at the same place of `to`. */
export function convert(value: Value, to: Type): Value {
  if (to.kind === "int") return wrap(intOf(value), to);
  if (to.kind !== "array" && to.kind !== "tuple") return value;
  const types = partTypes(to, itemsOf(value).length);
  return listOf(itemsOf(value).map((item, i) => convert(item, types[i] ?? to)));
}
