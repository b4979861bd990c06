/** Bytes that grow, and numbers below 2^32 in as few of them as they need. */

/** Seven bits a byte, least significant first; the top bit tells that more follow. */
const LOW = 0x7f;
const MORE = 0x80;

/** Writes numbers one after the other. */
export class VarintWriter {
  #bytes: Uint8Array<ArrayBuffer> = new Uint8Array(64);
  #length = 0;

  /** Appends a number below 2^32. */
  write(value: number): void {
    if (this.#length + 5 > this.#bytes.length) {
      const longer = new Uint8Array(this.#bytes.length * 2);
      longer.set(this.#bytes);
      this.#bytes = longer;
    }
    let rest = value;
    while (rest > LOW) {
      this.#bytes[this.#length++] = (rest & LOW) | MORE;
      rest >>>= 7;
    }
    this.#bytes[this.#length++] = rest;
  }

  /** What was written so far, as a copy; the writer starts anew. */
  take(): Uint8Array<ArrayBuffer> {
    const taken = this.#bytes.slice(0, this.#length);
    this.#length = 0;
    return taken;
  }
}

/** Reads what a {@linkcode VarintWriter} wrote. */
export class VarintReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** The next number. */
  read(): number {
    let value = 0;
    for (let shift = 0;; shift += 7) {
      const byte = this.#bytes[this.#at++] as number;
      value |= (byte & LOW) << shift;
      if (byte <= LOW) return value >>> 0;
    }
  }
}
