/** Expressions by precedence climbing. */

import type { BinaryOperator, Expr, ExprForm } from "../ast.ts";
import { subtrahend } from "../scan.ts";
import { type Extent, joinExtents } from "../source.ts";
import { showToken } from "../token.ts";
import { parseBlock, parseIf, parseMatch } from "./blocks.ts";
import type { Cursor } from "./cursor.ts";
import { parsePrimary } from "./primary.ts";
import { parseType } from "./types.ts";

/** Binary operators by level, loosest first. */
const LEVELS: Readonly<Record<BinaryOperator, number>> = {
  "||": 1,
  "&&": 2,
  "==": 3,
  "!=": 3,
  "<": 4,
  ">": 4,
  "<=": 4,
  ">=": 4,
  "|": 5,
  "^": 6,
  "&": 7,
  "<<": 8,
  ">>": 8,
  "+": 9,
  "-": 9,
  "*": 10,
  "/": 10,
  "%": 10,
};

function isBinary(text: string): text is BinaryOperator {
  return Object.hasOwn(LEVELS, text);
}

/** Parses an expression; a leading brace is a block that ends it. */
export function parseExpr(p: Cursor): Expr {
  return p.nested(() => {
    if (!p.at("{")) return parseBinary(p, 1);
    const block = parseBlock(p);
    return makeExpr(p, block, [block.height], { kind: "block", block });
  });
}

/** Completes a node; `heights` are those of its parts. */
export function makeExpr(
  p: Cursor,
  extent: Extent,
  heights: readonly number[],
  form: ExprForm,
): Expr {
  const { span, position } = extent;
  return { ...form, span, position, height: p.above(heights) };
}

/** The operator at the cursor; a sign in front of a number in operator position is one, too. */
function operatorAt(p: Cursor): BinaryOperator | undefined {
  const { token } = p;
  if (token.kind === "punctuation") return isBinary(token.text) ? token.text : undefined;
  const signed = token.kind === "number" && token.negative && !p.flags.minusEnds;
  return signed ? "-" : undefined;
}

function takeOperator(p: Cursor): void {
  const { token } = p;
  if (token.kind !== "number") {
    p.next();
    return;
  }
  const positive = subtrahend(token);
  if (positive === undefined) {
    const message = `the number ${token.text.slice(1)} does not fit into its type`;
    p.fail("InvalidUnsignedNum", message);
  }
  p.replace(positive);
}

function parseBinary(p: Cursor, level: number): Expr {
  let left = parseCast(p);
  for (;;) {
    const operator = operatorAt(p);
    if (operator === undefined || LEVELS[operator] < level) return left;
    takeOperator(p);
    const right = parseBinary(p, LEVELS[operator] + 1);
    const heights = [left.height, right.height];
    left = makeExpr(p, joinExtents(left, right), heights, {
      kind: "binary",
      operator,
      left,
      right,
    });
  }
}

function parseCast(p: Cursor): Expr {
  let operand = parseCondition(p);
  while (p.accept("as") !== undefined) {
    const type = parseType(p);
    const extent = joinExtents(operand, type);
    operand = makeExpr(p, extent, [operand.height], { kind: "cast", operand, type });
  }
  return operand;
}

function parseCondition(p: Cursor): Expr {
  if (p.at("if")) return parseIf(p);
  if (p.at("match")) return parseMatch(p);
  return parseUnary(p);
}

function parseUnary(p: Cursor): Expr {
  const { token } = p;
  const operator = p.at("!") ? "!" : p.at("-") ? "-" : undefined;
  if (operator === undefined) return parsePostfix(p);
  return p.nested(() => {
    p.next();
    const operand = parseUnary(p);
    const extent = joinExtents(token, operand);
    return makeExpr(p, extent, [operand.height], { kind: "unary", operator, operand });
  });
}

function parsePostfix(p: Cursor): Expr {
  let target = parsePrimary(p);
  for (;;) {
    if (p.accept("[") !== undefined) {
      const index = p.delimited(() => parseIndex(p));
      const extent = joinExtents(target, p.expect("]"));
      const heights = [target.height, index.height];
      target = makeExpr(p, extent, heights, { kind: "index", array: target, index });
    } else if (p.accept(".") !== undefined) {
      target = parseAccess(p, target);
    } else {
      return target;
    }
  }
}

/** An unsuffixed number that is the whole index is a usize. */
function parseIndex(p: Cursor): Expr {
  const { token } = p;
  if (token.kind === "number" && token.suffix === "U?" && p.nextIs("]")) {
    p.next();
    return makeExpr(p, token, [], { kind: "number", value: token.value, suffix: "usize" });
  }
  return parseExpr(p);
}

function parseAccess(p: Cursor, target: Expr): Expr {
  const { token } = p;
  if (token.kind === "number" && token.suffix === "U?") {
    p.next();
    const extent = joinExtents(target, token);
    return makeExpr(p, extent, [target.height], { kind: "element", target, index: token.value });
  }
  if (token.kind !== "identifier") {
    const message = `expected the name of a field or the number of a tuple element, found ${
      showToken(token)
    }`;
    return p.fail("ExpectedMethodCallOrFieldAccess", message);
  }
  p.next();
  if (p.at("(")) p.fail("Expected", `there are no methods, so "${token.text}" cannot be called`);
  const name = { text: token.text, span: token.span, position: token.position };
  const span = { start: target.span.start, end: token.span.end };
  // The reported extent of a field access is that of the field name alone: a rule of the language.
  const extent = { span, position: token.position };
  return makeExpr(p, extent, [target.height], { kind: "field", target, name });
}
