/**
 * The source of all decisions of the program generator: a list of numbers. Fewer and smaller numbers give
 * smaller programs, so that shrinking the list shrinks the program.
 */
import { seededRandom } from "../random.ts";

/** Decisions one after another; after the end of the list always the simplest. */
export class Choices {
  readonly #list: readonly number[];
  #at = 0;

  constructor(list: readonly number[]) {
    this.#list = list;
  }

  /** A number below `bound`; 0 is the simplest choice. */
  below(bound: number): number {
    return (this.#list[this.#at++] ?? 0) % bound;
  }

  /** True in about `percent` of 100 cases; false is the simpler choice. */
  chance(percent: number): boolean {
    return this.below(100) >= 100 - percent;
  }

  /** An element; the first is the simplest. */
  pick<T>(list: readonly [T, ...T[]]): T {
    return list[this.below(list.length)] ?? list[0];
  }

  /** An element, or undefined of an empty list. */
  pickAny<T>(list: readonly T[]): T | undefined {
    return list.length === 0 ? undefined : list[this.below(list.length)];
  }

  /** So many results of `make`: at least `min`, at most `max`. */
  several<T>(min: number, max: number, make: (index: number) => T): T[] {
    return Array.from({ length: min + this.below(max - min + 1) }, (_, i) => make(i));
  }
}

/** The choices that a seed stands for. */
export function choicesOf(seed: number, length: number): number[] {
  const random = seededRandom(seed);
  return Array.from({ length }, () => random(1 << 16));
}

/** Tries after which a list counts as short enough. */
const TRIES_MAX = 600;

/**
 * A smaller list for which `fails` still holds: parts are left out or set to zero, larger ones first. Much
 * quicker than the shrinking of fast-check, as it goes for parts of a program and not for numbers.
 */
export function smallest(
  list: readonly number[],
  fails: (list: readonly number[]) => boolean,
): readonly number[] {
  let best = list;
  let tries = 0;
  const attempt = (next: readonly number[]): boolean => {
    if (tries++ >= TRIES_MAX || !fails(next)) return false;
    best = next;
    return true;
  };
  for (let part = list.length; part >= 1; part = Math.floor(part / 2)) {
    for (let at = 0; at < best.length;) {
      const [before, after] = [best.slice(0, at), best.slice(at + part)];
      const zeros = best.slice(at, at + part).map(() => 0);
      if (attempt([...before, ...after])) continue;
      if (best.slice(at, at + part).some((n) => n > 0)) attempt([...before, ...zeros, ...after]);
      at += part;
    }
  }
  return best;
}
