/** Inputs from files. */
import { ProgramError } from "../base/mod.ts";
import type { FormattedText, ValueFormat } from "../garble/mod.ts";
import type { ComputeConfig } from "./config.ts";
import type { Context } from "./context.ts";
import { messageOf } from "./report.ts";
import type { System } from "./system.ts";

/** Longest text whose parts are hidden on stderr; with a longer one that would take too long. */
const HIDDEN_MAX = 4096;

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

/** The own private input of a party. @throws {ProgramError} if its file cannot be read. */
export async function ownInput(config: ComputeConfig, context: Context): Promise<FormattedText> {
  const { input, inputFormat } = config;
  if (input.kind === "text") return { format: inputFormat ?? "garble", text: input.text };
  const read = await readInputFile(input.path, inputFormat, context.system);
  if (read.text.length <= HIDDEN_MAX) context.redactor.hideText(read.text);
  return read;
}
