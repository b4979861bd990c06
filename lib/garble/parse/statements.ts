/** Statements. */

import type { CompoundOperator, Expr, Statement } from "../ast.ts";
import { joinExtents } from "../source.ts";
import { showToken } from "../token.ts";
import { parseBlock } from "./blocks.ts";
import { type Cursor, ParseFailure } from "./cursor.ts";
import { parseExpr } from "./expressions.ts";
import { parsePattern } from "./patterns.ts";
import { parseType } from "./types.ts";

const ASSIGNMENTS: Readonly<Record<string, CompoundOperator | undefined>> = {
  "+=": "+",
  "-=": "-",
  "*=": "*",
  "/=": "/",
  "%=": "%",
  "&=": "&",
  "|=": "|",
  "^=": "^",
  "<<=": "<<",
  ">>=": ">>",
};

/** Words of other languages that look like statements. */
const FOREIGN: Readonly<Record<string, string>> = {
  return: "there is no return: the last expression of a function is its value",
  while: "there is no while: loops go over arrays and ranges, for i in 0..10 { … }",
  loop: "there is no loop: loops go over arrays and ranges, for i in 0..10 { … }",
  break: "there is no break: a loop always runs to its end",
  var: 'variables are declared with "let mut"',
};

/** Parses statements up to a "}", a ",", an item or the end; stray semicolons are skipped. */
export function parseStatements(p: Cursor): Statement[] {
  const list: Statement[] = [];
  for (;;) {
    while (p.accept(";") !== undefined);
    if (p.at("}") || p.at(",") || p.atEnd || p.atItem()) return list;
    const start = p.index;
    try {
      list.push(parseStatement(p));
    } catch (error) {
      if (!(error instanceof ParseFailure) || !error.recoverable) throw error;
      p.flags = { structBanned: false, minusEnds: false };
      p.skipStatement(start);
    }
  }
}

/** Parses one statement with its end. */
export function parseStatement(p: Cursor): Statement {
  if (p.at("let")) return parseLet(p);
  if (p.at("for")) return parseFor(p);
  const opensBrace = p.at("if") || p.at("match");
  const endsItself = opensBrace || p.at("{");
  const { structBanned, minusEnds } = p.flags;
  p.flags = { structBanned, minusEnds: opensBrace };
  const expression = parseExpr(p);
  p.flags = { structBanned: p.flags.structBanned, minusEnds };
  if (endsItself) return statementOf(expression);
  if (isPlace(expression)) {
    const { text } = p.token;
    const operator = ASSIGNMENTS[text];
    if (p.at("=") || (operator !== undefined && p.at(text))) {
      p.next();
      const value = parseExpr(p);
      const extent = joinExtents(expression, value);
      const height = p.above([expression.height, value.height]);
      endStatement(p, expression);
      return { kind: "assign", place: expression, operator, value, height, ...extent };
    }
  }
  endStatement(p, expression);
  return statementOf(expression);
}

function statementOf(expression: Expr): Statement {
  const { span, position, height } = expression;
  return { kind: "expression", expression, span, position, height };
}

function isPlace(expr: Expr): boolean {
  let at = expr;
  for (;;) {
    if (at.kind === "index") at = at.array;
    else if (at.kind === "element" || at.kind === "field") at = at.target;
    else return at.kind === "name";
  }
}

function endStatement(p: Cursor, before: Expr): void {
  if (p.at("}") || p.at(",") || p.accept(";") !== undefined) return;
  const foreign = before.kind === "name" && Object.hasOwn(FOREIGN, before.name);
  const { end } = p.previous.span;
  const hint = foreign
    ? FOREIGN[before.name]
    : p.at("=")
    ? "only variables and their elements and fields can be assigned"
    : undefined;
  const span = foreign || p.at("=") ? before.span : { start: end, end };
  p.fail("Expected", `expected ";", found ${showToken(p.token)}`, { span, hint });
}

function parseLet(p: Cursor): Statement {
  const first = p.expect("let");
  const mutable = p.accept("mut") !== undefined;
  if (mutable && p.token.kind !== "identifier") p.identifier();
  const pattern = parsePattern(p);
  if (mutable && pattern.kind !== "name") {
    const hint = "bind the parts with let and copy them into let mut variables";
    p.fail("ExpectedIdentifier", '"let mut" takes a plain name', { span: pattern.span, hint });
  }
  const annotation = p.accept(":") === undefined ? undefined : parseType(p);
  p.expect("=", "a let needs a value");
  const value = parseExpr(p);
  const extent = joinExtents(first, value);
  if (!p.at(";")) {
    const { end } = p.previous.span;
    const message = `expected ";", found ${showToken(p.token)}`;
    p.fail("Expected", message, { span: { start: end, end } });
  }
  p.next();
  const height = p.above([value.height]);
  return { kind: "let", pattern, mutable, annotation, value, height, ...extent };
}

function parseFor(p: Cursor): Statement {
  return p.nested(() => {
    const first = p.expect("for");
    const pattern = parsePattern(p);
    p.expect("in");
    const iterable = p.header(() => parseExpr(p));
    const body = parseBlock(p);
    const height = p.above([iterable.height, body.height]);
    return { kind: "for", pattern, iterable, body, height, ...joinExtents(first, body) };
  });
}
