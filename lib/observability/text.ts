/** Events as lines for people, on stderr. */
import type { Observe } from "./event.ts";
import { isWanted, type LogLevels } from "./levels.ts";
import { lineOf, recordOf } from "./log.ts";
import { PaceMeter, progressFilter, progressText } from "./progress.ts";
import { sanitize } from "./sanitize.ts";

/** What a text sink needs. */
export interface TextSinkOptions {
  /** Takes whole lines, each with its line feed. */
  readonly write: (text: string) => void;
  /** Which log lines are shown. */
  readonly levels: LogLevels;
  /** Neither notices nor progress. */
  readonly quiet: boolean;
  /** Whether progress is shown as lines. */
  readonly progress: boolean;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/**
 * Shows notices as `> text`, what a log has with time and level, and progress now and then. One event is one line,
 * whatever characters its text holds.
 */
export function textSink(options: TextSinkOptions): Observe {
  const { write, levels, quiet, progress, now } = options;
  const isDue = progressFilter(now);
  const meter = new PaceMeter();
  return (event) => {
    switch (event.kind) {
      case "notice":
        if (!quiet) write(`> ${sanitize(event.text)}\n`);
        return;
      case "progress":
        if (!quiet && progress) {
          const pace = meter.add(event, now());
          if (isDue(event)) write(`> ${progressText(event, pace)}\n`);
        }
        return;
      default: {
        const record = recordOf(event);
        if (record === undefined || !isWanted(levels, record.module, record.level)) return;
        write(lineOf(record, new Date(now()).toISOString(), "text"));
      }
    }
  };
}
