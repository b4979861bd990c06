/** Values of the `const` items, and the array lengths that follow from them. */

import { ProgramError } from "../base/mod.ts";
import { type Diagnostic, diagnostic } from "./diagnostic.ts";
import type { ConstExpr, TypedProgram } from "./typed.ts";
import {
  type ArraySize,
  intRange,
  showSizeExpr,
  showType,
  type SizeExpr,
  type Type,
} from "./types.ts";

/** A constant value: a truth value, an integer, or the elements of an array or tuple in order. */
export type ConstValue = boolean | bigint | readonly ConstValue[];

/** Values of all constants of a program. */
export interface Constants {
  /** By name of the `const` item. A usize keeps 64 bits here; cut it to 32 when used as a value. */
  readonly values: ReadonlyMap<string, ConstValue>;
  /** The supplied values, by `externalKey()`; only sizes in `const { }` read them. */
  readonly externals: ReadonlyMap<string, ConstValue>;
}

/** Either the values or what is wrong with the supplied ones. */
export interface ConstantsResult {
  /** Present iff there are no diagnostics. */
  readonly constants?: Constants;
  /** Kinds MissingConstant and InvalidLiteralType. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Largest array length; lengths must stay below 2^32. */
const LENGTH_MAX = 0xffff_ffffn;

/** Key of an external value in the map given to `evaluateConstants()`: `PARTY::NAME`. */
export function externalKey(party: string, name: string): string {
  return `${party}::${name}`;
}

function fits(value: ConstValue, type: Type): boolean {
  switch (type.kind) {
    case "bool":
      return typeof value === "boolean";
    case "int": {
      const { min, max } = intRange(type);
      return typeof value === "bigint" && value >= min && value <= max;
    }
    case "array":
      return Array.isArray(value) && type.size.kind === "fixed" &&
        value.length === type.size.length && value.every((v) => fits(v, type.element));
    case "tuple":
      return Array.isArray(value) && value.length === type.elements.length &&
        type.elements.every((element, i) => fits(value[i], element));
    case "struct":
    case "enum":
      return false;
  }
}

function wrap(value: bigint, signed: boolean): bigint {
  return signed ? BigInt.asIntN(64, value) : BigInt.asUintN(64, value);
}

function extreme(kind: "max" | "min", values: readonly bigint[], signed: boolean): bigint {
  // Without operands the result is the start value of the language: 0 for max, all ones for min.
  if (values.length === 0) return kind === "max" ? 0n : wrap(-1n, signed);
  return values.reduce((a, b) => (kind === "max") === (a > b) ? a : b);
}

type Lookup = (
  expr: { kind: "constant"; name: string } | {
    kind: "external";
    party: string;
    name: string;
  },
) => ConstValue;

function asInteger(value: ConstValue): bigint {
  if (typeof value === "bigint") return value;
  throw new ProgramError("Cannot evaluate a constant expression: an operand is not a number");
}

/** Whether a size has the form `A + B - 1usize`, that of a join: one row less than none is none, too. */
function isJoinSize({ left, right }: Extract<ConstExpr | SizeExpr, { right: unknown }>): boolean {
  // Only sizes keep the suffix of a number, so that no constant is meant here.
  return left.kind === "add" && right.kind === "number" && right.value === 1n &&
    "suffix" in right && right.suffix === "usize";
}

function evaluate(expr: ConstExpr | SizeExpr, signed: boolean, lookup: Lookup): ConstValue {
  const integer = (e: ConstExpr | SizeExpr): bigint => asInteger(evaluate(e, signed, lookup));
  switch (expr.kind) {
    case "bool":
    case "number":
      return expr.value;
    case "constant":
    case "external":
      return lookup(expr);
    case "add":
      return wrap(integer(expr.left) + integer(expr.right), signed);
    case "subtract": {
      const left = integer(expr.left);
      return left === 0n && isJoinSize(expr) ? 0n : wrap(left - integer(expr.right), signed);
    }
    case "max":
    case "min":
      return extreme(expr.kind, expr.operands.map(integer), signed);
  }
}

/**
 * Evaluates all constants in source order. Integer arithmetic wraps at 64 bits and the value is then cut
 * to the declared type (a usize keeps 64 bits). `supplied` maps `externalKey()` to values.
 * @throws {ProgramError} if an array size in the type of a constant is not below 2^32
 */
export function evaluateConstants(
  program: TypedProgram,
  supplied: ReadonlyMap<string, ConstValue>,
): ConstantsResult {
  const values = new Map<string, ConstValue>();
  const constants: Constants = { values, externals: supplied };
  const missing = program.externals.filter((e) => !supplied.has(externalKey(e.party, e.name)));
  if (missing.length > 0) {
    return {
      diagnostics: missing.map(({ party, name, type, span }) => {
        const message = `the constant ${externalKey(party, name)} of type ${showType(type)} ` +
          "was not supplied";
        const hint = `all parties give it the same value: --const ${externalKey(party, name)}=…`;
        return diagnostic("MissingConstant", { message, span, hint });
      }),
    };
  }
  const diagnostics: Diagnostic[] = [];
  for (const { name, type, value } of program.constants) {
    // The sizes in a type refer to earlier constants only, so they are known by now.
    const resolved = resolveSizes(type, constants);
    diagnostics.push(...misfits(value, resolved, supplied));
    if (diagnostics.length > 0) break;
    const signed = type.kind === "int" && type.signed;
    const result = evaluate(value, signed, (expr) => lookUp(constants, expr));
    values.set(name, typeof result === "bigint" ? cut(result, type) : result);
  }
  return diagnostics.length > 0 ? { diagnostics } : { constants, diagnostics };
}

/** The external values in a definition that are not of its type. */
function misfits(
  expr: ConstExpr,
  type: Type,
  supplied: ReadonlyMap<string, ConstValue>,
): readonly Diagnostic[] {
  switch (expr.kind) {
    case "external": {
      const key = externalKey(expr.party, expr.name);
      const value = supplied.get(key);
      if (value === undefined || fits(value, type)) return [];
      const message = `the value supplied for ${key} is not of type ${showType(type)}`;
      return [diagnostic("InvalidLiteralType", { message, span: expr.span })];
    }
    case "add":
    case "subtract":
      return [...misfits(expr.left, type, supplied), ...misfits(expr.right, type, supplied)];
    case "max":
    case "min":
      return expr.operands.flatMap((operand) => misfits(operand, type, supplied));
    default:
      return [];
  }
}

function cut(value: bigint, type: Type): bigint {
  if (type.kind !== "int" || type.name === "usize") return value;
  return type.signed ? BigInt.asIntN(type.bits, value) : BigInt.asUintN(type.bits, value);
}

function lookUp(constants: Constants, expr: Parameters<Lookup>[0]): ConstValue {
  const value = expr.kind === "constant"
    ? constants.values.get(expr.name)
    : constants.externals.get(externalKey(expr.party, expr.name));
  if (value !== undefined) return value;
  const name = expr.kind === "constant" ? expr.name : externalKey(expr.party, expr.name);
  throw new ProgramError(`Cannot evaluate a constant expression: "${name}" has no value`);
}

/**
 * The length of an array type. A join of two empty arrays is empty.
 * @throws {ProgramError} if the length is not below 2^32, or reads a value that was not supplied
 */
export function arrayLength(size: ArraySize, constants: Constants): number {
  if (size.kind === "fixed") return size.length;
  const expr: SizeExpr = size.kind === "named" ? { kind: "constant", name: size.name } : size.expr;
  const length = asInteger(evaluate(expr, false, (e) => lookUp(constants, e)));
  if (length < 0n || length > LENGTH_MAX) {
    throw new ProgramError(
      `Cannot use ${length} as an array size, "${showSizeExpr(expr)}": it must be below 2^32`,
      { hint: "constants wrap around below 0; mend the constant, or the values supplied for it" },
    );
  }
  return Number(length);
}

/**
 * The type with every array size replaced by its number, also inside structs and enums.
 * @throws {ProgramError} as `arrayLength()`
 */
export function resolveSizes(type: Type, constants: Constants): Type {
  const inner = (t: Type): Type => resolveSizes(t, constants);
  switch (type.kind) {
    case "bool":
    case "int":
      return type;
    case "array": {
      const length = arrayLength(type.size, constants);
      return { kind: "array", element: inner(type.element), size: { kind: "fixed", length } };
    }
    case "tuple":
      return { kind: "tuple", elements: type.elements.map(inner) };
    case "struct": {
      const fields = type.fields.map((f) => ({ name: f.name, type: inner(f.type) }));
      return { kind: "struct", name: type.name, fields };
    }
    case "enum": {
      const variants = type.variants.map((v) => ({
        name: v.name,
        payload: v.payload?.map(inner),
      }));
      return { kind: "enum", name: type.name, variants };
    }
  }
}
