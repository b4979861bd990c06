/**
 * Random permutations from a joint coin.
 *
 * Source: Fisher and Yates in Durstenfeld's form; words above the largest multiple of the range are
 * rejected, so that every permutation is equally likely.
 */
import { type Kernels, PRG_DOMAIN, PRG_GROUP_BYTES } from "../crypto/mod.ts";

/** PRG groups that are fetched at once: 64 KiB, enough that the call costs nothing. */
const BATCH_GROUPS = 256;
/** Number of values of a word. */
const WORDS = 2 ** 32;

/** Uniform integers from the PRG of a coin. */
export class UniformWords {
  readonly #kernels: Kernels;
  readonly #coin: Uint8Array;
  readonly #bytes = new Uint8Array(BATCH_GROUPS * PRG_GROUP_BYTES);
  readonly #view = new DataView(this.#bytes.buffer);
  #group = 0;
  #at = this.#bytes.length;

  /** Starts at the beginning of the stream of `coin` (32 bytes) in the domain of permutations. */
  constructor(kernels: Kernels, coin: Uint8Array) {
    this.#kernels = kernels;
    this.#coin = coin;
  }

  /** A uniform integer from 0 to `range − 1`; `range` is 1 … 2^32. */
  below(range: number): number {
    const limit = WORDS - WORDS % range;
    for (;;) {
      const word = this.#next();
      if (word < limit) return word % range;
    }
  }

  #next(): number {
    if (this.#at === this.#bytes.length) {
      this.#kernels.prgInto(this.#bytes, this.#coin, PRG_DOMAIN.PERMUTATION, this.#group);
      this.#group += BATCH_GROUPS;
      this.#at = 0;
    }
    const word = this.#view.getUint32(this.#at, true);
    this.#at += 4;
    return word;
  }
}

/** `count` independent uniform permutations of 0 … `size − 1`, one after the other from one stream. */
export function permutations(
  kernels: Kernels,
  coin: Uint8Array,
  shape: { readonly count: number; readonly size: number },
): Uint32Array[] {
  const words = new UniformWords(kernels, coin);
  return Array.from({ length: shape.count }, () => {
    const order = Uint32Array.from({ length: shape.size }, (_, m) => m);
    for (let last = shape.size - 1; last > 0; last--) {
      const other = words.below(last + 1);
      const moved = order[last] as number;
      order[last] = order[other] as number;
      order[other] = moved;
    }
    return order;
  });
}
