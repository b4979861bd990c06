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
  /** What stands on the line beside the flags, as commander writes it, with its meaning. */
  readonly operands?: readonly { readonly name: string; readonly help: string }[];
}

const PROGRAM_FILE = {
  name: "<file>",
  help: "the Garble program, or a circuit in Bristol fashion",
};

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
    operands: [{
      name: "<ticket>",
      help: "what `new` printed, a file that holds it, or - (it is asked for, or standard input)",
    }],
  },
  preprocess: {
    summary: "Do most of the work of a later session now, with the same parties; no program needed",
    details: `Example, the first of three parties:
  ${PROGRAM_NAME} preprocess --parties=3 --party=0 --and-gates=6400 --input-bits=256 \\
    --identity-key-path=keys/node.key -o aes.stock
The others give the ticket: ${PROGRAM_NAME} preprocess <ticket> --party=1 …, with the same numbers.
Then all of them add --preprocessing=<file> to \`new\` or \`join\`, with the same key and party number.
A file serves one session, also one that fails, and is encrypted under the key. Do not copy it.`,
    operands: [{
      name: "[ticket]",
      help: "what `preprocess` printed, a file that holds it, or -; without it, a ticket is made",
    }],
  },
  relay: {
    summary: "Be a relay through which parties behind NAT reach each other",
    details: `Example, on a host that all can reach:
  ${PROGRAM_NAME} relay --network-port 4001 --identity-key-path keys/relay.key --max-bytes 1000000000
Stdout has its addresses. Parties add --relay=<address> to \`new\`, \`join\` and \`preprocess\`. A relay passes
what it cannot read: parties encrypt and authenticate end to end. It learns who talks to whom, how much and when.
With --allow-peer it serves those peers alone; they keep their ids with --identity-key-path.`,
  },
  check: {
    summary: "Check a program: what is wrong with it, or what it takes and what it costs",
    details: `Example:
  ${PROGRAM_NAME} check examples/sum/sum.garble.rs
Stdout has the parties, the gates, and an estimate of what each party sends and needs.`,
    operands: [PROGRAM_FILE],
  },
  eval: {
    summary: "Run a program in the clear, with the inputs of all parties",
    details: `Examples:
  ${PROGRAM_NAME} eval examples/sum/sum.garble.rs 20 -30 40
  ${PROGRAM_NAME} eval examples/sum/sum.garble.rs examples/sum/alice.txt examples/sum/bob.txt examples/sum/carol.txt
Nothing is private here: it is for trying a program out. Stdout has the value, nothing else.`,
    operands: [PROGRAM_FILE, {
      name: "[input...]",
      help:
        "each party's input in order: a Garble value, or a file that holds one (.json, .csv or text)",
    }],
  },
  compile: {
    summary: "Compile a program to a circuit file",
    details: `Examples:
  ${PROGRAM_NAME} compile examples/sum/sum.garble.rs -o sum.json
  ${PROGRAM_NAME} compile examples/sum/sum.garble.rs -o sum.txt
A name that ends in .json gives JSON with the gates in order, .register.json gives JSON with registers,
and .txt Bristol fashion, which has no panics: where the program panics, its result is 0.`,
    operands: [PROGRAM_FILE],
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
    details: `Examples:
  ${PROGRAM_NAME} metrics --url http://127.0.0.1:9090/metrics
  ${PROGRAM_NAME} metrics --watch --grep '^p2p_mpc_(active|requests)'
  ${PROGRAM_NAME} metrics --json --metrics-port 9091`,
  },
  peers: {
    summary: "Show what is remembered of other peers, ban, trust or name one",
    details: `Examples:
  ${PROGRAM_NAME} peers list
  ${PROGRAM_NAME} peers ban 12D3KooW…
  ${PROGRAM_NAME} peers ban 203.0.113.0/24
  ${PROGRAM_NAME} peers trust 12D3KooW…
  ${PROGRAM_NAME} peers alias 12D3KooW… carol
A banned peer or address cannot connect. A peer that failed a check of the protocol is banned until you lift
the ban; bad behaviour bans for half an hour, unless you trust the peer. None of this is told to others.`,
    operands: [
      { name: "[action]", help: "list, ban, unban, trust, untrust or alias" },
      { name: "[peer]", help: "a peer id; to ban and unban also an address or a subnet" },
      { name: "[name]", help: "the name for alias; without it the old one goes" },
    ],
  },
  file: {
    summary: "Share files by their content: add, get, list and remove them",
    details: `Examples:
  ${PROGRAM_NAME} file add table.csv
  ${PROGRAM_NAME} file get bafkrei… -o table.csv --bootnode /ip4/203.0.113.7/tcp/9000/p2p/<peer id>
  ${PROGRAM_NAME} file get bafkrei… /ip4/203.0.113.7/tcp/9000
  ${PROGRAM_NAME} file ls
  ${PROGRAM_NAME} file rm bafkrei…
\`add\` prints the CID of the file, and a running node (${PROGRAM_NAME} without a command) gives the files of its store
to whoever connects and knows the CID; \`get\` finds such nodes through a bootnode. Every chunk is checked as it comes, and
a \`get\` that broke off goes on where it was. Do not add what is private, an input least of all.`,
    operands: [
      { name: "[action]", help: "add, get, ls or rm" },
      { name: "[file]", help: "for add a path, for get and rm a CID" },
      { name: "[address...]", help: "for get: multiaddresses of nodes that may have it" },
    ],
  },
  doctor: {
    summary: "Look at this machine, its files and its network, and say what to do",
    details: `Examples:
  ${PROGRAM_NAME} doctor
  ${PROGRAM_NAME} doctor --identity-key-path keys/node.key --network-port 9000 \\
    --bootnode /ip4/203.0.113.7/tcp/9000/p2p/<peer id>
Give it the flags, or the --config, of the command that is to run: bootnodes and relays are tried. Each finding says
what it means and what to do; the exit code is 2 if something will not work.`,
  },
  status: {
    summary: "Show what a running node, or a party of a session, is at",
    details: `Examples:
  ${PROGRAM_NAME} status
  ${PROGRAM_NAME} status --metrics-port 9091 --watch
It asks the node over its metrics listener, which a node has on port 9090, and \`new\` and \`join\` with --metrics-port.`,
  },
  ping: {
    summary: "See whether a peer answers, how fast, and over which path",
    details: `Examples:
  ${PROGRAM_NAME} ping /ip4/203.0.113.7/tcp/9000
  ${PROGRAM_NAME} ping 12D3KooW… --bootnode /ip4/203.0.113.7/tcp/9000/p2p/<peer id>`,
    operands: [{ name: "<peer>", help: "a multiaddress, or a peer id that a bootnode knows" }],
  },
  lookup: {
    summary: "Find a peer and show its addresses, protocols and program",
    details: `Examples:
  ${PROGRAM_NAME} lookup /ip4/203.0.113.7/tcp/9000
  ${PROGRAM_NAME} lookup 12D3KooW… --bootnode /ip4/203.0.113.7/tcp/9000/p2p/<peer id>
What the peer says of itself is its own word; its peer id is proven.`,
    operands: [{ name: "<peer>", help: "a multiaddress, or a peer id that a bootnode knows" }],
  },
  id: {
    summary: "Print the peer id of an identity key",
    details: `Example:
  ${PROGRAM_NAME} id --identity-key-path keys/node.key
Without the flag it is the key in keys/node.key, where \`keygen\` puts it.`,
  },
  version: {
    summary: "Print the version, or with --json what it was built from and runs on",
    details: `Example:
  ${PROGRAM_NAME} version --json
The commit and the lock file are those of the checkout that it was built from or runs in, or null
where that is not known; changes that were not committed do not show.`,
  },
  ticket: {
    summary: "Show what a ticket says, without joining: who made it, for what, until when",
    details: `Example:
  ${PROGRAM_NAME} ticket show <ticket>
The ticket's secret is not shown.`,
    operands: [
      { name: "<show>", help: "the word show" },
      { name: "<ticket>", help: "the ticket, a file that holds it, or - for standard input" },
    ],
  },
  policy: {
    summary: "Check a policy file, and what it says of a session, line by line",
    details: `Examples:
  ${PROGRAM_NAME} policy check policy.yml
  ${PROGRAM_NAME} policy check policy.yml --manifest receipt.json
A policy is the standing consent of an unattended party: --policy with \`new\` and \`join\`.
What it does not allow is refused. docs/CONSENT.md has an example with every key.`,
    operands: [
      { name: "<check>", help: "the word check" },
      { name: "<file>", help: "the policy file" },
    ],
  },
  verify: {
    summary: "Check a receipt: who consented to what, who finished, and whether they saw the same",
    details: `Example:
  ${PROGRAM_NAME} verify receipt.json --program .add.garble.rs`,
    operands: [{ name: "<receipt>", help: "a file that --receipt wrote" }],
  },
  config: {
    summary: "Show each setting with its value and where the value came from",
    details: `Example:
  ${PROGRAM_NAME} config show --config config.yml --network-port 9000
Stdout has a config file that means the same; private values show as (hidden).`,
    operands: [{ name: "<show>", help: "the word show" }],
  },
  completions: {
    summary: "Print a completion script for a shell",
    details: `Examples:
  ${PROGRAM_NAME} completions bash > ~/.local/share/bash-completion/completions/${PROGRAM_NAME}
  ${PROGRAM_NAME} completions zsh > ~/.zfunc/_${PROGRAM_NAME}
  ${PROGRAM_NAME} completions fish > ~/.config/fish/completions/${PROGRAM_NAME}.fish`,
    operands: [{ name: "<shell>", help: "bash, zsh or fish" }],
  },
  man: {
    summary: "Print the manual page",
    details: `Example:
  ${PROGRAM_NAME} man > ${PROGRAM_NAME}.1 && man ./${PROGRAM_NAME}.1`,
  },
  "self-test": {
    summary: "Test that all parts of this program are there: WebAssembly, workers, pages, network",
    details: `Example:
  ${PROGRAM_NAME} self-test
Meant for executables. Each part that works is a line on stdout; one that does not ends in exit code 1.`,
  },
};

/** What the help says of the program without a command. */
export const NODE_TEXT: CommandText = {
  summary: `Compute together without showing each other the inputs, peer to peer, with no server.
Without a command: run a node that joins gossip topics, shows their messages, and publishes the lines you type.`,
  details: `Flags work before and after the command, as --key=value and as --key value.
Each one can also come from the environment (P2P_MPC_NETWORK_PORT=9000; lists with commas) or from
the config file. Flags win over the environment, which wins over the file, which wins over the default.

A computation of three parties, and two nodes that meet:
  ${PROGRAM_NAME} --program=.add.garble.rs --party=0 --input=2 new
  ${PROGRAM_NAME} --program=.add.garble.rs --party=1 --input=2 join <ticket>
  ${PROGRAM_NAME} --network-port 9000 --topic chat
  ${PROGRAM_NAME} --network-port 9001 --topic chat --bootnode /ip4/127.0.0.1/tcp/9000/p2p/<peer id>
A line goes to the first topic; "@<topic> text" goes to another one. Lines wait until somebody listens.

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
