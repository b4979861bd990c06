/**
 * The source of all decisions of the program generator: a list of numbers. Fewer and smaller numbers give
 * smaller programs, so that shrinking the list shrinks the program.
 */
import fc from "fast-check";

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

/** Lists of choices, of any length up to `maxLength`. */
export function choiceLists(minLength: number, maxLength: number): fc.Arbitrary<number[]> {
  return fc.noBias(fc.array(fc.nat(0xffff), { minLength, maxLength, size: "max" }));
}
