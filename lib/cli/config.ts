/** What each command is told to do: settings checked against each other, with units and defaults filled in. */
import { UsageError } from "../base/mod.ts";
import type { CompileLimits, ValueFormat } from "../garble/mod.ts";
import type { Demand } from "../mpc/mod.ts";
import type { OtlpOptions } from "../observability/mod.ts";
import { type LogFileOptions, MIB } from "./log_file.ts";
import type { REACHED } from "./option_commands.ts";
import { type ConsentConfig, consentConfig } from "./config_consent.ts";
import { type NamedFile, namedFiles } from "./named_files.ts";
import { type OptionKey, type Settings, specOf } from "./options.ts";
import type { ResolvedSettings } from "./settings.ts";

/** Where the pages about a running command are served, and what they ask for. */
export interface WatchConfig extends Pick<ListenConfig, "bootnodes"> {
  readonly command: RunningCommand;
  readonly host: string;
  /** TCP port; 0 takes a free one. */
  readonly port: number;
  /** Whether the user asked for this port, so that it is an error when it is taken. */
  readonly required: boolean;
}

/** What is traced, and where to. */
export interface TracingConfig {
  /** The collector that gets the spans, if one does. */
  readonly collector: Pick<OtlpOptions, "protocol" | "host" | "port"> | undefined;
  /** The file that gets spans and log lines, if one does. */
  readonly file: Pick<LogFileOptions, "path" | "bytesMax" | "kept"> | undefined;
  /** Least levels of log lines; `debug` of the module `trace` also asks for every round. */
  readonly logLevel: string;
  /** Whether the command is one session; a node has none. */
  readonly session: boolean;
}

/** How this node listens and who it is. */
export interface ListenConfig {
  /** Multiaddresses with peer ids. */
  readonly bootnodes: readonly string[];
  /** Multiaddresses, with or without peer ids. */
  readonly seedNodes: readonly string[];
  /** Multiaddresses to listen on. */
  readonly listen: readonly string[];
  /** Relays through which others can reach this node: multiaddresses with peer ids. */
  readonly relays: readonly string[];
  /** Multiaddresses that others can dial beside those of this machine. */
  readonly announce: readonly string[];
  /** Ask the gateway to forward the port. */
  readonly upnp: boolean;
  /** Find peers on the local network, and be found. */
  readonly mdns: boolean;
  /** File with the key of the private network. */
  readonly pskFile: string | undefined;
  /** Most connections at a time. */
  readonly maxConnections: number;
  /** Most bytes of a gossip message. */
  readonly maxMessageBytes: number;
  /** Key file; undefined: a new identity for this run. */
  readonly identityKeyPath: string | undefined;
  /** File with what is remembered of peers; undefined: the usual place. */
  readonly peersFile: string | undefined;
}

/** Where shared files are kept, and how much of them. */
export interface StorePlace {
  /** The folder; undefined: the usual place. */
  readonly fileStore: string | undefined;
  /** In bytes, of all files together. */
  readonly quotaBytes: number;
}

/** What a node without a computation does. */
export interface NodeConfig extends ListenConfig, StorePlace {
  readonly topics: readonly string[];
  readonly explicitPeer: string | undefined;
  /** Forward the gossip of sessions in which this node has no part. */
  readonly carrySessions: boolean;
}

/** Which program, and how it is compiled. */
export interface ProgramConfig {
  /** Path of the Garble program. */
  readonly program: string;
  /** Name of the function to compute. */
  readonly entry: string;
  /** Texts of the external constants by `PARTY::NAME`. */
  readonly constants: ReadonlyMap<string, string>;
  /** Most of what compiling may use. */
  readonly limits: CompileLimits;
  /** How long compiling may take, in milliseconds: a bound of this machine, the circuit does not depend on it. */
  readonly compileTimeMs: number;
  /** Most characters of the text. */
  readonly sourceMax: number;
}

/** How values are written. */
export interface FormatConfig {
  /** Form of the input; undefined: by the ending of its file, else the language's own. */
  readonly inputFormat: ValueFormat | undefined;
  /** Form of the result. */
  readonly outputFormat: ValueFormat;
}

/** A program that is tried out on this machine alone. */
export interface TryConfig extends ProgramConfig, FormatConfig {
  /** Whether scripts read the output. */
  readonly json: boolean;
}

