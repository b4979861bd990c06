/** Options of traces. */
import { REACHED, refuseEmpty } from "./option_commands.ts";
import type { OptionSpec } from "./option_spec.ts";

/** The rows of the table of options. */
export const TRACE_OPTIONS = {
  enableJaeger: {
    name: "enable-jaeger",
    short: "j",
    kind: "boolean",
    default: false,
    commands: REACHED,
    group: "Traces",
    help: "Send traces to a collector that speaks OTLP, such as Jaeger",
  },
  jaegerHost: {
    name: "jaeger-host",
    kind: "string",
    value: "host",
    default: "localhost",
    commands: REACHED,
    group: "Traces",
    help: "Name or address of the collector; the way to it is not encrypted",
    refuse: refuseEmpty,
  },
  jaegerPort: {
    name: "jaeger-port",
    kind: "integer",
    min: 1,
    max: 65_535,
    default: 4317,
    defaultText: "4317; 4318 with --jaeger-protocol=http",
    commands: REACHED,
    group: "Traces",
    help: "TCP port of the collector",
  },
  jaegerProtocol: {
    name: "jaeger-protocol",
    kind: "choice",
    choices: ["grpc", "http"],
    default: "grpc",
    commands: REACHED,
    group: "Traces",
    help: "How the collector takes OTLP",
  },
  jsonTrace: {
    name: "json-trace",
    kind: "boolean",
    default: false,
    commands: REACHED,
    group: "Traces",
    help: "Write traces to a file, one JSON object a line",
  },
  jsonTraceFile: {
    name: "json-trace-file",
    kind: "path",
    value: "path",
    default: "traces.json",
    commands: REACHED,
    group: "Traces",
    help:
      "File of --json-trace; it grows and is put aside as the log file is; only you may read it",
    refuse: refuseEmpty,
  },
} as const satisfies Readonly<Record<string, OptionSpec>>;
