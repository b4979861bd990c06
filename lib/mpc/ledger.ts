/**
 * What the state of the chunks takes, in bytes: kept by hand where big arrays come and go, so that a test can
 * assert that it does not grow with the circuit.
 */
import type { Shares } from "./shares.ts";

/** Bytes that a party holds for its chunks. */
export class Ledger {
  #live = 0;
  #peak = 0;

  /** Bytes held now. */
  get live(): number {
    return this.#live;
  }

  /** The most that was held since the last call of {@linkcode Ledger.takePeak}. */
  get peak(): number {
    return this.#peak;
  }

  /** Records that `bytes` more are held; the function that is returned records their end, once. */
  hold(bytes: number): () => void {
    this.#live += bytes;
    this.#peak = Math.max(this.#peak, this.#live);
    let held = true;
    return () => {
      if (held) this.#live -= bytes;
      held = false;
    };
  }

  /** The peak; the next one starts from what is held now. */
  takePeak(): number {
    const peak = this.#peak;
    this.#peak = this.#live;
    return peak;
  }
}

/** Bytes of the arrays of shares. */
export function sharesBytes(...all: readonly Shares[]): number {
  return all.reduce((sum, { bits, macs, keys }) => {
    return [bits, ...macs, ...keys].reduce((bytes, part) => bytes + part.length, sum);
  }, 0);
}
