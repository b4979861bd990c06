/** The way out of a compilation that takes too long: its stages count their steps and say so at intervals. */

/** Called now and then while a program is compiled; what it throws ends the compilation. */
export type Tick = () => void;

/** Steps between two calls of a {@linkcode Tick}, a power of two; a step takes microseconds. */
const STEPS_PER_TICK = 256;

/** Counts the steps of one stage. */
export class Steps {
  readonly #tick: Tick | undefined;
  #count = 0;

  /** Without `tick` nothing happens. */
  constructor(tick: Tick | undefined) {
    this.#tick = tick;
  }

  /** One step further. */
  step(): void {
    this.#count = (this.#count + 1) % STEPS_PER_TICK;
    if (this.#count === 0) this.#tick?.();
  }
}
