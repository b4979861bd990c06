/** What was, in bounded memory: numbers over the last minutes, and phases from the begin of a session. */

/** Samples that are kept of a series. */
export const SERIES_LENGTH = 120;

/** The last {@linkcode SERIES_LENGTH} samples of a number. */
export class Series {
  readonly #samples: number[] = [];

  /** Adds the newest sample. */
  add(value: number): void {
    this.#samples.push(value);
    if (this.#samples.length > SERIES_LENGTH) this.#samples.shift();
  }

  /** All samples, the oldest first. */
  samples(): readonly number[] {
    return [...this.#samples];
  }
}

/** Most columns of a time line; from half of them on are in use once they did not suffice. */
const COLUMNS_MAX = 512;
/** Width of a column at the begin, in milliseconds. */
const COLUMN_MS = 4;

/** A piece of a time line, in milliseconds from its begin. */
export interface Stretch<P extends string> {
  /** What was going on. */
  readonly phase: P;
  /** Its begin. */
  readonly fromMs: number;
  /** Its end. */
  readonly toMs: number;
}

/**
 * Which phase was when. The time is cut into columns, whose width doubles whenever they do not suffice, so that a time
 * line of any length has its bound; a column shows one of the phases in it.
 */
export class TimeLine<P extends string> {
  #columnMs = COLUMN_MS;
  #columns: (P | undefined)[] = [];
  #endMs = 0;

  /** Time up to which the line is known, in milliseconds from its begin. */
  get endMs(): number {
    return this.#endMs;
  }

  /** From `fromMs`, but not before its present end, to `toMs` it was `phase`. */
  reach(phase: P, toMs: number, fromMs = this.#endMs): void {
    if (toMs < this.#endMs) return;
    while (this.#column(toMs) >= COLUMNS_MAX) this.#coarsen();
    const first = this.#column(Math.max(fromMs, this.#endMs));
    while (this.#columns.length < first) this.#columns.push(undefined);
    for (let at = first; at <= this.#column(toMs); at++) this.#columns[at] = phase;
    this.#endMs = toMs;
  }

  /** What is known, in order. */
  stretches(): Stretch<P>[] {
    const found: Stretch<P>[] = [];
    for (let from = 0; from < this.#columns.length;) {
      const phase = this.#columns[from];
      let to = from + 1;
      while (to < this.#columns.length && this.#columns[to] === phase) to++;
      const [fromMs, toMs] = [from * this.#columnMs, Math.min(to * this.#columnMs, this.#endMs)];
      if (phase !== undefined && toMs > fromMs) found.push({ phase, fromMs, toMs });
      from = to;
    }
    return found;
  }

  #column(atMs: number): number {
    return Math.floor(atMs / this.#columnMs);
  }

  #coarsen(): void {
    this.#columnMs *= 2;
    this.#columns = this.#columns.filter((_, at) => at % 2 === 0);
  }
}
