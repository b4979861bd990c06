/** Where events are told: on stderr, and in a log file if one is wanted. Every writer redacts. */
import { exitCodeOf } from "../base/mod.ts";
import {
  type Event,
  type LogLevels,
  logSink,
  type Observe,
  progressBar,
  readLogLevels,
  type Redactor,
  textSink,
} from "../observability/mod.ts";
import { MIB, openLogFile } from "./log_file.ts";
import type { Settings } from "./options.ts";
import { errorLine, report } from "./report.ts";
import type { System } from "./system.ts";

/** Events being told. */
export interface Logging {
  readonly observe: Observe;
  /** Tells the error that ends the program, and returns its exit code. */
  report(error: unknown): number;
  /** Closes the log file. */
  close(): void;
}

/** The levels of a setting. */
export function levelsOf(text: string): LogLevels {
  const reading = readLogLevels(text);
  // Invariant: the table of options refuses other texts.
  if (!reading.ok) throw new TypeError(reading.problem);
  return reading.levels;
}

/**
 * Begins to tell events.
 *
 * @throws {UsageError} if the log file cannot be opened.
 */
export function startLogging(settings: Settings, redactor: Redactor, system: System): Logging {
  const { logFormat: format, quiet, debug, progress } = settings;
  const now = (): number => system.now();
  const { isTerminal, columns } = system.stderr;
  const drawn = isTerminal && format === "text" && progress && !quiet;
  const bar = drawn
    ? progressBar({ write: (text) => system.stderr.write(text), columns, now })
    : undefined;
  const write = (text: string): void => {
    bar?.hide();
    system.stderr.write(redactor.redact(text));
  };
  const levels = levelsOf(settings.logLevel);
  const records = logSink({ write, format: "json", levels, now });
  const terminal = format === "text"
    ? textSink({ write, levels, quiet, progress: progress && bar === undefined, now })
    : (event: Event): void => {
      if (!quiet || event.kind === "log") records(event);
    };
  const tell = (text: string): Event => ({ kind: "log", level: "error", module: "main", text });

  const { logFile: path, logFileSize, logFileCount: kept } = settings;
  const onFailure = (text: string): void => terminal(tell(text));
  const file = path === undefined ? undefined : openLogFile({
    ...{ path, bytesMax: logFileSize * MIB, kept, onFailure },
    ...{ what: "log file", flag: "--log-file" },
  });
  const toFile = logSink({
    write: (line) => file?.write(redactor.redact(line)),
    format,
    levels: levelsOf(settings.logFileLevel),
    now,
  });
  return {
    observe(event): void {
      terminal(event);
      if (event.kind === "progress") bar?.show(event);
      toFile(event);
    },
    report(error): number {
      toFile(tell(errorLine(error)));
      if (format === "text") return report(error, { write, debug });
      terminal(tell(errorLine(error)));
      return exitCodeOf(error);
    },
    close(): void {
      bar?.hide();
      file?.close();
    },
  };
}
