/** The table in which equal gates are found. Its size is bounded, so that it forgets old gates. */

/** Entries of a bucket: operands and node, 32 bits each. With the count, a bucket fills a cache line. */
const WAYS = 5;
const BUCKET_WORDS = 16;
/** Offset of the number of gates that a bucket has taken so far. */
const TAKEN = WAYS * 3;
const BUCKETS_MIN = 16;

/**
 * The gates of the last while by their operands: a gate is forgotten when five later ones fell into
 * its bucket. What it finds depends on the sequence of gates and on the bound alone. Nothing is
 * forgotten before the table has grown to its bound.
 */
export class SharedGates {
  readonly #bucketsMax: number;
  #words: Uint32Array<ArrayBuffer>;

  /**
   * Holds five gates for each of at most `bucketsMax` (a power of two) buckets of 64 bytes.
   *
   * @throws RangeError for another number of buckets
   */
  constructor(bucketsMax: number) {
    if (!(bucketsMax >= 1 && bucketsMax <= 2 ** 24 && Number.isInteger(Math.log2(bucketsMax)))) {
      throw new RangeError(
        `Cannot share gates: ${bucketsMax} buckets are no power of two up to 2^24`,
      );
    }
    this.#bucketsMax = bucketsMax;
    const buckets = Math.min(BUCKETS_MIN, bucketsMax);
    this.#words = new Uint32Array(buckets * BUCKET_WORDS);
  }

  /** The node of the gate with these operands; `next` if there is none, which it is from now on. */
  findOrAdd(a: number, b: number, next: number): number {
    const words = this.#words;
    const bucket = hashPair(a, b) & (words.length - BUCKET_WORDS);
    for (let at = bucket; at < bucket + TAKEN; at += 3) {
      if (words[at] === a && words[at + 1] === b) return words[at + 2] as number;
    }
    const taken = words[bucket + TAKEN] as number;
    if (taken >= WAYS && words.length < this.#bucketsMax * BUCKET_WORDS) {
      this.#grow();
      return this.findOrAdd(a, b, next);
    }
    const at = bucket + (taken % WAYS) * 3;
    words[at] = a;
    words[at + 1] = b;
    words[at + 2] = next;
    words[bucket + TAKEN] = taken + 1;
    return next;
  }

  #grow(): void {
    const old = this.#words;
    this.#words = new Uint32Array(old.length * 2);
    for (let bucket = 0; bucket < old.length; bucket += BUCKET_WORDS) {
      for (let way = 0; way < (old[bucket + TAKEN] as number); way++) {
        const at = bucket + way * 3;
        this.findOrAdd(old[at] as number, old[at + 1] as number, old[at + 2] as number);
      }
    }
  }
}

/** A 32-bit hash of two operands. The order matters, as it tells XOR from AND. */
function hashPair(a: number, b: number): number {
  let h = Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
  return h ^ (h >>> 13);
}
