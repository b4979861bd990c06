/** Typing of literals of aggregates and of access to their parts. */

import type { Expr, FieldInit } from "../ast.ts";
import type { Extent, Span } from "../source.ts";
import { type ArrayType, type EnumType, INTS, isUntyped, sameType, showType } from "../types.ts";
import type { StructType, Type } from "../types.ts";
import type { Checker } from "./checker.ts";
import type { Context } from "./context.ts";
import { resolveSize } from "./declare.ts";
import { type Draft, draft } from "./draft.ts";
import { check, shallow } from "./infer.ts";
import { checkSize } from "./size.ts";

/** Types all expressions; undefined if one is wrong, after all were visited. */
export function inferAll(ch: Checker, list: readonly Expr[]): Draft[] | undefined {
  const drafts = list.map((e) => ch.infer(e)).filter((d) => d !== undefined);
  return drafts.length === list.length ? drafts : undefined;
}

/** The draft unless its type is too large. */
function sized(c: Context, d: Draft): Draft | undefined {
  return checkSize(c, d.type, d.span) ? d : undefined;
}

/**
 * The common type of array elements or match arms: that of the first; if that is an untyped
 * unsigned, the first other one; if that is an untyped signed, the first that is no untyped one.
 */
export function leadingType(types: readonly Type[]): Type | undefined {
  let [leading] = types;
  const isNamed = (name: string): boolean => leading?.kind === "int" && leading.name === name;
  const first = leading;
  if (isNamed("U?")) leading = types.find((t) => first && !sameType(t, first)) ?? leading;
  if (isNamed("S?")) leading = types.find((t) => !isUntyped(t)) ?? leading;
  return leading;
}

/** Types `[a, b, …]`. */
export function inferArray(ch: Checker, expr: Expr & { kind: "array" }): Draft | undefined {
  const elements = inferAll(ch, expr.elements);
  const element = elements === undefined ? undefined : leadingType(elements.map((e) => e.type));
  if (elements === undefined || element === undefined) return undefined;
  if (!elements.map((e) => check(ch.c, e, element)).every((ok) => ok)) return undefined;
  const size = { kind: "fixed", length: elements.length } as const;
  return sized(
    ch.c,
    draft(expr, { kind: "array", element, size }, { kind: "array", elements }),
  );
}

/** Types `[x; n]`. */
export function inferRepeat(ch: Checker, expr: Expr & { kind: "repeat" }): Draft | undefined {
  const element = ch.infer(expr.element);
  const { size: syntax } = expr;
  if (syntax.kind === "name" && ch.c.hasLocal(syntax.name)) {
    const message = `the array size "${syntax.name}" is a variable, not a constant`;
    return ch.c.report("ArraySizeNotConst", syntax.span, message, "declare it as a const");
  }
  const size = resolveSize(ch.c, syntax);
  if (element === undefined || size === undefined) return undefined;
  const type: ArrayType = { kind: "array", element: element.type, size };
  return sized(ch.c, draft(expr, type, { kind: "repeat", element }));
}

/** Types `a..b`. */
export function inferRange(ch: Checker, expr: Expr & { kind: "range" }): Draft | undefined {
  const { from, to, suffix } = expr;
  if (from >= to || to - from > 0xffff_ffffn) {
    const message = `the range ${from}..${to} is empty or too long`;
    return ch.c.report("InvalidRange", expr.span, message, "the end is not part of a range");
  }
  const size = { kind: "fixed", length: Number(to - from) } as const;
  const type: ArrayType = { kind: "array", element: INTS[suffix], size };
  return sized(ch.c, draft(expr, type, { kind: "range", from, to }));
}

/** Types `(a, b, …)`. */
export function inferTuple(ch: Checker, expr: Expr & { kind: "tuple" }): Draft | undefined {
  const elements = inferAll(ch, expr.elements);
  if (elements === undefined) return undefined;
  const type: Type = { kind: "tuple", elements: elements.map((e) => e.type) };
  return sized(ch.c, draft(expr, type, { kind: "tuple", elements }));
}

