/** Typing of patterns; the names they bind are declared in the current scope. */

import type { Pattern } from "../ast.ts";
import type { TypedPattern } from "../typed.ts";
import { BOOL, intRange, type IntType, sameType, showType, type Type } from "../types.ts";
import { findVariant, unknownField } from "./aggregates.ts";
import type { Context } from "./context.ts";

/** Types a pattern against the type of the value; undefined if it is wrong, which was reported. */
export function checkPattern(c: Context, pattern: Pattern, type: Type): TypedPattern | undefined {
  const { span } = pattern;
  switch (pattern.kind) {
    case "name": {
      const local = c.local(pattern.name, type, { mutable: false, span });
      c.declare(pattern.name, local);
      return { kind: "binding", type, span, local };
    }
    case "bool":
      if (!sameType(type, BOOL)) return c.unexpected(span, { expected: type, actual: BOOL });
      return { kind: "bool", type, span, value: pattern.value };
    case "range":
      return checkRange(c, pattern, type);
    case "tuple":
      return checkTuple(c, pattern, type);
    case "struct":
      return checkStruct(c, pattern, type);
    case "variant":
      return checkVariant(c, pattern, type);
  }
}

/** Declares the names of a pattern whose value was wrong, to avoid follow-ups. */
export function declareUntyped(c: Context, pattern: Pattern): void {
  switch (pattern.kind) {
    case "name":
      c.declare(pattern.name, undefined);
      break;
    case "tuple":
      for (const element of pattern.elements) declareUntyped(c, element);
      break;
    case "struct":
      for (const field of pattern.fields) declareUntyped(c, field.pattern);
      break;
    case "variant":
      for (const element of pattern.payload ?? []) declareUntyped(c, element);
      break;
    case "bool":
    case "range":
  }
}

function checkRange(
  c: Context,
  pattern: Pattern & { kind: "range" },
  type: Type,
): TypedPattern | undefined {
  const { span, min, max, signed } = pattern;
  if (type.kind !== "int") {
    return c.report("ExpectedNumberType", span, `expected a number, found ${showType(type)}`);
  }
  if (signed && !type.signed) {
    const message = `a signed number cannot match a value of type ${showType(type)}`;
    return c.report("ExpectedSignedNumberType", span, message);
  }
  const range: IntType = type;
  const { min: least, max: most } = intRange(range);
  if (min < least || min > most || max < least || max > most) {
    const message = `the pattern reaches outside of ${showType(type)}`;
    const hint = `${showType(type)} goes from ${least} to ${most}`;
    return c.report("PatternOutOfRange", span, message, hint);
  }
  return { kind: "range", type, span, min, max };
}

/** Checks parts pairwise; every part is visited, so that all its names are declared. */
function checkParts(
  c: Context,
  patterns: readonly Pattern[],
  types: readonly Type[],
): TypedPattern[] | undefined {
  const typed: TypedPattern[] = [];
  patterns.forEach((pattern, i) => {
    const type = types[i];
    const part = type === undefined ? undefined : checkPattern(c, pattern, type);
    if (part === undefined) declareUntyped(c, pattern);
    else typed.push(part);
  });
  return typed.length === patterns.length ? typed : undefined;
}

function checkTuple(
  c: Context,
  pattern: Pattern & { kind: "tuple" },
  type: Type,
): TypedPattern | undefined {
  const { span } = pattern;
  if (type.kind !== "tuple") {
    declareUntyped(c, pattern);
    const hint = pattern.elements.length === 1
      ? "a pattern in parentheses is a tuple of one element"
      : undefined;
    const message = `expected a value that is a tuple, found ${showType(type)}`;
    return c.report("ExpectedTupleType", span, message, hint);
  }
  if (type.elements.length !== pattern.elements.length) {
    declareUntyped(c, pattern);
    const message = `the tuple has ${type.elements.length} elements, the pattern ` +
      `${pattern.elements.length}`;
    return c.report("UnexpectedEnumVariantArity", span, message);
  }
  const elements = checkParts(c, pattern.elements, type.elements);
  return elements && { kind: "tuple", type, span, elements };
}

function checkStruct(
  c: Context,
  pattern: Pattern & { kind: "struct" },
  type: Type,
): TypedPattern | undefined {
  const { span, name } = pattern;
  const struct = c.structs.get(name);
  if (struct === undefined || !sameType(struct, type) || type.kind !== "struct") {
    declareUntyped(c, pattern);
    if (!c.structs.has(name)) {
      const hint = c.suggest(name, () => [...c.structs.keys()]);
      return c.report("UnknownStruct", span, `there is no struct "${name}"`, hint);
    }
    if (type.kind !== "struct") {
      const message = `expected a value that is a struct, found ${showType(type)}`;
      return c.report("ExpectedStructType", span, message);
    }
    return struct && c.unexpected(span, { expected: type, actual: struct });
  }
  const parts = new Map<string, TypedPattern | undefined>();
  for (const { name: field, pattern: inner } of pattern.fields) {
    const found = type.fields.find((f) => f.name === field.text);
    if (found === undefined) unknownField(c, type, { name: field.text, span: field.span });
    const part = found && checkPattern(c, inner, found.type);
    if (part === undefined) declareUntyped(c, inner);
    parts.set(field.text, part);
  }
  const missing = type.fields.filter((f) => !parts.has(f.name)).map((f) => `"${f.name}"`);
  if (missing.length > 0 && !pattern.rest) {
    const message = `the pattern does not mention ${missing.join(", ")}`;
    return c.report("MissingStructField", span, message, 'add ", .." to ignore the other fields');
  }
  if ([...parts.values()].includes(undefined)) return undefined;
  return { kind: "struct", type, span, fields: type.fields.map((f) => parts.get(f.name)) };
}

function checkVariant(
  c: Context,
  pattern: Pattern & { kind: "variant" },
  type: Type,
): TypedPattern | undefined {
  const { span, enumName, variant, payload } = pattern;
  const found = findVariant(c, { enumName, variant, span, arity: payload?.length });
  if (found === undefined) {
    declareUntyped(c, pattern);
    return undefined;
  }
  if (type.kind !== "enum" || !sameType(type, found.enumType)) {
    declareUntyped(c, pattern);
    return c.unexpected(span, { expected: type, actual: found.enumType });
  }
  const fields = checkParts(c, payload ?? [], found.payload);
  return fields && { kind: "enum", type, span, variant: found.index, fields };
}
