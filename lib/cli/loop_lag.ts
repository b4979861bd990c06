/** How late the event loop is: a timer that should go off each second, and when it did. */
import type { System } from "./system.ts";

/** Time between two looks, in milliseconds. */
const LOOK_MS = 1000;

/** The event loop being watched. */
export interface LoopLag {
  /** Greatest delay since it was last asked, in seconds; a delay that lasts counts from the moment it is asked. */
  greatest(): number;
  /** Ends it. */
  stop(): void;
}

/** Begins to watch the event loop. */
export function watchLoop({ now, after }: Pick<System, "now" | "after">): LoopLag {
  let worst = 0;
  let due = 0;
  let cancel = (): void => {};
  const late = (): number => Math.max(0, now() - due) / 1000;
  function arm(): void {
    due = now() + LOOK_MS;
    cancel = after(LOOK_MS, () => {
      worst = Math.max(worst, late());
      arm();
    });
  }
  arm();
  return {
    greatest(): number {
      const greatest = Math.max(worst, late());
      worst = 0;
      return greatest;
    },
    stop: () => cancel(),
  };
}
