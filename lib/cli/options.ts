/**
 * The one table of options. The command line, the environment names, the schema of the config file, the
 * help texts, the completions and the types of the settings all come from it.
 */
import { COMPILE_LIMITS, SOURCE_LENGTH_MAX, VALUE_FORMATS } from "../garble/mod.ts";
import { readLogLevels } from "../observability/mod.ts";
import type { OptionSpec } from "./option_spec.ts";

export type { CommandName, OptionCommon, OptionGroup, OptionSpec } from "./option_spec.ts";

const TRYING = ["check", "eval", "compile"] as const;
const EVERY = ["node", "new", "join", ...TRYING, "keygen", "metrics"] as const;
const RUNNING = ["node", "new", "join"] as const;
const COMPUTING = ["new", "join"] as const;
const VALUES = [...COMPUTING, "eval"] as const;
const COMPILING = [...COMPUTING, ...TRYING] as const;
/** A week: longer waits are a mistake, and timers overflow at 24 days. */
const LONGEST_SECONDS = 604_800;

function refuseAddress(value: string): string | undefined {
  return value.startsWith("/")
    ? undefined
    : "it is no multiaddress such as /ip4/127.0.0.1/tcp/9000";
}

function refuseAnonymous(value: string): string | undefined {
  return refuseAddress(value) ??
    (/\/p2p\/[^/]+/.test(value) ? undefined : "it has no peer id, it must contain /p2p/<peer id>");
}

function refuseEmpty(value: string): string | undefined {
  return value === "" ? "it is empty" : undefined;
}

function refuseLevels(value: string): string | undefined {
  const reading = readLogLevels(value);
  return reading.ok ? undefined : reading.problem;
}

/** Constants are told to the other parties, with names of up to 64 and values of up to 256 characters. */
function refuseConstant(value: string): string | undefined {
  const [, name = "", text = ""] = /^([A-Za-z_]\w*::[A-Za-z_]\w*)=([^]+)$/.exec(value) ?? [];
  if (name === "") return "it is not of the form PARTY_0::ROWS=3";
  return name.length > 64 || text.length > 256
    ? "a name may have 64 characters, and a value 256"
    : undefined;
}

