/** Values of a program in and out, in each of the forms that people and other programs use. */
import type { ProgramFacts } from "./compile.ts";
import { readCsv, writeCsv } from "./csv.ts";
import { readingInput } from "./data_problem.ts";
import { readGarbleJson, writeGarbleJson } from "./garble_json.ts";
import { readPlainJson, writePlainJson } from "./plain_json.ts";
import type { ValueFormat } from "./limits.ts";
import { encodeInput, parameterOf, type ValueOutcome } from "./run.ts";
import { showType, type Type } from "./types.ts";
import { encodeValue, type GarbleValue } from "./value.ts";

/** The text of a value with its form. */
export interface FormattedText {
  /** How to read the text. */
  readonly format: ValueFormat;
  /** The text; it may be private. */
  readonly text: string;
}

const READERS: Readonly<
  Record<Exclude<ValueFormat, "garble">, (type: Type, text: string) => GarbleValue>
> = { "garble-json": readGarbleJson, json: readPlainJson, csv: readCsv };

/**
 * The packed input bits of a party (numbered from 0).
 *
 * @throws ProgramError when the text is no value of the parameter's type, with row, column and path. The
 *   message never quotes the text.
 */
export function readInput(
  program: ProgramFacts,
  party: number,
  { format, text }: FormattedText,
): Uint8Array<ArrayBuffer> {
  if (format === "garble") return encodeInput(program, party, text);
  const { name, type } = parameterOf(program, party);
  const hint = `${program.entry}'s parameter \`${name}\` has type ${showType(type)}; ` +
    "rows and elements are counted from 1";
  return encodeValue(type, readingInput(hint, () => READERS[format](type, text)));
}

/** The text of a result; that of CSV has several lines and ends with a line feed. */
export function formatOutput(
  program: ProgramFacts,
  outcome: ValueOutcome,
  format: ValueFormat,
): string {
  switch (format) {
    case "garble":
      return outcome.text;
    case "garble-json":
      return writeGarbleJson(program.result, outcome.value);
    case "json":
      return writePlainJson(outcome.value);
    case "csv":
      return writeCsv(program.result, outcome.value);
  }
}
