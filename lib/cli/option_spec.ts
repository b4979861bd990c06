/** What a row of the option table says. */

/** Commands that take options; `node` is what runs when no command is given. */
export type CommandName =
  | "node"
  | "new"
  | "join"
  | "preprocess"
  | "relay"
  | "check"
  | "eval"
  | "compile"
  | "keygen"
  | "metrics"
  | "peers"
  | "file"
  | "ping"
  | "lookup"
  | "id"
  | "version"
  | "doctor"
  | "status"
  | "ticket"
  | "policy"
  | "verify"
  | "config"
  | "completions"
  | "man"
  | "self-test";

/** Heading in the help under which an option stands. */
export type OptionGroup =
  | "Network"
  | "Relay"
  | "Computation"
  | "Consent, input and result"
  | "Program"
  | "Output and metrics"
  | "Traces"
  | "Files and pages"
  | "General";

/** What all options have. */
export interface OptionCommon {
  /** The long flag without its dashes; the environment name follows from it. */
  readonly name: string;
  /** The one-letter flag without its dash. */
  readonly short?: string;
  /** Commands that take the option. */
  readonly commands: readonly CommandName[];
  readonly group: OptionGroup;
  /** One line for the help, without the default. */
  readonly help: string;
  /** Key in the config file when it is not the name in snake_case; `false`: not in the file. */
  readonly configKey?: string | false;
  /** Words for the default, where it depends on something else. */
  readonly defaultText?: string;
  /** The value is private: it is never shown, not even in an error. */
  readonly secret?: true;
  /** What is wrong with one string value, or undefined. */
  readonly refuse?: (value: string) => string | undefined;
}

/** An option, by kind of value. A duration is in seconds and may have a fraction. */
export type OptionSpec =
  & OptionCommon
  & (
    | { readonly kind: "string" | "path"; readonly value: string; readonly default?: string }
    | { readonly kind: "choice"; readonly choices: readonly string[]; readonly default?: string }
    | {
      readonly kind: "integer" | "duration";
      readonly min: number;
      readonly max: number;
      readonly default?: number;
    }
    | { readonly kind: "boolean"; readonly default: boolean }
    | { readonly kind: "list"; readonly value: string; readonly default: readonly string[] }
  );

/** The word that stands for the value in a help text, or undefined if the flag takes none. */
export function placeholder(spec: OptionSpec): string | undefined {
  switch (spec.kind) {
    case "boolean":
      return undefined;
    case "integer":
      return "number";
    case "duration":
      return "seconds";
    case "choice":
      return "word";
    case "string":
    case "path":
    case "list":
      return spec.value;
  }
}
