/** An independent check of the promises that the typed tree makes to the lowering. */

import assert from "node:assert/strict";
import type { Statement, TypedPattern, TypedProgram } from "../../lib/garble/typed.ts";
import type { Expr } from "../../lib/garble/typed_expr.ts";
import { BOOL, INTS, sameType, showType, type Type, UNIT } from "../../lib/garble/types.ts";

function same(e: Expr, type: Type): void {
  assert.ok(sameType(e.type, type), `${e.kind}: ${showType(e.type)} is not ${showType(type)}`);
}

/** Whether two types differ in integers only. */
function sameShape(a: Type, b: Type): boolean {
  if (a.kind === "int" && b.kind === "int") return true;
  if (a.kind === "array" && b.kind === "array") {
    return sameShape(a.element, b.element) &&
      sameType({ ...a, element: BOOL }, { ...b, element: BOOL });
  }
  if (a.kind === "tuple" && b.kind === "tuple") {
    return a.elements.length === b.elements.length &&
      a.elements.every((t, i) => sameShape(t, b.elements[i] ?? BOOL));
  }
  return sameType(a, b);
}

class TreeCheck {
  readonly #bound = new Set<number>();

  bind(pattern: TypedPattern, type: Type): void {
    assert.ok(sameType(pattern.type, type), `pattern of ${showType(pattern.type)}`);
    switch (pattern.kind) {
      case "binding":
        assert.ok(sameType(pattern.local.type, type));
        this.#bound.add(pattern.local.id);
        break;
      case "tuple":
        pattern.elements.forEach((p, i) => this.bind(p, pattern.type.elements[i] ?? BOOL));
        break;
      case "struct":
        pattern.fields.forEach((p, i) => p && this.bind(p, pattern.type.fields[i]?.type ?? BOOL));
        break;
      case "enum": {
        const payload = pattern.type.variants[pattern.variant]?.payload ?? [];
        assert.equal(pattern.fields.length, payload.length);
        pattern.fields.forEach((p, i) => this.bind(p, payload[i] ?? BOOL));
        break;
      }
      case "bool":
      case "range":
    }
  }

  slot(id: number): void {
    this.#bound.add(id);
  }

  statement(s: Statement): void {
    switch (s.kind) {
      case "let":
        this.expr(s.value);
        this.bind(s.pattern, s.value.type);
        break;
      case "expression":
        this.expr(s.expression);
        break;
      case "assign": {
        assert.ok(s.root.mutable && this.#bound.has(s.root.id));
        let type = s.root.type;
        for (const step of s.steps) {
          if (step.kind === "index") {
            this.expr(step.index);
            same(step.index, INTS.usize);
          }
          type = step.type;
        }
        if (s.current !== undefined) this.slot(s.current.id);
        this.expr(s.value);
        same(s.value, type);
        break;
      }
      case "for":
        this.expr(s.iterable);
        assert.ok(s.iterable.type.kind === "array");
        this.bind(s.pattern, s.iterable.type.element);
        this.expr(s.body);
        break;
      case "forJoin": {
        this.expr(s.left);
        this.expr(s.right);
        assert.ok(s.left.type.kind === "array" && s.right.type.kind === "array");
        const elements = [s.left.type.element, s.right.type.element];
        this.bind(s.pattern, { kind: "tuple", elements });
        this.expr(s.body);
      }
    }
  }

  expr(e: Expr): void {
    switch (e.kind) {
      case "bool":
      case "number":
      case "range":
      case "constant":
        break;
      case "local":
        same(e, e.local.type);
        assert.ok(this.#bound.has(e.local.id), `unbound ${e.local.name}`);
        break;
      case "field":
        this.expr(e.target);
        break;
      case "index":
        this.expr(e.array);
        this.expr(e.index);
        assert.ok(e.array.type.kind === "array");
        same(e, e.array.type.element);
        same(e.index, INTS.usize);
        break;
      case "join":
        this.expr(e.left);
        this.expr(e.right);
        break;
      case "convert":
        this.expr(e.operand);
        assert.ok(sameShape(e.operand.type, e.type) && !sameType(e.operand.type, e.type));
        break;
      case "cast":
        this.expr(e.operand);
        break;
      case "block":
        e.statements.forEach((s) => this.statement(s));
        if (e.result !== undefined) this.expr(e.result);
        assert.ok(sameType(e.result?.type ?? UNIT, e.type));
        break;
      case "match":
        this.expr(e.scrutinee);
        for (const { pattern, body } of e.arms) {
          this.bind(pattern, e.scrutinee.type);
          this.expr(body);
          same(body, e.type);
        }
        break;
      default:
        this.operation(e);
    }
  }

  operation(e: Expr): void {
    switch (e.kind) {
      case "arithmetic":
      case "bitwise":
      case "comparison":
      case "logical":
      case "shift":
        this.expr(e.left);
        this.expr(e.right);
        same(e.right, e.kind === "shift" ? INTS.u8 : e.left.type);
        if (e.kind !== "comparison") same(e, e.left.type);
        break;
      case "unary":
      case "scale":
        this.expr(e.operand);
        same(e, e.operand.type);
        break;
      case "if":
        [e.condition, e.then, e.otherwise].forEach((part) => this.expr(part));
        same(e.condition, BOOL);
        same(e.then, e.type);
        same(e.otherwise, e.type);
        break;
      default:
        this.aggregate(e);
    }
  }

  aggregate(e: Expr): void {
    const parts = (list: readonly Expr[], types: readonly (Type | undefined)[]): void => {
      list.forEach((part, i) => {
        this.expr(part);
        same(part, types[i] ?? assert.fail("too many parts"));
      });
      assert.equal(list.length, types.length);
    };
    switch (e.kind) {
      case "array":
        assert.ok(e.type.size.kind === "fixed");
        parts(e.elements, Array<Type>(e.type.size.length).fill(e.type.element));
        break;
      case "repeat":
        parts([e.element], [e.type.element]);
        break;
      case "tuple":
        parts(e.elements, e.type.kind === "tuple" ? e.type.elements : []);
        break;
      case "struct":
        parts(e.fields, e.type.fields.map((f) => f.type));
        break;
      case "enum":
        parts(e.fields, e.type.variants[e.variant]?.payload ?? []);
        break;
      case "call":
        parts(e.args, e.callee.params.map((p) => p.type));
        same(e, e.callee.result);
        break;
      default:
        assert.fail(`unexpected node ${e.kind}`);
    }
  }
}

/** Fails if the typed program breaks a promise of typed.ts or typed_expr.ts. */
export function checkTree(program: TypedProgram): void {
  for (const { params, body, result } of program.functions.values()) {
    const tree = new TreeCheck();
    for (const param of params) tree.slot(param.id);
    tree.expr(body);
    same(body, result);
  }
}
