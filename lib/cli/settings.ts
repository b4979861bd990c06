/** Flags over environment over config file over defaults, and where each value came from. */
import { UsageError } from "../base/mod.ts";
import {
  ENVIRONMENT_PREFIX,
  environmentName,
  OPTION_KEYS,
  type OptionKey,
  type OptionSpec,
  OTHER_VARIABLES,
  type Settings,
  specOf,
} from "./options.ts";
import { suggest } from "./suggest.ts";
import { NOTE_BYTES_MAX } from "./text_file.ts";
import { type RawValue, readList, readText } from "./values.ts";
import type { System } from "./system.ts";

/** Where the value of a setting came from. */
export type Source = "flag" | "environment" | "file" | "default";

/** What stood on the command line, unread: text, or a list of texts, or whether a bare flag was on. */
export type RawFlags = Readonly<Partial<Record<OptionKey, string | boolean | readonly string[]>>>;

/** All settings with their sources. */
export interface ResolvedSettings {
  readonly settings: Settings;
  readonly sources: Readonly<Record<OptionKey, Source>>;
}

interface Found {
  readonly value: RawValue | undefined;
  readonly source: Source;
}

function readFlag(spec: OptionSpec, raw: string | boolean | readonly string[]): RawValue {
  if (typeof raw === "boolean") return raw;
  const reading = typeof raw === "string" ? readText(spec, raw) : readList(spec, raw);
  if (reading.ok) return reading.value;
  throw new UsageError(`Cannot read --${spec.name}: ${reading.problem}`);
}

/** An empty variable counts as one that is not set. */
function readEnvironment(key: OptionKey, system: Pick<System, "env">): RawValue | undefined {
  const name = environmentName(key);
  const text = system.env(name);
  if (text === undefined || text === "") return undefined;
  const reading = readText(specOf(key), text);
  if (reading.ok) return reading.value;
  throw new UsageError(`Cannot read the environment variable ${name}: ${reading.problem}`);
}

/** An unknown variable is a slip, and may have been meant to protect. `chosen`: one that the user names for the input. */
function checkEnvironment(system: Pick<System, "envNames">, chosen: string | undefined): void {
  const known = OPTION_KEYS.map(environmentName);
  const unknown = system.envNames().find((name) =>
    name.startsWith(ENVIRONMENT_PREFIX) && name !== chosen &&
    ![...known, ...OTHER_VARIABLES].includes(name)
  );
  if (unknown === undefined) return;
  const bare = (name: string): string => name.slice(ENVIRONMENT_PREFIX.length);
  const near = suggest(bare(unknown), known.map(bare));
  throw new UsageError(`Cannot read the environment: unknown variable "${unknown}"`, {
    hint: near === undefined
      ? "take it away; docs/COMMANDS.md has the variable of each option"
      : `did you mean "${ENVIRONMENT_PREFIX}${near}"?`,
  });
}

function find(
  key: OptionKey,
  flags: RawFlags,
  file: ReadonlyMap<OptionKey, RawValue>,
  system: Pick<System, "env">,
): Found {
  const spec = specOf(key);
  const flag = flags[key];
  if (flag !== undefined) return { value: readFlag(spec, flag), source: "flag" };
  const environment = readEnvironment(key, system);
  if (environment !== undefined) return { value: environment, source: "environment" };
  const inFile = file.get(key);
  if (inFile !== undefined) return { value: inFile, source: "file" };
  return { value: spec.default, source: "default" };
}

async function readFileValues(
  path: string,
  system: Pick<System, "readTextFile">,
): Promise<ReadonlyMap<OptionKey, RawValue>> {
  let text: string;
  try {
    text = await system.readTextFile(path, NOTE_BYTES_MAX);
  } catch (cause) {
    throw new UsageError(`Cannot read the config file "${path}"`, {
      cause,
      hint: "give the path of a YAML file with --config; config.example.yml shows all keys",
    });
  }
  const { parseConfigFile } = await import("./config_file.ts");
  return parseConfigFile(text, path);
}

/**
 * Settles the value of every option. A list is taken whole from its highest source.
 *
 * @throws {UsageError} if a value is not of its kind, a variable is unknown, or the config file cannot be used; the message
 * names the flag, the variable, or the place in the file.
 */
export async function resolveSettings(
  flags: RawFlags,
  system: Pick<System, "env" | "envNames" | "readTextFile">,
): Promise<ResolvedSettings> {
  const path = find("config", flags, new Map(), system).value;
  const file = typeof path === "string" ? await readFileValues(path, system) : new Map();
  const settings: Partial<Record<OptionKey, RawValue | undefined>> = {};
  const sources: Partial<Record<OptionKey, Source>> = {};
  for (const key of OPTION_KEYS) {
    const { value, source } = find(key, flags, file, system);
    settings[key] = value;
    sources[key] = source;
  }
  checkEnvironment(system, (settings as Settings).inputEnv);
  // Invariant: `readText` and `readList` give each kind the type that `Settings` derives from the table.
  return { settings: settings as Settings, sources: sources as Record<OptionKey, Source> };
}
