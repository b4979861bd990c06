/**
 * The memory of the module as the kernels use it: areas taken one after the other in one call, all wiped
 * and given back at its end.
 *
 * Why: secrets (Δ, labels, shares, seeds) stand in this memory only while a call runs. Between calls it
 * holds zeros, so every area starts as zeros, and there is nothing for a later defect to leak. Batches of
 * any size pass through areas of at most `PIECE` elements, which stay in the second-level cache; only the
 * registers of a run of gates are here as a whole. The memory grows to what was needed once and no further.
 */

/** What a module has to export for its memory to be used in this way. */
export interface MemoryExports {
  readonly memory: WebAssembly.Memory;
  /** First byte that is free. */
  readonly heap: WebAssembly.Global;
  /** Overwrites secrets in places of its own, and all from `heap` to `end`. */
  wipe(end: number): void;
}

/** Rows, blocks or gates that are worked on at a time. */
export const PIECE = 2048;

const PAGE_BYTES = 65536;
const LINE_BYTES = 64;
/** Areas are moved against each other by this, as equal low address bits would make them evict each other. */
const PAD_BYTES = 3 * LINE_BYTES;

/** Memory and functions of one instance. */
export class Arena<E extends MemoryExports> {
  /** The module's functions. */
  readonly wasm: E;
  readonly #heap: number;
  #end: number;
  #bytes: Uint8Array<ArrayBuffer>;

  constructor(wasm: E) {
    this.wasm = wasm;
    this.#heap = Math.ceil(wasm.heap.value / LINE_BYTES) * LINE_BYTES;
    this.#end = this.#heap;
    this.#bytes = this.#view();
  }

  #view(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.wasm.memory.buffer as ArrayBuffer);
  }

  /** Runs one call of a kernel: what it took is wiped when it ends, also by an exception. */
  use<T>(call: () => T): T {
    try {
      return call();
    } finally {
      this.wasm.wipe(this.#end);
      this.#end = this.#heap;
    }
  }

  /** An area of `length` zeros, with room for 192 bytes more; its address. */
  take(length: number): number {
    const at = this.#end;
    this.#end = Math.ceil((at + length) / LINE_BYTES) * LINE_BYTES + PAD_BYTES;
    const missing = this.#end - this.#bytes.length;
    if (missing > 0) {
      this.wasm.memory.grow(Math.ceil(missing / PAGE_BYTES));
      this.#bytes = this.#view();
    }
    return at;
  }

  /** An area with a copy of `bytes`. */
  hold(bytes: Uint8Array): number {
    const at = this.take(bytes.length);
    this.#bytes.set(bytes, at);
    return at;
  }

  /** Copies the bytes `from` … `from + length` of `source` to `at`. */
  write(at: number, source: Uint8Array, from: number, length: number): void {
    this.#bytes.set(source.subarray(from, from + length), at);
  }

  /** Copies `length` bytes at `at` to `target`, from `to` on. */
  read(at: number, target: Uint8Array, to: number, length: number): void {
    target.set(this.#bytes.subarray(at, at + length), to);
  }

  /** Overwrites `length` bytes at `at` with zeros. */
  clear(at: number, length: number): void {
    this.#bytes.fill(0, at, at + length);
  }

  /** Writes addresses one after the other, four bytes each. */
  holdPointers(pointers: readonly number[]): number {
    return this.hold(new Uint8Array(Uint32Array.from(pointers).buffer));
  }
}

/** Calls `work` for the pieces of `count` elements: number of the first element, and how many. */
export function forPieces(
  count: number,
  work: (first: number, length: number) => void,
  piece: number = PIECE,
): void {
  for (let first = 0; first < count; first += piece) work(first, Math.min(piece, count - first));
}
