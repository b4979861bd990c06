/** Checks of `const` items, in source order. Constants have no inference: literals need their suffix. */

import type { ConstItem, ConstSyntax } from "../ast.ts";
import { externalKey } from "../consts.ts";
import type { Span } from "../source.ts";
import type { ConstExpr, TypedConstant } from "../typed.ts";
import { BOOL, INTS, sameType, showType, type Type } from "../types.ts";
import type { Context } from "./context.ts";
import type { TypeResolver } from "./declare.ts";

/** Checks all constants; of two with one name the later counts. Gives them in source order. */
export function checkConstants(
  c: Context,
  types: TypeResolver,
  items: readonly ConstItem[],
): readonly TypedConstant[] {
  const last = new Map(items.map((item) => [item.name.text, item]));
  const constants: TypedConstant[] = [];
  for (const item of last.values()) {
    const name = item.name.text;
    const type = types.resolve(item.type);
    const value = type === undefined ? undefined : constExpr(c, item.value, type);
    if (type === undefined || value === undefined) {
      c.constants.set(name, undefined);
      continue;
    }
    const constant = { name, type, value, span: item.span };
    c.constants.set(name, constant);
    constants.push(constant);
  }
  return constants;
}

function constExpr(c: Context, syntax: ConstSyntax, type: Type): ConstExpr | undefined {
  const { span } = syntax;
  switch (syntax.kind) {
    case "bool":
      if (!sameType(type, BOOL)) return c.unexpected(span, { expected: type, actual: BOOL });
      return { kind: "bool", value: syntax.value, span };
    case "number":
      return constNumber(c, syntax, type);
    case "constant":
      return constReference(c, syntax, type);
    case "external":
      return constExternal(c, syntax, type);
    case "add":
    case "subtract": {
      if (!isNumber(c, type, span)) return undefined;
      const left = constExpr(c, syntax.left, type);
      const right = constExpr(c, syntax.right, type);
      if (left === undefined || right === undefined) return undefined;
      return { kind: syntax.kind, left, right, span };
    }
    case "max":
    case "min": {
      if (!isNumber(c, type, span)) return undefined;
      const operands = syntax.operands.map((operand) => constExpr(c, operand, type));
      const known = operands.filter((operand) => operand !== undefined);
      if (known.length < operands.length) return undefined;
      return { kind: syntax.kind, operands: known, span };
    }
  }
}

function isNumber(c: Context, type: Type, span: Span): boolean {
  if (type.kind === "int") return true;
  const message = `expected a number type, found ${showType(type)}`;
  c.report("ExpectedNumberType", span, message);
  return false;
}

function constNumber(
  c: Context,
  syntax: ConstSyntax & { kind: "number" },
  type: Type,
): ConstExpr | undefined {
  const { value, suffix, span } = syntax;
  if (sameType(INTS[suffix], type)) return { kind: "number", value, span };
  const expected = showType(type);
  const message = `expected type ${expected}, found ${showType(INTS[suffix])}`;
  const unsuffixed = suffix === "U?" || suffix === "S?";
  const hint = unsuffixed && type.kind === "int" ? `write ${value}${expected}` : undefined;
  return c.report("UnexpectedType", span, message, hint);
}

function constReference(
  c: Context,
  syntax: ConstSyntax & { kind: "constant" },
  type: Type,
): ConstExpr | undefined {
  const { name, span } = syntax;
  if (!c.constants.has(name)) {
    const message = `there is no constant "${name}" before this one`;
    return c.report(
      "UnknownIdentifier",
      span,
      message,
      c.suggest(name, () => [...c.constants.keys()]),
    );
  }
  const constant = c.constants.get(name);
  if (constant === undefined) return undefined;
  if (sameType(constant.type, type)) return { kind: "constant", name, span };
  return c.unexpected(span, { expected: type, actual: constant.type });
}

/** Whether values of the type can be supplied from outside. */
function isPlain(type: Type): boolean {
  if (type.kind === "array") return isPlain(type.element);
  if (type.kind === "tuple") return type.elements.every(isPlain);
  return type.kind === "bool" || type.kind === "int";
}

function constExternal(
  c: Context,
  syntax: ConstSyntax & { kind: "external" },
  type: Type,
): ConstExpr | undefined {
  const { party, name, span } = syntax;
  const key = externalKey(party, name);
  if (!isPlain(type)) {
    const message = `a value of type ${showType(type)} cannot be supplied from outside`;
    return c.report("InvalidLiteralType", span, message);
  }
  const before = c.externals.get(key);
  if (before !== undefined && !sameType(before.type, type)) {
    return c.unexpected(span, { expected: before.type, actual: type });
  }
  if (before === undefined) c.externals.set(key, { party, name, type, span });
  return { kind: "external", party, name, span };
}
