/** The real clock. */
import type { Clock } from "./ports.ts";

/** Longest time that a timer of the platform can hold, in milliseconds. */
const TIMER_MAX_MS = 2 ** 31 - 1;

/** The system's time and timers. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms: number, action: () => void): () => void {
    const timer = setTimeout(action, Math.min(Math.max(ms, 0), TIMER_MAX_MS));
    return () => clearTimeout(timer);
  },
};
