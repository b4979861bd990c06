/**
 * From drafts to the final tree. A node is built at the type that follows from its finished parts; where
 * its stored type was narrowed after that, a `convert` node is put above it. Literals, and the parts of aggregates and
 * branches, are built at the stored type directly.
 */

import type { Span } from "../source.ts";
import type { BlockExpr, Expr } from "../typed_expr.ts";
import { BOOL, INTS, type IntType, sameType, type Type, UNIT } from "../types.ts";
import type { Draft } from "./draft.ts";

/** The final node, of exactly the stored type of the draft. */
export function finish(e: Draft): Expr {
  return coerce(build(e), e.type);
}

/** The final node of a body. */
export function finishBlock(e: Draft): BlockExpr {
  const expr = finish(e);
  if (expr.kind === "block") return expr;
  return { kind: "block", type: expr.type, span: expr.span, statements: [], result: expr };
}

function coerce(expr: Expr, type: Type): Expr {
  if (sameType(expr.type, type)) return expr;
  return { kind: "convert", type, span: expr.span, operand: expr };
}

function finishAs(e: Draft, type: Type): Expr {
  return coerce(finish(e), type);
}

/** Our own mistake, never that of a program. */
function impossible(what: string): never {
  throw new TypeError(`the checker let ${what} pass`);
}

function intOf(type: Type): IntType {
  return type.kind === "int" ? type : impossible("an operand that is no integer");
}

/** The node at the type that its finished parts give it. */
function build(e: Draft): Expr {
  const { form, span, type, position } = e;
  switch (form.kind) {
    case "bool":
      return { kind: "bool", type: BOOL, span, value: form.value };
    case "number":
      return { kind: "number", type: intOf(type), span, value: form.value };
    case "local":
      return { kind: "local", type: form.local.type, span, local: form.local };
    case "constant":
      return { kind: "constant", type: form.constant.type, span, constant: form.constant };
    case "range":
    case "array":
    case "repeat":
    case "tuple":
    case "struct":
    case "enum":
      return buildAggregate(e);
    case "field":
    case "index":
      return buildAccess(e);
    case "unary": {
      const operand = finish(form.operand);
      return {
        kind: "unary",
        type: operand.type,
        span,
        position,
        operator: form.operator,
        operand,
      };
    }
    case "binary":
      return buildBinary(e);
    case "cast":
      return { kind: "cast", type: form.target, span, operand: finish(form.operand) };
    case "call": {
      const { callee } = form;
      const args = form.args.map((arg, i) => finishAs(arg, callee.params[i]?.type ?? arg.type));
      return { kind: "call", type: callee.result, span, callee, args };
    }
    case "join": {
      const array = type.kind === "array" ? type : impossible("no array");
      return {
        kind: "join",
        type: array,
        span,
        left: finish(form.left),
        right: finish(form.right),
      };
    }
    case "block":
      return buildBlock(span, form, type);
    case "if": {
      const condition = finishAs(form.condition, BOOL);
      const [then, otherwise] = [finishAs(form.then, type), finishAs(form.otherwise, type)];
      return { kind: "if", type, span, condition, then, otherwise };
    }
    case "match": {
      const arms = form.arms.map(({ pattern, body }) => ({ pattern, body: finishAs(body, type) }));
      return { kind: "match", type, span, scrutinee: finish(form.scrutinee), arms };
    }
  }
}

function buildAccess(e: Draft): Expr {
  const { form, span, position } = e;
  if (form.kind === "field") {
    const { field } = form;
    const target = finish(form.target);
    return { kind: "field", type: fieldType(target.type, field), span, target, field };
  }
  if (form.kind !== "index") return impossible("no access");
  const array = finish(form.array);
  const type = array.type.kind === "array" ? array.type.element : impossible("no array");
  return { kind: "index", type, span, position, array, index: finishAs(form.index, INTS.usize) };
}

function buildBlock(
  span: Span,
  form: Extract<Draft["form"], { kind: "block" }>,
  type: Type,
): Expr {
  const result = form.result === undefined ? undefined : finishAs(form.result, type);
  return { kind: "block", type: result?.type ?? UNIT, span, statements: form.statements, result };
}

function fieldType(type: Type, field: number): Type {
  const found = type.kind === "tuple"
    ? type.elements[field]
    : type.kind === "struct"
    ? type.fields[field]?.type
    : undefined;
  return found ?? impossible("an unknown field");
}

