/** Bottom-up typing of expressions. */

import type { Block, Expr } from "../ast.ts";
import type { Statement } from "../typed.ts";
import { BOOL, INTS, sameType, showType, UNIT } from "../types.ts";
import {
  inferAccess,
  inferAll,
  inferArray,
  inferRange,
  inferRepeat,
  inferStruct,
  inferTuple,
  inferVariant,
  leadingType,
} from "./aggregates.ts";
import type { Checker } from "./checker.ts";
import type { Context } from "./context.ts";
import type { TypeResolver } from "./declare.ts";
import { type Draft, draft, type DraftArm } from "./draft.ts";
import { isExhaustive } from "./exhaustive.ts";
import { finish } from "./finish.ts";
import { reachFunction } from "./functions.ts";
import { check, shallow, unify } from "./infer.ts";
import { inferJoin } from "./join.ts";
import { inferBinary, inferCast, inferUnary } from "./operators.ts";
import { checkPattern, declareUntyped } from "./patterns.ts";
import { checkStatement } from "./statements.ts";

/** A checker over a context. */
export function makeChecker(c: Context, types: TypeResolver): Checker {
  const ch: Checker = {
    c,
    types,
    infer: (expr) => inferExpr(ch, expr),
    inferBlock: (block) => c.scoped(() => inferStatements(ch, block)),
  };
  return ch;
}

function inferExpr(ch: Checker, expr: Expr): Draft | undefined {
  ch.c.step();
  switch (expr.kind) {
    case "bool":
      return draft(expr, BOOL, { kind: "bool", value: expr.value });
    case "number": {
      const { value, suffix } = expr;
      return draft(expr, INTS[suffix], { kind: "number", value, suffix });
    }
    case "name":
      return inferName(ch, expr);
    case "range":
      return inferRange(ch, expr);
    case "array":
      return inferArray(ch, expr);
    case "repeat":
      return inferRepeat(ch, expr);
    case "tuple":
      return inferTuple(ch, expr);
    case "struct":
      return inferStruct(ch, expr);
    case "variant":
      return inferVariant(ch, expr);
    case "index":
    case "element":
    case "field":
      return inferAccess(ch, expr);
    case "unary":
      return inferUnary(ch, expr);
    case "binary":
      return inferBinary(ch, expr);
    case "cast":
      return inferCast(ch, expr);
    case "call":
      return expr.name.text === "join" ? inferJoin(ch, expr) : inferCall(ch, expr);
    case "block":
      return ch.inferBlock(expr.block);
    case "if":
      return inferIf(ch, expr);
    case "match":
      return inferMatch(ch, expr);
  }
}

function inferName(ch: Checker, expr: Expr & { kind: "name" }): Draft | undefined {
  const { c } = ch;
  const { name, span } = expr;
  if (c.hasLocal(name)) {
    const local = c.findLocal(name);
    return local && draft(expr, local.type, { kind: "local", local });
  }
  if (!c.constants.has(name)) return c.unknown(name, span);
  const constant = c.constants.get(name);
  return constant && draft(expr, constant.type, { kind: "constant", constant });
}

function inferCall(ch: Checker, expr: Expr & { kind: "call" }): Draft | undefined {
  const { c } = ch;
  const { name } = expr;
  const args = inferAll(ch, expr.args);
  if (!c.items.has(name.text)) {
    const message = `there is no function "${name.text}"`;
    const hint = c.suggest(name.text, () => [...c.items.keys()]);
    return c.report("UnknownIdentifier", name.span, message, hint);
  }
  const callee = reachFunction(ch, name.text, expr.span);
  if (c.hasLocal(name.text)) {
    const message = `"${name.text}" is a variable here and cannot be called`;
    return c.report("NoTopLevelFn", name.span, message, "rename the variable");
  }
  if (callee === undefined || args === undefined) return undefined;
  if (callee.params.length !== args.length) {
    const { length } = callee.params;
    const count = `${length} argument${length === 1 ? "" : "s"}`;
    const message = `"${name.text}" takes ${count}, found ${args.length}`;
    return c.report("WrongNumberOfArgs", expr.span, message);
  }
  const ok = args.map((arg, i) => check(c, arg, callee.params[i]?.type ?? arg.type));
  return ok.every((x) => x)
    ? draft(expr, callee.result, { kind: "call", callee, args })
    : undefined;
}

