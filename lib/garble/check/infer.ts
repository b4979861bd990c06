/**
 * The four typing operations on number literals: shallow retyping, unification, checking against a type
 * (which retypes deeply), and the defaults of `let mut`. An operation that fails reports and gives false.
 */

import { showType } from "../types.ts";
import { intRange, INTS, type IntType, isUntyped, sameType, type Type } from "../types.ts";
import type { Span } from "../source.ts";
import { castHint, type Context } from "./context.ts";
import type { Draft } from "./draft.ts";

/** Retypes the top node to an integer type if its stored type allows. */
export function shallow(c: Context, e: Draft, target: IntType): boolean {
  const { type } = e;
  const allowed = type.kind === "int" &&
    (type.name === target.name || type.name === "U?" || (target.signed && type.name === "S?"));
  if (!allowed) {
    c.unexpected(e.span, { expected: target, actual: type });
    return false;
  }
  if (e.form.kind === "number" && !isUntyped(target)) {
    const { min, max } = intRange(target);
    if (e.form.value < min || e.form.value > max) {
      const message = `expected type ${target.name}, but ${e.form.value} does not fit into it`;
      const hint = `${target.name} goes from ${min} to ${max}`;
      c.report("UnexpectedType", e.span, message, hint);
      return false;
    }
  }
  e.type = target;
  return true;
}

/** Brings both drafts to one type; `span` is that of the node that combines them. */
export function unify(c: Context, a: Draft, b: Draft, span: Span): boolean {
  if (sameType(a.type, b.type)) return true;
  if (a.type.kind === "int" && b.type.kind === "int") {
    if (retypable(a.type, b.type)) return shallow(c, a, b.type);
    if (retypable(b.type, a.type)) return shallow(c, b, a.type);
  }
  const message = `the types ${showType(a.type)} and ${showType(b.type)} do not go together`;
  c.report("TypeMismatch", span, message, widenHint(a.type, b.type));
  return false;
}

/** Suggests a cast to the wider of two integer types. */
function widenHint(a: Type, b: Type): string | undefined {
  if (a.kind !== "int" || b.kind !== "int") return undefined;
  return a.bits < b.bits ? castHint(a, b) : castHint(b, a);
}

/** Whether an untyped `from` may become `to`. */
function retypable(from: IntType, to: IntType): boolean {
  return from.name === "U?" || (from.name === "S?" && to.signed && to.name !== "S?");
}

/** Replaces untyped integers in `actual` by the integers in the same place of `target`. */
export function fill(actual: Type, target: Type): Type {
  if (actual.kind === "int" && target.kind === "int") {
    const changes = actual.name === "U?" || (actual.name === "S?" && target.signed);
    return changes ? target : actual;
  }
  if (actual.kind === "array" && target.kind === "array") {
    if (actual.size.kind === "computed" || target.size.kind === "computed") return actual;
    return { ...actual, element: fill(actual.element, target.element) };
  }
  if (actual.kind === "tuple" && target.kind === "tuple") {
    if (actual.elements.length !== target.elements.length) return actual;
    const elements = actual.elements.map((element, i) =>
      fill(element, target.elements[i] ?? element)
    );
    return { kind: "tuple", elements };
  }
  return actual;
}

/** Demands a type: retypes literals below the node as far as the rules reach, then compares. */
export function check(c: Context, e: Draft, type: Type): boolean {
  if (!deep(c, e, type)) return false;
  if (sameType(e.type, type)) return true;
  c.unexpected(e.span, { expected: type, actual: e.type });
  return false;
}

function deep(c: Context, e: Draft, type: Type): boolean {
  const ok = deepParts(c, e, type);
  if (ok) e.type = fill(e.type, type);
  return ok;
}

function deepAll(c: Context, list: readonly Draft[], type: Type): boolean {
  // Every part is visited, so that all problems are reported at once.
  return list.map((e) => deep(c, e, type)).every((ok) => ok);
}

function deepParts(c: Context, e: Draft, type: Type): boolean {
  const { form } = e;
  const isSizedArray = type.kind === "array" && type.size.kind !== "computed";
  switch (form.kind) {
    case "array":
      return isSizedArray ? deepAll(c, form.elements, type.element) : true;
    case "repeat":
      return isSizedArray ? deep(c, form.element, type.element) : true;
    case "tuple": {
      if (type.kind !== "tuple" || type.elements.length !== form.elements.length) return true;
      return form.elements.map((part, i) => deep(c, part, type.elements[i] ?? type))
        .every((ok) => ok);
    }
    case "match":
      return deepAll(c, form.arms.map((arm) => arm.body), type);
    case "if":
      return deepAll(c, [form.then, form.otherwise], type);
    case "block":
      return form.result === undefined ? true : deep(c, form.result, type);
    case "unary":
      return deep(c, form.operand, type);
    case "binary":
      return deepOperands(c, e, type);
    default:
      return type.kind === "int" ? shallow(c, e, type) : true;
  }
}

function deepOperands(c: Context, e: Draft, type: Type): boolean {
  if (e.form.kind !== "binary") return true;
  const { operator, left, right } = e.form;
  switch (operator) {
    case "<<":
    case ">>":
      return deep(c, left, type);
    case "+":
    case "-":
    case "*":
    case "/":
    case "%":
    case "&":
    case "^":
    case "|":
      return deepAll(c, [left, right], type);
    default:
      return true;
  }
}

/** The default of `let mut` without annotation: untyped literals become i32, one level deep in the type. */
export function applyDefault(c: Context, e: Draft): boolean {
  if (isUntyped(e.type)) return shallow(c, e, INTS.i32);
  let ok = true;
  if (e.form.kind === "array" || e.form.kind === "tuple") {
    for (const element of e.form.elements) ok = applyDefault(c, element) && ok;
  } else if (e.form.kind === "repeat") ok = applyDefault(c, e.form.element);
  const settle = (t: Type): Type => isUntyped(t) ? INTS.i32 : t;
  if (e.type.kind === "tuple") e.type = { kind: "tuple", elements: e.type.elements.map(settle) };
  if (e.type.kind === "array" && e.type.size.kind !== "computed") {
    e.type = { ...e.type, element: settle(e.type.element) };
  }
  return ok;
}
