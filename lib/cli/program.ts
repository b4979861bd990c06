/** From a path to a compiled program, with errors that a person can act on. */
import { ProgramError } from "../base/mod.ts";
import { compile, type Program, renderDiagnostics } from "../garble/mod.ts";
import { sanitizeLines } from "../observability/mod.ts";
import { messageOf } from "./report.ts";
import type { System } from "./system.ts";

async function readProgram(path: string, system: System): Promise<string> {
  try {
    return await system.readTextFile(path);
  } catch (cause) {
    throw new ProgramError(`Cannot read program "${path}": ${messageOf(cause)}`, {
      hint: "give the path of the Garble program that all parties compute: --program=<path>",
    });
  }
}

/**
 * Reads and compiles the program in the file `path`. Diagnostics are drawn on standard error.
 *
 * @throws {ProgramError} if there is no such file, or it does not compile.
 * @throws {LimitError} if the program needs more than the compiler allows.
 */
export async function loadProgram(path: string, system: System): Promise<Program> {
  const source = { name: path, text: await readProgram(path, system) };
  const compiled = compile(source);
  if (compiled.ok) return compiled.program;
  const { diagnostics } = compiled;
  system.stderr.write(`${sanitizeLines(renderDiagnostics(source, diagnostics), "")}\n\n`);
  const count = diagnostics.length === 1 ? "an error" : `${diagnostics.length} errors`;
  throw new ProgramError(`Cannot compile program "${path}": it has ${count}`, {
    hint: "mend the places that are shown above",
  });
}
