/** Events as lines for people, on stderr. */
import type { Event, Level, Observe } from "./event.ts";
import { sanitize } from "./sanitize.ts";

/** What a text sink needs. */
export interface TextSinkOptions {
  /** Takes whole lines, each with its line feed. */
  readonly write: (text: string) => void;
  /** Least level of log lines that are shown. */
  readonly level: Level;
  /** Neither notices nor progress. */
  readonly quiet: boolean;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** A phase reports at most once in this time, beside its completion. */
export const PROGRESS_INTERVAL_MS = 3000;

const SEVERITY: Readonly<Record<Level, number>> = {
  error: 0,
  warn: 1,
  info: 2,
  debug: 3,
  trace: 4,
};

type Progress = Event & { readonly kind: "progress" };

function progressLine({ phase, done, total }: Progress): string {
  const percent = total === 0 ? 100 : Math.floor(done / total * 100);
  return `> ${phase}: ${done} of ${total} AND gates (${percent} %)\n`;
}

/**
 * Shows notices as `> text`, log lines with time and level, and progress now and then: a line when a phase
 * is complete, and in between at most one each {@linkcode PROGRESS_INTERVAL_MS}. One event is one line,
 * whatever characters its text holds.
 */
export function textSink(options: TextSinkOptions): Observe {
  const { write, level, quiet, now } = options;
  let shownAtMs: number | undefined;
  let completed = "";

  function progress(event: Progress): void {
    const time = now();
    shownAtMs ??= time;
    if (event.done >= event.total) {
      if (completed === event.phase) return;
      completed = event.phase;
    } else {
      completed = "";
      if (time - shownAtMs < PROGRESS_INTERVAL_MS) return;
    }
    shownAtMs = time;
    write(progressLine(event));
  }

  return (event) => {
    switch (event.kind) {
      case "notice":
        if (!quiet) write(`> ${sanitize(event.text)}\n`);
        return;
      case "log": {
        if (SEVERITY[event.level] > SEVERITY[level]) return;
        const time = new Date(now()).toISOString();
        write(`${time} ${event.level.padEnd(5)} ${event.module}: ${sanitize(event.text)}\n`);
        return;
      }
      case "progress":
        if (!quiet) progress(event);
        return;
      case "connection":
      case "request":
        return;
    }
  };
}
