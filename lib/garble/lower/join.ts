/**
 * Joins of two arrays whose rows are sorted by their keys: a bitonic merge brings equal keys side by
 * side. The exact network is part of the language, as it decides which of several equal rows pair up
 * and the order of the result.
 */
import {
  type Builder,
  equal,
  FALSE,
  lessUnsigned,
  muxWord,
  TRUE,
  type Wire,
  type Word,
} from "../../circuit/mod.ts";
import type { ForJoinStatement } from "../typed.ts";
import type { Expr, JoinExpr } from "../typed_expr.ts";
import type { Type } from "../types.ts";
import { lowerBranch } from "./branches.ts";
import type { Context } from "./context.ts";
import { lowerExpr } from "./expressions.ts";
import { bindPattern, freePattern } from "./patterns.ts";
import { flatten, itemsOf, list, UNIT_VALUE, type Value } from "./values.ts";

/** The body of a `for … in join_iter(…)`, once for each pair of neighbours after the merge. */
export function lowerForJoin(ctx: Context, statement: ForJoinStatement): void {
  const types = rowTypes(statement);
  eachCandidate(ctx, statement, types, ({ match, left, right }) => {
    lowerBranch(ctx, match, {
      then: () => {
        const rows = [ctx.fromWires(types.left, left), ctx.fromWires(types.right, right)];
        bindPattern(ctx, statement.pattern, list(rows));
        lowerExpr(ctx, statement.body);
        freePattern(ctx, statement.pattern);
        return UNIT_VALUE;
      },
      otherwise: () => UNIT_VALUE,
    });
  });
}

/** `join(left, right)`: one row for each pair of neighbours, those that match last. */
export function lowerJoin(ctx: Context, expr: JoinExpr): Value {
  const b = ctx.builder;
  const types = rowTypes(expr);
  const withData = types.left.kind === "tuple";
  const rows: Word[] = [];
  eachCandidate(ctx, expr, types, ({ match, left, right }) => {
    const data = withData ? [...left, ...right] : left;
    rows.push([match, ...data.map((wire) => b.and(match, wire))]);
  });
  sort({ rows, inOrder: byFlag(b) }, { from: 0, to: rows.length, ascending: true });
  return list(rows.map((row) => ctx.fromWires(expr.type.element, row)));
}

interface RowTypes {
  readonly left: Type;
  readonly right: Type;
}

/** The two operands of a join. */
interface Operands {
  readonly left: Expr;
  readonly right: Expr;
}

function rowTypes({ left, right }: Operands): RowTypes {
  if (left.type.kind !== "array" || right.type.kind !== "array") {
    throw new TypeError("Cannot lower: a join of no arrays");
  }
  return { left: left.type.element, right: right.type.element };
}

/** Two neighbours after the merge. */
interface Candidate {
  /** Whether they have the same key and come from different arrays. */
  readonly match: Wire;
  readonly left: Word;
  readonly right: Word;
}

/**
 * Merges both arrays by key and visits the neighbours in order, each pair as soon as its rows are in
 * their places, so that a row does not live longer than it must. An entry is: key, rest of the row,
 * padding; then the tag.
 */
function eachCandidate(
  ctx: Context,
  join: Operands,
  types: RowTypes,
  visit: (candidate: Candidate) => void,
): void {
  const b = ctx.builder;
  const key = types.left.kind === "tuple" ? types.left.elements[0] : types.left;
  const keyBits = key === undefined ? 0 : ctx.widthOf(key);
  const width = { left: ctx.widthOf(types.left), right: ctx.widthOf(types.right) };
  const bits = Math.max(width.left, width.right);
  const { rows, empty } = entries(ctx, join, bits);
  const sortKey = (row: Word): Word => [...row.slice(0, keyBits), row[bits] as Wire];
  const inOrder = (x: Word, y: Word): Ordered => {
    const greater = lessUnsigned(b, sortKey(y), sortKey(x));
    return { low: muxWord(b, greater, y, x), high: muxWord(b, greater, x, y) };
  };
  const isFinal = (i: number): void => {
    const [row, next] = [rows[i - 1], rows[i] as Word];
    if (row === undefined || i <= empty) return;
    rows[i - 1] = [];
    const sameKey = equal(b, row.slice(0, keyBits), next.slice(0, keyBits));
    const match = b.and(sameKey, b.xor(row[bits] as Wire, next[bits] as Wire));
    visit({ match, left: row.slice(0, width.left), right: next.slice(0, width.right) });
  };
  merge({ rows, inOrder, isFinal }, { from: 0, to: rows.length, ascending: true });
}

