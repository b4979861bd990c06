/** The command line: a commander tree built from the option table, and what it makes of the arguments. */
import { Command, CommanderError, Option } from "@commander-js/extra-typings";
import { UsageError, VERSION } from "../base/mod.ts";
import { COMMANDS, type CommandText, HELP_TOPICS, NODE_TEXT, PROGRAM_NAME } from "./commands.ts";
import { placeholder } from "./option_spec.ts";
import {
  type CommandName,
  environmentName,
  OPTION_KEYS,
  type OptionKey,
  type OptionSpec,
  specOf,
  takesOption,
} from "./options.ts";
import type { RawFlags } from "./settings.ts";
import { unknownWord } from "./suggest.ts";
import type { System } from "./system.ts";
import { readText } from "./values.ts";

/** What the arguments ask for. */
export type Invocation =
  /** Show `text` on stdout, then done. */
  | { readonly kind: "print"; readonly text: string }
  | {
    readonly kind: "run";
    readonly command: CommandName;
    readonly flags: RawFlags;
    /** What stands on the line beside the flags: a ticket, or a file and inputs. */
    readonly operands: readonly string[];
  };

const HELP_WIDTH = 100;

function description(spec: OptionSpec): string {
  const fallback = spec.defaultText ??
    (spec.kind === "boolean" || spec.kind === "list" || spec.default === undefined
      ? undefined
      : String(spec.default));
  const choices = spec.kind === "choice" ? `: ${spec.choices.join(", ")}` : "";
  return `${spec.help}${choices}${fallback === undefined ? "" : ` (default: ${fallback})`}`;
}

/** The options as commander knows them: raw text only, so that all sources are read by one reader. */
function addOptions(command: Command, wanted: (spec: OptionSpec) => boolean): void {
  for (const key of OPTION_KEYS) {
    const spec = specOf(key);
    if (!wanted(spec)) continue;
    const word = placeholder(spec);
    const short = spec.short === undefined ? "" : `-${spec.short}, `;
    const value = word === undefined ? "" : ` <${word}>`;
    const option = new Option(`${short}--${spec.name}${value}`, description(spec));
    option.helpGroup(`${spec.group}:`);
    if (spec.kind === "list") {
      option.argParser((text: string, before: readonly string[] | undefined) => [
        ...(before ?? []),
        text,
      ]);
    }
    command.addOption(option);
    if (spec.kind === "boolean") command.addOption(new Option(`--no-${spec.name}`).hideHelp());
  }
}

function helpOption(): Option {
  const option: Option = new Option(
    "-h, --help",
    "Show this help; after a command, that of the command",
  );
  return option.helpGroup("General:");
}

/** Collects what commander's actions decide. */
interface Decision {
  command: CommandName;
  operands: readonly string[];
  text: string;
}

function describe(command: Command, text: CommandText): void {
  command.description(text.summary).addHelpText("after", `\n${text.details}`);
}

/** The commander tree. Its actions only note what was asked for, in `decision`. */
export function buildTree(decision: Decision): Command {
  const root: Command = new Command(PROGRAM_NAME);
  root.exitOverride().helpCommand(false).configureOutput({
    writeOut: (text) => decision.text += text,
    writeErr: () => {},
    getOutHelpWidth: () => HELP_WIDTH,
    getOutHasColors: () => false,
  });
  describe(root, NODE_TEXT);
  root.usage("[options] [command]").allowExcessArguments(true)
    .optionsGroup("General:").addHelpOption(helpOption())
    .version(`${PROGRAM_NAME} ${VERSION}`, "--version", "Show the version");
  addOptions(root, () => true);
  root.action(() => {
    const [word] = root.args;
    if (word !== undefined) throw unknownWord("command", word, commandWords());
  });
  for (const [name, text] of Object.entries(COMMANDS)) {
    const command: Command = root.command(name).allowExcessArguments(false);
    describe(command, text);
    command.addHelpOption(helpOption());
    addOptions(command, (spec) => takesOption(name as CommandName, spec));
    const operands = text.operands ?? [];
    command.usage(["[options]", ...operands.map((operand) => operand.name)].join(" "));
    for (const operand of operands) command.argument(operand.name, operand.help);
    command.action(() => {
      decision.command = name as CommandName;
      decision.operands = command.args;
    });
  }
  root.command("help [topic]").description(
    `Help on a command, or on ${Object.keys(HELP_TOPICS).join(", ")}`,
  ).action((topic) => showHelp(root, decision, topic));
  return root;
}

function commandWords(): string[] {
  return [...Object.keys(COMMANDS), "help"];
}