/** How a party meets the others. */
export interface MeetingConfig extends ListenConfig {
  /** Own party number, from 0; undefined: 0 for a creator, any that is free for a joiner. */
  readonly party: number | undefined;
  /** Number of parties that the user expects. */
  readonly parties: number | undefined;
  /** How the parties talk: each with each, or over gossip that others forward. */
  readonly channel: "direct" | "gossip";
  /** Number of the party that evaluates. */
  readonly evaluator: number;
  /** SoftSpoken's k: bits of Δ that one tree of the OT extension serves; undefined: as the creator chooses. */
  readonly k: number | undefined;
  /** How long the others have to join after the first contact, in milliseconds. */
  readonly waitTimeMs: number;
  /** How long to wait for the first contact, in milliseconds; undefined: for ever. */
  readonly joinTimeoutMs: number | undefined;
  /** How long a lost connection may take to come back, in milliseconds. */
  readonly reconnectTimeoutMs: number;
  /** How long the users of all parties may take to consent, in milliseconds. */
  readonly consentTimeoutMs: number;
  /** Longest time without a word from a party that is waited for, in milliseconds. */
  readonly stepTimeoutMs: number;
  /** Longest time from the start to the result, in milliseconds. */
  readonly totalTimeoutMs: number | undefined;
  /** Worker threads for the computation; 0: it runs on the main thread. */
  readonly workers: number;
  /** Only the ticket and the result are wanted, without words around them. */
  readonly quiet: boolean;
}

/** What a party of a computation brings along. */
export interface ComputeConfig extends MeetingConfig, ProgramConfig, FormatConfig, ConsentConfig {
  /** The program is fetched from the creator of the ticket; there is no file. */
  readonly fetch: boolean;
  /** File with a stock of the protocol's material; undefined: all is made in the session. */
  readonly preprocessing: string | undefined;
  /** All files that the options name. */
  readonly files: readonly NamedFile[];
}

/** What a party of a preprocessing brings along. */
export interface PreprocessConfig extends MeetingConfig {
  /** What the stock is to serve. */
  readonly demand: Demand;
  /** File that is to hold the stock. */
  readonly out: string;
}

/** Default of --join-timeout when nobody looks, in milliseconds. */
export const JOIN_TIMEOUT_UNATTENDED_MS = 600_000;

/** How a node of these settings listens. @throws {UsageError} if options contradict each other. */
export function listenConfig(settings: Settings): ListenConfig {
  if (settings.listen.length > 0 && settings.networkPort !== 0) {
    throw new UsageError('Cannot listen: both "--listen" and "--network-port" are given', {
      hint: "give the port inside the address: --listen /ip4/0.0.0.0/tcp/<port>",
    });
  }
  const listen = settings.listen.length > 0
    ? settings.listen.filter((address) => address !== "none")
    : [`/ip4/0.0.0.0/tcp/${settings.networkPort}`];
  const {
    identityKeyPath,
    peersFile,
    bootnode,
    seedNode,
    relay,
    announce,
    upnp,
    mdns,
    pskFile,
    maxConnections,
    maxMessageSize,
  } = settings;
  const limits = { maxConnections, maxMessageBytes: maxMessageSize };
  return {
    listen,
    relays: relay,
    ...{ announce, upnp, mdns },
    identityKeyPath,
    peersFile,
    pskFile,
    bootnodes: bootnode,
    seedNodes: seedNode,
    ...limits,
  };
}

/** Where the settings put shared files. */
export function storePlace({ fileStore, fileQuota }: Settings): StorePlace {
  return { fileStore, quotaBytes: fileQuota * MIB };
}

/** The config of node mode. @throws {UsageError} if options contradict each other. */
export function nodeConfig(resolved: ResolvedSettings): NodeConfig {
  const { settings } = resolved;
  return {
    ...listenConfig(settings),
    topics: [...new Set(settings.topic)],
    explicitPeer: settings.explicitPeer,
    carrySessions: settings.carrySessions,
    ...storePlace(settings),
  };
}

function required<T>(value: T | undefined, key: OptionKey, hint: string): T {
  if (value !== undefined) return value;
  throw new UsageError(`Cannot start a computation: "--${specOf(key).name}" is missing`, { hint });
}

function programConfig(settings: Settings, program: string): ProgramConfig {
  const constants = new Map<string, string>();
  for (const text of settings.const) {
    const equals = text.indexOf("=");
    const name = text.slice(0, equals);
    if (constants.has(name)) {
      throw new UsageError(`Cannot use the constants: "${name}" is given twice`);
    }
    constants.set(name, text.slice(equals + 1));
  }
  return {
    program,
    entry: settings.entry,
    constants,
    limits: {
      gates: settings.maxGates,
      wires: settings.maxWires,
      iterations: settings.maxIterations,
      bits: settings.maxBits,
      nesting: settings.maxNesting,
    },
    compileTimeMs: settings.maxCompileTime * 1000,
    sourceMax: settings.maxSource,
  };
}

function formatConfig({ inputFormat, outputFormat }: Settings): FormatConfig {
  return { inputFormat, outputFormat };
}

/** The config of `check`, `eval` and `compile`. @throws {UsageError} if a constant is given twice. */
export function tryConfig({ settings }: ResolvedSettings, program: string): TryConfig {
  return { ...programConfig(settings, program), ...formatConfig(settings), json: settings.json };
}