function buildAggregate(e: Draft): Expr {
  const { form, span, type } = e;
  switch (form.kind) {
    case "range":
      if (type.kind !== "array") return impossible("a range that is no array");
      return { kind: "range", type, span, from: form.from };
    case "array": {
      if (type.kind !== "array") return impossible("an array literal of another type");
      const elements = form.elements.map((element) => finishAs(element, type.element));
      return { kind: "array", type, span, elements };
    }
    case "repeat":
      if (type.kind !== "array") return impossible("a repeat literal of another type");
      return { kind: "repeat", type, span, element: finishAs(form.element, type.element) };
    case "tuple": {
      if (type.kind !== "tuple") return impossible("a tuple literal of another type");
      const elements = form.elements.map((el, i) => finishAs(el, type.elements[i] ?? el.type));
      return { kind: "tuple", type, span, elements };
    }
    case "struct": {
      const { struct } = form;
      const fields = form.fields.map((f, i) => finishAs(f, struct.fields[i]?.type ?? f.type));
      return { kind: "struct", type: struct, span, fields };
    }
    case "enum": {
      const { enumType, variant } = form;
      const payload = enumType.variants[variant]?.payload ?? [];
      const fields = form.fields.map((f, i) => finishAs(f, payload[i] ?? f.type));
      return { kind: "enum", type: enumType, span, variant, fields };
    }
    default:
      return impossible("no aggregate");
  }
}

function buildBinary(e: Draft): Expr {
  const { form, span, position } = e;
  if (form.kind !== "binary") return impossible("no operator");
  const { operator } = form;
  switch (operator) {
    case "==":
    case "!=":
    case "<":
    case ">":
    case "<=":
    case ">=": {
      const { left, right } = comparisonOperands(form.left, form.right);
      return { kind: "comparison", type: BOOL, span, operator, left, right };
    }
    case "&&":
    case "||": {
      const [left, right] = [finishAs(form.left, BOOL), finishAs(form.right, BOOL)];
      return { kind: "logical", type: BOOL, span, operator, left, right };
    }
    case "<<":
    case ">>": {
      const left = finish(form.left);
      const right = finishAs(form.right, INTS.u8);
      return { kind: "shift", type: intOf(left.type), span, position, operator, left, right };
    }
    case "&":
    case "|":
    case "^": {
      const left = finish(form.left);
      const right = finishAs(form.right, left.type);
      return { kind: "bitwise", type: left.type, span, operator, left, right };
    }
    default: {
      const scaled = operator === "*" ? buildScale(e) : undefined;
      if (scaled !== undefined) return scaled;
      const left = finish(form.left);
      const right = finishAs(form.right, left.type);
      const type = intOf(left.type);
      return { kind: "arithmetic", type, span, position, operator, left, right };
    }
  }
}

interface Pair {
  readonly left: Expr;
  readonly right: Expr;
}

/**
 * Operands of a comparison keep the larger width if one was built wider than its stored type, so that
 * an untyped sum is compared before it would be cut.
 */
function comparisonOperands(a: Draft, b: Draft): Pair {
  const [left, right] = [build(a), build(b)];
  const { type } = a;
  if (type.kind !== "int" || left.type.kind !== "int" || right.type.kind !== "int") {
    return { left: coerce(left, type), right: coerce(right, type) };
  }
  const bits = Math.max(type.bits, left.type.bits, right.type.bits);
  const wide = bits === type.bits ? type : type.signed ? INTS.i32 : INTS.u32;
  return { left: coerce(left, wide), right: coerce(right, wide) };
}

/** Multiplication by a literal whose magnitude is positive and below the width of the literal's own type. */
function buildScale(e: Draft): Expr | undefined {
  const { form, span, position } = e;
  if (form.kind !== "binary") return undefined;
  for (const [literal, other] of [[form.left, form.right], [form.right, form.left]] as const) {
    if (literal.form.kind !== "number") continue;
    const { value, suffix } = literal.form;
    const magnitude = value < 0n ? -value : value;
    if (magnitude === 0n || magnitude >= BigInt(INTS[suffix].bits)) continue;
    const operand = finish(other);
    const factor = Number(magnitude);
    const negate = value < 0n;
    return { kind: "scale", type: intOf(operand.type), span, position, operand, factor, negate };
  }
  return undefined;
}