function inferIf(ch: Checker, expr: Expr & { kind: "if" }): Draft | undefined {
  const { c } = ch;
  const condition = ch.infer(expr.condition);
  const conditionOk = condition !== undefined && check(c, condition, BOOL);
  const then = ch.inferBlock(expr.then);
  const otherwise = expr.otherwise === undefined
    ? draft(expr, UNIT, { kind: "tuple", elements: [] })
    : ch.infer(expr.otherwise);
  if (condition === undefined || !conditionOk) return undefined;
  if (then === undefined || otherwise === undefined) return undefined;
  if (expr.otherwise === undefined && !sameType(then.type, UNIT)) {
    const message = `this if has no else, so its value cannot be of type ${showType(then.type)}`;
    return c.report("TypeMismatch", expr.span, message, 'add an else, or end the block with "{}"');
  }
  if (!unify(c, then, otherwise, expr.span)) return undefined;
  return draft(expr, then.type, { kind: "if", condition, then, otherwise });
}

function inferArms(
  ch: Checker,
  expr: Expr & { kind: "match" },
  scrutinee: Draft | undefined,
): DraftArm[] | undefined {
  const arms: DraftArm[] = [];
  for (const { pattern, body } of expr.arms) {
    ch.c.scoped(() => {
      const typed = scrutinee && checkPattern(ch.c, pattern, scrutinee.type);
      if (scrutinee === undefined) declareUntyped(ch.c, pattern);
      const value = ch.inferBlock(body);
      if (typed !== undefined && value !== undefined) arms.push({ pattern: typed, body: value });
    });
  }
  return arms.length === expr.arms.length ? arms : undefined;
}

function inferMatch(ch: Checker, expr: Expr & { kind: "match" }): Draft | undefined {
  const { c } = ch;
  const scrutinee = ch.infer(expr.scrutinee);
  if (scrutinee !== undefined && scrutinee.type.kind === "array") {
    const message = `values of type ${showType(scrutinee.type)} cannot be matched`;
    return c.report("TypeDoesNotSupportPatternMatching", scrutinee.span, message);
  }
  const arms = inferArms(ch, expr, scrutinee);
  if (scrutinee === undefined || arms === undefined) return undefined;
  const type = leadingType(arms.map((arm) => arm.body.type));
  if (type === undefined) return undefined;
  for (const { body } of arms) {
    if (sameType(body.type, type)) continue;
    if (type.kind !== "int") {
      return c.unexpected(body.span, { expected: type, actual: body.type });
    }
    if (!shallow(c, body, type)) return undefined;
  }
  const missing = isExhaustive(arms.map((arm) => arm.pattern), scrutinee.type, () => ch.c.step());
  if (missing !== undefined) {
    const message = `the match does not cover every value: ${missing}`;
    return c.report("PatternsAreNotExhaustive", expr.span, message, 'add an arm "_ => …"');
  }
  return draft(expr, type, { kind: "match", scrutinee, arms });
}

/** Types the statements of a block in the current scope. */
export function inferStatements(ch: Checker, block: Block): Draft | undefined {
  const statements: Statement[] = [];
  const last = block.statements[block.statements.length - 1];
  for (const statement of block.statements) {
    if (statement.kind === "expression") {
      const value = ch.infer(statement.expression);
      if (statement === last) {
        return value && draft(block, value.type, { kind: "block", statements, result: value });
      }
      if (value !== undefined) {
        const expression = finish(value);
        statements.push({ kind: "expression", span: statement.span, expression });
      }
    } else {
      const typed = checkStatement(ch, statement);
      if (typed !== undefined) statements.push(typed);
    }
  }
  return draft(block, UNIT, { kind: "block", statements, result: undefined });
}