/** All options by their key in {@linkcode Settings}. */
export const OPTIONS = {
  config: {
    name: "config",
    short: "c",
    kind: "path",
    value: "path",
    commands: EVERY,
    group: "General",
    configKey: false,
    help: "Read settings from this YAML file; config.example.yml shows all keys",
    refuse: refuseEmpty,
  },
  networkPort: {
    name: "network-port",
    short: "p",
    kind: "integer",
    min: 0,
    max: 65_535,
    default: 0,
    commands: RUNNING,
    group: "Network",
    help: "TCP port to listen on for peers; 0 takes a free one",
  },
  listen: {
    name: "listen",
    kind: "list",
    value: "multiaddr",
    default: [],
    defaultText: "/ip4/0.0.0.0/tcp/<network-port>",
    configKey: "listen_addresses",
    commands: RUNNING,
    group: "Network",
    help: "Address to listen on, instead of all interfaces; repeatable",
    refuse: refuseAddress,
  },
  topic: {
    name: "topic",
    short: "t",
    kind: "list",
    value: "name",
    default: [],
    configKey: "topics",
    commands: ["node"],
    group: "Network",
    help: "Gossip topic to join; its messages are shown; repeatable",
    refuse: refuseEmpty,
  },
  bootnode: {
    name: "bootnode",
    kind: "list",
    value: "multiaddr",
    default: [],
    configKey: "bootnodes",
    commands: ["node"],
    group: "Network",
    help: "Peer to connect to at start, with its id: /ip4/…/tcp/…/p2p/<peer id>; repeatable",
    refuse: refuseAnonymous,
  },
  seedNode: {
    name: "seed-node",
    kind: "list",
    value: "multiaddr",
    default: [],
    configKey: "seed_nodes",
    commands: ["node"],
    group: "Network",
    help: "Address to dial at start, whoever answers; repeatable",
    refuse: refuseAddress,
  },
  explicitPeer: {
    name: "explicit-peer",
    kind: "string",
    value: "peer id",
    commands: ["node"],
    group: "Network",
    help: "Peer that gets every gossip message directly once it is connected",
    refuse: refuseEmpty,
  },
  identityKeyPath: {
    name: "identity-key-path",
    kind: "path",
    value: "path",
    defaultText: "a new identity on each run",
    commands: RUNNING,
    group: "Network",
    help: "Key file of this node; it is created when it does not exist",
    refuse: refuseEmpty,
  },
  program: {
    name: "program",
    kind: "path",
    value: "path",
    commands: COMPUTING,
    group: "Computation",
    help: "Garble program, or circuit in Bristol fashion; every party has the same one",
    refuse: refuseEmpty,
  },
  party: {
    name: "party",
    kind: "integer",
    min: 0,
    max: 65_535,
    commands: COMPUTING,
    group: "Computation",
    help: "Your party number: 0 gives the first argument of main",
  },
  input: {
    name: "input",
    short: "i",
    kind: "string",
    value: "literal",
    secret: true,
    commands: COMPUTING,
    group: "Computation",
    help: "Your private input, a Garble value; the environment hides it from the process list",
  },
  inputFile: {
    name: "input-file",
    kind: "path",
    value: "path",
    commands: COMPUTING,
    group: "Computation",
    help: "File with your private input, instead of --input: text, .json or .csv",
    refuse: refuseEmpty,
  },
  entry: {
    name: "entry",
    short: "f",
    kind: "string",
    value: "name",
    default: "main",
    commands: COMPILING,
    group: "Program",
    help: "Function of the program to compute",
    refuse: refuseEmpty,
  },
  constant: {
    name: "constant",
    kind: "list",
    value: "PARTY::NAME=literal",
    default: [],
    configKey: "constants",
    commands: COMPILING,
    group: "Program",
    help: "Public value that the program takes from outside; all parties give the same; repeatable",
    refuse: refuseConstant,
  },
  maxGates: {
    name: "max-gates",
    kind: "integer",
    min: 1,
    max: 2 ** 29,
    default: COMPILE_LIMITS.gates,
    commands: COMPILING,
    group: "Program",
    help: "Most XOR and AND gates that compiling may make",
  },
  maxIterations: {
    name: "max-iterations",
    kind: "integer",
    min: 1,
    max: 2 ** 40,
    default: COMPILE_LIMITS.iterations,
    commands: COMPILING,
    group: "Program",
    help: "Most rounds of loops and calls of functions, all together",
  },
  maxBits: {
    name: "max-bits",
    kind: "integer",
    min: 1,
    max: 2 ** 29,
    default: COMPILE_LIMITS.bits,
    commands: COMPILING,
    group: "Program",
    help: "Most bits of a single value of the program",
  },
  maxSource: {
    name: "max-source",
    kind: "integer",
    min: 1,
    max: SOURCE_LENGTH_MAX,
    default: SOURCE_LENGTH_MAX,
    commands: COMPILING,
    group: "Program",
    help: "Most characters of the program's text",
  },
  inputFormat: {
    name: "input-format",
    kind: "choice",
    choices: VALUE_FORMATS,
    defaultText: "by the name of the input's file, else garble",
    commands: VALUES,
    group: "Program",
    help: "Form of inputs",
  },
  outputFormat: {
    name: "output-format",
    kind: "choice",
    choices: VALUE_FORMATS,
    default: "garble",
    commands: VALUES,
    group: "Program",
    help: "Form of the result",
  },
  waitTime: {
    name: "wait-time",
    kind: "duration",
    min: 0,
    max: LONGEST_SECONDS,
    default: 20,
    commands: COMPUTING,
    group: "Computation",
    help: "Seconds that the others have to join after the first contact",
  },
  joinTimeout: {
    name: "join-timeout",
    kind: "duration",
    min: 0,
    max: LONGEST_SECONDS,
    defaultText: "none on a terminal, else 600",
    commands: COMPUTING,
    group: "Computation",
    help: "Seconds to wait for the first contact",
  },
  workers: {
    name: "workers",
    kind: "integer",
    min: 0,
    max: 1024,
    default: 1,
    commands: COMPUTING,
    group: "Computation",
    help: "Threads for the computation, which uses one; 0 computes on the main thread",
  },
  metricsPort: {
    name: "metrics-port",
    short: "m",
    kind: "integer",
    min: 0,
    max: 65_535,
    default: 9090,
    defaultText: "9090; new and join serve metrics only with this flag",
    commands: [...RUNNING, "metrics"],
    group: "Output and metrics",
    help: "Port of the metrics page; 0 takes a free one",
  },
  metricsHost: {
    name: "metrics-host",
    kind: "string",
    value: "host",
    default: "127.0.0.1",
    commands: [...RUNNING, "metrics"],
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
    commands: TRYING,
    group: "Output and metrics",
    help: "One JSON object on stdout",
  },
  quiet: {
    name: "quiet",
    short: "q",
    kind: "boolean",
    default: false,
    commands: EVERY,
    group: "Output and metrics",
    help: "No notices and no progress on stderr",
  },
  debug: {
    name: "debug",
    kind: "boolean",
    default: false,
    commands: EVERY,
    group: "General",
    help: "Show stack traces with errors",
  },
  out: {
    name: "out",
    short: "o",
    kind: "path",
    value: "path",
    defaultText: "keys/node.key for a key",
    configKey: false,
    commands: ["keygen", "compile"],
    group: "Files and pages",
    help: "File for the new key, which must not exist yet, or for the circuit, .json or .txt",
    refuse: refuseEmpty,
  },
  url: {
    name: "url",
    kind: "string",
    value: "url",
    defaultText: "http://<metrics-host>:<metrics-port>/metrics",
    configKey: false,
    commands: ["metrics"],
    group: "Files and pages",
    help: "Metrics page to read",
    refuse: (value) => URL.canParse(value) ? undefined : "it is no URL",
  },
} as const satisfies Readonly<Record<string, OptionSpec>>;

