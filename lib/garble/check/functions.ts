/** Functions: signatures when they are first reached, bodies from a queue, and the graph of their calls. */

import type { FnItem } from "../ast.ts";
import type { Span } from "../source.ts";
import type { Local, TypedFunction } from "../typed.ts";
import { sameType, UNIT } from "../types.ts";
import type { Checker } from "./checker.ts";
import type { Context, FunctionEntry } from "./context.ts";
import type { Draft } from "./draft.ts";
import { finishBlock } from "./finish.ts";
import { check } from "./infer.ts";

/** The function of this name, whose body is checked later; undefined if its signature is wrong. */
export function reachFunction(ch: Checker, name: string, span: Span): TypedFunction | undefined {
  ch.c.current?.calls.push({ callee: name, span });
  const item = ch.c.items.get(name);
  return item === undefined ? undefined : reach(ch, item).typed;
}

function reach(ch: Checker, item: FnItem): FunctionEntry {
  const { c } = ch;
  const before = c.functions.get(item.name.text);
  if (before !== undefined) return before;
  const entry: FunctionEntry = { item, typed: signature(ch, item), calls: [] };
  c.functions.set(item.name.text, entry);
  c.queue.push(entry);
  return entry;
}

function signature(ch: Checker, item: FnItem): FunctionEntry["typed"] {
  const { c } = ch;
  const params: Local[] = [];
  const names = new Set<string>();
  for (const { name, type: syntax, mutable } of item.params) {
    if (names.has(name.text)) {
      c.report("DuplicateFnParam", name.span, `two parameters are called "${name.text}"`);
    }
    names.add(name.text);
    const type = ch.types.resolve(syntax);
    if (type !== undefined) params.push(c.local(name.text, type, { mutable, span: name.span }));
  }
  const result = ch.types.resolve(item.result);
  if (result === undefined || params.length < item.params.length) return undefined;
  const { isPublic, span } = item;
  const body = { kind: "block", type: UNIT, span, statements: [], result: undefined } as const;
  return { name: item.name.text, isPublic, params, result, body, span };
}

/** Checks all `pub` functions and, transitively, what they call. */
export function checkFunctions(ch: Checker): void {
  const { c } = ch;
  for (const item of c.items.values()) {
    if (!item.isPublic) continue;
    if (item.params.length > 0) {
      reach(ch, item);
      continue;
    }
    const message = `the public function "${item.name.text}" has no parameters`;
    const hint = "each parameter of a public function is the input of a party";
    c.report("PubFnWithoutParams", item.name.span, message, hint);
  }
  // Bodies come from a queue, so that a long chain of calls needs no deep recursion here.
  for (let entry = c.queue.shift(); entry !== undefined; entry = c.queue.shift()) {
    checkBody(ch, entry);
  }
  for (const item of c.items.values()) {
    if (c.functions.has(item.name.text) || item.isPublic) continue;
    const message = `the private function "${item.name.text}" is never used`;
    c.report("UnusedFn", item.name.span, message, 'make it "pub", or remove it');
  }
  checkCalls(c);
}

function checkBody(ch: Checker, entry: FunctionEntry): void {
  const { typed, item } = entry;
  if (typed === undefined) return;
  ch.c.inFunction(entry, () => {
    for (const param of typed.params) ch.c.declare(param.name, param);
    const body = ch.inferBlock(item.body);
    if (body === undefined || !checkResult(ch, body, typed)) return;
    typed.body = finishBlock(body);
  });
}

function checkResult(ch: Checker, body: Draft, typed: TypedFunction): boolean {
  const { c } = ch;
  if (body.form.kind === "block" && body.form.result === undefined) {
    if (sameType(typed.result, UNIT)) return true;
    const last = typed.span.end;
    c.unexpected({ start: last - 1, end: last }, { expected: typed.result, actual: UNIT });
    return false;
  }
  return check(c, body, typed.result);
}

interface Visit {
  readonly entry: FunctionEntry;
  next: number;
  /** Greatest height among the callees so far. */
  height: number;
}

/** Refuses recursion and chains of calls that are too deep; an explicit stack walks the graph. */
function checkCalls(c: Context): void {
  const heights = new Map<string, number | "open">();
  for (const root of c.functions.values()) {
    if (heights.has(root.item.name.text)) continue;
    const stack: Visit[] = [{ entry: root, next: 0, height: 0 }];
    heights.set(root.item.name.text, "open");
    for (let top = stack[0]; top !== undefined; top = stack[stack.length - 1]) {
      const site = top.entry.calls[top.next++];
      if (site === undefined) {
        leave(c, heights, top);
        stack.pop();
        continue;
      }
      const seen = heights.get(site.callee);
      if (seen === "open") {
        const message = `"${site.callee}" is called from itself`;
        const hint = "functions are inlined, so there is no recursion; use a for loop";
        c.report("RecursiveFnDef", site.span, message, hint);
      } else if (seen !== undefined) top.height = Math.max(top.height, seen);
      else {
        const entry = c.functions.get(site.callee);
        if (entry === undefined) continue;
        // Visited again on the way back, when the callee's height is known.
        top.next--;
        heights.set(site.callee, "open");
        stack.push({ entry, next: 0, height: 0 });
      }
    }
  }
}

function leave(c: Context, heights: Map<string, number | "open">, visit: Visit): void {
  const { item } = visit.entry;
  const height = visit.height + item.body.height;
  heights.set(item.name.text, height);
  const { calls } = c.nesting;
  if (height <= calls || visit.height > calls) return;
  const message = `the calls below "${item.name.text}" are nested more than ${calls} levels deep`;
  c.report("CallsNestedTooDeeply", item.name.span, message);
}
