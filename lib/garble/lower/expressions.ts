/** Expressions. */
import { constantWord, FALSE, TRUE, type Wire } from "../../circuit/mod.ts";
import { tagBits } from "../layout.ts";
import type { BlockExpr, CallExpr, EnumExpr, Expr, IndexExpr, RangeExpr } from "../typed_expr.ts";
import type { Type } from "../types.ts";
import {
  castWires,
  lowerArithmetic,
  lowerBitwise,
  lowerComparison,
  lowerNegation,
  lowerScale,
  lowerShift,
  type Operands,
} from "./arithmetic.ts";
import { lowerIf, lowerLogical, lowerMatch } from "./branches.ts";
import type { Context } from "./context.ts";
import { lowerJoin } from "./join.ts";
import { freePattern } from "./patterns.ts";
import { checkBounds, readItem } from "./places.ts";
import { lowerStatement } from "./statements.ts";
import { flatten, itemOf, itemsOf, list, UNIT_VALUE, type Value, wiresOf, word } from "./values.ts";

/** Lowers an expression, with its effects and panics, and returns its value. */
export function lowerExpr(ctx: Context, expr: Expr): Value {
  ctx.step();
  switch (expr.kind) {
    case "bool":
      return word([expr.value ? TRUE : FALSE]);
    case "number":
      return word(constantWord(expr.value, expr.type.bits));
    case "range":
      return range(ctx, expr);
    case "local":
      return ctx.read(expr.local);
    case "constant":
      return constant(ctx, expr.constant.name, expr.type);
    case "array":
    case "tuple":
      return list(expr.elements.map((element) => lowerExpr(ctx, element)));
    case "struct":
      return list(expr.fields.map((field) => lowerExpr(ctx, field)));
    case "repeat": {
      const element = lowerExpr(ctx, expr.element);
      ctx.widthOf(expr.type);
      return list(new Array<Value>(ctx.lengthOf(expr.type)).fill(element));
    }
    case "enum":
      return enumValue(ctx, expr);
    case "field":
      return itemOf(lowerExpr(ctx, expr.target), expr.field);
    case "index":
      return index(ctx, expr);
    case "call":
      return call(ctx, expr);
    case "block":
      return block(ctx, expr);
    case "convert":
      return convert(ctx, lowerExpr(ctx, expr.operand), expr.operand.type, expr.type);
    case "if":
      return lowerIf(ctx, expr);
    case "match":
      return lowerMatch(ctx, expr);
    case "logical":
      return lowerLogical(ctx, expr);
    case "join":
      return lowerJoin(ctx, expr);
    default:
      return operator(ctx, expr);
  }
}

type OperatorExpr = Extract<
  Expr,
  { kind: "unary" | "arithmetic" | "scale" | "bitwise" | "shift" | "comparison" | "cast" }
>;

/** Operators on words. */
function operator(ctx: Context, expr: OperatorExpr): Value {
  const b = ctx.builder;
  switch (expr.kind) {
    case "unary": {
      const operand = wiresOf(lowerExpr(ctx, expr.operand));
      if (expr.operator === "!") return word(operand.map((wire) => b.not(wire)));
      return word(lowerNegation(ctx, operand, expr));
    }
    case "arithmetic":
      return word(lowerArithmetic(ctx, expr, operands(ctx, expr)));
    case "scale":
      return word(lowerScale(ctx, expr, wiresOf(lowerExpr(ctx, expr.operand))));
    case "bitwise":
      return word(lowerBitwise(b, expr.operator, operands(ctx, expr)));
    case "shift":
      return word(lowerShift(ctx, expr, operands(ctx, expr)));
    case "comparison":
      return word([lowerComparison(b, expr, operands(ctx, expr), expr.left.type)]);
    case "cast":
      return word(castWires(wiresOf(lowerExpr(ctx, expr.operand)), expr.operand.type, expr.type));
  }
}

function operands(ctx: Context, expr: { readonly left: Expr; readonly right: Expr }): Operands {
  const left = flatten(lowerExpr(ctx, expr.left));
  return { left, right: flatten(lowerExpr(ctx, expr.right)) };
}

function range(ctx: Context, expr: RangeExpr): Value {
  const { element } = expr.type;
  const bits = ctx.widthOf(expr.type) === 0 ? 0 : ctx.widthOf(element);
  const at = (i: number): Value => word(constantWord(expr.from + BigInt(i), bits));
  return list(Array.from({ length: ctx.lengthOf(expr.type) }, (_, i) => at(i)));
}

function constant(ctx: Context, name: string, type: Type): Value {
  const value = ctx.constants.values.get(name);
  if (value === undefined) throw new TypeError(`Cannot lower: the constant "${name}" has no value`);
  return ctx.constant(type, value);
}

function enumValue(ctx: Context, expr: EnumExpr): Value {
  const wires: Wire[] = constantWord(BigInt(expr.variant), tagBits(expr.type));
  for (const field of expr.fields) wires.push(...flatten(lowerExpr(ctx, field)));
  const unused = ctx.widthOf(expr.type) - wires.length;
  return word([...wires, ...new Array<Wire>(unused).fill(FALSE)]);
}

function index(ctx: Context, expr: IndexExpr): Value {
  const items = itemsOf(lowerExpr(ctx, expr.array));
  const at = wiresOf(lowerExpr(ctx, expr.index));
  checkBounds(ctx, at, items.length, expr);
  return readItem(ctx, items, at, expr.type);
}

function block(ctx: Context, { statements, result }: BlockExpr): Value {
  for (const statement of statements) lowerStatement(ctx, statement);
  const value = result === undefined ? UNIT_VALUE : lowerExpr(ctx, result);
  for (const statement of statements) {
    if (statement.kind === "let") freePattern(ctx, statement.pattern);
  }
  return value;
}

/** Inlines the function. As there is no recursion, its variables are free for this call. */
function call(ctx: Context, expr: CallExpr): Value {
  const args = expr.args.map((arg) => lowerExpr(ctx, arg));
  ctx.countIterations(1);
  expr.callee.params.forEach((param, i) => ctx.bind(param, args[i] ?? UNIT_VALUE));
  const result = lowerExpr(ctx, expr.callee.body);
  for (const param of expr.callee.params) ctx.free(param);
  return result;
}

/** Changes the widths of integers inside a value; `from` and `to` have the same shape. */
export function convert(ctx: Context, value: Value, from: Type, to: Type): Value {
  if (from.kind === "int" && to.kind === "int") {
    return from.bits === to.bits ? value : word(castWires(wiresOf(value), from, to));
  }
  if (from.kind === "array" && to.kind === "array") {
    return list(itemsOf(value).map((item) => convert(ctx, item, from.element, to.element)));
  }
  if (from.kind === "tuple" && to.kind === "tuple") {
    return list(
      to.elements.map((type, i) => convert(ctx, itemOf(value, i), from.elements[i] ?? type, type)),
    );
  }
  return value;
}
