/** A map between numbers in one array: what a Map does, at a quarter of its memory and time. */

/** Neighbouring keys share a cache line. */
const GROUP_BITS = 4;
const GROUP = (1 << GROUP_BITS) - 1;
const SLOTS_MIN = 1 << 4;

/** A map from numbers to numbers, both not 0 and below 2^32. A key stands in the first free slot from its own on. */
export class SparseMap {
  #pairs = new Uint32Array(2 * SLOTS_MIN);
  #slots = SLOTS_MIN;
  #size = 0;

  /** Bytes that are taken. */
  get bytes(): number {
    return this.#pairs.byteLength;
  }

  /** The value of the key, or 0. */
  get(key: number): number {
    return this.#pairs[2 * this.#find(key) + 1] as number;
  }

  /** Sets the value of a key that has none. */
  add(key: number, value: number): void {
    if (3 * ++this.#size > 2 * this.#slots) this.#grow();
    this.#put(key, value);
  }

  /** Removes the key and returns its value, or 0. */
  take(key: number): number {
    const pairs = this.#pairs;
    const mask = this.#slots - 1;
    let gap = this.#find(key);
    const value = pairs[2 * gap + 1] as number;
    if (value === 0) return 0;
    this.#size--;
    for (let slot = (gap + 1) & mask; pairs[2 * slot] !== 0; slot = (slot + 1) & mask) {
      const other = pairs[2 * slot] as number;
      // One that stands between its own slot and the gap cannot be found any more: it moves.
      if (((slot - this.#home(other)) & mask) < ((slot - gap) & mask)) continue;
      pairs[2 * gap] = other;
      pairs[2 * gap + 1] = pairs[2 * slot + 1] as number;
      gap = slot;
    }
    pairs[2 * gap] = 0;
    pairs[2 * gap + 1] = 0;
    return value;
  }

  #put(key: number, value: number): void {
    const slot = this.#find(key);
    this.#pairs[2 * slot] = key;
    this.#pairs[2 * slot + 1] = value;
  }

  /** Where the key stands, or the free slot where it would. */
  #find(key: number): number {
    const pairs = this.#pairs;
    const mask = this.#slots - 1;
    let slot = this.#home(key);
    for (;;) {
      const other = pairs[2 * slot] as number;
      if (other === key || other === 0) return slot;
      slot = (slot + 1) & mask;
    }
  }

  #home(key: number): number {
    let group = Math.imul(key >>> GROUP_BITS, 0x9e3779b1);
    group ^= group >>> 15;
    return ((group << GROUP_BITS) | (key & GROUP)) & (this.#slots - 1);
  }

  #grow(): void {
    const old = this.#pairs;
    this.#slots *= 2;
    this.#pairs = new Uint32Array(2 * this.#slots);
    for (let at = 0; at < old.length; at += 2) {
      if (old[at] !== 0) this.#put(old[at] as number, old[at + 1] as number);
    }
  }
}
