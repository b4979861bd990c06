/**
 * What code leaves in memory that nobody was handed: every buffer behind a typed array that is made while it runs, by a
 * constructor, `slice`, `from` or any other method, looked at again when it is over.
 */

import type { Rng } from "../../lib/crypto/mod.ts";

/** The constructors that are watched. */
const NAMES = ["Uint8Array", "Int32Array", "Uint32Array", "BigUint64Array"] as const;
/** Words of a block. */
const WORDS = 4;
/** Frames of a stack that are kept: that of the recorder, of helpers like `concat`, and of their callers. */
const FRAMES = 8;

/** Where a buffer was made; its text is made when it is asked for. */
interface Site {
  readonly stack?: string;
}

type Constructor = new (...args: readonly unknown[]) => ArrayBufferView;

/** Buffers by the place where they were made. */
export class Allocations {
  readonly #made = new Map<ArrayBufferLike, Site>();
  #paused = false;

  /** Number of buffers. */
  get size(): number {
    return this.#made.size;
  }

  /** `rng`, whose own state does not count: a seeded one, which tests alone have, keeps what it gave. */
  rng(rng: Rng): Rng {
    const apart = <T>(work: () => T): T => {
      this.#paused = true;
      try {
        return work();
      } finally {
        this.#paused = false;
      }
    };
    return {
      fill: (out) => apart(() => rng.fill(out)),
      fork: (label) => this.rng(apart(() => rng.fork(label))),
    };
  }

  /** Runs `work` and remembers what is made meanwhile, also by others on this thread. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    const limit = Error.stackTraceLimit;
    const originals = NAMES.map((name) => ({ name, original: globalThis[name] }));
    const use = (name: string, original: object, constructor: unknown): void => {
      Object.assign(globalThis, { [name]: constructor });
      // Methods make their results with it.
      Object.defineProperty(original, "constructor", { value: constructor });
    };
    Error.stackTraceLimit = FRAMES;
    for (const { name, original } of originals) {
      use(name, original.prototype, this.#watched(original as unknown as Constructor));
    }
    try {
      return await work();
    } finally {
      Error.stackTraceLimit = limit;
      for (const { name, original } of originals) use(name, original.prototype, original);
    }
  }

  /**
   * Where buffers were made that tell one of `secrets`, a block each: they hold it, or a block that differs by it from
   * another block that is left. Blocks may stand at any multiple of 4 bytes.
   */
  telling(secrets: readonly Uint8Array<ArrayBuffer>[]): string[] {
    const left: { readonly words: Int32Array; readonly site: Site }[] = [];
    for (const [buffer, site] of this.#made) {
      // A memory that has grown leaves an old buffer without bytes.
      if (buffer instanceof ArrayBuffer && buffer.detached) continue;
      const words = new Int32Array(buffer, 0, buffer.byteLength >>> 2);
      if (words.some((word) => word !== 0)) left.push({ words, site });
    }
    const index = new BlockIndex(left.map(({ words }) => words));
    const found = secrets.flatMap((secret) => index.differingBy(new Int32Array(secret.buffer)));
    return [...new Set(found.map((which) => placeOf(left[which]?.site ?? {})))].sort();
  }

  #watched(original: Constructor): Constructor {
    const watched: Constructor = new Proxy(original, {
      construct: (target, args, newTarget) => {
        const made = Reflect.construct(target, args, newTarget === watched ? target : newTarget);
        if (!this.#paused && made.byteLength > 0 && !this.#made.has(made.buffer)) {
          const site: Site = {};
          Error.captureStackTrace(site);
          this.#made.set(made.buffer, site);
        }
        return made;
      },
    });
    return watched;
  }
}

/** All blocks of some arrays of words, and a block of zeros. */
class BlockIndex {
  /** Zeros, then the arrays, one after the other. */
  readonly #words: Int32Array;
  /** Where each array begins. */
  readonly #starts: readonly number[];
  /** Positions of different blocks, by hash; -1 where there is none. */
  readonly #table: Int32Array;

  constructor(arrays: readonly Int32Array[]) {
    let length = WORDS;
    this.#starts = arrays.map((array) => (length += array.length) - array.length);
    this.#words = new Int32Array(length);
    for (const [which, array] of arrays.entries()) this.#words.set(array, this.#starts[which]);
    this.#table = new Int32Array(2 ** Math.ceil(Math.log2(2 * length))).fill(-1);
    for (const at of this.#positions()) this.#table[this.#slot(at, ZEROS)] = at;
  }

  /** Numbers of the arrays with a block that differs by `secret` from some other block, or from zeros. */
  differingBy(secret: Int32Array): number[] {
    const found = new Set<number>();
    for (const at of this.#positions()) {
      if (at === 0 || this.#table[this.#slot(at, secret)] === -1) continue;
      found.add(this.#starts.findLastIndex((start) => start <= at));
    }
    return [...found];
  }

  /** Positions of blocks; of those of zeros the first. */
  *#positions(): Generator<number> {
    const words = this.#words;
    yield 0;
    for (let at = WORDS; at + WORDS <= words.length; at++) {
      if (words[at] || words[at + 1] || words[at + 2] || words[at + 3]) yield at;
    }
  }

  /** The slot of the block at `at` plus `secret`: where it stands, or may be put. */
  #slot(at: number, secret: Int32Array): number {
    const words = this.#words;
    const w0 = (words[at] as number) ^ (secret[0] as number);
    const w1 = (words[at + 1] as number) ^ (secret[1] as number);
    const w2 = (words[at + 2] as number) ^ (secret[2] as number);
    const w3 = (words[at + 3] as number) ^ (secret[3] as number);
    const mask = this.#table.length - 1;
    let hash = Math.imul(w0, 0x9e3779b1) ^ w1;
    hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b) ^ w2;
    hash = Math.imul(hash ^ (hash >>> 15), 0xc2b2ae35) ^ w3;
    hash = Math.imul(hash ^ (hash >>> 15), 0x27d4eb2f);
    for (let slot = (hash ^ (hash >>> 15)) & mask;; slot = (slot + 1) & mask) {
      const other = this.#table[slot] as number;
      if (other === -1) return slot;
      if (words[other] !== w0 || words[other + 1] !== w1) continue;
      if (words[other + 2] === w2 && words[other + 3] === w3) return slot;
    }
  }
}

const ZEROS = new Int32Array(WORDS);

/** The innermost functions of ours, innermost first. */
function placeOf({ stack = "" }: Site): string {
  const lines = stack.split("\n").filter((line) => line.includes("/lib/"));
  const names = lines.map((line) => line.replace(/^.*\/lib\//, "lib/").replace(/\)$/, ""));
  return names.slice(0, 3).join(" < ");
}
