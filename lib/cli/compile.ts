/** `compile`: a program as a circuit file for other tools. */
import { MpcError, UsageError } from "../base/mod.ts";
import { exportBristol, exportRegisterJson, exportSsaJson } from "../circuit/mod.ts";
import { PANIC_BITS } from "../garble/mod.ts";
import type { TryConfig } from "./config.ts";
import type { Context } from "./context.ts";
import { writeJson } from "./json.ts";
import type { Loaded } from "./loaded.ts";
import { checkWritable } from "./own_places.ts";
import { loadProgram } from "./program.ts";
import { messageOf } from "./report.ts";

/** The forms by the end of the file's name; the longest one that fits counts. */
const FORMS = [".register.json", ".json", ".txt"] as const;

type Form = (typeof FORMS)[number];

function formOf(file: string | undefined): { readonly file: string; readonly form: Form } {
  const form = FORMS.find((ending) => file?.endsWith(ending));
  if (file !== undefined && form !== undefined) return { file, form };
  const state = file === undefined ? '"--out" is missing' : `"${file}" has no known ending`;
  throw new UsageError(`Cannot write the circuit: ${state}`, {
    hint: "add -o <file>.json for the gates as JSON, -o <file>.register.json for JSON with " +
      "registers, or -o <file>.txt for Bristol fashion",
  });
}

function pieces(program: Loaded, form: Form): Iterable<string> {
  switch (form) {
    case ".json":
      return exportSsaJson(program.circuit);
    case ".register.json":
      return exportRegisterJson(program.circuit);
    case ".txt":
      return exportBristol(program.circuit, { dropOutputs: panicBits(program) });
  }
}

/** Bits of the panic record in front of the result. */
function panicBits(program: Loaded): number {
  return program.outputWidths === undefined ? PANIC_BITS : 0;
}

/**
 * Compiles the program and writes its circuit to `out`, over what was there.
 *
 * @throws {UsageError} if no file is named, its ending is unknown, or it cannot be written.
 * @throws {ProgramError} if the program does not compile.
 */
export async function compileFile(
  config: TryConfig,
  out: string | undefined,
  context: Context,
): Promise<void> {
  const { file, form } = formOf(out);
  await checkWritable([file], context.system);
  const program = await loadProgram(config, context.system);
  const { header } = program.circuit;
  try {
    await context.system.writeTextFile(file, pieces(program, form));
  } catch (cause) {
    if (cause instanceof MpcError) throw cause;
    throw new UsageError(`Cannot write "${file}": ${messageOf(cause)}`, {
      hint: "name a file in a folder that exists and is yours",
    });
  }
  const panics = form === ".txt" && program.panicPlaces.length > 0;
  if (panics) {
    const text = "this form has no place for panics: where the program panics, the result is 0";
    context.observe({ kind: "notice", text });
  }
  if (config.json) {
    writeJson(context, { ok: true, file, gates: header.gates, and_gates: header.ands });
  } else context.observe({ kind: "notice", text: `wrote ${header.gates} gates to ${file}` });
}
