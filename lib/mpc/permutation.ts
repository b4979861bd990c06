/**
 * Random permutations from a joint coin.
 *
 * Source: Fisher and Yates in Durstenfeld's form. A number below a range is the upper bits of a word of the
 * PRG, as many as the range has; what is too large is rejected, so that every permutation is equally
 * likely.
 */
import { type Kernels, PRG_DOMAIN, PRG_GROUP_BYTES } from "../crypto/mod.ts";

/** PRG groups that are fetched at once: 64 KiB, enough that the call costs nothing. */
const BATCH_GROUPS = 256;

/** Uniform integers from the PRG of a coin. */
export class UniformWords {
  readonly #kernels: Kernels;
  readonly #coin: Uint8Array;
  readonly #words = new Uint32Array(BATCH_GROUPS * PRG_GROUP_BYTES / 4);
  readonly #bytes = new Uint8Array(this.#words.buffer);
  #group = 0;
  #at = this.#words.length;

  /** Starts at the beginning of the stream of `coin` (32 bytes) in the domain of permutations. */
  constructor(kernels: Kernels, coin: Uint8Array) {
    this.#kernels = kernels;
    this.#coin = coin;
  }

  /** A uniform integer from 0 to `range − 1`; `range` is 1 … 2^32. */
  below(range: number): number {
    if (range === 1) return 0;
    const shift = Math.clz32(range - 1);
    for (;;) {
      const number = this.#next() >>> shift;
      if (number < range) return number;
    }
  }

  #next(): number {
    if (this.#at === this.#words.length) {
      this.#kernels.prgInto(this.#bytes, this.#coin, PRG_DOMAIN.PERMUTATION, this.#group);
      this.#group += BATCH_GROUPS;
      this.#at = 0;
    }
    return this.#words[this.#at++] as number;
  }
}

/** `count` independent uniform permutations of 0 … `size − 1`, one after the other from one stream. */
export function permutations(
  kernels: Kernels,
  coin: Uint8Array,
  shape: { readonly count: number; readonly size: number },
): Uint32Array[] {
  const words = new UniformWords(kernels, coin);
  return Array.from({ length: shape.count }, () => permutation(words, shape.size));
}

function permutation(words: UniformWords, size: number): Uint32Array {
  const order = new Uint32Array(size);
  for (let m = 0; m < size; m++) order[m] = m;
  for (let last = size - 1; last > 0; last--) {
    const other = words.below(last + 1);
    const moved = order[last] as number;
    order[last] = order[other] as number;
    order[other] = moved;
  }
  return order;
}
