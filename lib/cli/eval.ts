/** `eval`: a program in the clear, one person giving the inputs of all parties. */
import { PanicError, ProgramError, sliceBits } from "../base/mod.ts";
import { evaluate } from "../circuit/mod.ts";
import { decodeOutput, encodeInput, type Program, showType } from "../garble/mod.ts";
import type { TryConfig } from "./config.ts";
import type { Context } from "./context.ts";
import { writeJson } from "./json.ts";
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
  const texts = await Promise.all(inputs.map((input) => inputText(input, context.system)));
  const outcome = decodeOutput(program, evaluate(program.circuit, inputBits(program, texts)));
  if (outcome.kind === "panic") {
    const { reason, line, column, text } = outcome;
    if (config.json) writeJson(context, { ok: false, panic: { reason, line, column } });
    throw new PanicError(`The program panicked on line ${line}: ${text}`);
  }
  if (config.json) {
    writeJson(context, { ok: true, result: outcome.text, type: showType(program.result) });
  } else context.system.stdout.write(`${outcome.text}\n`);
}

/** A file wins over a value; no value is the name of a file unless the user made it one. */
async function inputText(input: string, system: System): Promise<string> {
  try {
    return await system.readTextFile(input);
  } catch {
    return input;
  }
}

/** The packed input bits of each party. */
function inputBits(program: Program, texts: readonly string[]): Uint8Array[] {
  const { parameters, parties, entry } = program;
  if (texts.length === parties) {
    return texts.map((text, party) => encodeInput(program, party, text));
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
function wholeArray(program: Program, text: string): Uint8Array[] {
  const [first] = program.parameters;
  if (first === undefined) throw new TypeError("Cannot split an array: there are no parties");
  const { type: element, bits } = first;
  const length = program.parties;
  const array = {
    name: first.name.slice(0, -"[0]".length),
    type: { kind: "array", element, size: { kind: "fixed", length } },
    bits: bits * length,
  } as const;
  const packed = encodeInput({ ...program, parties: 1, parameters: [array] }, 0, text);
  return program.parameters.map((_, party) => sliceBits(packed, party * bits, bits));
}
