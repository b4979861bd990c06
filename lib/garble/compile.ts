/** The one entry point: from program text to a circuit with its parties. */
import { utf8 } from "../base/mod.ts";
import { type CircuitHeader, type CircuitSource, SHARING_BUCKETS } from "../circuit/mod.ts";
import { sha256 } from "../crypto/mod.ts";
import { checkProgram } from "./check/program.ts";
import { type ConstValue, evaluateConstants, externalKey } from "./consts.ts";
import { resolveSizes } from "./consts.ts";
import { type Diagnostic, diagnostic } from "./diagnostic.ts";
import { readValue } from "./literal.ts";
import { COMPILE_LIMITS, type CompileLimits } from "./limits.ts";
import { checkWires } from "./lower/limits.ts";
import type { PanicPlace } from "./lower/panic.ts";
import { type LowerOptions, lowerProgram } from "./lower/program.ts";
import { parseProgram } from "./parse/program.ts";
import type { Source } from "./source.ts";
import type { Tick } from "./steps.ts";
import type { TypedProgram } from "./typed.ts";
import type { Type } from "./types.ts";
import type { GarbleValue } from "./value.ts";

/** What a compilation may be told beside the text. */
export interface CompileOptions {
  /** Name of the function to run; `main` unless given. */
  readonly entry?: string;
  /** Texts of the external constants by `PARTY::NAME`. */
  readonly constants?: ReadonlyMap<string, string>;
  /** Limits that differ from {@linkcode COMPILE_LIMITS}. */
  readonly limits?: Partial<CompileLimits>;
  /** Called every few thousand steps of all stages; what it throws leaves `compile()`. */
  readonly tick?: Tick;
  /**
   * How far back equal gates are found: buckets of five gates, a power of two; {@linkcode SHARING_BUCKETS}
   * unless given. The circuit depends on it.
   */
  readonly sharingBuckets?: number;
}

/** The input of one party: a parameter of the entry function, or an element of its only one. */
export interface Parameter {
  /** Name in the program; `name[i]` for an element. */
  readonly name: string;
  /** Type with all array sizes as numbers. */
  readonly type: Type;
  /** Width in bits. */
  readonly bits: number;
}

/** What is known of a compiled program without its gates: plain data, which may cross to another thread. */
export interface ProgramFacts {
  /** The text. */
  readonly source: Source;
  /** SHA-256 of the text in UTF-8. */
  readonly programHash: Uint8Array;
  /** Name of the entry function. */
  readonly entry: string;
  /** By party; the number of parties is the length. */
  readonly parameters: readonly Parameter[];
  /** Number of parties. */
  readonly parties: number;
  /** Type of the result with all array sizes as numbers. */
  readonly result: Type;
  /** The circuit, of which the header is enough. Outputs: the 161 bits of the panic record, then the result. */
  readonly circuit: { readonly header: CircuitHeader };
  /** The places that can panic. */
  readonly panicPlaces: readonly PanicPlace[];
}

/** A compiled program. Equal arguments of `compile()` give equal programs, in every process. */
export interface Program extends ProgramFacts {
  /** The gates. */
  readonly circuit: CircuitSource;
}

/** A program, or what is wrong with the text. */
export type Compiled =
  | { readonly ok: true; readonly program: Program }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

/**
 * Compiles a program. The result is a function of the arguments alone.
 *
 * @throws LimitError when the program needs more gates, wires, iterations or bits than the limits allow
 * @throws ProgramError when an array size has no value below 2^32
 */
export function compile(source: Source, options: CompileOptions = {}): Compiled {
  const { tick } = options;
  const limits = { ...COMPILE_LIMITS, ...options.limits };
  const parsed = parseProgram(source, { nesting: limits.nesting, tick });
  if (parsed.program === undefined) return { ok: false, diagnostics: parsed.diagnostics };
  tick?.();
  const { typed, ...checked } = checkProgram(parsed.program, { limits, tick });
  if (typed === undefined) return { ok: false, diagnostics: checked.diagnostics };
  const supplied = readConstants(typed, options.constants ?? new Map());
  if (!supplied.ok) return supplied;
  const { constants, diagnostics } = evaluateConstants(typed, supplied.values);
  if (constants === undefined) return { ok: false, diagnostics };
  const name = options.entry ?? "main";
  const entry = typed.functions.get(name);
  if (entry === undefined) return { ok: false, diagnostics: [noEntry(typed, name)] };
  const { sharingBuckets = SHARING_BUCKETS } = options;
  tick?.();
  return { ok: true, program: build(source, { entry, constants, limits, sharingBuckets, tick }) };
}

function build(source: Source, options: LowerOptions): Program {
  const { circuit, inputs, places } = lowerProgram(options);
  checkWires(circuit.header.registers, options.limits);
  const parameters = inputs.map(({ name, type, bits }) => {
    return { name, type: resolveSizes(type, options.constants), bits };
  });
  return {
    source,
    programHash: sha256(utf8(source.text)),
    entry: options.entry.name,
    parameters,
    parties: parameters.length,
    result: resolveSizes(options.entry.result, options.constants),
    circuit,
    panicPlaces: places,
  };
}

function noEntry(program: TypedProgram, name: string): Diagnostic {
  const names = [...program.functions.keys()];
  const hint = names.length === 0 ? "" : `name one that it has with --entry: ${names.join(", ")}`;
  const message = `there is no function "${name}"`;
  return diagnostic("FnNotFound", { message, span: { start: 0, end: 0 }, hint: hint || undefined });
}

type Supplied =
  | { readonly ok: true; readonly values: ReadonlyMap<string, ConstValue> }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

/** Reads the texts of the external constants; those that the program does not use are ignored. */
function readConstants(program: TypedProgram, texts: ReadonlyMap<string, string>): Supplied {
  const values = new Map<string, ConstValue>();
  const diagnostics: Diagnostic[] = [];
  for (const { party, name, type, span } of program.externals) {
    const key = externalKey(party, name);
    const text = texts.get(key);
    if (text === undefined) continue;
    const read = readValue(type, text);
    if (read.ok) values.set(key, constValue(read.value));
    else {
      const message = `the value supplied for ${key} is wrong: ${read.problem.needed} is needed`;
      diagnostics.push(diagnostic("InvalidLiteralType", { message, span }));
    }
  }
  return diagnostics.length > 0 ? { ok: false, diagnostics } : { ok: true, values };
}

function constValue(value: GarbleValue): ConstValue {
  switch (value.kind) {
    case "bool":
    case "int":
      return value.value;
    case "array":
    case "tuple":
      return value.elements.map(constValue);
    case "struct":
    case "enum":
      throw new TypeError("Cannot use a struct or an enum as an external constant");
  }
}
