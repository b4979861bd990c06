/** Reading and changing elements of aggregates. */
import {
  decodeIndex,
  FALSE,
  outOfBounds,
  readArray,
  TRUE,
  type Wire,
  type Word,
} from "../../circuit/mod.ts";
import type { Extent } from "../source.ts";
import type { AssignStatement } from "../typed.ts";
import type { Type } from "../types.ts";
import { constantOf, type Context } from "./context.ts";
import { lowerExpr } from "./expressions.ts";
import { flatten, itemOf, itemsOf, list, muxValue, type Value, wiresOf } from "./values.ts";

/** Panics with OutOfBounds unless index < length. */
export function checkBounds(ctx: Context, index: Word, length: number, at: Extent): void {
  ctx.panicIf(outOfBounds(ctx.builder, index, length), "OutOfBounds", at);
}

/** `items[index]`; anything if the index is out of bounds. `type` is that of the elements. */
export function readItem(ctx: Context, items: readonly Value[], index: Word, type: Type): Value {
  const constant = constantOf(index);
  if (constant !== undefined) return items[constant] ?? ctx.zero(type);
  if (items.length === 0) return ctx.zero(type);
  return ctx.fromWires(type, readArray(ctx.builder, items.map(flatten), index));
}

/** A step whose index expression has been evaluated. */
type Step =
  | { readonly kind: "field"; readonly field: number; readonly type: Type }
  | { readonly kind: "index"; readonly index: Word; readonly type: Type };

/** `place = value` and `place op= value`. */
export function lowerAssign(ctx: Context, statement: AssignStatement): void {
  const { root } = statement;
  const steps = walk(ctx, statement);
  if (statement.current !== undefined) {
    ctx.bind(statement.current, read(ctx, ctx.read(root), steps));
  }
  const value = lowerExpr(ctx, statement.value);
  const place = ctx.read(root);
  const variable = steps.some((step) =>
    step.kind === "index" && constantOf(step.index) === undefined
  );
  if (variable) ctx.assignGuarded(root, store(ctx, { place, steps, value }, ctx.path));
  else ctx.assign(root, store(ctx, { place, steps, value }, TRUE));
}

/** Evaluates the index expressions in order, each followed by its bounds check. */
function walk(ctx: Context, { root, steps, span }: AssignStatement): Step[] {
  let { type } = root;
  return steps.map((step): Step => {
    const outer = type;
    type = step.type;
    if (step.kind === "field") return step;
    const index = wiresOf(lowerExpr(ctx, step.index));
    if (outer.kind !== "array") throw new TypeError("Cannot lower: an index step into no array");
    checkBounds(ctx, index, ctx.lengthOf(outer), { span, position: step.position });
    return { kind: "index", index, type };
  });
}

function read(ctx: Context, value: Value, steps: readonly Step[]): Value {
  return steps.reduce(
    (place, step) =>
      step.kind === "field"
        ? itemOf(place, step.field)
        : readItem(ctx, itemsOf(place), step.index, step.type),
    value,
  );
}

interface Store {
  readonly place: Value;
  readonly steps: readonly Step[];
  readonly value: Value;
}

/** The aggregate with `value` in its place if `enable` holds. */
function store(ctx: Context, { place, steps, value }: Store, enable: Wire): Value {
  const [step, ...rest] = steps;
  if (enable === FALSE) return place;
  if (step === undefined) return muxValue(ctx.builder, enable, value, place);
  const items = itemsOf(place);
  const inner = (item: Value, on: Wire): Value =>
    store(ctx, { place: item, steps: rest, value }, on);
  const only = step.kind === "field" ? step.field : constantOf(step.index);
  if (only !== undefined) {
    const item = items[only];
    return item === undefined ? place : list(items.with(only, inner(item, enable)));
  }
  if (step.kind === "field" || items.length === 0) return place;
  const hot = decodeIndex(ctx.builder, step.index, items.length, enable);
  return list(items.map((item, i) => inner(item, hot[i] as Wire)));
}
