/** Choosing by a condition or by an index. Words are most significant bit first. */
import { type Builder, FALSE, TRUE, type Wire, type Word } from "../builder.ts";
import { constantWord, lessUnsigned } from "./compare.ts";

/**
 * `condition ? x : y`, bit by bit. One AND a bit that differs; nested choices between the same values
 * cost one AND more, not one a bit.
 */
export function muxWord(b: Builder, condition: Wire, x: Word, y: Word): Wire[] {
  const differs = x.findIndex((wire, i) => wire !== y[i]);
  if (differs >= 0 && b.isAnd(b.xor(x[differs] as Wire, y[differs] as Wire))) {
    const changes = x.map((wire, i) => b.xor(wire, y[i] as Wire));
    const inner = b.commonFactor(changes);
    if (inner !== TRUE) {
      // Before new gates are made, as the builder forgets old ones.
      const factors = changes.map((change) => b.cofactor(change, inner));
      const both = b.and(condition, inner);
      return factors.map((factor, i) => b.xor(y[i] as Wire, b.and(both, factor)));
    }
  }
  return x.map((wire, i) => b.mux(condition, wire, y[i] as Wire));
}

/** Whether an index is `length` or more. Only the bits that decide cost ANDs. */
export function outOfBounds(b: Builder, index: Word, length: number): Wire {
  if (BigInt(length) >= 1n << BigInt(index.length)) return FALSE;
  return b.not(lessUnsigned(b, index, constantWord(BigInt(length), index.length)));
}

/**
 * `elements[index]` as a tree of multiplexers: w · (L − 1) ANDs for L elements of w bits. The result
 * means nothing if the index is out of bounds. There is at least one element.
 */
export function readArray(b: Builder, elements: readonly Word[], index: Word): Word {
  let level = elements;
  for (let bit = index.length - 1; level.length > 1; bit--) {
    const select = index[bit] ?? FALSE;
    const next: Word[] = [];
    for (let i = 0; i < level.length; i += 2) {
      const even = level[i] as Word;
      const odd = level[i + 1];
      next.push(odd === undefined ? even : muxWord(b, select, odd, even));
    }
    level = next;
  }
  return level[0] as Word;
}

/**
 * For each of `length` elements, whether `enable` holds and the index is its own. L − 1 ANDs, plus what
 * `enable` adds. Means nothing if the index is out of bounds.
 */
export function decodeIndex(b: Builder, index: Word, length: number, enable: Wire): Wire[] {
  let bits = 0;
  while (2 ** bits < length) bits++;
  // From the top bit down; after each bit `level` holds one wire for each prefix below `length`.
  let level = [enable];
  for (let bit = bits - 1; bit >= 0; bit--) {
    const select = index[index.length - 1 - bit] ?? FALSE;
    const prefixes = Math.ceil(length / 2 ** bit);
    const next: Wire[] = [];
    for (const wire of level) {
      const one = next.length + 1 < prefixes ? b.and(wire, select) : FALSE;
      next.push(b.xor(wire, one));
      if (next.length < prefixes) next.push(one);
    }
    level = next;
  }
  return level;
}
