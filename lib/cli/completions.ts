/**
 * Completion scripts of shells, from the table of options and the list of commands. They are fixed texts: a
 * script looks at the words typed so far and never evaluates one of them.
 */
import { COMMANDS, HELP_TOPICS, PROGRAM_NAME } from "./commands.ts";
import { FILE_ACTIONS } from "./file_actions.ts";
import { PEER_ACTIONS } from "./peer_actions.ts";
import { OPTION_KEYS, type OptionSpec, specOf } from "./options.ts";

/** Shells that scripts exist for. */
export const SHELLS = ["bash", "zsh", "fish"] as const;
/** One of {@linkcode SHELLS}. */
export type Shell = (typeof SHELLS)[number];

const SPECS: readonly OptionSpec[] = OPTION_KEYS.map(specOf);
const COMMAND_NAMES = [...Object.keys(COMMANDS), "help"];

/** Commands and the words that can follow them. */
const FOLLOWERS: readonly { readonly command: string; readonly words: readonly string[] }[] = [
  { command: "help", words: [...Object.keys(COMMANDS), ...Object.keys(HELP_TOPICS)] },
  { command: "completions", words: SHELLS },
  { command: "config", words: ["show"] },
  { command: "peers", words: PEER_ACTIONS },
  { command: "file", words: FILE_ACTIONS },
  { command: "ticket", words: ["show"] },
  { command: "policy", words: ["check"] },
];

/** Text as one word of any of the shells. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** All flags as they are typed. */
function flagsOf(spec: OptionSpec): string[] {
  return [...(spec.short === undefined ? [] : [`-${spec.short}`]), `--${spec.name}`];
}

function bash(): string {
  const flags = [...SPECS.flatMap(flagsOf), "--help", "--version"];
  /** One word a line, since blanks belong to the names of files. */
  const lines = (words: readonly string[]): string => `$'${words.join("\\n")}'`;
  const values = SPECS.flatMap((spec) => {
    const patterns = flagsOf(spec).join("|");
    if (spec.kind === "choice") {
      return [
        `    ${patterns}) COMPREPLY=($(compgen -W ${lines(spec.choices)} -- "$cur")); return ;;`,
      ];
    }
    if (spec.kind === "path") {
      return [`    ${patterns}) COMPREPLY=($(compgen -f -- "$cur")); return ;;`];
    }
    return spec.kind === "boolean" ? [] : [`    ${patterns}) return ;;`];
  });
  const followers = FOLLOWERS.map(({ command, words }) =>
    `    ${command}) COMPREPLY=($(compgen -W ${lines(words)} -- "$cur")); return ;;`
  );
  return `# bash completion of ${PROGRAM_NAME}
_p2p_mpc() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD - 1]}"
  local IFS=$'\\n'
  COMPREPLY=()
  case "$prev" in
${[...values, ...followers].join("\n")}
  esac
  case "$cur" in
    -*) COMPREPLY=($(compgen -W ${lines(flags)} -- "$cur")) ;;
    *) COMPREPLY=($(compgen -W ${lines(COMMAND_NAMES)} -- "$cur") $(compgen -f -- "$cur")) ;;
  esac
}
complete -o filenames -F _p2p_mpc ${PROGRAM_NAME}
`;
}

function zsh(): string {
  /** A colon or bracket would end the text. */
  const plain = (text: string): string => text.replace(/[:[\]\\]/g, "\\$&");
  const action = (spec: OptionSpec): string => {
    if (spec.kind === "choice") return `:${spec.name}:(${spec.choices.join(" ")})`;
    if (spec.kind === "path") return `:${spec.name}:_files`;
    return spec.kind === "boolean" ? "" : `:${spec.name}: `;
  };
  const flags = SPECS.flatMap((spec) =>
    flagsOf(spec).map((flag) => {
      const repeat = spec.kind === "list" ? "*" : "";
      return `    ${quoted(`${repeat}${flag}[${plain(spec.help)}]${action(spec)}`)}`;
    })
  );
  const commands = Object.entries(COMMANDS).map(([name, { summary }]) =>
    `    ${quoted(`${name}:${plain(summary)}`)}`
  );
  const followers = FOLLOWERS.map(({ command, words }) =>
    `    ${command}) compadd -- ${words.join(" ")} ;;`
  );
  return `#compdef ${PROGRAM_NAME}
# zsh completion of ${PROGRAM_NAME}
_p2p_mpc_commands() {
  local -a commands=(
${commands.join("\n")}
    'help:Help on a command or a topic'
  )
  _describe command commands
}
_p2p_mpc_operands() {
  case "$words[1]" in
${followers.join("\n")}
    *) _files ;;
  esac
}
_arguments \\
${flags.join(" \\\n")} \\
    '(- *)'{-h,--help}'[Show the help]' \\
    '(- *)--version[Show the version]' \\
    '1: :_p2p_mpc_commands' \\
    '*:: :_p2p_mpc_operands'
`;
}

function fish(): string {
  const escape = (text: string): string => `'${text.replace(/[\\']/g, "\\$&")}'`;
  const flags = SPECS.map((spec) => {
    const short = spec.short === undefined ? "" : ` -s ${spec.short}`;
    const value = spec.kind === "choice"
      ? ` -x -a ${escape(spec.choices.join(" "))}`
      : spec.kind === "path"
      ? " -r -F"
      : spec.kind === "boolean"
      ? ""
      : " -x";
    return `complete -c ${PROGRAM_NAME}${short} -l ${spec.name}${value} -d ${escape(spec.help)}`;
  });
  const commands = Object.entries(COMMANDS).map(([name, { summary }]) =>
    `complete -c ${PROGRAM_NAME} -n __fish_use_subcommand -a ${name} -d ${escape(summary)}`
  );
  const followers = FOLLOWERS.map(({ command, words }) =>
    `complete -c ${PROGRAM_NAME} -n '__fish_seen_subcommand_from ${command}' -x -a ${
      escape(words.join(" "))
    }`
  );
  return [
    `# fish completion of ${PROGRAM_NAME}`,
    ...commands,
    `complete -c ${PROGRAM_NAME} -n __fish_use_subcommand -a help -d 'Help on a command or a topic'`,
    ...followers,
    ...flags,
    `complete -c ${PROGRAM_NAME} -s h -l help -d 'Show the help'`,
    "",
  ].join("\n");
}

/** The completion script of a shell. */
export function completionScript(shell: Shell): string {
  switch (shell) {
    case "bash":
      return bash();
    case "zsh":
      return zsh();
    case "fish":
      return fish();
  }
}