/** Key of an option in {@linkcode Settings}. */
export type OptionKey = keyof typeof OPTIONS;

/** Type of the value of an option. */
export type OptionValue<S> = S extends { readonly kind: "integer" | "duration" } ? number
  : S extends { readonly kind: "boolean" } ? boolean
  : S extends { readonly kind: "list" } ? readonly string[]
  : S extends { readonly kind: "choice"; readonly choices: readonly (infer C)[] } ? C
  : string;

/** The value of every option; undefined where nothing was given and there is no default. */
export type Settings = {
  readonly [K in OptionKey]:
    | OptionValue<(typeof OPTIONS)[K]>
    | ((typeof OPTIONS)[K] extends { readonly default: unknown } ? never : undefined);
};

/** All keys, in the order of the help. */
export const OPTION_KEYS: readonly OptionKey[] = Object.keys(OPTIONS) as OptionKey[];

/** The row of the table, with the fields that not every row has. */
export function specOf(key: OptionKey): OptionSpec {
  return OPTIONS[key];
}

/** Name of the environment variable: `P2P_MPC_` and the flag in capitals. */
export function environmentName(key: OptionKey): string {
  return `P2P_MPC_${specOf(key).name.toUpperCase().replaceAll("-", "_")}`;
}

/** Key in the config file, or undefined if the option is not read from there. */
export function configKey(key: OptionKey): string | undefined {
  const spec = specOf(key);
  if (spec.configKey === false) return undefined;
  return spec.configKey ?? spec.name.replaceAll("-", "_");
}
