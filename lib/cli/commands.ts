/** The commands and the help topics: names, arguments and texts. */
import { EXIT_CODES } from "../base/mod.ts";
import type { CommandName } from "./options.ts";

/** Name of the program in texts for people. */
export const PROGRAM_NAME = "p2p-mpc";

/** What the help says of a command. */
export interface CommandText {
  /** One line. */
  readonly summary: string;
  /** Text below the options: how to use it. */
  readonly details: string;
  /** The positional argument, as commander writes it, with its meaning. */
  readonly argument?: { readonly name: string; readonly help: string };
}

/** The commands that have a name of their own on the command line. */
export const COMMANDS: Readonly<Record<Exclude<CommandName, "node">, CommandText>> = {
  new: {
    summary: "Create a session, print its ticket, and compute once all parties are there",
    details: `Example, the first of three parties that add their numbers:
  ${PROGRAM_NAME} --program=.add.garble.rs --party=0 --input=2 new
Give the ticket to the other parties. Stdout carries the ticket and the result, nothing else.`,
  },
  join: {
    summary: "Join the session of a ticket, and compute once all parties are there",
    details: `Example:
  ${PROGRAM_NAME} --program=.add.garble.rs --party=1 --input=2 join <ticket>
Whoever has the ticket can take a free seat: treat it like a password.`,
    argument: { name: "<ticket>", help: "what `new` printed" },
  },
  keygen: {
    summary: "Create the identity key of a node and print its peer id",
    details:
      `The key says who a node is; it holds no share of anything. The file is readable by you alone,
and an existing file is never overwritten.
  ${PROGRAM_NAME} keygen -o keys/node.key
  ${PROGRAM_NAME} --identity-key-path keys/node.key`,
  },
  metrics: {
    summary: "Show the metrics of a running node",
    details: `Example:
  ${PROGRAM_NAME} metrics --url http://127.0.0.1:9090/metrics`,
  },
};

/** What the help says of the program without a command. */
export const NODE_TEXT: CommandText = {
  summary: `Compute together without showing each other the inputs, peer to peer, with no server.
Without a command: run a node that joins gossip topics and shows their messages.`,
  details: `Flags work before and after the command, as --key=value and as --key value.
Each one can also come from the environment (P2P_MPC_NETWORK_PORT=9000; lists with commas) or from
the config file. Flags win over the environment, which wins over the file, which wins over the default.

A computation of three parties, and two nodes that meet:
  ${PROGRAM_NAME} --program=.add.garble.rs --party=0 --input=2 new
  ${PROGRAM_NAME} --program=.add.garble.rs --party=1 --input=2 join <ticket>
  ${PROGRAM_NAME} --network-port 9000 --topic chat
  ${PROGRAM_NAME} --network-port 9001 --topic chat --bootnode /ip4/127.0.0.1/tcp/9000/p2p/<peer id>

Help on a command: ${PROGRAM_NAME} help <command>. Exit codes: ${PROGRAM_NAME} help exit-codes.`,
};

/** The table of exit codes as text. */
export function exitCodesText(): string {
  const lines = Object.entries(EXIT_CODES).map(([code, meaning]) =>
    `${code.padStart(5)}  ${meaning}`
  );
  return `Exit codes of ${PROGRAM_NAME}:\n\n${lines.join("\n")}\n`;
}

/** Topics of `help` that are no commands. */
export const HELP_TOPICS: Readonly<Record<string, () => string>> = {
  "exit-codes": exitCodesText,
};
