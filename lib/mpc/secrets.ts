/**
 * What a party has to wipe however its session ends. The usual course wipes big arrays as soon as they are used up; after an
 * abort, whoever would have done so has been left behind.
 */

/** The arrays of a party that hold secrets. */
export class Secrets {
  // Why weak: what was dropped meanwhile must not stay in memory for it.
  readonly #kept = new Set<WeakRef<ArrayBufferLike>>();
  #sweepAt = 1024;

  /** Remembers the whole buffers of `arrays`, which must be this party's alone, until the end. */
  keep(...arrays: readonly Uint8Array[]): void {
    for (const { buffer, byteLength } of arrays) {
      if (byteLength > 0) this.#kept.add(new WeakRef(buffer));
    }
    if (this.#kept.size < this.#sweepAt) return;
    for (const kept of this.#kept) if (kept.deref() === undefined) this.#kept.delete(kept);
    this.#sweepAt = 2 * this.#kept.size + 1024;
  }

  /** Overwrites all of them with zeros. */
  wipe(): void {
    for (const kept of this.#kept) {
      const buffer = kept.deref();
      if (buffer !== undefined) new Uint8Array(buffer).fill(0);
    }
    this.#kept.clear();
  }
}
