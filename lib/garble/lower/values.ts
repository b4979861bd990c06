/** Values during the lowering: trees over wires, so that a change of one element shares the others. */
import { type Builder, muxWord, type Wire, type Word } from "../../circuit/mod.ts";

/** A value of type bool, integer or enum: its bits, most significant first. */
export interface WordValue {
  /** Discriminant. */
  readonly kind: "word";
  /** The bits. */
  readonly wires: Word;
}

/** A value of an array, tuple or struct type: its elements in layout order. */
export interface ListValue {
  /** Discriminant. */
  readonly kind: "list";
  /** The elements. */
  readonly items: readonly Value[];
}

/** Any value. */
export type Value = WordValue | ListValue;

/** The value of a unit expression. */
export const UNIT_VALUE: ListValue = { kind: "list", items: [] };

/** The value with these bits. */
export function word(wires: Word): WordValue {
  return { kind: "word", wires };
}

/** The value with these elements. */
export function list(items: readonly Value[]): ListValue {
  return { kind: "list", items };
}

/** The bits of a bool, integer or enum. */
export function wiresOf(value: Value): Word {
  if (value.kind === "word") return value.wires;
  throw new TypeError("Cannot lower: a list stands where a word must be");
}

/** The single bit of a bool. */
export function bitOf(value: Value): Wire {
  const [bit] = wiresOf(value);
  if (bit === undefined) throw new TypeError("Cannot lower: a bool has no bit");
  return bit;
}

/** The elements of an array, tuple or struct. */
export function itemsOf(value: Value): readonly Value[] {
  if (value.kind === "list") return value.items;
  throw new TypeError("Cannot lower: a word stands where a list must be");
}

/** Element `index` of an array, tuple or struct. */
export function itemOf(value: Value, index: number): Value {
  const item = itemsOf(value)[index];
  if (item === undefined) throw new TypeError(`Cannot lower: there is no element ${index}`);
  return item;
}

/** All bits in layout order. */
export function flatten(value: Value): Wire[] {
  const out: Wire[] = [];
  appendBits(out, value);
  return out;
}

function appendBits(out: Wire[], value: Value): void {
  if (value.kind === "word") {
    for (const wire of value.wires) out.push(wire);
  } else {
    for (const item of value.items) appendBits(out, item);
  }
}

/** `condition ? x : y` for two values of one type. Parts that are the same object cost nothing. */
export function muxValue(b: Builder, condition: Wire, x: Value, y: Value): Value {
  if (x === y) return x;
  if (x.kind === "word") return word(muxWord(b, condition, x.wires, wiresOf(y)));
  return list(x.items.map((item, i) => muxValue(b, condition, item, itemOf(y, i))));
}
