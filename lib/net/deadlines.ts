/**
 * Deadlines of many waiting calls with one timer: a timer for each call would cost more than a small
 * message itself.
 */
import type { Clock } from "../session/ports.ts";

/** A call that waits. */
export interface Waiting {
  /** When the call last saw progress of its own or of its peer, in milliseconds of the clock. */
  movedAt(): number;
  /** Ends the call because nothing has moved for the limit. */
  readonly expire: () => void;
}

/** Calls that each end when nothing has moved for the same time. */
export class Deadlines {
  readonly #clock: Clock;
  readonly #limitMs: number;
  readonly #waiting = new Set<Waiting>();
  #cancel: (() => void) | undefined;

  /** @param limitMs longest time without progress, in milliseconds. */
  constructor(clock: Clock, limitMs: number) {
    this.#clock = clock;
    this.#limitMs = limitMs;
  }

  /** Watches a call that begins now; the returned function ends that. */
  add(call: Waiting): () => void {
    this.#waiting.add(call);
    // Why no earlier one is ever needed: who comes later has a later deadline.
    this.#cancel ??= this.#clock.after(this.#limitMs, () => this.#look());
    return () => this.#waiting.delete(call);
  }

  /** Forgets all calls, and leaves no timer behind. */
  clear(): void {
    this.#waiting.clear();
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #look(): void {
    this.#cancel = undefined;
    let next = this.#limitMs;
    for (const call of [...this.#waiting]) {
      const left = this.#limitMs - (this.#clock.now() - call.movedAt());
      if (left > 0) next = Math.min(next, left);
      else if (this.#waiting.delete(call)) call.expire();
    }
    if (this.#waiting.size > 0) {
      this.#cancel = this.#clock.after(next, () => this.#look());
    }
  }
}
