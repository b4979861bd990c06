/** From the text of a value to the value, led by the type. The text may be secret: it is never quoted. */
import type { Expr } from "./ast.ts";
import { fixedLength } from "./layout.ts";
import { parseExprText } from "./parse/program.ts";
import { lineColumn, type Span } from "./source.ts";
import { type ArrayType, intRange, type IntType, showType, type Type } from "./types.ts";
import type { FieldValue, GarbleValue } from "./value.ts";

/** Why a text is no value of a type, without any part of the text. */
export interface ValueProblem {
  /** Where, counted from 1. */
  readonly line: number;
  readonly column: number;
  /** What is needed there. */
  readonly needed: string;
}

/** A value, or why the text is none. */
export type ReadResult =
  | { readonly ok: true; readonly value: GarbleValue }
  | { readonly ok: false; readonly problem: ValueProblem };

/** Leaves the recursion; never leaves this file. */
class Mismatch extends Error {
  readonly span: Span;

  constructor(span: Span, needed: string) {
    super(needed);
    this.span = span;
  }
}

/**
 * Reads the text of one value of a type whose array sizes are all numbers. Numbers without a suffix take
 * the type; a suffix must be that of the type. Arrays may be `[1, 2]`, `[0; 3]` or `0..3`. A one-tuple
 * may also be written like its element, as it is printed.
 */
export function readValue(type: Type, text: string): ReadResult {
  const { expr, diagnostics } = parseExprText({ name: "input", text });
  const fail = (span: Span, needed: string): ReadResult => {
    return { ok: false, problem: { ...lineColumn(text, span.start), needed } };
  };
  if (expr === undefined) {
    return fail(
      diagnostics[0]?.span ?? { start: 0, end: 0 },
      `one value of type ${showType(type)}`,
    );
  }
  try {
    return { ok: true, value: fromExpr(type, expr) };
  } catch (error) {
    if (error instanceof Mismatch) return fail(error.span, error.message);
    throw error;
  }
}

function fromExpr(type: Type, expr: Expr): GarbleValue {
  switch (type.kind) {
    case "bool":
      if (expr.kind !== "bool") throw new Mismatch(expr.span, "true or false");
      return { kind: "bool", value: expr.value };
    case "int":
      if (expr.kind !== "number") throw needNumber(type, expr.span);
      return checkedNumber(type, expr);
    case "array":
      return { kind: "array", elements: arrayElements(type, expr) };
    case "tuple": {
      const [only] = type.elements;
      const written = expr.kind === "tuple" && expr.elements.length === 1;
      const bare = type.elements.length === 1 && !written;
      if (bare && only !== undefined) return { kind: "tuple", elements: [fromExpr(only, expr)] };
      if (expr.kind !== "tuple") throw need(type, expr.span);
      return { kind: "tuple", elements: listOf(type, expr.elements, type.elements, expr.span) };
    }
    case "struct":
      if (expr.kind !== "struct" || expr.name !== type.name) throw need(type, expr.span);
      return { kind: "struct", name: type.name, fields: structFields(type, expr) };
    case "enum": {
      if (expr.kind !== "variant" || expr.enumName !== type.name) throw need(type, expr.span);
      const variant = type.variants.find(({ name }) => name === expr.variant);
      const { payload } = expr;
      if (variant === undefined) throw new Mismatch(expr.span, `a variant of ${type.name}`);
      if ((variant.payload === undefined) !== (payload === undefined)) throw need(type, expr.span);
      const values = payload && listOf(type, payload, variant.payload ?? [], expr.span);
      return { kind: "enum", name: type.name, variant: variant.name, payload: values };
    }
  }
}

function need(type: Type, span: Span): Mismatch {
  return new Mismatch(span, `a value of type ${showType(type)}`);
}

function needNumber(type: IntType, span: Span): Mismatch {
  const { min, max } = intRange(type);
  return new Mismatch(span, `a number of type ${type.name}, ${min} to ${max},`);
}

function checkedNumber(
  type: IntType,
  number: { readonly value: bigint; readonly suffix: string; readonly span: Span },
): GarbleValue {
  const { min, max } = intRange(type);
  const typed = number.suffix === type.name || number.suffix.endsWith("?");
  if (!typed || number.value < min || number.value > max) throw needNumber(type, number.span);
  return { kind: "int", value: number.value };
}

function listOf(
  type: Type,
  exprs: readonly Expr[],
  types: readonly Type[],
  span: Span,
): GarbleValue[] {
  if (exprs.length !== types.length) throw need(type, span);
  return exprs.map((expr, i) => fromExpr(types[i] as Type, expr));
}

function arrayElements(type: ArrayType, expr: Expr): GarbleValue[] {
  const length = fixedLength(type);
  if (expr.kind === "array" && expr.elements.length === length) {
    return expr.elements.map((element) => fromExpr(type.element, element));
  }
  if (expr.kind === "repeat" && expr.size.kind === "number" && expr.size.length === length) {
    return new Array<GarbleValue>(length).fill(fromExpr(type.element, expr.element));
  }
  const { element } = type;
  if (expr.kind === "range" && element.kind === "int") {
    const { from, to, suffix, span } = expr;
    if (to - from === BigInt(length)) {
      return Array.from({ length }, (_, i) => {
        return checkedNumber(element, { value: from + BigInt(i), suffix, span });
      });
    }
  }
  throw new Mismatch(expr.span, `an array of ${length} elements of type ${showType(element)}`);
}

function structFields(
  type: Type & { readonly kind: "struct" },
  expr: Expr & { readonly kind: "struct" },
): FieldValue[] {
  const given = new Map(expr.fields.map(({ name, value }) => [name.text, value]));
  const known = new Set(type.fields.map(({ name }) => name));
  for (const { name } of expr.fields) {
    if (!known.has(name.text)) throw new Mismatch(name.span, `a field of ${type.name}`);
  }
  if (given.size !== expr.fields.length) throw need(type, expr.span);
  return type.fields.map(({ name, type: inner }) => {
    const value = given.get(name);
    if (value === undefined) {
      throw new Mismatch(expr.span, `a value of ${type.name} with the field "${name}"`);
    }
    return { name, value: fromExpr(inner, value) };
  });
}

/** A short example of a value: zeros, and the first variants of enums. */
export function exampleText(type: Type): string {
  switch (type.kind) {
    case "bool":
      return "true";
    case "int":
      return "0";
    case "array":
      return `[${exampleText(type.element)}; ${fixedLength(type)}]`;
    case "tuple": {
      const elements = type.elements.map(exampleText).join(", ");
      return type.elements.length === 1 ? `(${elements},)` : `(${elements})`;
    }
    case "struct": {
      const fields = type.fields.map(({ name, type }) => `${name}: ${exampleText(type)}`);
      return `${type.name} { ${fields.join(", ")} }`;
    }
    case "enum": {
      const [variant] = type.variants;
      const payload = variant?.payload?.map(exampleText).join(", ");
      return `${type.name}::${variant?.name}${payload === undefined ? "" : `(${payload})`}`;
    }
  }
}
