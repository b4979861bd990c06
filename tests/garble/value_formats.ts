/** What the tests of the value formats share: programs by type, and reading with the error's text. */
import { ProgramError } from "../../lib/base/mod.ts";
import {
  decodeValue,
  formatOutput,
  type FormattedText,
  type GarbleValue,
  printValue,
  type Program,
  readInput,
  type Type,
  type ValueFormat,
} from "../../lib/garble/mod.ts";
import { bitWidth } from "../../lib/garble/layout.ts";
import { compiled } from "./run_program.ts";

/** Changed texts to try. */
export const FUZZ_RUNS = Deno.env.get("P2P_MPC_SLOW") === "1" ? 100_000 : 500;

const ANY = compiled("pub fn main(x: u8) -> u8 { x }");

/** A program whose only parameter and result are of the type. */
export function programOf(type: Type): Program {
  return { ...ANY, parameters: [{ name: "x", type, bits: bitWidth(type) }], result: type };
}

/** The value of a text as the language prints it, or what the error says. */
export function reading(program: Program, input: FormattedText, party = 0): string {
  const type = program.parameters[party]?.type;
  if (type === undefined) throw new RangeError("Cannot read: there is no such party");
  try {
    return printValue(decodeValue(type, readInput(program, party, input)));
  } catch (error) {
    if (error instanceof ProgramError) return error.message;
    throw error;
  }
}

/** The text of a value in a format. */
export function formatted(type: Type, value: GarbleValue, format: ValueFormat): string {
  const outcome = { kind: "value", text: printValue(value), value } as const;
  return formatOutput(programOf(type), outcome, format);
}

/** The value that a text means. */
export function parsed(type: Type, input: FormattedText): GarbleValue {
  return decodeValue(type, readInput(programOf(type), 0, input));
}
