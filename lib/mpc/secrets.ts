/**
 * What a party has to wipe however its session ends. The usual course gives big arrays back as soon as they are used up, for
 * others to overwrite, and wipes small ones; after an abort, whoever would have done so has been left behind.
 */
import type { Room } from "./shares.ts";

/** The arrays of a party that hold secrets. */
export class Secrets {
  // Why weak: what was dropped meanwhile must not stay in memory for it.
  readonly #kept = new Set<WeakRef<ArrayBufferLike>>();
  #known = new WeakSet<ArrayBufferLike>();
  #sweepAt = 1024;
  #over = false;
  #free: ArrayBuffer[] = [];

  /**
   * An array of `bytes` bytes, whatever is in them: a part of one that was given back, or a fresh one. Wiped at the end.
   *
   * Why: memory that nobody has touched costs more than what is written to it.
   */
  readonly take: Room = (bytes) => {
    const fits = ({ byteLength }: ArrayBuffer): boolean =>
      byteLength >= bytes && byteLength <= 2 * bytes;
    const buffer = this.#free.find(fits) ?? new ArrayBuffer(bytes);
    this.#free = this.#free.filter((other) => other !== buffer);
    const array = new Uint8Array(buffer, 0, bytes);
    this.keep(array);
    return array;
  };

  /** Gives back arrays that {@linkcode Secrets.take} gave, or parts of them. Nobody may use them any more. */
  give(...arrays: readonly Uint8Array<ArrayBuffer>[]): void {
    for (const { buffer } of arrays) {
      if (buffer.byteLength > 0 && !this.#free.includes(buffer)) this.#free.push(buffer);
    }
  }

  /**
   * Remembers the whole buffers of `arrays`, which must be this party's alone, until the end. After the end it wipes them at
   * once: a stage that was left behind may still be on its way to its next message.
   */
  keep(...arrays: readonly Uint8Array[]): void {
    if (this.#over) {
      for (const { buffer } of arrays) new Uint8Array(buffer).fill(0);
      return;
    }
    for (const { buffer, byteLength } of arrays) {
      if (byteLength === 0 || this.#known.has(buffer)) continue;
      this.#known.add(buffer);
      this.#kept.add(new WeakRef(buffer));
    }
    if (this.#kept.size < this.#sweepAt) return;
    for (const kept of this.#kept) if (kept.deref() === undefined) this.#kept.delete(kept);
    this.#sweepAt = 2 * this.#kept.size + 1024;
  }

  /** Overwrites all of them with zeros. */
  wipe(): void {
    this.#over = true;
    for (const kept of this.#kept) {
      const buffer = kept.deref();
      if (buffer !== undefined) new Uint8Array(buffer).fill(0);
    }
    this.#kept.clear();
    this.#known = new WeakSet();
    this.#free = [];
  }
}
