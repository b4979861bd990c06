/** Typing of statements other than expressions. */

import type { Expr as Syntax, Statement as StatementSyntax } from "../ast.ts";
import type { AssignStatement, LetStatement, Local, PlaceStep, Statement } from "../typed.ts";
import { showType, type Type } from "../types.ts";
import { accessStep, indexStep } from "./aggregates.ts";
import type { Checker } from "./checker.ts";
import { type Draft, draft } from "./draft.ts";
import { finish, finishBlock } from "./finish.ts";
import { applyDefault, check } from "./infer.ts";
import { checkJoinLoop } from "./join.ts";
import { combine } from "./operators.ts";
import { checkPattern, declareUntyped } from "./patterns.ts";

type Let = StatementSyntax & { kind: "let" };
type For = StatementSyntax & { kind: "for" };
type Assign = StatementSyntax & { kind: "assign" };

/** Types a statement and declares its names; undefined if it is wrong, which was reported. */
export function checkStatement(ch: Checker, statement: Let | For | Assign): Statement | undefined {
  switch (statement.kind) {
    case "let":
      return checkLet(ch, statement);
    case "for": {
      const { iterable } = statement;
      const isJoin = iterable.kind === "call" && iterable.name.text === "join_iter";
      return isJoin ? checkJoinLoop(ch, statement, iterable) : checkFor(ch, statement);
    }
    case "assign":
      return checkAssign(ch, statement);
  }
}

function checkLet(ch: Checker, statement: Let): LetStatement | undefined {
  const { c } = ch;
  const { pattern, mutable, annotation, span } = statement;
  const value = ch.infer(statement.value);
  const type = annotation === undefined ? undefined : ch.types.resolve(annotation);
  const ok = value !== undefined &&
    (annotation === undefined
      ? !mutable || applyDefault(c, value)
      : type !== undefined && check(c, value, type));
  if (value === undefined || !ok) {
    declareUntyped(c, pattern);
    return undefined;
  }
  const expr = finish(value);
  if (pattern.kind === "name") {
    const local = c.local(pattern.name, expr.type, { mutable, span: pattern.span });
    c.declare(pattern.name, local);
    const binding = { kind: "binding", type: expr.type, span: pattern.span, local } as const;
    return { kind: "let", span, pattern: binding, value: expr };
  }
  const typed = checkPattern(c, pattern, expr.type);
  return typed && { kind: "let", span, pattern: typed, value: expr };
}

function checkFor(ch: Checker, statement: For): Statement | undefined {
  const { c } = ch;
  const { pattern, span } = statement;
  const iterable = ch.infer(statement.iterable);
  const element = iterable && elementType(ch, iterable);
  return c.scoped(() => {
    const typed = element && checkPattern(c, pattern, element);
    if (element === undefined) declareUntyped(c, pattern);
    const body = ch.inferBlock(statement.body);
    if (iterable === undefined || typed === undefined || body === undefined) return undefined;
    return {
      kind: "for",
      span,
      iterable: finish(iterable),
      pattern: typed,
      body: finishBlock(body),
    };
  });
}

function elementType(ch: Checker, iterable: Draft): Type | undefined {
  const { type, span } = iterable;
  if (type.kind === "array") return type.element;
  return ch.c.report("ExpectedArrayType", span, `expected an array, found ${showType(type)}`);
}

interface Place {
  readonly root: Local;
  readonly steps: readonly PlaceStep[];
  readonly type: Type;
}

/** The steps of a place, from the variable outwards. */
function pathOf(place: Syntax): { readonly root: Syntax; readonly path: readonly Syntax[] } {
  const path: Syntax[] = [];
  let at = place;
  while (at.kind === "index" || at.kind === "element" || at.kind === "field") {
    path.unshift(at);
    at = at.kind === "index" ? at.array : at.target;
  }
  return { root: at, path };
}

function findRoot(ch: Checker, root: Syntax): Local | undefined {
  const { c } = ch;
  if (root.kind !== "name") return undefined;
  const { name, span } = root;
  if (!c.hasLocal(name)) {
    if (!c.constants.has(name)) return c.unknown(name, span);
    return c.report("UnknownIdentifier", span, `"${name}" is a constant and cannot be assigned`);
  }
  const local = c.findLocal(name);
  if (local === undefined || local.mutable) return local;
  const message = `"${name}" is not declared as mutable`;
  return c.report(
    "IdentifierNotDeclaredAsMutable",
    span,
    message,
    `write "mut ${name}" where it is declared`,
  );
}

function checkPlace(ch: Checker, statement: Assign): Place | undefined {
  const { position } = statement;
  const { root: rootSyntax, path } = pathOf(statement.place);
  const root = findRoot(ch, rootSyntax);
  const steps: PlaceStep[] = [];
  let type = root?.type;
  for (const at of path) {
    if (at.kind === "index") {
      // The index is typed even if the place is wrong already, to report all problems at once.
      const index = ch.infer(at.index);
      const element = type && index && indexStep(ch.c, type, { index, span: at.array.span });
      if (index && element) {
        steps.push({ kind: "index", index: finish(index), type: element, position });
      }
      type = element;
    } else if (at.kind === "element" || at.kind === "field") {
      const step = type && accessStep(ch.c, type, at);
      if (step) steps.push({ kind: "field", field: step.field, type: step.type });
      type = step?.type;
    }
  }
  return root && type && { root, steps, type };
}

function checkAssign(ch: Checker, statement: Assign): AssignStatement | undefined {
  const { c } = ch;
  const { operator, span } = statement;
  const place = checkPlace(ch, statement);
  const right = ch.infer(statement.value);
  if (place === undefined || right === undefined) return undefined;
  const { root, steps, type } = place;
  if (operator === undefined) {
    if (!check(c, right, type)) return undefined;
    return { kind: "assign", span, root, steps, current: undefined, value: finish(right) };
  }
  const declared = { mutable: false, span: statement.place.span };
  const current = c.local(root.name, type, declared);
  // All nodes that a compound assignment stands for have the extent of the statement.
  const left = draft(statement, type, { kind: "local", local: current });
  const value = combine(c, statement, { operator, left, right });
  if (value === undefined || !check(c, value, type)) return undefined;
  return { kind: "assign", span, root, steps, current, value: finish(value) };
}
