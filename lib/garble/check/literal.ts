/** Values as text: one literal, checked against a type. */

import type { Expr as Syntax } from "../ast.ts";
import { type Diagnostic, diagnostic, sortDiagnostics } from "../diagnostic.ts";
import { parseExprText } from "../parse/program.ts";
import type { Source } from "../source.ts";
import type { Expr } from "../typed_expr.ts";
import { intRange, type Type } from "../types.ts";
import { Context } from "./context.ts";
import { TypeResolver } from "./declare.ts";
import { makeChecker } from "./expressions.ts";
import { finish } from "./finish.ts";
import { check } from "./infer.ts";

/** A typed literal, or why there is none. */
export interface LiteralResult {
  /**
   * Present iff there are no diagnostics: a tree of the kinds bool, number, range, array, repeat, tuple,
   * struct and enum alone, of exactly the demanded type, every number within its type.
   */
  readonly literal?: Expr;
  /** Of the stages Scan, Parse and Type; positions are those of the literal text. */
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Parses a literal text and checks it against a type whose array sizes are numbers (`resolveSizes()`). Anything
 * behind the literal is refused. Structs and enums are those of the type.
 */
export function checkLiteral(source: Source, type: Type): LiteralResult {
  const parsed = parseExprText(source);
  if (parsed.expr === undefined) return { diagnostics: parsed.diagnostics };
  const wrong = nonLiteral(parsed.expr);
  if (wrong !== undefined) {
    const message = "a value consists of literals only";
    return { diagnostics: [diagnostic("InvalidLiteral", { message, span: wrong.span })] };
  }
  const c = new Context();
  declareTypes(c, type);
  const types = new TypeResolver(c, { structs: [], enums: [] });
  const value = makeChecker(c, types).infer(parsed.expr);
  if (value !== undefined && check(c, value, type)) {
    const literal = finish(value);
    checkRanges(c, literal);
    if (c.diagnostics.length === 0) return { literal, diagnostics: [] };
  }
  return { diagnostics: sortDiagnostics(c.diagnostics) };
}

function firstWrong(list: readonly Syntax[]): Syntax | undefined {
  for (const part of list) {
    const wrong = nonLiteral(part);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

/** The first part that is no literal. */
function nonLiteral(expr: Syntax): Syntax | undefined {
  switch (expr.kind) {
    case "bool":
    case "number":
    case "range":
      return undefined;
    case "tuple":
    case "array":
      return firstWrong(expr.elements);
    case "repeat":
      return expr.size.kind === "number" ? nonLiteral(expr.element) : expr;
    case "variant":
      return firstWrong(expr.payload ?? []);
    case "struct":
      return firstWrong(expr.fields.map((f) => f.value));
    default:
      return expr;
  }
}

/** Declares the structs and enums that occur in a type. */
function declareTypes(c: Context, type: Type): void {
  switch (type.kind) {
    case "bool":
    case "int":
      break;
    case "array":
      declareTypes(c, type.element);
      break;
    case "tuple":
      for (const element of type.elements) declareTypes(c, element);
      break;
    case "struct":
      if (c.structs.has(type.name)) break;
      c.structs.set(type.name, type);
      for (const field of type.fields) declareTypes(c, field.type);
      break;
    case "enum":
      if (c.enums.has(type.name)) break;
      c.enums.set(type.name, type);
      for (const variant of type.variants) {
        for (const part of variant.payload ?? []) declareTypes(c, part);
      }
  }
}

/** An adapted range must stay within the element type; programs cut it instead. */
function checkRanges(c: Context, expr: Expr): void {
  switch (expr.kind) {
    case "range": {
      const { element, size } = expr.type;
      if (element.kind !== "int" || size.kind !== "fixed") break;
      const last = expr.from + BigInt(size.length) - 1n;
      if (last > intRange(element).max) {
        c.report("UnexpectedType", expr.span, `${last} does not fit into ${element.name}`);
      }
      break;
    }
    case "array":
    case "tuple":
      for (const element of expr.elements) checkRanges(c, element);
      break;
    case "repeat":
      checkRanges(c, expr.element);
      break;
    case "struct":
    case "enum":
      for (const field of expr.fields) checkRanges(c, field);
      break;
    default:
  }
}
