/** Options of output, logs and metrics, and general ones. */
import { readLogLevels } from "../observability/mod.ts";
import { COMPUTING, EVERY, MEETING, REACHED, refuseEmpty, TRYING } from "./option_commands.ts";
import type { OptionSpec } from "./option_spec.ts";

function refuseLevels(value: string): string | undefined {
  const reading = readLogLevels(value);
  return reading.ok ? undefined : reading.problem;
}

function refusePattern(value: string): string | undefined {
  try {
    new RegExp(value);
    return undefined;
  } catch {
    return "it is no regular expression";
  }
}

/** The rows of the table of options. */
export const OUTPUT_OPTIONS = {
  metricsPort: {
    name: "metrics-port",
    short: "m",
    kind: "integer",
    min: 0,
    max: 65_535,
    default: 9090,
    defaultText: "9090; new and join serve metrics only with this flag",
    commands: [...REACHED, "metrics", "doctor", "status"],
    group: "Output and metrics",
    help: "Port of the metrics page; 0 takes a free one",
  },
  metricsHost: {
    name: "metrics-host",
    kind: "string",
    value: "host",
    default: "127.0.0.1",
    commands: [...REACHED, "metrics", "doctor", "status"],
    group: "Output and metrics",
    help: "Address of the metrics page; 0.0.0.0 lets other machines read it",
    refuse: refuseEmpty,
  },
  logLevel: {
    name: "log-level",
    short: "l",
    kind: "string",
    value: "levels",
    default: "info",
    commands: EVERY,
    group: "Output and metrics",
    help: "Least level of log lines: error, warn, info, debug or trace; by module: info,net=debug",
    refuse: refuseLevels,
  },
  logFormat: {
    name: "log-format",
    kind: "choice",
    choices: ["text", "json"],
    default: "text",
    commands: EVERY,
    group: "Output and metrics",
    help: "Form of what is told on stderr and in the log file",
  },
  logFile: {
    name: "log-file",
    kind: "path",
    value: "path",
    commands: EVERY,
    group: "Output and metrics",
    help: "File that gets the log, too; only you may read it",
    refuse: refuseEmpty,
  },
  logFileLevel: {
    name: "log-file-level",
    kind: "string",
    value: "levels",
    default: "debug",
    commands: EVERY,
    group: "Output and metrics",
    help: "Least level of the lines in the log file, as with --log-level",
    refuse: refuseLevels,
  },
  logFileSize: {
    name: "log-file-size",
    kind: "integer",
    min: 1,
    max: 4096,
    default: 16,
    commands: EVERY,
    group: "Output and metrics",
    help: "Size in MiB at which the log file is put aside and a new one begun",
  },
  logFileCount: {
    name: "log-file-count",
    kind: "integer",
    min: 0,
    max: 1000,
    default: 4,
    commands: EVERY,
    group: "Output and metrics",
    help: "Full log files that are kept, as <path>.1 (the newest), <path>.2, …",
  },
  json: {
    name: "json",
    kind: "boolean",
    default: false,
    configKey: false,
    commands: [
      ...COMPUTING,
      ...TRYING,
      ...[
        "peers",
        "file",
        "metrics",
        "ping",
        "lookup",
        "id",
        "version",
        "doctor",
        "status",
      ] as const,
      ...["ticket", "policy", "verify"] as const,
    ],
    group: "Output and metrics",
    help:
      "One JSON object on stdout; of new and join one for each event, a line; an error is one, too",
  },
  progress: {
    name: "progress",
    kind: "boolean",
    default: true,
    configKey: false,
    commands: MEETING,
    group: "Output and metrics",
    help: "Show how far a computation is; --no-progress does not",
  },
  quiet: {
    name: "quiet",
    short: "q",
    kind: "boolean",
    default: false,
    commands: EVERY,
    group: "Output and metrics",
    help: "No notices and no progress on stderr; on stdout the bare ticket and the bare result",
  },
  count: {
    name: "count",
    kind: "integer",
    min: 1,
    max: 10_000,
    default: 4,
    configKey: false,
    commands: ["ping"],
    group: "Output and metrics",
    help: "How often to ping, once a second",
  },
  out: {
    name: "out",
    short: "o",
    kind: "path",
    value: "path",
    defaultText: "keys/node.key for a key",
    configKey: false,
    commands: ["keygen", "compile", "preprocess", "file"],
    group: "Files and pages",
    help:
      "File for the new key, preprocessing or fetched file, which must not exist yet, or the circuit, .json or .txt",
    refuse: refuseEmpty,
  },
  psk: {
    name: "psk",
    kind: "boolean",
    default: false,
    configKey: false,
    commands: ["keygen"],
    group: "Files and pages",
    help: "Make the key of a private network instead of an identity",
  },
  url: {
    name: "url",
    kind: "string",
    value: "url",
    defaultText: "http://<metrics-host>:<metrics-port>/metrics",
    configKey: false,
    commands: ["metrics", "status"],
    group: "Files and pages",
    help: "Metrics page of the node to look at",
    refuse: (value) => URL.canParse(value) ? undefined : "it is no URL",
  },
  watch: {
    name: "watch",
    kind: "boolean",
    default: false,
    configKey: false,
    commands: ["metrics", "status"],
    group: "Files and pages",
    help: "Look again every two seconds, until Ctrl-C",
  },
  grep: {
    name: "grep",
    kind: "string",
    value: "pattern",
    configKey: false,
    commands: ["metrics"],
    group: "Files and pages",
    help: "Show only lines of metrics that match this regular expression",
    refuse: refusePattern,
  },
} as const satisfies Readonly<Record<string, OptionSpec>>;
