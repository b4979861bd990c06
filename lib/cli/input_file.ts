/** Inputs from files. */
import { ProgramError } from "../base/mod.ts";
import type { FormattedText, ValueFormat } from "../garble/mod.ts";
import { messageOf } from "./report.ts";
import type { System } from "./system.ts";

/**
 * The text in the file `path`, and its form: `format`, or what the name's ending says.
 *
 * @throws {ProgramError} if the file cannot be read.
 */
export async function readInputFile(
  path: string,
  format: ValueFormat | undefined,
  system: System,
): Promise<FormattedText> {
  try {
    return { format: format ?? formatOf(path), text: await system.readTextFile(path) };
  } catch (cause) {
    throw new ProgramError(`Cannot read the input file "${path}": ${messageOf(cause)}`, {
      hint: "give the text of a value, or the path of a file that holds one",
    });
  }
}

function formatOf(path: string): ValueFormat {
  if (path.endsWith(".csv")) return "csv";
  return path.endsWith(".json") ? "json" : "garble";
}
