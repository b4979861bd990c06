/** From a path to what is computed, with errors that a person can act on. */
import { LimitError, MpcError, ProgramError } from "../base/mod.ts";
import { looksLikeBristol } from "../circuit/mod.ts";
import {
  compile,
  type CompileLimits,
  type Diagnostic,
  type DiagnosticKind,
  lineColumn,
  renderDiagnostics,
  type Source,
} from "../garble/mod.ts";
import { sanitizeLines } from "../observability/mod.ts";
import type { ProgramConfig } from "./config.ts";
import { loadBristol, type Loaded } from "./loaded.ts";
import { type OptionKey, specOf } from "./options.ts";
import { messageOf } from "./report.ts";
import type { System } from "./system.ts";
import { DATA_BYTES_MAX } from "./text_file.ts";

/** The flags of the limits that diagnostics may be about. */
const DIAGNOSTIC_FLAGS: Partial<Readonly<Record<DiagnosticKind, OptionKey>>> = {
  NestedTooDeeply: "maxNesting",
  TypeNestedTooDeeply: "maxNesting",
  CallsNestedTooDeeply: "maxNesting",
  TypeTooLarge: "maxBits",
};

/** A program that does not compile, with all that is wrong with it. */
export class CompileError extends MpcError {
  /** Exit code of the process: that of a wrong program, or of a limit if a limit is all that is wrong. */
  override readonly exitCode: 3 | 9;
  /** What is wrong. */
  readonly diagnostics: readonly Diagnostic[];
  /** The text. */
  readonly source: Source;

  /** The error for the diagnostics of `source`. */
  constructor(source: Source, diagnostics: readonly Diagnostic[]) {
    const count = diagnostics.length === 1 ? "an error" : `${diagnostics.length} errors`;
    const flags = diagnostics.map(({ kind }) => DIAGNOSTIC_FLAGS[kind]);
    const [key] = flags;
    const limited = key !== undefined && !flags.includes(undefined);
    const name = limited ? specOf(key).name : "";
    super(
      `Cannot compile program "${source.name}": ` +
        (limited
          ? `it goes beyond a limit (limit "${name.replace("max-", "")}")`
          : `it has ${count}`),
      {
        hint: limited
          ? `mend the places that are shown above, or raise --${name}; all parties need the same limits`
          : "mend the places that are shown above",
      },
    );
    this.exitCode = limited ? 9 : 3;
    this.source = source;
    this.diagnostics = diagnostics;
  }
}

/** A diagnostic as scripts read it; lines and columns count from 1. */
export interface DiagnosticReport {
  readonly stage: string;
  readonly code: string;
  readonly kind: string;
  readonly message: string;
  readonly line: number;
  readonly column: number;
  readonly end_line: number;
  readonly end_column: number;
  readonly hint?: string;
}

/** The diagnostics of a program that does not compile, as scripts read them. */
export function diagnosticReports({ source, diagnostics }: CompileError): DiagnosticReport[] {
  return diagnostics.map(({ stage, code, kind, message, span, hint }) => {
    const start = lineColumn(source.text, Math.min(span.start, source.text.length));
    const end = lineColumn(source.text, Math.min(span.end, source.text.length));
    const place = { line: start.line, column: start.column };
    const until = { end_line: end.line, end_column: end.column };
    return {
      stage,
      code,
      kind,
      message,
      ...place,
      ...until,
      ...(hint === undefined ? {} : { hint }),
    };
  });
}

async function readProgram(path: string, system: System): Promise<string> {
  try {
    return await system.readTextFile(path, DATA_BYTES_MAX);
  } catch (cause) {
    throw new ProgramError(`Cannot read program "${path}": ${messageOf(cause)}`, {
      hint: "give the path of the Garble program that all parties compute",
    });
  }
}

/** The flag of each limit of the compiler. */
const LIMIT_FLAGS: Readonly<Record<keyof CompileLimits, string>> = {
  gates: specOf("maxGates").name,
  wires: specOf("maxWires").name,
  iterations: specOf("maxIterations").name,
  bits: specOf("maxBits").name,
  nesting: specOf("maxNesting").name,
};