/** Types `S { … }`. */
export function inferStruct(ch: Checker, expr: Expr & { kind: "struct" }): Draft | undefined {
  const { c } = ch;
  const struct = c.structs.get(expr.name);
  if (!c.structs.has(expr.name)) {
    const message = `there is no struct "${expr.name}"`;
    c.report(
      "UnknownStruct",
      expr.span,
      message,
      c.suggest(expr.name, () => [...c.structs.keys()]),
    );
  }
  const known = new Map(struct?.fields.map((f) => [f.name, f.type]));
  const values = new Map<string, Draft | undefined>();
  for (const init of expr.fields) {
    const value = ch.infer(init.value);
    if (struct !== undefined) {
      values.set(init.name.text, checkField(c, struct, { init, value, values, known }));
    }
  }
  if (struct === undefined) return undefined;
  const missing = struct.fields.filter((f) => !values.has(f.name)).map((f) => `"${f.name}"`);
  if (missing.length > 0) {
    const message = `the struct "${struct.name}" also needs ${missing.join(", ")}`;
    return c.report("MissingStructField", expr.span, message);
  }
  const fields = struct.fields.map((f) => values.get(f.name)).filter((d) => d !== undefined);
  if (fields.length !== expr.fields.length) return undefined;
  return draft(expr, struct, { kind: "struct", struct, fields });
}

interface GivenField {
  readonly init: FieldInit;
  readonly value: Draft | undefined;
  readonly values: ReadonlyMap<string, unknown>;
  readonly known: ReadonlyMap<string, Type>;
}

function checkField(c: Context, struct: StructType, given: GivenField): Draft | undefined {
  const { init: { name }, value, values, known } = given;
  const type = known.get(name.text);
  if (type === undefined) {
    return unknownField(c, struct, { name: name.text, span: name.span });
  }
  if (values.has(name.text)) {
    return c.report("DuplicateStructField", name.span, `"${name.text}" is given twice`);
  }
  return value !== undefined && check(c, value, type) ? value : undefined;
}

/** Reports a field that a struct does not have. */
export function unknownField(
  c: Context,
  struct: StructType,
  field: { readonly name: string; readonly span: Span },
): undefined {
  const message = `the struct "${struct.name}" has no field "${field.name}"`;
  const hint = c.suggest(field.name, () => struct.fields.map((f) => f.name));
  return c.report("UnknownStructField", field.span, message, hint);
}

/** A variant as literals and patterns name it. */
export interface VariantUse {
  /** Name of the enum. */
  readonly enumName: string;
  /** Name of the variant. */
  readonly variant: string;
  /** Number of fields in parentheses, undefined without. */
  readonly arity: number | undefined;
  /** The whole literal or pattern. */
  readonly span: Span;
}

/** A variant that was found. */
export interface FoundVariant {
  /** The enum. */
  readonly enumType: EnumType;
  /** Its index. */
  readonly index: number;
  /** Types of its payload. */
  readonly payload: readonly Type[];
}

/** Finds a variant and checks its shape. */
export function findVariant(c: Context, use: VariantUse): FoundVariant | undefined {
  const { enumName, variant, arity, span } = use;
  const enumType = c.enums.get(enumName);
  if (enumType === undefined) {
    if (c.enums.has(enumName)) return undefined;
    const hint = c.suggest(enumName, () => [...c.enums.keys()]);
    return c.report("UnknownEnum", span, `there is no enum "${enumName}"`, hint);
  }
  const index = enumType.variants.findIndex((v) => v.name === variant);
  const found = enumType.variants[index];
  if (found === undefined) {
    const message = `the enum "${enumName}" has no variant "${variant}"`;
    const hint = c.suggest(variant, () => enumType.variants.map((v) => v.name));
    return c.report("UnknownEnumVariant", span, message, hint);
  }
  const { payload } = found;
  if (payload === undefined && arity !== undefined) {
    const message = `the variant "${variant}" has no fields, it is used without parentheses`;
    return c.report("ExpectedUnitVariantFoundTupleVariant", span, message);
  }
  if (payload !== undefined && arity === undefined) {
    const message = `the variant "${variant}" needs its fields in parentheses`;
    return c.report("ExpectedTupleVariantFoundUnitVariant", span, message);
  }
  if (payload !== undefined && payload.length !== arity) {
    const message = `the variant "${variant}" has ${payload.length} fields, found ${arity}`;
    return c.report("UnexpectedEnumVariantArity", span, message);
  }
  return { enumType, index, payload: payload ?? [] };
}

