/** Joins, as values and as loops. */
import { expr } from "./expressions.ts";
import { index } from "./integers.ts";
import type { Maker } from "./maker.ts";
import { array, type ArrayType, BOOL, fixed, type GenType, hasEnum, tuple } from "./types.ts";

/** The size of an array as a part of the size of a join. */
function sizeText({ flavour, size }: ArrayType, right: boolean): string {
  if (flavour === "fixed") return `${size}usize`;
  return flavour === "computed" && right && /[-+]/.test(size) ? `(${size})` : size;
}

/** The type of `join(a, b)`. */
export function joinType(a: ArrayType, b: ArrayType): ArrayType {
  const row = a.element.kind === "tuple" ? [BOOL, a.element, b.element] : [BOOL, a.element];
  return array(tuple(row), {
    length: Math.max(0, a.length + b.length - 1),
    flavour: "computed",
    size: `${sizeText(a, false)} + ${sizeText(b, true)} - 1usize`,
  });
}

/** The type on which rows are joined. */
function keyOf(row: GenType): GenType | undefined {
  return row.kind === "tuple" ? row.elements[0] : undefined;
}

interface Joined {
  readonly text: string;
  readonly type: ArrayType;
}

/** Array variables whose rows can be joined. Rows out of order may be cut, which no enum survives. */
function tables(m: Maker, computed: boolean): Joined[] {
  return m.visible().flatMap(({ name, type }) => {
    if (type.kind !== "array" || hasEnum(type) || type.text.includes("?")) return [];
    if (keyOf(type.element) === undefined || (!computed && type.flavour === "computed")) return [];
    return [{ text: name, type }];
  });
}

/** Two arrays with rows of the same key type. */
function pair(m: Maker, depth: number, computed: boolean): readonly [Joined, Joined] {
  const known = tables(m, computed);
  const first = known.length > 0 && m.choices.chance(90) ? m.choices.pickAny(known) : undefined;
  const key = first === undefined ? m.scalar() : keyOf(first.type.element) ?? BOOL;
  const make = (): Joined => {
    const columns = m.choices.several(0, 2, () => m.scalar());
    const type = fixed(tuple([key, ...columns]), 1 + m.choices.below(3));
    return { text: expr(m, type, Math.min(depth, 1)), type };
  };
  const a = first ?? make();
  const fitting = known.filter(({ type }) => keyOf(type.element)?.text === key.text);
  const b = m.choices.chance(85) ? m.choices.pickAny(fitting) : undefined;
  return [a, b ?? make()];
}

/** Two arrays of the same elements that are no tuples. */
function plainPair(m: Maker, depth: number): readonly [Joined, Joined] {
  m.mark("join of plain values");
  const known = m.visible().flatMap(({ name, type }) => {
    const plain = type.kind === "array" && !type.text.includes("?") && !hasEnum(type) &&
      type.element.kind !== "tuple";
    return plain ? [{ text: name, type }] : [];
  });
  const first = m.choices.chance(70) ? m.choices.pickAny(known) : undefined;
  const element = first?.type.element ?? m.scalar();
  const make = (): Joined => {
    const type = fixed(element, m.choices.chance(4) ? 0 : 1 + m.choices.below(3));
    return { text: expr(m, type, Math.min(depth, 1)), type };
  };
  return [first ?? make(), make()];
}

/** A `join` and its type. */
export function join(m: Maker, depth: number): Joined {
  const [a, b] = m.choices.chance(40) ? plainPair(m, depth) : pair(m, depth, true);
  const type = joinType(a.type, b.type);
  m.spend(4 * type.length);
  m.mark("join");
  return { text: `join(${a.text}, ${b.text})`, type };
}

/** Something of this type out of a join, if that is easy. */
export function joinExpr(m: Maker, type: GenType, depth: number): string | undefined {
  if (type.kind !== "bool" || !m.spend(20)) return undefined;
  const { text, type: rows } = join(m, depth);
  return `${text}[${index(m, rows.length, depth)}].0`;
}

/** The header of a loop over `join_iter`, and what a pair of rows looks like. */
export function joinHeader(
  m: Maker,
  depth: number,
): { readonly text: string; readonly row: GenType; readonly times: number } {
  m.mark("join_iter");
  const [a, b] = m.inHeader(() => pair(m, depth, false));
  const times = Math.max(0, a.type.length + b.type.length - 1);
  m.spend(4 * times);
  return {
    text: `join_iter(${a.text}, ${b.text})`,
    row: tuple([a.type.element, b.type.element]),
    times,
  };
}