/** Where a person is. */
export interface Presence {
  /** Standard error is a terminal: a person watches, and can stop a long wait. */
  readonly watches: boolean;
  /** Standard input is a terminal: a person can be asked. */
  readonly answers: boolean;
}

/** `interactive`: a person watches. */
function meetingConfig(settings: Settings, interactive: boolean): MeetingConfig {
  const seconds = settings.joinTimeout;
  const otherwise = interactive ? undefined : JOIN_TIMEOUT_UNATTENDED_MS;
  return {
    ...listenConfig(settings),
    party: settings.party,
    parties: settings.parties,
    channel: settings.channel,
    evaluator: settings.evaluator,
    k: settings.k === undefined ? undefined : Number(settings.k),
    waitTimeMs: settings.waitTime * 1000,
    joinTimeoutMs: seconds === undefined ? otherwise : seconds * 1000,
    consentTimeoutMs: settings.consentTimeout * 1000,
    stepTimeoutMs: settings.stepTimeout * 1000,
    totalTimeoutMs: settings.totalTimeout === undefined ? undefined : settings.totalTimeout * 1000,
    reconnectTimeoutMs: settings.reconnectTimeout * 1000,
    workers: settings.workers,
    quiet: settings.quiet,
  };
}

/**
 * The config of `new` and `join`.
 *
 * @throws {UsageError} if program, party or input is missing, or options contradict each other.
 */
export function computeConfig(
  resolved: ResolvedSettings,
  command: "new" | "join",
  { watches, answers }: Presence,
): ComputeConfig {
  const { settings } = resolved;
  const fetch = command === "join" && settings.program === undefined;
  const program = fetch ? "" : required(
    settings.program,
    "program",
    "add --program=<path of the Garble program that all parties compute>",
  );
  const { preprocessing } = settings;
  if (preprocessing !== undefined) requireIdentity(settings);
  return {
    ...programConfig(settings, program),
    ...formatConfig(settings),
    ...meetingConfig(settings, watches),
    ...consentConfig(resolved, answers),
    preprocessing,
    fetch,
    files: namedFiles(settings, command),
  };
}

/** A stock is bound to the key of the node. */
function requireIdentity({ identityKeyPath }: Settings): void {
  required(
    identityKeyPath,
    "identityKeyPath",
    "add --identity-key-path=<file>; the preprocessing is encrypted under this key",
  );
}

/**
 * The config of `preprocess`.
 *
 * @throws {UsageError} if something is missing, or options contradict each other.
 */
export function preprocessConfig(
  resolved: ResolvedSettings,
  interactive: boolean,
): PreprocessConfig {
  const { settings } = resolved;
  requireIdentity(settings);
  const see = "`check` tells the numbers of a program; take those of the largest that is to run";
  const ands = required(settings.andGates, "andGates", see);
  const inputs = required(settings.inputBits, "inputBits", see);
  if (ands + inputs === 0) throw new UsageError("Cannot preprocess: there is nothing to prepare");
  return {
    ...meetingConfig(settings, interactive),
    demand: { ands, inputs },
    out: required(settings.out, "out", "add --out=<file that is to hold the preprocessing>"),
  };
}

/** Commands with a node. */
export type RunningCommand = (typeof REACHED)[number];

/** Whether a command runs a node without a computation. */
export function isNode(command: RunningCommand): boolean {
  return command === "node" || command === "relay";
}

/**
 * Where to serve metrics and the other pages, or undefined: a computation serves none unless this run asks for it by flag or
 * environment, since several parties on one machine may share a config file, but not a port.
 */
export function watchConfig(
  resolved: ResolvedSettings,
  command: RunningCommand,
): WatchConfig | undefined {
  const { settings, sources } = resolved;
  const source = sources.metricsPort;
  const asked = source === "flag" || source === "environment";
  if (!isNode(command) && !asked) return undefined;
  const required = source !== "default";
  const { metricsHost: host, metricsPort: port, bootnode: bootnodes } = settings;
  return { command, host, port, required, bootnodes };
}

/** Port of a collector that takes OTLP over HTTP. */
const OTLP_HTTP_PORT = 4318;

/** What to trace, or undefined if nobody asked for traces. */
export function tracingConfig(
  { settings, sources }: ResolvedSettings,
  command: RunningCommand,
): TracingConfig | undefined {
  const { enableJaeger, jaegerProtocol: protocol, jaegerHost: host, jsonTrace } = settings;
  if (!enableJaeger && !jsonTrace) return undefined;
  const usual = protocol === "http" && sources.jaegerPort === "default";
  const port = usual ? OTLP_HTTP_PORT : settings.jaegerPort;
  const { jsonTraceFile: path, logFileSize, logFileCount: kept } = settings;
  return {
    collector: enableJaeger ? { protocol, host, port } : undefined,
    file: jsonTrace ? { path, bytesMax: logFileSize * MIB, kept } : undefined,
    logLevel: settings.logLevel,
    session: !isNode(command),
  };
}
