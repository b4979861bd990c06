/** Primary expressions: literals, names, calls and everything in brackets. */

import type { Expr, FieldInit } from "../ast.ts";
import { joinExtents } from "../source.ts";
import { type NumberToken, showToken, type Token } from "../token.ts";
import { INTS } from "../types.ts";
import type { Cursor } from "./cursor.ts";
import { makeExpr, parseExpr } from "./expressions.ts";
import { usableNumber } from "./numbers.ts";
import { parseSize } from "./types.ts";

/** Parses an expression without operators around it. */
export function parsePrimary(p: Cursor): Expr {
  const { token } = p;
  if (token.kind === "number") return parseNumber(p, token);
  if (token.kind === "identifier") return parseNamed(p);
  if (p.at("(")) return parseParenthesised(p);
  if (p.at("[")) return parseArray(p);
  const hint = p.at("{")
    ? "put the block into parentheses"
    : p.at("if") || p.at("match")
    ? `put the ${token.text} into parentheses`
    : undefined;
  return p.fail("ExpectedExpr", `expected an expression, found ${showToken(token)}`, { hint });
}

function parseNumber(p: Cursor, token: NumberToken): Expr {
  usableNumber(p, token);
  p.next();
  if (p.at("..") || p.at("..=")) return parseRange(p, token);
  const { value, suffix } = token;
  return makeExpr(p, token, [], { kind: "number", value, suffix });
}

function parseRange(p: Cursor, first: NumberToken): Expr {
  const inclusive = p.next().text === "..=";
  const last = p.token;
  if (
    inclusive || last.kind !== "number" || INTS[first.suffix].signed || INTS[last.suffix].signed
  ) {
    const hint = "a range is written a..b with two unsigned numbers; b is not part of it";
    return p.fail("InvalidRangeExpr", "this is no range", { hint });
  }
  if (first.suffix !== last.suffix && first.suffix !== "U?" && last.suffix !== "U?") {
    const message = `the ends of the range have the types ${first.suffix} and ${last.suffix}`;
    return p.fail("InvalidRangeTypes", message);
  }
  p.next();
  const suffix = first.suffix === "U?" ? last.suffix : first.suffix;
  const form = { kind: "range", from: first.value, to: last.value, suffix } as const;
  return makeExpr(p, joinExtents(first, last), [], form);
}

function parseNamed(p: Cursor): Expr {
  const token = p.next();
  const { text, span, position } = token;
  if (text === "true" || text === "false") {
    return makeExpr(p, token, [], { kind: "bool", value: text === "true" });
  }
  if (p.accept("(") !== undefined) {
    const args = parseList(p, ")");
    const extent = joinExtents(token, p.expect(")"));
    const name = { text, span, position };
    return makeExpr(p, extent, args.map((arg) => arg.height), { kind: "call", name, args });
  }
  if (p.accept("::") !== undefined) return parseVariant(p, token);
  if (p.at("{") && !p.flags.structBanned) return parseStruct(p, token);
  return makeExpr(p, token, [], { kind: "name", name: text });
}

/** Expressions up to the closing bracket, which is not read; a trailing comma is allowed. */
function parseList(p: Cursor, close: string): Expr[] {
  return p.delimited(() => {
    const list: Expr[] = [];
    while (!p.at(close)) {
      list.push(parseExpr(p));
      if (p.accept(",") === undefined) break;
    }
    return list;
  });
}

function parseVariant(p: Cursor, first: Token): Expr {
  const variant = p.identifier();
  // The reported extent is E::V, without the payload: a rule of the language.
  const { span, position } = joinExtents(first, variant);
  const names = { enumName: first.text, variant: variant.text };
  if (p.accept("(") === undefined) {
    return makeExpr(p, { span, position }, [], { kind: "variant", ...names, payload: undefined });
  }
  const payload = parseList(p, ")");
  const end = p.expect(")").span.end;
  const extent = { span: { start: span.start, end }, position };
  const heights = payload.map((e) => e.height);
  return makeExpr(p, extent, heights, { kind: "variant", ...names, payload });
}

function parseStruct(p: Cursor, first: Token): Expr {
  p.expect("{");
  const fields = p.delimited(() => {
    const list: FieldInit[] = [];
    while (!p.at("}")) {
      const { text, span, position } = p.identifier();
      const name = { text, span, position };
      const value = p.accept(":") === undefined
        ? makeExpr(p, name, [], { kind: "name", name: text })
        : parseExpr(p);
      list.push({ name, value });
      if (p.accept(",") === undefined) break;
    }
    return list;
  });
  const end = p.expect("}").span.end;
  // The reported extent is the name alone: a rule of the language.
  const extent = { span: { start: first.span.start, end }, position: first.position };
  const heights = fields.map((f) => f.value.height);
  return makeExpr(p, extent, heights, { kind: "struct", name: first.text, fields });
}

/** Grouping, a tuple, or (as an extension) the unit value. */
function parseParenthesised(p: Cursor): Expr {
  const first = p.expect("(");
  let isTuple = p.at(")");
  const elements = p.delimited(() => {
    const list: Expr[] = [];
    while (!p.at(")")) {
      list.push(parseExpr(p));
      if (p.accept(",") === undefined) break;
      isTuple = true;
    }
    return list;
  });
  const last = p.expect(")");
  const [inner] = elements;
  if (!isTuple && inner !== undefined) return inner;
  const heights = elements.map((e) => e.height);
  return makeExpr(p, joinExtents(first, last), heights, { kind: "tuple", elements });
}

function parseArray(p: Cursor): Expr {
  const first = p.expect("[");
  if (p.at("]")) {
    if (p.emptyArrays) {
      const extent = joinExtents(first, p.expect("]"));
      return makeExpr(p, extent, [], { kind: "array", elements: [] });
    }
    const hint = "write [x; 0] with a value x of the element type";
    p.fail("InvalidLiteral", "an empty array has no known element type", { hint });
  }
  return p.delimited(() => {
    const element = parseExpr(p);
    if (p.accept(";") !== undefined) {
      const size = parseSize(p);
      const extent = joinExtents(first, p.expect("]"));
      return makeExpr(p, extent, [element.height], { kind: "repeat", element, size });
    }
    const elements = [element];
    while (p.accept(",") !== undefined && !p.at("]")) elements.push(parseExpr(p));
    const extent = joinExtents(first, p.expect("]"));
    return makeExpr(p, extent, elements.map((e) => e.height), { kind: "array", elements });
  });
}