function showHelp(root: Command, decision: Decision, topic: string | undefined): void {
  const command = root.commands.find((candidate) => candidate.name() === topic);
  const text = HELP_TOPICS[topic ?? ""];
  if (text !== undefined) decision.text += text();
  else if (topic === undefined) root.outputHelp();
  else if (command !== undefined) command.outputHelp();
  else throw unknownWord("help topic", topic, [...commandWords(), ...Object.keys(HELP_TOPICS)]);
}

/** Our words for commander's complaint. Security: what follows a "=" may be private and is not shown. */
function usageError(error: CommanderError): UsageError {
  const said = error.message.replace(/^error: /, "").split("\n")[0] ?? "";
  const flag = /^unknown option '([^'=]*)/.exec(said)?.[1];
  if (flag !== undefined) {
    const flags = OPTION_KEYS.map((key) => `--${specOf(key).name}`);
    return unknownWord("option", flag, [...flags, "--help", "--version"]);
  }
  return new UsageError(`Cannot read the command line: ${said.replaceAll("'", '"')}`, {
    hint: `${PROGRAM_NAME} --help shows all commands and options`,
  });
}

const BY_FLAG: ReadonlyMap<string, OptionSpec> = new Map(
  OPTION_KEYS.map(specOf).flatMap((spec) => [
    [`--${spec.name}`, spec],
    [`-${spec.short ?? spec.name}`, spec],
  ]),
);

/** A word of the command line as a flag of the table, and what stands behind its "=". */
function flagOf(word: string): { readonly spec?: OptionSpec; readonly value?: string } {
  const equals = word.indexOf("=");
  const spec = BY_FLAG.get(equals < 0 ? word : word.slice(0, equals));
  if (spec === undefined) return {};
  return equals < 0 ? { spec } : { spec, value: word.slice(equals + 1) };
}

/** Whether the arguments or the environment ask for JSON, read also where something else in them is wrong. */
export function asksForJson(args: readonly string[], system: Pick<System, "env">): boolean {
  const json = specOf("json");
  const set = readText(json, system.env(environmentName("json")) ?? "");
  let asked = set.ok && set.value === true;
  for (let i = 0; i < args.length && args[i] !== "--"; i++) {
    const { spec, value } = flagOf(args[i] ?? "");
    if (spec === json) asked = value !== "false";
    else if (args[i] === `--no-${json.name}`) asked = false;
    else if (spec !== undefined && spec.kind !== "boolean" && value === undefined) i++;
  }
  return asked;
}

/**
 * Brings `--flag=true`, `--flag=false` and `-p=9000` into forms that commander knows. A word that is the
 * value of the flag before it stays as it is.
 */
function normalise(args: readonly string[]): string[] {
  const out: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? "";
    if (arg === "--") return [...out, ...args.slice(i)];
    const { spec, value } = flagOf(arg);
    if (spec === undefined) out.push(arg);
    else if (spec.kind === "boolean" && value !== undefined) {
      if (value !== "true" && value !== "false") {
        throw new UsageError(`Cannot read --${spec.name}: it must be true or false`);
      }
      out.push(value === "true" ? `--${spec.name}` : `--no-${spec.name}`);
    } else if (spec.kind === "boolean") out.push(arg);
    else if (value !== undefined) out.push(`--${spec.name}=${value}`);
    else {
      out.push(arg);
      const next = args[++i];
      if (next !== undefined) out.push(next);
    }
  }
  return out;
}

function checkFlagsBelong(flags: RawFlags, command: CommandName): void {
  for (const key of Object.keys(flags) as OptionKey[]) {
    const spec = specOf(key);
    if (takesOption(command, spec)) continue;
    const owners = spec.commands.map((name) => name === "node" ? "a node without a command" : name);
    const here = command === "node" ? "without a command" : `with "${command}"`;
    throw new UsageError(
      `Cannot use "--${spec.name}" ${here}: it belongs to ${owners.join(", ")}`,
      {
        hint: `${PROGRAM_NAME} --help shows all commands and options`,
      },
    );
  }
}

/**
 * Reads the command line; the values of flags stay raw text.
 *
 * @throws {UsageError} for unknown flags and commands, missing values, and flags of another command.
 */
export function parseArgs(args: readonly string[]): Invocation {
  const decision: Decision = { command: "node", operands: [], text: "" };
  const root = buildTree(decision);
  try {
    root.parse(normalise(args), { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode !== 0) throw usageError(error);
    return { kind: "print", text: decision.text };
  }
  if (decision.text !== "") return { kind: "print", text: decision.text };
  const flags = root.opts() as RawFlags;
  checkFlagsBelong(flags, decision.command);
  return { kind: "run", command: decision.command, flags, operands: decision.operands };
}
