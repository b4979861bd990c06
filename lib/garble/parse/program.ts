/** The two entries of the parser: a whole program, and a single literal. */

import type { Expr, Program } from "../ast.ts";
import { type Diagnostic, diagnostic, sortDiagnostics } from "../diagnostic.ts";
import { scan } from "../scan.ts";
import type { Source } from "../source.ts";
import { showToken } from "../token.ts";
import { Cursor, ParseFailure, type ParseOptions } from "./cursor.ts";
import { parseExpr } from "./expressions.ts";
import { parseItems } from "./items.ts";

/** A program, or why it is none. */
export interface ParseResult {
  /** Present iff there are no diagnostics. */
  readonly program?: Program;
  /** Of the stages Scan and Parse, sorted by position. */
  readonly diagnostics: readonly Diagnostic[];
}

/** An expression, or why it is none. */
export interface ExprResult {
  /** Present iff there are no diagnostics. */
  readonly expr?: Expr;
  /** Of the stages Scan and Parse, sorted by position. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Scan problems found late hide all others, as if the scanner had found them. */
function ordered(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const scanned = diagnostics.filter((d) => d.stage === "Scan");
  return sortDiagnostics(scanned.length > 0 ? scanned : diagnostics);
}

/** Scans and parses a program text of any content; never throws on account of the text. */
export function parseProgram(source: Source, options: ParseOptions = {}): ParseResult {
  const { tokens, diagnostics } = scan(source);
  if (diagnostics.length > 0) return { diagnostics: ordered(diagnostics) };
  const cursor = new Cursor(tokens, options);
  const program = parseItems(cursor);
  if (cursor.diagnostics.length > 0) return { diagnostics: ordered(cursor.diagnostics) };
  return { program, diagnostics: [] };
}

/** Scans and parses the text of a value: one expression and nothing else, in which `[]` may stand. */
export function parseExprText(source: Source): ExprResult {
  const { tokens, diagnostics } = scan(source);
  if (diagnostics.length > 0) return { diagnostics: ordered(diagnostics) };
  const cursor = new Cursor(tokens, { emptyArrays: true });
  if (cursor.atEnd) {
    const { span } = cursor.token;
    return { diagnostics: [diagnostic("InvalidLiteral", { message: "the value is empty", span })] };
  }
  try {
    const expr = parseExpr(cursor);
    if (!cursor.atEnd) {
      cursor.report("InvalidLiteral", `unexpected ${showToken(cursor.token)} behind the value`);
    }
    if (cursor.diagnostics.length === 0) return { expr, diagnostics: [] };
  } catch (error) {
    if (!(error instanceof ParseFailure)) throw error;
  }
  return { diagnostics: ordered(cursor.diagnostics) };
}
