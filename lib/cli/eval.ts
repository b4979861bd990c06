/** `eval`: a program in the clear, one person giving the inputs of all parties. */
import { PanicError, ProgramError, sliceBits } from "../base/mod.ts";
import { evaluate } from "../circuit/mod.ts";
import { showType } from "../garble/mod.ts";
import type { TryConfig } from "./config.ts";
import type { Context } from "./context.ts";
import { type InputText, readInputFile } from "./input_file.ts";
import { writeJson, writeJsonWith } from "./json.ts";
import { inputOf, type Loaded, resultOf } from "./loaded.ts";
import { loadProgram } from "./program.ts";
import type { System } from "./system.ts";

/**
 * Evaluates the program on `inputs` and writes the bare value to stdout. An input is the text of a value, or
 * the path of a file that holds one. A program whose only parameter is an array takes the elements one by
 * one, or all as one array.
 *
 * @throws {ProgramError} if the program does not compile or an input does not fit.
 * @throws {PanicError} if the program panicked.
 */
export async function evalProgram(
  config: TryConfig,
  inputs: readonly string[],
  context: Context,
): Promise<void> {
  const program = await loadProgram(config, context.system);
  const texts = await Promise.all(inputs.map((input) => inputText(input, config, context.system)));
  const output = evaluate(program.circuit, inputBits(program, texts));
  const outcome = resultOf(program, output, config.outputFormat);
  if (outcome.kind === "panic") {
    const { reason, line, column, text } = outcome;
    if (config.json) writeJson(context, { ok: false, panic: { reason, line, column } });
    throw new PanicError(`The program panicked on line ${line}: ${text}`);
  }
  if (config.json) {
    const facts = { ok: true, result: outcome.text, type: showType(program.result) };
    writeJsonWith(context, facts, { name: "value", json: outcome.json });
  } else context.system.stdout.write(`${outcome.text}\n`);
}

const FILE_NAME = /\.(txt|json|csv)$/;

/** What tells that a file is there, and is no input. */
const UNFIT = [Deno.errors.IsADirectory, Deno.errors.InvalidData, Deno.errors.PermissionDenied];

/** A file wins over a value; no value is the name of a file unless the user made it one. */
async function inputText(
  input: string,
  { inputFormat }: TryConfig,
  system: System,
): Promise<InputText> {
  try {
    return await readInputFile(input, inputFormat, system);
  } catch (error) {
    const { cause } = error as Error;
    // Why the name: no value ends like this, and "a number is needed" would not tell what is wrong.
    if (FILE_NAME.test(input) || UNFIT.some((unfit) => cause instanceof unfit)) throw error;
    return { format: inputFormat ?? "garble", text: input };
  }
}

/** The packed input bits of each party. */
function inputBits(program: Loaded, texts: readonly InputText[]): Uint8Array[] {
  const { parameters, parties, entry } = program;
  if (texts.length === parties) {
    return texts.map((text, party) => inputOf(program, party, text));
  }
  const [whole] = texts;
  const [first] = parameters;
  if (texts.length === 1 && whole !== undefined && first?.name.endsWith("[0]")) {
    return wholeArray(program, whole);
  }
  const list = parameters.map(({ name, type }) => `${name}: ${showType(type)}`);
  throw new ProgramError(
    `Cannot evaluate: "${entry}" needs ${parties} inputs, and there are ${texts.length}`,
    { hint: `give one input for each of ${list.join(", ")}` },
  );
}

/** The inputs of all parties from one text: the array of which each element is a party's. */
function wholeArray(program: Loaded, text: InputText): Uint8Array[] {
  const [first] = program.parameters;
  if (first === undefined) throw new TypeError("Cannot split an array: there are no parties");
  const { type: element, bits } = first;
  const length = program.parties;
  const array = {
    name: first.name.slice(0, -"[0]".length),
    type: { kind: "array", element, size: { kind: "fixed", length } },
    bits: bits * length,
  } as const;
  const packed = inputOf({ ...program, parties: 1, parameters: [array] }, 0, text);
  return program.parameters.map((_, party) => sliceBits(packed, party * bits, bits));
}
