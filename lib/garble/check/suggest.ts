/** "Did you mean": the known name that is nearest to an unknown one. */

/** Names longer than this are not compared. */
const LENGTH_MAX = 40;
/** At most so many names are compared. */
const NAMES_MAX = 2000;

/** Number of insertions, deletions, replacements and swaps of neighbours that turn `a` into `b`. */
function distance(a: string, b: string): number {
  let before: readonly number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 0; i < a.length; i++) {
    const next = [i + 1];
    for (let j = 0; j < b.length; j++) {
      const replace = (row[j] ?? 0) + (a[i] === b[j] ? 0 : 1);
      let least = Math.min(replace, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1);
      const swapped = i > 0 && j > 0 && a[i] === b[j - 1] && a[i - 1] === b[j];
      if (swapped) least = Math.min(least, (before[j - 1] ?? 0) + 1);
      next.push(least);
    }
    before = row;
    row = next;
  }
  return row[b.length] ?? 0;
}

/** A hint that names the known name nearest to `name`, if one is near enough. */
export function suggestion(name: string, known: readonly string[]): string | undefined {
  if (name.length > LENGTH_MAX) return undefined;
  let best: string | undefined;
  let least = Math.max(1, Math.floor(name.length / 3)) + 1;
  for (const candidate of known.slice(0, NAMES_MAX)) {
    if (candidate === name || Math.abs(candidate.length - name.length) >= least) continue;
    const d = distance(name, candidate);
    if (d < least) {
      least = d;
      best = candidate;
    }
  }
  return best === undefined ? undefined : `did you mean "${best}"?`;
}
