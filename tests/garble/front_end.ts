/** What the tests of the front end share: one call from text to tree or kinds of problems. */

import assert from "node:assert/strict";
import { checkProgram } from "../../lib/garble/check/program.ts";
import { type Diagnostic, renderDiagnostics } from "../../lib/garble/diagnostic.ts";
import { parseProgram } from "../../lib/garble/parse/program.ts";
import type { TypedProgram } from "../../lib/garble/typed.ts";
import type { Expr } from "../../lib/garble/typed_expr.ts";

/** A typed program or diagnostics. */
export interface Outcome {
  readonly typed?: TypedProgram;
  readonly diagnostics: readonly Diagnostic[];
}

/** Runs scanner, parser and checker. */
export function frontEnd(text: string): Outcome {
  const parsed = parseProgram({ name: "test.garble.rs", text });
  return parsed.program === undefined ? parsed : checkProgram(parsed.program);
}

/** The typed program; fails with the drawn diagnostics. */
export function accept(text: string): TypedProgram {
  const { typed, diagnostics } = frontEnd(text);
  const drawn = renderDiagnostics({ name: "test.garble.rs", text }, diagnostics);
  assert.ok(typed !== undefined, `\n${text}\n${drawn}`);
  return typed;
}

/** The kinds of the diagnostics in order; fails if the program is accepted. */
export function kinds(text: string): string[] {
  const { typed, diagnostics } = frontEnd(text);
  assert.equal(typed, undefined, `accepted: ${text}`);
  assert.ok(diagnostics.length > 0, `no tree and no diagnostics: ${text}`);
  return diagnostics.map((d) => d.kind);
}

/** Demands that the only problem is of this kind. */
export function reject(text: string, kind: string): void {
  assert.deepEqual(kinds(text), [kind], text);
}

/** A program around statements: parameters of many types, and the result `type`. */
export function main(body: string, type = "()"): string {
  const params = "a: u8, b: u8, s: i8, w: u16, x: u32, y: u64, n: usize, t: bool, l: [u8; 4]";
  return `pub fn main(${params}) -> ${type} {\n${body}\n}`;
}

/** The value of `main`. */
export function resultOf(text: string): Expr {
  const result = accept(text).functions.get("main")?.body.result;
  assert.ok(result !== undefined, text);
  return result;
}
