/** Events as records of a log, one line each, for files and for programs that read logs. */
import type { Event, Level, Observe } from "./event.ts";
import { isWanted, type LogLevels } from "./levels.ts";
import { progressFilter, progressText } from "./progress.ts";
import { sanitize } from "./sanitize.ts";

/** How a record is written: a line of words, or a JSON object. */
export type LogFormat = "text" | "json";

/** What a log sink needs. */
export interface LogSinkOptions {
  /** Takes whole lines, each with its line feed. */
  readonly write: (line: string) => void;
  /** How records are written. */
  readonly format: LogFormat;
  /** Which records are written. */
  readonly levels: LogLevels;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** An event as a line of a log. */
export interface LogRecord {
  /** Severity. */
  readonly level: Level;
  /** Who tells. */
  readonly module: string;
  /** In words, not yet made harmless. */
  readonly text: string;
  /** What a program would want without reading the text. */
  readonly fields?: Readonly<Record<string, string | number>>;
}

/** Version of the JSON form; a field that is added does not change it. */
const LOG_VERSION = 1;

/** The record of an event; undefined for what no log shows. */
export function recordOf(event: Event): LogRecord | undefined {
  switch (event.kind) {
    case "notice":
      if (event.private) return undefined;
      return { level: "info", module: "notice", text: event.text };
    case "log":
      return event;
    case "progress": {
      const { kind: _, ...fields } = event;
      return { level: "info", module: "progress", text: progressText(event), fields };
    }
    case "connection": {
      const { change, direction, via, peer } = event;
      const text = `${direction} connection with ${peer}, ${via}: ${change}`;
      return { level: "debug", module: "net", text, fields: { change, direction, via, peer } };
    }
    case "request": {
      const { protocol, direction, result, seconds } = event;
      const text = `${direction} request over ${protocol}: ${result}`;
      const fields = { protocol, direction, result, seconds };
      return { level: "debug", module: "request", text, fields };
    }
    default:
      return undefined;
  }
}

/** A record as a line with its line feed; `ts` is its time. */
export function lineOf(record: LogRecord, ts: string, format: LogFormat): string {
  const { level, module, fields } = record;
  const text = sanitize(record.text);
  if (format === "text") return `${ts} ${level.padEnd(5)} ${module}: ${text}\n`;
  return `${JSON.stringify({ v: LOG_VERSION, ts, level, module, text, ...fields })}\n`;
}

/**
 * Writes lines, notices, progress, connections and requests as records with time (ISO 8601, UTC), level and module: notices
 * and progress as `info` of the modules `notice` and `progress`, connections and requests as `debug` of `net` and `request`.
 * JSON records have the keys v, ts, level, module and text, and those of the event.
 */
export function logSink(options: LogSinkOptions): Observe {
  const { write, format, levels, now } = options;
  const isDue = progressFilter(now);
  return (event) => {
    const record = recordOf(event);
    if (record === undefined || !isWanted(levels, record.module, record.level)) return;
    if (event.kind === "progress" && !isDue(event)) return;
    write(lineOf(record, new Date(now()).toISOString(), format));
  };
}
