/** Output for scripts: one JSON object on stdout, also when a command fails. */
import { MpcError, PanicError } from "../base/mod.ts";
import type { TryConfig } from "./config.ts";
import type { Context } from "./context.ts";
import { CompileError, diagnosticReports } from "./program.ts";
import { hintOf } from "./report.ts";

/** Writes one JSON object as a line. */
export function writeJson({ system }: Context, value: Readonly<Record<string, unknown>>): void {
  system.stdout.write(`${JSON.stringify(value)}\n`);
}

/** A field whose value is JSON text already, so that numbers of 64 bits keep their digits. */
export interface RawField {
  readonly name: string;
  readonly json: string;
}

/** Like {@linkcode writeJson}, with one more field at the end. */
export function writeJsonWith(
  { system }: Context,
  value: Readonly<Record<string, unknown>>,
  { name, json }: RawField,
): void {
  const text = JSON.stringify(value).slice(0, -1);
  system.stdout.write(`${text},${JSON.stringify(name)}:${json.trim()}}\n`);
}

/** An error as scripts read it. */
function failure(error: MpcError): Readonly<Record<string, unknown>> {
  const { message, exitCode } = error;
  const hint = hintOf(error);
  return {
    ok: false,
    error: { message, exit_code: exitCode, ...(hint === undefined ? {} : { hint }) },
    ...(error instanceof CompileError ? { diagnostics: diagnosticReports(error) } : {}),
  };
}

/** Runs `action`; its error is told on stdout, too, if scripts read it. A panic is told by `action` itself. */
export async function reporting(
  config: TryConfig,
  context: Context,
  action: () => Promise<void>,
): Promise<void> {
  try {
    await action();
  } catch (error) {
    if (config.json && error instanceof MpcError && !(error instanceof PanicError)) {
      writeJson(context, failure(error));
    }
    throw error;
  }
}