/** Types `E::V` and `E::V(…)`. */
export function inferVariant(ch: Checker, expr: Expr & { kind: "variant" }): Draft | undefined {
  const fields = inferAll(ch, expr.payload ?? []);
  const { enumName, variant, span } = expr;
  const found = findVariant(ch.c, { enumName, variant, span, arity: expr.payload?.length });
  if (fields === undefined || found === undefined) return undefined;
  const { enumType, index, payload } = found;
  const ok = fields.map((f, i) => check(ch.c, f, payload[i] ?? f.type));
  if (!ok.every((x) => x)) return undefined;
  return draft(expr, enumType, { kind: "enum", enumType, variant: index, fields });
}

/** The step from an aggregate to a part of it. */
export interface Step {
  /** Type of the part. */
  readonly type: Type;
  /** Index of the part in a tuple or struct. */
  readonly field: number;
}

/** Types `t.n` on a value of type `type`. */
export function elementStep(
  c: Context,
  type: Type,
  at: { index: bigint; span: Span },
): Step | undefined {
  const { index, span } = at;
  if (type.kind !== "tuple") {
    return c.report("ExpectedTupleType", span, `expected a tuple, found ${showType(type)}`);
  }
  const element = type.elements[Number(index)];
  if (element === undefined) {
    const message = `the tuple has ${type.elements.length} elements, there is no ${index}`;
    return c.report("TupleAccessOutOfBounds", span, message, "elements are counted from 0");
  }
  return { type: element, field: Number(index) };
}

/** Types `s.name` on a value of type `type`. */
export function fieldStep(
  c: Context,
  type: Type,
  at: { name: string; span: Span },
): Step | undefined {
  if (type.kind !== "struct") {
    return c.report("ExpectedStructType", at.span, `expected a struct, found ${showType(type)}`);
  }
  const field = type.fields.findIndex((f) => f.name === at.name);
  const found = type.fields[field];
  return found === undefined ? unknownField(c, type, at) : { type: found.type, field };
}

/** Types the index of `a[i]` on a value of type `type` and gives the type of the element. */
export function indexStep(
  c: Context,
  type: Type,
  at: { index: Draft; span: Span },
): Type | undefined {
  if (type.kind !== "array") {
    return c.report("ExpectedArrayType", at.span, `expected an array, found ${showType(type)}`);
  }
  return shallow(c, at.index, INTS.usize) ? type.element : undefined;
}

/** Types `a[i]`, `t.0` and `s.name`. */
export function inferAccess(
  ch: Checker,
  expr: Expr & { kind: "index" | "element" | "field" },
): Draft | undefined {
  const { c } = ch;
  if (expr.kind === "index") {
    const array = ch.infer(expr.array);
    const index = ch.infer(expr.index);
    if (array === undefined || index === undefined) return undefined;
    const type = indexStep(c, array.type, { index, span: array.span });
    return type && draft(expr, type, { kind: "index", array, index });
  }
  const target = ch.infer(expr.target);
  if (target === undefined) return undefined;
  const step = accessStep(c, target.type, expr);
  return step && draft(expr as Extent, step.type, { kind: "field", target, field: step.field });
}

/** Types `t.0` or `s.name` on a value of type `type`. */
export function accessStep(
  c: Context,
  type: Type,
  expr: Expr & { kind: "element" | "field" },
): Step | undefined {
  return expr.kind === "element"
    ? elementStep(c, type, { index: expr.index, span: expr.span })
    : fieldStep(c, type, { name: expr.name.text, span: expr.name.span });
}
