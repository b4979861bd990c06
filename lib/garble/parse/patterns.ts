/** Patterns of let, for and match. */

import type { FieldPattern, Pattern } from "../ast.ts";
import { joinExtents } from "../source.ts";
import { type NumberToken, showToken } from "../token.ts";
import { INTS } from "../types.ts";
import type { Cursor } from "./cursor.ts";
import { usableNumber } from "./numbers.ts";

/** Parses a pattern. */
export function parsePattern(p: Cursor): Pattern {
  return p.nested(() => {
    const { token } = p;
    if (token.kind === "number") return parseNumberPattern(p, token);
    if (p.at("(")) {
      p.next();
      const elements = parsePatterns(p);
      return { kind: "tuple", elements, ...joinExtents(token, p.expect(")")) };
    }
    if (token.kind !== "identifier") {
      return p.fail("InvalidPattern", `expected a pattern, found ${showToken(token)}`);
    }
    const { text: name, span, position } = p.next();
    if (name === "true" || name === "false") {
      return { kind: "bool", value: name === "true", span, position };
    }
    if (p.accept("::") !== undefined) {
      const variant = p.identifier();
      if (p.accept("(") === undefined) {
        const extent = joinExtents(token, variant);
        return {
          kind: "variant",
          enumName: name,
          variant: variant.text,
          payload: undefined,
          ...extent,
        };
      }
      const payload = parsePatterns(p);
      const extent = joinExtents(token, p.expect(")"));
      return { kind: "variant", enumName: name, variant: variant.text, payload, ...extent };
    }
    if (p.at("{")) return parseStructPattern(p);
    return { kind: "name", name, span, position };
  });
}

function parsePatterns(p: Cursor): Pattern[] {
  const list: Pattern[] = [];
  while (!p.at(")")) {
    list.push(parsePattern(p));
    if (p.accept(",") === undefined) break;
  }
  return list;
}

/** The current token is the brace behind the name. */
function parseStructPattern(p: Cursor): Pattern {
  const first = p.previous;
  p.expect("{");
  const fields: FieldPattern[] = [];
  let rest = false;
  while (!p.at("}")) {
    if (p.at("..") && fields.length > 0) {
      p.next();
      rest = true;
      break;
    }
    const { text, span, position } = p.identifier();
    const name = { text, span, position };
    const pattern: Pattern = p.accept(":") === undefined
      ? { kind: "name", name: text, span, position }
      : parsePattern(p);
    fields.push({ name, pattern });
    if (p.accept(",") === undefined) break;
  }
  const extent = joinExtents(first, p.expect("}"));
  return { kind: "struct", name: first.text, fields, rest, ...extent };
}

function parseNumberPattern(p: Cursor, first: NumberToken): Pattern {
  usableNumber(p, first);
  p.next();
  const signed = INTS[first.suffix].signed;
  const from = first.value;
  if (!p.at("..") && !p.at("..=")) {
    const { span, position } = first;
    return { kind: "range", min: from, max: from, negative: from < 0n, signed, span, position };
  }
  const inclusive = p.next().text === "..=";
  const last = p.token;
  if (last.kind !== "number" || last.suffix !== first.suffix) {
    const message = "both ends of a range pattern must be numbers of the same kind and suffix";
    return p.fail("InvalidRangeExpr", message);
  }
  usableNumber(p, last);
  p.next();
  const max = inclusive ? last.value : last.value - 1n;
  const extent = joinExtents(first, last);
  return { kind: "range", min: from, max, negative: from < 0n, signed, ...extent };
}
