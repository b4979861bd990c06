/** Shifts by a variable amount. Words are most significant bit first. */
import { type Builder, FALSE, type Wire, type Word } from "../builder.ts";
import { any, constantWord, lessUnsigned } from "./compare.ts";
import { muxWord } from "./select.ts";

/** A shift by a variable amount. */
export interface Shift {
  /** What is shifted. */
  readonly word: Word;
  /** The amount as an unsigned number. */
  readonly amount: Word;
}

/** x << amount, zeros coming in; the result means nothing if the amount is n or more. */
export function shiftLeft(b: Builder, { word, amount }: Shift): Wire[] {
  return barrel(b, { word, amount }, (x, by) => [...x.slice(by), ...Array<Wire>(by).fill(FALSE)]);
}

/** x >> amount with `fill` coming in; the result means nothing if the amount is n or more. */
export function shiftRight(b: Builder, { word, amount }: Shift, fill: Wire): Wire[] {
  return barrel(
    b,
    { word, amount },
    (x, by) => [...Array<Wire>(by).fill(fill), ...x.slice(0, x.length - by)],
  );
}

/** Whether the amount is not below the width n. */
export function shiftOverflow(b: Builder, { word, amount }: Shift): Wire {
  const layers = Math.ceil(Math.log2(word.length));
  const low = amount.slice(Math.max(0, amount.length - layers));
  const high = any(b, amount.slice(0, amount.length - low.length));
  if (2 ** low.length <= word.length) return high;
  const reaches = b.not(lessUnsigned(b, low, constantWord(BigInt(word.length), low.length)));
  return b.or(high, reaches);
}

/** One layer of multiplexers for each amount bit that is worth less than n. */
function barrel(b: Builder, shift: Shift, move: (x: Word, by: number) => Wire[]): Wire[] {
  let result = [...shift.word];
  for (let bit = 0; 2 ** bit < result.length; bit++) {
    const select = shift.amount[shift.amount.length - 1 - bit] ?? FALSE;
    result = muxWord(b, select, move(result, 2 ** bit), result);
  }
  return result;
}
