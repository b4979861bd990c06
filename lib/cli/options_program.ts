/** Options of programs, their values and their limits. */
import { COMPILE_LIMITS, NESTING_MAX, SOURCE_LENGTH_MAX, VALUE_FORMATS } from "../garble/limits.ts";
import { COMPILING, LONGEST_SECONDS, refuseEmpty, VALUES } from "./option_commands.ts";
import type { OptionSpec } from "./option_spec.ts";

/** Constants are told to the other parties, with names of up to 64 and values of up to 256 characters. */
function refuseConstant(value: string): string | undefined {
  const [, name = "", text = ""] = /^([A-Za-z_]\w*::[A-Za-z_]\w*)=([^]+)$/.exec(value) ?? [];
  if (name === "") return "it is not of the form PARTY_0::ROWS=3";
  return name.length > 64 || text.length > 256
    ? "a name may have 64 characters, and a value 256"
    : undefined;
}

/** The rows of the table of options. */
export const PROGRAM_OPTIONS = {
  entry: {
    name: "entry",
    short: "f",
    kind: "string",
    value: "name",
    default: "main",
    commands: COMPILING,
    group: "Program",
    help: "Function of the program to compute",
    refuse: refuseEmpty,
  },
  const: {
    name: "const",
    kind: "list",
    value: "PARTY::NAME=literal",
    default: [],
    configKey: "constants",
    commands: COMPILING,
    group: "Program",
    help: "Public value that the program takes from outside; all parties give the same; repeatable",
    refuse: refuseConstant,
  },
  maxGates: {
    name: "max-gates",
    kind: "integer",
    min: 1,
    max: 2 ** 29,
    default: COMPILE_LIMITS.gates,
    commands: COMPILING,
    group: "Program",
    help: "Most XOR and AND gates that compiling may make",
  },
  maxWires: {
    name: "max-wires",
    kind: "integer",
    min: 1,
    max: 2 ** 29,
    default: COMPILE_LIMITS.wires,
    commands: COMPILING,
    group: "Program",
    help: "Most wires alive at once, inputs included: computing keeps them in memory",
  },
  maxIterations: {
    name: "max-iterations",
    kind: "integer",
    min: 1,
    max: 2 ** 40,
    default: COMPILE_LIMITS.iterations,
    commands: COMPILING,
    group: "Program",
    help: "Most rounds of loops and calls of functions, all together",
  },
  maxBits: {
    name: "max-bits",
    kind: "integer",
    min: 1,
    max: 2 ** 29,
    default: COMPILE_LIMITS.bits,
    commands: COMPILING,
    group: "Program",
    help: "Most bits of a single value of the program",
  },
  maxNesting: {
    name: "max-nesting",
    kind: "integer",
    min: 1,
    max: NESTING_MAX,
    default: COMPILE_LIMITS.nesting,
    commands: COMPILING,
    group: "Program",
    help: "Most levels of brackets, blocks and types in each other",
  },
  maxCompileTime: {
    name: "max-compile-time",
    kind: "duration",
    min: 0,
    max: LONGEST_SECONDS,
    default: 600,
    commands: COMPILING,
    group: "Program",
    help: "Most seconds that compiling may take here; parties may differ in it",
  },
  maxSource: {
    name: "max-source",
    kind: "integer",
    min: 1,
    max: SOURCE_LENGTH_MAX,
    default: SOURCE_LENGTH_MAX,
    commands: COMPILING,
    group: "Program",
    help: "Most characters of the program's text",
  },
  inputFormat: {
    name: "input-format",
    kind: "choice",
    choices: VALUE_FORMATS,
    defaultText: "by the name of the input's file, else garble",
    commands: VALUES,
    group: "Program",
    help: "Form of inputs",
  },
  outputFormat: {
    name: "output-format",
    kind: "choice",
    choices: VALUE_FORMATS,
    default: "garble",
    commands: VALUES,
    group: "Program",
    help: "Form of the result",
  },
} as const satisfies Readonly<Record<string, OptionSpec>>;
