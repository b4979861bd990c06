/** The trace of a running command: spans from its events, to a collector and to a file. Every writer redacts. */
import {
  collectorUrl,
  type Event,
  type FinishedSpan,
  isWanted,
  type LogLevels,
  logLine,
  type Observe,
  otlpExport,
  SESSION_SPAN,
  spanLine,
  spanSink,
} from "../observability/mod.ts";
import { VERSION } from "../base/mod.ts";
import { systemRng } from "../crypto/mod.ts";
import type { TracingConfig } from "./config.ts";
import type { Context } from "./context.ts";
import { type LogFile, openLogFile } from "./log_file.ts";
import { levelsOf } from "./logging.ts";
import { tracedChannel } from "./traced_channel.ts";

/** Name under which the levels of the log say how much is traced. */
const TRACE_MODULE = "trace";

/** A trace in the making. */
export interface Tracing {
  /** Takes all events. */
  readonly observe: Observe;
  /** As {@linkcode Context.traced}. */
  readonly traced: Context["traced"];
  /** Ends the trace, with the class of the error that ended the command if there was one. Never rejects. */
  end(error?: string): Promise<void>;
}

function fileOf(
  file: NonNullable<TracingConfig["file"]>,
  warn: (text: string) => void,
): LogFile {
  return openLogFile({ ...file, what: "trace file", flag: "--json-trace-file", onFailure: warn });
}

/**
 * Begins to trace. `observe` of the context gets the warning that traces do not arrive.
 *
 * @throws {UsageError} if the file cannot be opened.
 */
export async function startTracing(
  config: TracingConfig,
  { system, redactor, observe: tell }: Pick<Context, "system" | "redactor" | "observe">,
): Promise<Tracing> {
  const { collector, session } = config;
  const levels: LogLevels = levelsOf(config.logLevel);
  const inDetail = isWanted(levels, TRACE_MODULE, "debug");
  const warn = (text: string): void =>
    tell({ kind: "log", level: "warn", module: "tracing", text });
  const redact = (text: string): string => redactor.redact(text);
  // Why not the system's clock: phases are shorter than its milliseconds.
  const now = (): number => performance.timeOrigin + performance.now();
  let peer: string | undefined;
  const file = config.file === undefined ? undefined : fileOf(config.file, warn);
  const otlp = collector === undefined ? undefined : await otlpExport({
    ...{ ...collector, version: VERSION, peer: () => peer, redact },
    after: (ms, action) => system.after(ms, action),
    onFailure: (text) => warn(`traces do not arrive at ${collectorUrl(collector)}: ${text}`),
  });
  const sink = spanSink({
    now,
    random: (length) => systemRng().fill(new Uint8Array(length)),
    emit(span: FinishedSpan): void {
      file?.write(spanLine(span, redact));
      otlp?.add(span);
    },
    // Why: in a session the gossip and the pings are noise beside its phases.
    wanted: (protocol) => !session || inDetail || protocol === "dial",
  });

  function observe(event: Event): void {
    if (event.kind === "identity") peer = event.peer;
    sink.observe(event);
    if (file === undefined || event.kind !== "log") return;
    if (!isWanted(levels, event.module, event.level)) return;
    file.write(logLine(event, { now: now(), place: sink.place() }, redact));
  }

  if (session) {
    sink.observe({ kind: "span", change: "begin", id: SESSION_SPAN, name: SESSION_SPAN });
  }
  return {
    observe,
    traced: inDetail ? (channel) => tracedChannel(channel, sink.observe) : undefined,
    async end(error): Promise<void> {
      const told = error === undefined ? {} : { error };
      sink.observe({ kind: "span", change: "end", id: SESSION_SPAN, ...told });
      sink.close();
      await otlp?.close();
      file?.close();
    },
  };
}
