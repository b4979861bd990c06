/** When progress is worth a line. */
import type { Event } from "./event.ts";

/** A phase reports at most once in this time, beside its completion. */
export const PROGRESS_INTERVAL_MS = 3000;

/** An event of progress. */
export type Progress = Event & { readonly kind: "progress" };

/**
 * A filter for progress: a line when a phase is complete, and in between at most one each
 * {@linkcode PROGRESS_INTERVAL_MS}.
 *
 * @param now milliseconds since 1970.
 */
export function progressFilter(now: () => number): (event: Progress) => boolean {
  let shownAtMs: number | undefined;
  let completed = "";
  return (event) => {
    const time = now();
    shownAtMs ??= time;
    if (event.done >= event.total) {
      if (completed === event.phase) return false;
      completed = event.phase;
    } else {
      completed = "";
      if (time - shownAtMs < PROGRESS_INTERVAL_MS) return false;
    }
    shownAtMs = time;
    return true;
  };
}

/** Progress in words. */
export function progressText({ phase, done, total }: Progress): string {
  const percent = total === 0 ? 100 : Math.floor(done / total * 100);
  return `${phase}: ${done} of ${total} AND gates (${percent} %)`;
}
