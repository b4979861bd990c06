/** Statements. */
import { constantWord } from "../../circuit/mod.ts";
import type { ForStatement, Statement } from "../typed.ts";
import type { Expr } from "../typed_expr.ts";
import type { Type } from "../types.ts";
import type { Context } from "./context.ts";
import { convert, lowerExpr } from "./expressions.ts";
import { lowerForJoin } from "./join.ts";
import { bindPattern, freePattern } from "./patterns.ts";
import { lowerAssign } from "./places.ts";
import { itemOf, itemsOf, type Value, word } from "./values.ts";

/** Lowers one statement. */
export function lowerStatement(ctx: Context, statement: Statement): void {
  switch (statement.kind) {
    case "let":
      bindPattern(ctx, statement.pattern, lowerExpr(ctx, statement.value));
      break;
    case "expression":
      lowerExpr(ctx, statement.expression);
      break;
    case "assign":
      lowerAssign(ctx, statement);
      break;
    case "for":
      lowerFor(ctx, statement);
      break;
    case "forJoin":
      lowerForJoin(ctx, statement);
  }
}

/** One copy of the body for each element. */
function lowerFor(ctx: Context, statement: ForStatement): void {
  const { length, at } = elements(ctx, statement.iterable);
  ctx.countIterations(length);
  for (let i = 0; i < length; i++) {
    bindPattern(ctx, statement.pattern, at(i));
    lowerExpr(ctx, statement.body);
  }
  freePattern(ctx, statement.pattern);
}

interface Elements {
  readonly length: number;
  readonly at: (index: number) => Value;
}

/** The elements of an array; those of a range are made one by one, so that long ranges need no room. */
function elements(ctx: Context, iterable: Expr): Elements {
  if (iterable.kind === "range") {
    const element = iterable.type.element;
    const bits = ctx.widthOf(element);
    const at = (i: number): Value => word(constantWord(iterable.from + BigInt(i), bits));
    return { length: ctx.lengthOf(iterable.type), at };
  }
  if (iterable.kind === "convert" && iterable.operand.kind === "range") {
    const inner = elements(ctx, iterable.operand);
    const from = elementType(iterable.operand.type);
    const to = elementType(iterable.type);
    return { length: inner.length, at: (i) => convert(ctx, inner.at(i), from, to) };
  }
  const array = lowerExpr(ctx, iterable);
  return { length: itemsOf(array).length, at: (i) => itemOf(array, i) };
}

function elementType(type: Type): Type {
  if (type.kind === "array") return type.element;
  throw new TypeError("Cannot lower: a loop over no array");
}
