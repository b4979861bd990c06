/** Options of a computation with other parties. */
import { COMPUTING, LONGEST_SECONDS, refuseEmpty } from "./option_commands.ts";
import type { OptionSpec } from "./option_spec.ts";

/** The rows of the table of options. */
export const COMPUTE_OPTIONS = {
  program: {
    name: "program",
    kind: "path",
    value: "path",
    commands: COMPUTING,
    group: "Computation",
    help: "Garble program, or circuit in Bristol fashion; every party has the same one",
    refuse: refuseEmpty,
  },
  party: {
    name: "party",
    kind: "integer",
    min: 0,
    max: 65_535,
    commands: COMPUTING,
    group: "Computation",
    help: "Your party number: 0 gives the first argument of main",
  },
  input: {
    name: "input",
    short: "i",
    kind: "string",
    value: "literal",
    secret: true,
    commands: COMPUTING,
    group: "Computation",
    help: "Your private input, a Garble value; the environment hides it from the process list",
  },
  inputFile: {
    name: "input-file",
    kind: "path",
    value: "path",
    commands: COMPUTING,
    group: "Computation",
    help: "File with your private input, instead of --input: text, .json or .csv",
    refuse: refuseEmpty,
  },
  waitTime: {
    name: "wait-time",
    kind: "duration",
    min: 0,
    max: LONGEST_SECONDS,
    default: 20,
    commands: COMPUTING,
    group: "Computation",
    help: "Seconds that the others have to join after the first contact",
  },
  joinTimeout: {
    name: "join-timeout",
    kind: "duration",
    min: 0,
    max: LONGEST_SECONDS,
    defaultText: "none on a terminal, else 600",
    commands: COMPUTING,
    group: "Computation",
    help: "Seconds to wait for the first contact",
  },
  workers: {
    name: "workers",
    kind: "integer",
    min: 0,
    max: 1024,
    default: 1,
    commands: COMPUTING,
    group: "Computation",
    help: "Threads for the computation, which uses one; 0 computes on the main thread",
  },
} as const satisfies Readonly<Record<string, OptionSpec>>;