/** The error of a limit, with the flag that raises it. */
function withFlag(error: unknown): unknown {
  if (!(error instanceof LimitError)) return error;
  const names = Object.keys(LIMIT_FLAGS) as (keyof CompileLimits)[];
  const name = names.find((limit) => error.message.includes(`(limit "${limit}"`));
  if (name === undefined) return error;
  return new LimitError(error.message, {
    hint: `shorten the loops or the arrays of the program, or raise --${LIMIT_FLAGS[name]}; ` +
      "all parties need the same limits",
  });
}

/** A program, or what is wrong with its text. */
export type Built<P> =
  | { readonly ok: true; readonly program: P }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

/** How a text is compiled: all of a config but where things are and who we are. */
export type BuildOptions = Pick<
  ProgramConfig,
  "entry" | "constants" | "limits" | "compileTimeMs" | "sourceMax"
>;

/** Milliseconds since any moment. */
export type Clock = () => number;

/** The error of a program that takes too long. */
export function compileTimeError({ name }: Source, { compileTimeMs }: BuildOptions): LimitError {
  return new LimitError(
    `Cannot compile program "${name}": it takes more than ${compileTimeMs / 1000} s ` +
      `(limit "compile-time")`,
    { hint: `shorten the program, or raise --${specOf("maxCompileTime").name}` },
  );
}

/** Ends a compilation that takes too long. */
function deadline(source: Source, options: BuildOptions, now: Clock): () => void {
  const start = now();
  return () => {
    if (now() - start > options.compileTimeMs) throw compileTimeError(source, options);
  };
}

/**
 * Compiles a text; a circuit in Bristol fashion may stand in its place.
 *
 * @throws {ProgramError} if an array size has no value, or the circuit file is none.
 * @throws {LimitError} if the program needs more than a limit allows; the hint names the flag.
 */
export function buildProgram(source: Source, options: BuildOptions, now: Clock): Built<Loaded> {
  try {
    return looksLikeBristol(source.text)
      ? { ok: true, program: loadBristol(source, options.limits) }
      : compiled(source, options, now);
  } catch (error) {
    throw withFlag(error);
  }
}

function compiled(source: Source, options: BuildOptions, now: Clock): Built<Loaded> {
  const { entry, constants, limits, sourceMax } = options;
  if (source.text.length > sourceMax) {
    throw new LimitError(
      `Cannot compile program "${source.name}": it has ${source.text.length} characters, ` +
        `more than ${sourceMax} (limit "source")`,
      { hint: `raise --${specOf("maxSource").name}, or shorten the program` },
    );
  }
  return compile(source, { entry, constants, limits, tick: deadline(source, options, now) });
}

/** Who compiles: this thread, or an engine. */
type Build<P> = (source: Source, options: BuildOptions) => Built<P> | Promise<Built<P>>;

/**
 * Reads a program and has it built. Diagnostics are drawn on standard error.
 *
 * @throws {ProgramError} if there is no such file.
 * @throws {CompileError} if it does not compile.
 * @throws {LimitError} if the program needs more than a limit allows; the hint names the flag.
 */
export async function loadWith<P>(
  config: ProgramConfig,
  system: System,
  build: Build<P>,
): Promise<P> {
  const text = await readProgram(config.program, system);
  return await buildWith({ name: config.program, text }, config, system, build);
}

/** Has a text built, as {@linkcode loadWith} does with that of a file. */
export async function buildWith<P>(
  source: Source,
  config: BuildOptions,
  system: System,
  build: Build<P>,
): Promise<P> {
  const { entry, constants, limits, compileTimeMs, sourceMax } = config;
  const built = await build(source, { entry, constants, limits, compileTimeMs, sourceMax });
  if (built.ok) return built.program;
  system.stderr.write(`${sanitizeLines(renderDiagnostics(source, built.diagnostics), "")}\n\n`);
  throw new CompileError(source, built.diagnostics);
}

/** Reads and compiles a program on this thread, as {@linkcode loadWith}. */
export async function loadProgram(config: ProgramConfig, system: System): Promise<Loaded> {
  return await loadWith(config, system, (source, options) => {
    return buildProgram(source, options, () => system.now());
  });
}
