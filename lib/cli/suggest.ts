/** "Did you mean …?": the nearest of some known words. */
import { UsageError } from "../base/mod.ts";
import { PROGRAM_NAME } from "./commands.ts";

/** Number of insertions, deletions, replacements and swaps of neighbours between two words. */
function distance(a: string, b: string): number {
  let before: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let best = Math.min(
        (above[j] ?? 0) + 1,
        (row[j - 1] ?? 0) + 1,
        (above[j - 1] ?? 0) + (same ? 0 : 1),
      );
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        best = Math.min(best, (before[j - 2] ?? 0) + 1);
      }
      row.push(best);
    }
    before = above;
    above = row;
  }
  return above[b.length] ?? 0;
}

/** Longest word that is compared; nobody mistypes a flag of this length. */
const WORD_LENGTH_MAX = 64;

/** The candidate nearest to `word`, if it is near enough to be a slip of the fingers. */
export function suggest(word: string, candidates: readonly string[]): string | undefined {
  if (word.length > WORD_LENGTH_MAX) return undefined;
  let best: string | undefined;
  let least = Math.max(1, Math.floor(word.length * 0.4)) + 1;
  for (const candidate of candidates) {
    const steps = distance(word, candidate);
    if (steps < least) {
      least = steps;
      best = candidate;
    }
  }
  return best;
}

/** The error for a word of the command line that is none of those that may stand there. */
export function unknownWord(what: string, word: string, known: readonly string[]): UsageError {
  const near = suggest(word, known);
  return new UsageError(`Cannot read the command line: unknown ${what} "${word}"`, {
    hint: near === undefined
      ? `${PROGRAM_NAME} --help shows all commands and options`
      : `did you mean "${near}"?`,
  });
}
