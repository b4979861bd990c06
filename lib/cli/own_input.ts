/** The own private input of a party: where it comes from, and how long it stays. */
import { UsageError } from "../base/mod.ts";
import { showType } from "../garble/mod.ts";
import type { ComputeConfig } from "./config.ts";
import { missingInput } from "./config_consent.ts";
import type { Context } from "./context.ts";
import { type InputText, readInputFile } from "./input_file.ts";
import type { LoadedFacts } from "./loaded.ts";

/** Longest text whose parts are hidden on stderr; with a longer one that would take too long. */
const HIDDEN_MAX = 4096;

/** The own input, as packed bits once the party number is known. */
export class OwnInput {
  readonly #read: (party: number) => Uint8Array<ArrayBuffer>;
  #bits: Uint8Array<ArrayBuffer> | undefined;

  /** @param read the bits for a party number; throws if the text does not fit. */
  constructor(read: (party: number) => Uint8Array<ArrayBuffer>) {
    this.#read = read;
  }

  /** The bits for this party. @throws {ProgramError} if the text does not fit. */
  read(party: number): Uint8Array<ArrayBuffer> {
    return this.#bits ??= this.#read(party);
  }

  /** Overwrites the bits. */
  wipe(): void {
    // Why asked: an engine that has begun took them over.
    if (this.#bits?.buffer.detached === false) this.#bits.fill(0);
  }
}

/**
 * Reads the own input from where the config says.
 *
 * @throws {ProgramError} if its file cannot be read.
 * @throws {UsageError} if the variable is not set, or there is nobody to ask.
 */
export async function ownInput(
  config: ComputeConfig,
  program: LoadedFacts,
  context: Context,
): Promise<InputText> {
  const read = await inputText(config, program, context);
  if (read.text.length <= HIDDEN_MAX) context.redactor.hideText(read.text);
  return read;
}

async function inputText(
  { input, inputFormat, party }: ComputeConfig,
  program: LoadedFacts,
  { system, observe, signal }: Context,
): Promise<InputText> {
  const format = inputFormat ?? "garble";
  switch (input.kind) {
    case "text": {
      const text =
        "--input can be seen by other users of this machine, in the list of processes; " +
        "--input-file, --input-env and the prompt keep it from them";
      if (input.exposed) observe({ kind: "notice", text });
      return { format, text: input.text };
    }
    case "file":
      return await readInputFile(input.path, inputFormat, system);
    case "environment": {
      const text = system.env(input.name);
      if (text !== undefined) return { format, text };
      throw new UsageError(
        `Cannot take the input: there is no environment variable "${input.name}"`,
        { hint: "set it for this command, or name another one with --input-env" },
      );
    }
    case "prompt": {
      const parameter = program.parameters[party ?? -1];
      const what = parameter === undefined
        ? ""
        : `, ${parameter.name}: ${showType(parameter.type)}`;
      const text = await system.ask(`> Your input${what} (hidden): `, { signal, hidden: true });
      signal.throwIfAborted();
      if (text !== undefined) return { format, text };
      throw missingInput();
    }
  }
}
