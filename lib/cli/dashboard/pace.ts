/** How fast a computation goes, and when it will be over. */
import type { Phase, Progress } from "../../observability/mod.ts";

/** Phases that every AND gate passes and that take time: each counts as an equal part of the work. */
const MATERIAL: readonly Phase[] = ["authenticated bits", "leaky ANDs", "buckets"];
/** What one party does with the material; the others do the other. */
const USE: readonly Phase[] = ["garbling", "evaluation"];

/** Least part of the work from which the time that is left can be told. */
const FRACTION_MIN = 0.02;

/** Collects progress. */
export class Pace {
  readonly #parts: readonly (readonly Phase[])[];
  readonly #done = new Map<Phase, number>();
  #total = 0;

  /** @param uses whether the material is used as well, not only made. */
  constructor(uses: boolean) {
    this.#parts = [...MATERIAL.map((phase) => [phase]), ...(uses ? [USE] : [])];
  }

  /** Takes note of an event of progress. */
  add({ phase, done, total }: Progress): void {
    this.#total = total;
    this.#done.set(phase, Math.max(done, this.#done.get(phase) ?? 0));
  }

  /** Part of the work that is done, from 0 to 1. */
  get fraction(): number {
    if (this.#total === 0) return this.#done.has("output") ? 1 : 0;
    const passed = this.#parts.map((phases) => {
      return Math.max(...phases.map((phase) => this.#done.get(phase) ?? 0));
    });
    return passed.reduce((sum, gates) => sum + gates, 0) / (passed.length * this.#total);
  }

  /** AND gates that are done: all parts of all gates, taken together. */
  get gates(): number {
    return this.fraction * this.#total;
  }

  /** AND gates a second, and the time that is left in milliseconds, after `elapsedMs` of work. */
  rate(elapsedMs: number): { readonly gatesPerSecond?: number; readonly etaMs?: number } {
    const { fraction, gates } = this;
    if (elapsedMs <= 0 || fraction < FRACTION_MIN) return {};
    return {
      gatesPerSecond: gates / (elapsedMs / 1000),
      etaMs: elapsedMs * (1 - fraction) / fraction,
    };
  }
}
