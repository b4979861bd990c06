/** A bar at the bottom of a terminal that shows how far a computation is. It vanishes when that is over. */
import { PaceMeter, paceTexts, percentOf, type Progress, stageText } from "./progress.ts";

/** What a bar needs. */
export interface BarOptions {
  /** Takes what the terminal is to show. */
  readonly write: (text: string) => void;
  /** Width of the terminal in characters. */
  readonly columns: () => number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** A bar. */
export interface Bar {
  /** Shows an event; between two of the same phase the bar is drawn now and then. */
  show(event: Progress): void;
  /** Takes the bar off the terminal for other text; it comes back with the next event. */
  hide(): void;
}

/** Between two drawings, in milliseconds. */
const DRAW_MS = 100;
const BAR_WIDTH = 20;
/** To the beginning of the line, and erase it. */
const ERASE = "\r\x1b[K";

/** A bar on a terminal that knows the escape sequence "erase to the end of the line". */
export function progressBar({ write, columns, now }: BarOptions): Bar {
  const meter = new PaceMeter();
  let shown = false;
  let drawnAtMs = -Infinity;
  let phase = "";
  function hide(): void {
    if (shown) write(ERASE);
    shown = false;
    drawnAtMs = -Infinity;
  }
  return {
    show(event): void {
      const pace = meter.add(event, now());
      if (event.phase === "output" && event.done >= event.total) return hide();
      const soon = now() - drawnAtMs < DRAW_MS;
      if (soon && event.phase === phase && event.done < event.total) return;
      phase = event.phase;
      drawnAtMs = now();
      shown = true;
      const percent = percentOf(event);
      const full = Math.round(percent / 100 * BAR_WIDTH);
      const bar = "█".repeat(full) + "░".repeat(BAR_WIDTH - full);
      const head = `${stageText(event.phase)} ${event.phase.padEnd(18)} ${bar} ${percent} %`;
      const text = [head, ...paceTexts(event, pace)].join("  ");
      // Why one less: a full line would scroll.
      write(ERASE + text.slice(0, Math.max(0, columns() - 1)));
    },
    hide,
  };
}
