/** The checker of whole programs. */

import type { FnItem, Program } from "../ast.ts";
import { type Diagnostic, sortDiagnostics } from "../diagnostic.ts";
import type { TypedFunction, TypedProgram } from "../typed.ts";
import { checkConstants } from "./constants.ts";
import { type CheckOptions, Context, type Known } from "./context.ts";
import { TypeResolver } from "./declare.ts";
import { makeChecker } from "./expressions.ts";
import { checkFunctions } from "./functions.ts";

/** A typed program, or why there is none. */
export interface CheckResult {
  /** Present iff there are no diagnostics. */
  readonly typed?: TypedProgram;
  /** Of the stage Type, sorted by position. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Keeps what was found to be correct. */
function correct<T>(known: Known<T>): ReadonlyMap<string, T> {
  const map = new Map<string, T>();
  for (const [name, value] of known) if (value !== undefined) map.set(name, value);
  return map;
}

/** Checks a program: constants, structs, enums, public functions and what they call, unused functions. */
export function checkProgram(program: Program, options: CheckOptions = {}): CheckResult {
  const c = new Context(options);
  const types = new TypeResolver(c, program);
  const constants = checkConstants(c, types, program.consts);
  types.declareAll();
  for (const item of program.functions) c.items.set(item.name.text, item satisfies FnItem);
  checkFunctions(makeChecker(c, types));
  if (c.diagnostics.length > 0) return { diagnostics: sortDiagnostics(c.diagnostics) };
  const functions = new Map<string, TypedFunction>();
  for (const [name, { typed }] of c.functions) {
    if (typed !== undefined) functions.set(name, typed);
  }
  const externals = [...c.externals.values()];
  const [structs, enums] = [correct(c.structs), correct(c.enums)];
  return { typed: { constants, externals, structs, enums, functions }, diagnostics: [] };
}
