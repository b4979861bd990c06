/**
 * The one table of options, from its parts. The command line, the environment names, the schema of the config
 * file, the help texts, the completions and the types of the settings all come from it.
 */
import { EVERY, refuseEmpty } from "./option_commands.ts";
import type { CommandName, OptionSpec } from "./option_spec.ts";
import { COMPUTE_OPTIONS } from "./options_compute.ts";
import { NAT_OPTIONS } from "./options_nat.ts";
import { CONSENT_OPTIONS } from "./options_consent.ts";
import { NETWORK_OPTIONS } from "./options_network.ts";
import { OUTPUT_OPTIONS } from "./options_output.ts";
import { PROGRAM_OPTIONS } from "./options_program.ts";
import { TRACE_OPTIONS } from "./options_trace.ts";

export type { CommandName, OptionCommon, OptionGroup, OptionSpec } from "./option_spec.ts";

/** All options by their key in {@linkcode Settings}, in the order of the help. */
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
  ...NETWORK_OPTIONS,
  ...NAT_OPTIONS,
  ...COMPUTE_OPTIONS,
  ...CONSENT_OPTIONS,
  ...PROGRAM_OPTIONS,
  ...OUTPUT_OPTIONS,
  ...TRACE_OPTIONS,
  debug: {
    name: "debug",
    kind: "boolean",
    default: false,
    commands: EVERY,
    group: "General",
    help: "Show stack traces with errors",
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

/** Whether a command takes the option. `config` takes all: it shows what they mean to the other commands. */
export function takesOption(command: CommandName, spec: OptionSpec): boolean {
  return command === "config" || spec.commands.includes(command);
}

/** What the names of all our environment variables begin with. */
export const ENVIRONMENT_PREFIX = "P2P_MPC_";

/** Variables of the project that are no options: tests and benchmarks read them. */
export const OTHER_VARIABLES: readonly string[] = ["SLOW", "UPDATE", "SCREENSHOTS"].map(
  (name) => ENVIRONMENT_PREFIX + name,
);

/** Name of the environment variable: `P2P_MPC_` and the flag in capitals. */
export function environmentName(key: OptionKey): string {
  return `${ENVIRONMENT_PREFIX}${specOf(key).name.toUpperCase().replaceAll("-", "_")}`;
}

/** Key in the config file, or undefined if the option is not read from there. */
export function configKey(key: OptionKey): string | undefined {
  const spec = specOf(key);
  if (spec.configKey === false) return undefined;
  return spec.configKey ?? spec.name.replaceAll("-", "_");
}
