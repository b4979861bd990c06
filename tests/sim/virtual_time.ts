/** A clock whose time passes only when nothing else is left to do. */
import { setImmediate } from "node:timers";
import type { Clock } from "../../lib/session/ports.ts";

interface Timer {
  readonly at: number;
  readonly action: () => void;
  cancelled: boolean;
}

/** Virtual time: timers run in order, each after all promises that can settle have settled. */
export class VirtualClock implements Clock {
  #now = 1_800_000_000_000;
  #timers: Timer[] = [];
  #stopped = false;
  #wake = (): void => {};

  now(): number {
    return this.#now;
  }

  after(ms: number, action: () => void): () => void {
    const timer: Timer = { at: this.#now + Math.max(ms, 0), action, cancelled: false };
    let low = 0;
    let high = this.#timers.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#timers[middle]?.at ?? 0) <= timer.at) low = middle + 1;
      else high = middle;
    }
    this.#timers.splice(low, 0, timer);
    this.#wake();
    return () => timer.cancelled = true;
  }

  /** Lets time pass until {@linkcode stop}. */
  async run(): Promise<void> {
    while (!this.#stopped) {
      await new Promise<void>((resolve) => setImmediate(resolve));
      if (this.#stopped) return;
      const timer = this.#timers.shift();
      if (timer === undefined) await new Promise<void>((resolve) => this.#wake = resolve);
      else if (!timer.cancelled) {
        this.#now = timer.at;
        timer.action();
      }
    }
  }

  /** Ends {@linkcode run}. */
  stop(): void {
    this.#stopped = true;
    this.#wake();
  }
}
