/** Comparisons: one AND a bit. Words are most significant bit first. */
import { type Builder, FALSE, TRUE, type Wire, type Word } from "../builder.ts";
import { subtract } from "./add.ts";

/** AND of all wires, as a balanced tree; true for none. */
export function all(b: Builder, wires: Word): Wire {
  let level = [...wires];
  while (level.length > 1) {
    const next: Wire[] = [];
    for (let i = 0; i < level.length; i += 2) {
      next.push(b.and(level[i] as Wire, level[i + 1] ?? TRUE));
    }
    level = next;
  }
  return level[0] ?? TRUE;
}

/** OR of all wires, as a balanced tree; false for none. */
export function any(b: Builder, wires: Word): Wire {
  return b.not(all(b, wires.map((wire) => b.not(wire))));
}

/** x == y, for equally wide words. n − 1 ANDs. */
export function equal(b: Builder, x: Word, y: Word): Wire {
  return all(b, x.map((wire, i) => b.not(b.xor(wire, y[i] as Wire))));
}

/** x < y as unsigned numbers. n ANDs, fewer if one of them is known. */
export function lessUnsigned(b: Builder, x: Word, y: Word): Wire {
  if (y.every(isConstant)) return b.not(atLeast(b, x, y));
  // c < y is NOT (NOT y ≥ NOT c).
  if (x.every(isConstant)) return b.not(atLeast(b, y.map((w) => b.not(w)), x.map((w) => b.not(w))));
  return b.not(subtract(b, x, y).carry);
}

function isConstant(wire: Wire): boolean {
  return wire === FALSE || wire === TRUE;
}

/**
 * x ≥ y for constant y, from its runs of equal bits: a run of zeros decides if x has a one there, a run
 * of ones if x has a zero. What a run tests is the same for all numbers that have its first bits, so
 * that comparisons with several constants share it.
 */
function atLeast(b: Builder, x: Word, y: Word): Wire {
  let result = TRUE;
  for (let end = y.length; end > 0;) {
    const bit = y[end - 1] as Wire;
    let from = end - 1;
    while (from > 0 && y[from - 1] === bit) from--;
    let run = FALSE;
    for (const wire of x.slice(from, end)) run = b.or(run, b.xor(wire, bit));
    result = bit === TRUE ? b.and(result, b.not(run)) : b.or(result, run);
    end = from;
  }
  return result;
}

/** x < y as two's complement numbers. n ANDs. */
export function lessSigned(b: Builder, x: Word, y: Word): Wire {
  return lessUnsigned(b, flipTop(b, x), flipTop(b, y));
}

/** Adds 2^(n−1), which maps the signed order to the unsigned one. */
function flipTop(b: Builder, x: Word): Word {
  return x.map((wire, i) => i === 0 ? b.not(wire) : wire);
}

/** The low `bits` bits (at most 64) of `value` (two's complement) as constant wires. */
export function constantWord(value: bigint, bits: number): Wire[] {
  if (bits > 64) throw new RangeError(`Cannot make a constant of ${bits} bits`);
  const low = Number(BigInt.asUintN(32, value));
  const high = bits > 32 ? Number(BigInt.asUintN(32, value >> 32n)) : 0;
  const word = new Array<Wire>(bits);
  for (let bit = 0; bit < bits; bit++) {
    const one = ((bit < 32 ? low : high) >>> (bit & 31)) & 1;
    word[bits - 1 - bit] = one === 1 ? TRUE : FALSE;
  }
  return word;
}
