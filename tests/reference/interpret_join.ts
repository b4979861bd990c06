/**
 * The pairing of joined rows and their order, straight from the language's definition: a bitonic merge of
 * all rows, then neighbours with the same key from different arrays. Works on rows as strings of bits.
 */

/** The arrays to join; all keys have the same width. */
export interface JoinInput {
  /** Rows of the first array, the key first. */
  readonly left: readonly string[];
  /** Rows of the second array. */
  readonly right: readonly string[];
  /** Width of the key. */
  readonly keyBits: number;
}

/** Two neighbours after the merge. */
export interface Candidate {
  /** Whether they belong together. */
  readonly match: boolean;
  /** The first of both, padded to the wider kind of row. */
  readonly left: string;
  /** The second of both. */
  readonly right: string;
}

interface Entry {
  readonly key: string;
  readonly row: string;
}

type Above<T> = (x: T, y: T) => boolean;

/** Merges a bitonic list of any length; equal items are swapped in descending order. */
function merge<T>(list: readonly T[], ascending: boolean, above: Above<T>): readonly T[] {
  if (list.length <= 1) return list;
  let half = 1;
  while (half * 2 < list.length) half *= 2;
  const low: T[] = [];
  const high: T[] = [];
  list.forEach((item, i) => {
    const partner = list[i < half ? i + half : i - half];
    const first = i < half ? item : partner;
    const second = i < half ? partner : item;
    if (first === undefined || second === undefined) {
      low.push(item);
      return;
    }
    const swap = above(first, second) === ascending;
    if (i < half) low.push(swap ? second : first);
    else high.push(swap ? first : second);
  });
  return [...merge(low, ascending, above), ...merge(high, ascending, above)];
}

/** Sorts; the halves run in opposite directions. */
function sort<T>(list: readonly T[], ascending: boolean, above: Above<T>): readonly T[] {
  if (list.length <= 1) return list;
  const middle = Math.floor(list.length / 2);
  const first = sort(list.slice(0, middle), !ascending, above);
  const second = sort(list.slice(middle), ascending, above);
  return merge([...first, ...second], ascending, above);
}

/** All neighbours in order, of which some match. */
export function joinCandidates({ left, right, keyBits }: JoinInput): Candidate[] {
  const count = left.length + right.length;
  const wide = Math.max(0, ...[...left, ...right].map((row) => row.length));
  const entry = (row: string, tag: string): Entry => {
    return { key: row.slice(0, keyBits) + tag, row: row.padEnd(wide, "0") };
  };
  const empty: Entry[] = [];
  let size = 1;
  while (size < count) size *= 2;
  while (empty.length < size - count) empty.push(entry("0".repeat(wide), "0"));
  const rights = right.map((row) => entry(row, "1")).reverse();
  const all = [...empty, ...left.map((row) => entry(row, "0")), ...rights];
  const merged = merge(all, true, (x, y) => x.key > y.key).slice(empty.length);
  return merged.slice(0, -1).map((x, i) => {
    const y = merged[i + 1] ?? x;
    const match = x.key !== y.key && x.key.slice(0, keyBits) === y.key.slice(0, keyBits);
    return { match, left: x.row, right: y.row };
  });
}

/** Brings candidates into the order of the rows of a `join`: those that match last. */
export function joinOrder(candidates: readonly Candidate[]): readonly Candidate[] {
  return sort(candidates, true, (x, y) => x.match && !y.match);
}

/** Whether a key occurs twice in one of the arrays. */
export function hasDuplicates({ left, right, keyBits }: JoinInput): boolean {
  return [left, right].some((rows) => {
    return new Set(rows.map((row) => row.slice(0, keyBits))).size < rows.length;
  });
}
