/** Types and array sizes. */

import type { ConstSyntax, Expr, SizeSyntax, TypeExpr } from "../ast.ts";
import { joinExtents, type Span } from "../source.ts";
import { showToken } from "../token.ts";
import type { Cursor } from "./cursor.ts";
import { parseExpr } from "./expressions.ts";

/** Array lengths stay below 2^32, the range of usize. */
const LENGTH_MAX = 0xffff_ffffn;

/** Parses a type. A trailing comma in a tuple type is accepted as an extension. */
export function parseType(p: Cursor): TypeExpr {
  return p.nested(() => {
    const first = p.token;
    if (p.accept("(") !== undefined) {
      const elements: TypeExpr[] = [];
      while (!p.at(")")) {
        elements.push(parseType(p));
        if (p.accept(",") === undefined) break;
      }
      const last = p.expect(")");
      return { kind: "tuple", elements, ...joinExtents(first, last) };
    }
    if (p.accept("[") !== undefined) {
      const element = parseType(p);
      p.expect(";", "an array type reads [element; size]");
      const size = p.at("const") ? parseComputedSize(p) : parseSize(p);
      const last = p.expect("]");
      return { kind: "array", element, size, ...joinExtents(first, last) };
    }
    if (p.token.kind !== "identifier") {
      const message = `expected a type, found ${showToken(p.token)}`;
      const hint = p.at("&") ? "there are no references, all values are copied" : undefined;
      p.fail("ExpectedIdentifier", message, { hint });
    }
    const { text: name, span, position } = p.next();
    return { kind: "name", name, span, position };
  });
}

function parseComputedSize(p: Cursor): SizeSyntax {
  const first = p.expect("const");
  p.expect("{");
  const expr = toConst(p, p.delimited(() => parseExpr(p)));
  const last = p.expect("}");
  return { kind: "computed", expr, span: { start: first.span.start, end: last.span.end } };
}

/** Parses the size of a repeat literal, or a plain one of an array type. */
export function parseSize(p: Cursor): SizeSyntax {
  const { token } = p;
  if (token.kind === "identifier") {
    p.next();
    return { kind: "name", name: token.text, span: token.span };
  }
  if (token.kind !== "number" || (token.suffix !== "U?" && token.suffix !== "usize")) {
    const message = `expected an array size, found ${showToken(token)}`;
    const hint = "a size is a number, the name of a constant or, in types, const { … }";
    p.fail("InvalidArraySize", message, { hint });
  }
  if (token.value > LENGTH_MAX) {
    p.fail("InvalidArraySize", `the array size ${token.value} is not below 2^32`);
  }
  p.next();
  return { kind: "number", length: Number(token.value), span: token.span };
}

/** Restricts an expression to the constant sub-language. */
export function toConst(p: Cursor, expr: Expr): ConstSyntax {
  const { span } = expr;
  switch (expr.kind) {
    case "bool":
      return { kind: "bool", value: expr.value, span };
    case "number":
      return { kind: "number", value: expr.value, suffix: expr.suffix, span };
    case "name":
      return { kind: "constant", name: expr.name, span };
    case "variant":
      if (expr.payload !== undefined) return notConst(p, span);
      return { kind: "external", party: expr.enumName, name: expr.variant, span };
    case "call": {
      const kind = expr.name.text;
      if (kind !== "max" && kind !== "min") return notConst(p, span);
      return { kind, operands: expr.args.map((arg) => toConst(p, arg)), span };
    }
    case "binary": {
      if (expr.operator !== "+" && expr.operator !== "-") return notConst(p, span);
      const kind = expr.operator === "+" ? "add" : "subtract";
      return { kind, left: toConst(p, expr.left), right: toConst(p, expr.right), span };
    }
    default:
      return notConst(p, span);
  }
}

function notConst(p: Cursor, span: Span): never {
  const hint = "allowed are literals, constants, PARTY::NAME, +, -, max(…) and min(…)";
  return p.fail("InvalidConstExpr", "this is no constant expression", { span, hint });
}
