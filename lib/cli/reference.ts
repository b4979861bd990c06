/** Reference pages made from the table of options: `cli.yml` for programs, and the manual page. */
import { stringify } from "yaml";
import { EXIT_CODES } from "../base/mod.ts";
import { COMMANDS, NODE_TEXT, PROGRAM_NAME } from "./commands.ts";
import { configKey, environmentName, OPTION_KEYS, type OptionKey, specOf } from "./options.ts";
import { placeholder } from "./option_spec.ts";

function optionRow(key: OptionKey): Readonly<Record<string, unknown>> {
  const spec = specOf(key);
  return {
    long: spec.name,
    ...(spec.short === undefined ? {} : { short: spec.short }),
    kind: spec.kind,
    ...(placeholder(spec) === undefined ? {} : { value: placeholder(spec) }),
    ...(spec.kind === "choice" ? { choices: spec.choices } : {}),
    ...("min" in spec ? { min: spec.min, max: spec.max } : {}),
    ...(spec.default === undefined ? {} : { default: spec.default }),
    ...(spec.defaultText === undefined ? {} : { default_text: spec.defaultText }),
    ...(spec.secret ? { secret: true } : {}),
    environment: environmentName(key),
    ...(configKey(key) === undefined ? {} : { config_key: configKey(key) }),
    commands: spec.commands,
    help: spec.help,
  };
}

/** The whole command line as YAML: commands with their operands, options, and exit codes. */
export function commandLineYaml(): string {
  const commands = Object.entries(COMMANDS).map(([name, { summary, operands = [] }]) => ({
    name,
    summary,
    ...(operands.length === 0 ? {} : { operands }),
  }));
  const table = {
    name: PROGRAM_NAME,
    summary: NODE_TEXT.summary,
    commands,
    options: OPTION_KEYS.map(optionRow),
    exit_codes: EXIT_CODES,
  };
  const head =
    "# The command line of p2p-mpc, made from its table of options; a test compares it.\n";
  return head + stringify(table, { lineWidth: 0, aliasDuplicateObjects: false });
}

/** Text in roff: what it takes for commands is escaped. */
function roff(text: string): string {
  return text.replaceAll("\\", "\\e").replaceAll("-", "\\-").replace(/^(['.])/gm, "\\&$1")
    .replace(
      /[^\n -~]/gu,
      (sign) => `\\[u${sign.codePointAt(0)?.toString(16).toUpperCase().padStart(4, "0")}]`,
    );
}

function optionPage(key: OptionKey): string {
  const spec = specOf(key);
  const short = spec.short === undefined ? "" : `\\fB\\-${spec.short}\\fR, `;
  const word = placeholder(spec);
  const value = word === undefined ? "" : ` \\fI${roff(word)}\\fR`;
  const choices = spec.kind === "choice" ? `: ${spec.choices.join(", ")}` : "";
  return `.TP\n${short}\\fB\\-\\-${roff(spec.name)}\\fR${value}\n${roff(spec.help + choices)}\n`;
}

/** The manual page, section 1, in roff. */
export function manualPage(version: string): string {
  const commands = Object.entries(COMMANDS).map(([name, { summary, details, operands = [] }]) => {
    const line = [name, ...operands.map((operand) => operand.name)].join(" ");
    return `.SS ${roff(line)}\n${roff(summary)}.\n.PP\n.nf\n${roff(details)}\n.fi\n`;
  });
  const codes = Object.entries(EXIT_CODES).map(([code, meaning]) =>
    `.TP\n${code}\n${roff(meaning)}\n`
  );
  return [
    `.TH P2P\\-MPC 1 "" "${PROGRAM_NAME} ${version}"\n`,
    `.SH NAME\n${roff(PROGRAM_NAME)} \\- ${
      roff("compute together without showing each other the inputs")
    }\n`,
    `.SH SYNOPSIS\n.B ${roff(PROGRAM_NAME)}\n[options] [command]\n`,
    `.SH DESCRIPTION\n${roff(NODE_TEXT.summary)}\n.PP\n.nf\n${roff(NODE_TEXT.details)}\n.fi\n`,
    `.SH COMMANDS\n${commands.join("")}`,
    `.SH OPTIONS\n${OPTION_KEYS.map(optionPage).join("")}`,
    `.SH "EXIT STATUS"\n${codes.join("")}`,
  ].join("");
}