/** The entries of both arrays as the merge wants them: empty ones first, a power of two in all. */
function entries(
  ctx: Context,
  join: Operands,
  bits: number,
): { readonly rows: Word[]; readonly empty: number } {
  const leftRows = itemsOf(lowerExpr(ctx, join.left)).map(flatten);
  const rightRows = itemsOf(lowerExpr(ctx, join.right)).map(flatten);
  const entry = (row: Word, tag: Wire): Word => {
    return [...row, ...new Array<Wire>(bits - row.length).fill(FALSE), tag];
  };
  const count = leftRows.length + rightRows.length;
  let size = 1;
  while (size < count) size *= 2;
  ctx.countIterations(size + Math.max(0, count - 1));
  const rows = [
    ...new Array<Word>(size - count).fill(entry([], FALSE)),
    ...leftRows.map((row) => entry(row, FALSE)),
    ...rightRows.map((row) => entry(row, TRUE)).reverse(),
  ];
  return { rows, empty: size - count };
}

/** Two rows in order; those with equal keys are not swapped. */
interface Ordered {
  readonly low: Word;
  readonly high: Word;
}

/** Orders rows by their first bit. Those without it are all zeros. */
function byFlag(b: Builder): Network["inOrder"] {
  return (x, y) => {
    // Where x goes up, y is all zeros, so that the bits of x are what the rows exchange.
    const greater = b.and(x[0] as Wire, b.not(y[0] as Wire));
    const moved = x.map((wire) => b.and(greater, wire));
    const exchanged = (row: Word): Word => row.map((wire, i) => b.xor(wire, moved[i] as Wire));
    return { low: exchanged(x), high: exchanged(y) };
  };
}

/** Rows under a sorting network. */
interface Network {
  /** Changed in place. */
  readonly rows: Word[];
  readonly inOrder: (x: Word, y: Word) => Ordered;
  /** Called for each row of a merge in order, when nothing exchanges it any more. */
  readonly isFinal?: (index: number) => void;
}

/** A run of rows, `from` included and `to` not. */
interface Run {
  readonly from: number;
  readonly to: number;
  readonly ascending: boolean;
}

/** Sorts a run; the halves run in opposite directions, as the merge wants them. */
function sort(network: Network, { from, to, ascending }: Run): void {
  if (to - from <= 1) return;
  const middle = from + Math.floor((to - from) / 2);
  sort(network, { from, to: middle, ascending: !ascending });
  sort(network, { from: middle, to, ascending });
  merge(network, { from, to, ascending });
}

/** Merges a bitonic run of any length. */
function merge(network: Network, { from, to, ascending }: Run): void {
  const length = to - from;
  if (length === 1) network.isFinal?.(from);
  if (length <= 1) return;
  let half = 1;
  while (half * 2 < length) half *= 2;
  for (let i = from; i + half < to; i++) exchange(network, { x: i, y: i + half, ascending });
  merge(network, { from, to: from + half, ascending });
  merge(network, { from: from + half, to, ascending });
}

/** Brings two rows into order; in descending order equal rows are swapped. */
function exchange(
  { rows, inOrder }: Network,
  at: { readonly x: number; readonly y: number; readonly ascending: boolean },
): void {
  const { low, high } = inOrder(rows[at.x] as Word, rows[at.y] as Word);
  rows[at.x] = at.ascending ? low : high;
  rows[at.y] = at.ascending ? high : low;
}
