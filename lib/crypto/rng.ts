/**
 * Randomness as a value that is passed in. Production code gets {@linkcode systemRng}; tests get
 * {@linkcode seededRng}. This file is the only one that reads the system's random source.
 */
import { concat, utf8 } from "../base/mod.ts";
import { RNG_ROUNDS } from "./constants.ts";
import { sha256 } from "./hash.ts";
import { chachaInto, chachaState } from "./ts/chacha.ts";

/** A source of random bytes. There is no way to copy one: no two users see the same bytes. */
export interface Rng {
  /** Fills `out` with random bytes and returns it. */
  fill<T extends Uint8Array<ArrayBuffer>>(out: T): T;
  /**
   * An independent source for one purpose. Concurrent branches take a fork each, so that a seeded run
   * does not depend on their order.
   *
   * @throws {RangeError} if this source was forked with the same label before.
   */
  fork(label: string): Rng;
}

/** Most bytes that the platform gives in one call. */
const SYSTEM_BYTES_MAX = 65536;

/** Remembers the labels of one source's forks. */
class Labels {
  readonly #used = new Set<string>();

  use(label: string): void {
    if (this.#used.has(label)) {
      throw new RangeError(`Cannot fork a random source: label "${label}" was used before`);
    }
    this.#used.add(label);
  }
}

class SystemRng implements Rng {
  readonly #labels = new Labels();

  fill<T extends Uint8Array<ArrayBuffer>>(out: T): T {
    for (let at = 0; at < out.length; at += SYSTEM_BYTES_MAX) {
      crypto.getRandomValues(out.subarray(at, at + SYSTEM_BYTES_MAX));
    }
    return out;
  }

  fork(label: string): Rng {
    this.#labels.use(label);
    return new SystemRng();
  }
}

/** ChaCha20 in counter mode under a 32-byte key; a fork's key is SHA-256 of the key and the label. */
class SeededRng implements Rng {
  readonly #labels = new Labels();
  readonly #key: Uint8Array<ArrayBuffer>;
  readonly #state = chachaState();
  readonly #block = new Int32Array(16);
  readonly #bytes = new Uint8Array(this.#block.buffer);
  /** Bytes of the current block that were given out. */
  #used = 64;

  constructor(key: Uint8Array<ArrayBuffer>) {
    this.#key = key;
    this.#state.set(new Int32Array(key.buffer, key.byteOffset, 8), 4);
  }

  fill<T extends Uint8Array<ArrayBuffer>>(out: T): T {
    for (let at = 0; at < out.length;) {
      if (this.#used === 64) this.#next();
      const part = this.#bytes.subarray(this.#used, this.#used + out.length - at);
      out.set(part, at);
      at += part.length;
      this.#used += part.length;
    }
    return out;
  }

  fork(label: string): Rng {
    this.#labels.use(label);
    return new SeededRng(sha256(utf8("rng fork"), this.#key, utf8(label)));
  }

  #next(): void {
    chachaInto(this.#block, 0, 1, this.#state, RNG_ROUNDS);
    const low = ((this.#state[12] as number) + 1) | 0;
    this.#state[12] = low;
    if (low === 0) this.#state[13] = (this.#state[13] as number) + 1;
    this.#used = 0;
  }
}

/**
 * The platform's cryptographic random source, read directly: nothing to seed, no state to wipe, and
 * faster than any generator in TypeScript.
 */
export function systemRng(): Rng {
  return new SystemRng();
}

/**
 * A deterministic source, **for tests and benchmarks only**: whoever knows `seed` (any length) knows
 * every secret made from it. Forks depend on seed and labels, not on the bytes taken before.
 */
export function seededRng(seed: Uint8Array): Rng {
  return new SeededRng(sha256(concat(utf8("rng seed"), seed)));
}
