/** docs/COMMANDS.md: the command line as a page, from the tables that the program itself is made of. */
import { EXIT_CODES } from "../lib/base/mod.ts";
import { COMMANDS, type CommandText, NODE_TEXT, PROGRAM_NAME } from "../lib/cli/commands.ts";
import { placeholder } from "../lib/cli/option_spec.ts";
import {
  configKey,
  environmentName,
  OPTION_KEYS,
  type OptionKey,
  specOf,
} from "../lib/cli/options.ts";

/** A text in a cell of a table. */
function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("<", "&lt;");
}

/** The section of a command; without a name, that of the program alone. */
function commandSection(name: string, { summary, details, operands = [] }: CommandText): string {
  const words = [PROGRAM_NAME, name, ...operands.map((operand) => operand.name)];
  const usage = words.filter((word) => word !== "").join(" ");
  const list = operands.map((operand) => `- \`${operand.name}\`: ${operand.help}`).join("\n");
  return [
    `### \`${usage}\``,
    summary.endsWith(".") ? summary : `${summary}.`,
    ...(list === "" ? [] : [list]),
    `\`\`\`text (the help text; a test reads its examples as the program does)\n${details.trimEnd()}\n\`\`\``,
  ].join("\n\n");
}

function optionRow(key: OptionKey): string {
  const spec = specOf(key);
  const word = placeholder(spec);
  const flag = `\`--${spec.name}${word === undefined ? "" : ` <${word}>`}\`` +
    (spec.short === undefined ? "" : `, \`-${spec.short}\``);
  const choices = spec.kind === "choice" ? `: ${spec.choices.join(", ")}` : "";
  const plain = spec.default === undefined || spec.kind === "list" ? "" : `\`${spec.default}\``;
  const fallback = spec.defaultText === undefined ? plain : cell(spec.defaultText);
  const inFile = configKey(key);
  const names = [inFile === undefined ? "" : `\`${inFile}\`, `, `\`${environmentName(key)}\``];
  return `| ${flag} | ${cell(spec.help + choices)} | ${fallback} | ${names.join("")} | ${
    spec.commands.join(", ")
  } |`;
}

/** The whole page. */
export function commandsPage(): string {
  const groups = Map.groupBy(OPTION_KEYS, (key) => specOf(key).group);
  const tables = [...groups].map(([group, keys]) =>
    `### ${group}\n\n| flag | meaning | default | config key, environment | commands |\n|---|---|---|---|---|\n` +
    keys.map(optionRow).join("\n")
  );
  const codes = Object.entries(EXIT_CODES).map(([code, meaning]) => `| ${code} | ${meaning} |`);
  return [
    "# Commands",
    "Made from the program's tables of commands and options; a test compares. The same is in `--help`, in `cli.yml` for programs, " +
    "in `p2p-mpc man` and in the completions (`p2p-mpc completions bash`).",
    "## Commands",
    commandSection("", NODE_TEXT),
    ...Object.entries(COMMANDS).map(([name, text]) => commandSection(name, text)),
    "## Options",
    "Flags may stand before and after the command, as `--key=value` and `--key value`; a bare flag is also `--flag=true`, " +
    "`--flag=false` and `--no-flag`. A command of `node` is the program without a command.",
    ...tables,
    "## Exit codes",
    `| code | meaning |\n|---|---|\n${codes.join("\n")}`,
  ].join("\n\n") + "\n";
}
