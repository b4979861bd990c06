/** Inputs from files. */
import { ProgramError } from "../base/mod.ts";
import type { FormattedText, ValueFormat } from "../garble/mod.ts";
import { messageOf } from "./report.ts";
import type { System } from "./system.ts";
import { DATA_BYTES_MAX } from "./text_file.ts";

/** What stands for standard input in place of a file. */
export const STDIN = "-";

/** The text of an input, with its place. */
export interface InputText extends FormattedText {
  /** The file that it stands in; undefined: in none. */
  readonly path?: string;
}

/**
 * The text in the file `path`, or of standard input for {@linkcode STDIN}, and its form: `format`, or what the name's ending
 * says.
 *
 * @throws {ProgramError} if it cannot be read.
 */
export async function readInputFile(
  path: string,
  format: ValueFormat | undefined,
  system: System,
): Promise<InputText> {
  const read = path === STDIN
    ? system.readStdin(DATA_BYTES_MAX)
    : system.readTextFile(path, DATA_BYTES_MAX);
  try {
    return { path, format: format ?? formatOf(path), text: await read };
  } catch (cause) {
    throw new ProgramError(`Cannot read the input file "${path}": ${messageOf(cause)}`, {
      cause,
      hint: "give the text of a value, or the path of a file that holds one",
    });
  }
}

function formatOf(path: string): ValueFormat {
  if (path.endsWith(".csv")) return "csv";
  return path.endsWith(".json") ? "json" : "garble";
}
