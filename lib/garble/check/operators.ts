/** Typing of operators and casts. */

import type { BinaryOperator, Expr } from "../ast.ts";
import type { Extent } from "../source.ts";
import { BOOL, INTS, sameType, showType, type Type } from "../types.ts";
import type { DiagnosticKind } from "../diagnostic.ts";
import type { Checker } from "./checker.ts";
import { type Context } from "./context.ts";
import { type Draft, draft } from "./draft.ts";
import { shallow, unify } from "./infer.ts";

/** Demands a category of types. */
function demand(
  c: Context,
  e: Draft,
  category: { readonly kind: DiagnosticKind; readonly words: string; readonly ok: boolean },
): boolean {
  if (category.ok) return true;
  c.report(category.kind, e.span, `expected ${category.words}, found ${showType(e.type)}`);
  return false;
}

function demandNumber(c: Context, e: Draft): boolean {
  const ok = e.type.kind === "int";
  return demand(c, e, { kind: "ExpectedNumberType", words: "a number", ok });
}

function demandBoolOrNumber(c: Context, e: Draft): boolean {
  const ok = e.type.kind === "int" || e.type.kind === "bool";
  return demand(c, e, { kind: "ExpectedBoolOrNumberType", words: "a bool or a number", ok });
}

function demandBool(c: Context, e: Draft): boolean {
  if (sameType(e.type, BOOL)) return true;
  c.unexpected(e.span, { expected: BOOL, actual: e.type });
  return false;
}

/** Types `left operator right`. */
export function inferBinary(
  ch: Checker,
  expr: Expr & { kind: "binary" },
): Draft | undefined {
  const left = ch.infer(expr.left);
  const right = ch.infer(expr.right);
  if (left === undefined || right === undefined) return undefined;
  return combine(ch.c, expr, { operator: expr.operator, left, right });
}

/** The parts of a binary operation. */
export interface Operation {
  /** The operator. */
  readonly operator: BinaryOperator;
  /** Typed left operand. */
  readonly left: Draft;
  /** Typed right operand. */
  readonly right: Draft;
}

/** Types an operation on typed operands. */
export function combine(c: Context, extent: Extent, operation: Operation): Draft | undefined {
  const type = resultType(c, extent, operation);
  return type === undefined ? undefined : draft(extent, type, { kind: "binary", ...operation });
}

function resultType(c: Context, extent: Extent, operation: Operation): Type | undefined {
  const { operator, left, right } = operation;
  switch (operator) {
    case "&&":
    case "||": {
      const ok = [demandBool(c, left), demandBool(c, right)];
      return ok.every((x) => x) ? BOOL : undefined;
    }
    case "<<":
    case ">>": {
      const ok = demandNumber(c, left);
      return shallow(c, right, INTS.u8) && ok ? left.type : undefined;
    }
    case "==":
    case "!=":
      return unify(c, left, right, extent.span) ? BOOL : undefined;
    case "<":
    case ">":
    case "<=":
    case ">=":
      return unify(c, left, right, extent.span) && demandNumber(c, left) ? BOOL : undefined;
    case "&":
    case "|":
    case "^":
      return unify(c, left, right, extent.span) && demandBoolOrNumber(c, left)
        ? left.type
        : undefined;
    default:
      return unify(c, left, right, extent.span) && demandNumber(c, left) ? left.type : undefined;
  }
}

/** Types `!x` and `-x`. */
export function inferUnary(ch: Checker, expr: Expr & { kind: "unary" }): Draft | undefined {
  const operand = ch.infer(expr.operand);
  if (operand === undefined) return undefined;
  const { operator } = expr;
  const { type } = operand;
  if (operator === "-" && !(type.kind === "int" && type.signed)) {
    const isLiteral = operand.form.kind === "number";
    const hint = isLiteral ? "write the sign directly before the digits" : undefined;
    const message = `expected a signed number, found ${showType(type)}`;
    return ch.c.report("ExpectedSignedNumberType", operand.span, message, hint);
  }
  if (operator === "!" && !demandBoolOrNumber(ch.c, operand)) return undefined;
  return draft(expr, type, { kind: "unary", operator, operand });
}

/** Types `e as T`. */
export function inferCast(ch: Checker, expr: Expr & { kind: "cast" }): Draft | undefined {
  const operand = ch.infer(expr.operand);
  const target = ch.types.resolve(expr.type);
  if (operand === undefined || target === undefined) return undefined;
  if (!demandBoolOrNumber(ch.c, operand)) return undefined;
  if (target.kind !== "int" && target.kind !== "bool") {
    const message = `expected a bool or a number type, found ${showType(target)}`;
    return ch.c.report("ExpectedBoolOrNumberType", expr.type.span, message);
  }
  return draft(expr, target, { kind: "cast", operand, target });
}
