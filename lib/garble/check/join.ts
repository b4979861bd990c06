/** Typing of the builtin `join` and of loops over `join_iter`. */

import type { Expr, Statement as StatementSyntax } from "../ast.ts";
import type { ForJoinStatement } from "../typed.ts";
import {
  type ArraySize,
  type ArrayType,
  BOOL,
  sameType,
  showType,
  type SizeExpr,
  type Type,
} from "../types.ts";
import { inferAll } from "./aggregates.ts";
import type { Checker } from "./checker.ts";
import type { Context } from "./context.ts";
import { type Draft, draft } from "./draft.ts";
import { finish, finishBlock } from "./finish.ts";
import { checkPattern, declareUntyped } from "./patterns.ts";
import { checkSize } from "./size.ts";

type Call = Expr & { kind: "call" };

interface Pair {
  readonly left: Draft;
  readonly right: Draft;
}

function inferPair(ch: Checker, expr: Call): Pair | undefined {
  const args = inferAll(ch, expr.args);
  if (args === undefined) return undefined;
  const [left, right] = args;
  if (left === undefined || right === undefined || args.length > 2) {
    const message = `"${expr.name.text}" takes 2 arguments, found ${args.length}`;
    return ch.c.report("WrongNumberOfArgs", expr.span, message);
  }
  return { left, right };
}

function expectArray(c: Context, e: Draft, allowComputed: boolean): ArrayType | undefined {
  if (e.type.kind === "array" && (allowComputed || e.type.size.kind !== "computed")) return e.type;
  const what = allowComputed ? "an array" : "an array with a literal or named size";
  return c.report("ExpectedArrayType", e.span, `expected ${what}, found ${showType(e.type)}`);
}

function asSizeExpr(size: ArraySize): SizeExpr {
  switch (size.kind) {
    case "fixed":
      return { kind: "number", value: BigInt(size.length), suffix: "usize" };
    case "named":
      return { kind: "constant", name: size.name };
    case "computed":
      return size.expr;
  }
}

/** The first field of the rows, on which they are joined. */
function keyType(c: Context, e: Draft, row: Type): Type | undefined {
  if (row.kind !== "tuple") {
    const message = `the elements must be tuples, found ${showType(row)}`;
    return c.report("ExpectedTupleType", e.span, message, "write (x,) for a tuple of one element");
  }
  const [key] = row.elements;
  if (key !== undefined) return key;
  return c.report("TupleAccessOutOfBounds", e.span, "an empty tuple has no key to join on");
}

/** Type of the rows of `join`, without their number. */
function joinedRow(c: Context, pair: Pair, rows: { a: Type; b: Type }): Type | undefined {
  const { a, b } = rows;
  if (a.kind !== "tuple" && b.kind !== "tuple") {
    if (sameType(a, b)) return { kind: "tuple", elements: [BOOL, a] };
    return c.unexpected(pair.right.span, { expected: a, actual: b });
  }
  const keyA = keyType(c, pair.left, a);
  const keyB = keyType(c, pair.right, b);
  if (keyA === undefined || keyB === undefined) return undefined;
  if (!sameType(keyA, keyB)) return c.unexpected(pair.right.span, { expected: keyA, actual: keyB });
  return { kind: "tuple", elements: [BOOL, a, b] };
}

/** Types `join(a, b)`: n + m − 1 rows, of a computed size `N + M - 1usize`. */
export function inferJoin(ch: Checker, expr: Call): Draft | undefined {
  const { c } = ch;
  const pair = inferPair(ch, expr);
  const a = pair && expectArray(c, pair.left, true);
  const b = pair && expectArray(c, pair.right, true);
  if (pair === undefined || a === undefined || b === undefined) return undefined;
  const element = joinedRow(c, pair, { a: a.element, b: b.element });
  if (element === undefined) return undefined;
  const sum: SizeExpr = { kind: "add", left: asSizeExpr(a.size), right: asSizeExpr(b.size) };
  const one: SizeExpr = { kind: "number", value: 1n, suffix: "usize" };
  const size = { kind: "computed", expr: { kind: "subtract", left: sum, right: one } } as const;
  const type: ArrayType = { kind: "array", element, size };
  return checkSize(c, type, expr.span) ? draft(expr, type, { kind: "join", ...pair }) : undefined;
}

/** Types `for p in join_iter(a, b) { … }`. */
export function checkJoinLoop(
  ch: Checker,
  statement: StatementSyntax & { kind: "for" },
  call: Call,
): ForJoinStatement | undefined {
  const { c } = ch;
  const { pattern, span } = statement;
  const pair = inferPair(ch, call);
  const row = pair && loopRow(c, pair, call);
  return c.scoped(() => {
    const typed = row && checkPattern(c, pattern, row);
    if (row === undefined) declareUntyped(c, pattern);
    const body = ch.inferBlock(statement.body);
    if (pair === undefined || typed === undefined || body === undefined) return undefined;
    const [left, right] = [finish(pair.left), finish(pair.right)];
    return { kind: "forJoin", span, left, right, pattern: typed, body: finishBlock(body) };
  });
}

/** The pair of rows that a join loop binds. */
function loopRow(c: Context, pair: Pair, call: Call): Type | undefined {
  const a = expectArray(c, pair.left, false);
  const b = expectArray(c, pair.right, false);
  const keyA = a && keyType(c, pair.left, a.element);
  const keyB = b && keyType(c, pair.right, b.element);
  if (a === undefined || b === undefined || keyA === undefined || keyB === undefined) {
    return undefined;
  }
  if (!sameType(keyA, keyB)) {
    const message = `the keys have the types ${showType(keyA)} and ${showType(keyB)}`;
    return c.report("TypeMismatch", call.span, message, "rows are joined on their first field");
  }
  return { kind: "tuple", elements: [a.element, b.element] };
}
