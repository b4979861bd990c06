/** Diagnostics: what is wrong with a program text, where, and what would help; and how they are drawn. */

import { lineColumn, type Source, type Span } from "./source.ts";

/** The stage that found the problem; a stage runs only if the stages before found none. */
export type Stage = "Scan" | "Parse" | "Type" | "Compile";

/** Stable code of every kind of problem. The first digit after E is the stage, in the order of `Stage`. */
export const CODES = {
  UnexpectedCharacter: "E0101",
  InvalidUnsignedNum: "E0102",
  InvalidSignedNum: "E0103",
  SourceTooLong: "E0104",
  InvalidTopLevelDef: "E0201",
  InvalidArraySize: "E0202",
  InvalidRangeExpr: "E0203",
  InvalidPattern: "E0204",
  InvalidLiteral: "E0205",
  InvalidConstExpr: "E0206",
  InvalidRangeTypes: "E0207",
  ExpectedStmt: "E0208",
  ExpectedExpr: "E0209",
  ExpectedIdentifier: "E0210",
  ExpectedMethodCallOrFieldAccess: "E0211",
  Expected: "E0212",
  NestedTooDeeply: "E0213",
  UnknownStructOrEnum: "E0301",
  UnknownStruct: "E0302",
  UnknownStructField: "E0303",
  MissingStructField: "E0304",
  UnknownEnum: "E0305",
  UnknownEnumVariant: "E0306",
  ExpectedUnitVariantFoundTupleVariant: "E0307",
  ExpectedTupleVariantFoundUnitVariant: "E0308",
  UnexpectedEnumVariantArity: "E0309",
  UnknownIdentifier: "E0310",
  NoTopLevelFn: "E0311",
  IdentifierNotDeclaredAsMutable: "E0312",
  DuplicateFnParam: "E0313",
  PubFnWithoutParams: "E0314",
  UnusedFn: "E0315",
  RecursiveFnDef: "E0316",
  WrongNumberOfArgs: "E0317",
  UnexpectedType: "E0318",
  TypeMismatch: "E0319",
  ExpectedNumberType: "E0320",
  ExpectedSignedNumberType: "E0321",
  ExpectedBoolOrNumberType: "E0322",
  ExpectedArrayType: "E0323",
  ExpectedTupleType: "E0324",
  ExpectedStructType: "E0325",
  TupleAccessOutOfBounds: "E0326",
  InvalidRange: "E0327",
  TypeDoesNotSupportPatternMatching: "E0328",
  PatternsAreNotExhaustive: "E0329",
  ArraySizeNotConst: "E0330",
  RecursiveType: "E0331",
  DuplicateStructField: "E0332",
  PatternOutOfRange: "E0333",
  TypeTooLarge: "E0334",
  TypeNestedTooDeeply: "E0335",
  CallsNestedTooDeeply: "E0336",
  FnNotFound: "E0401",
  MissingConstant: "E0402",
  InvalidLiteralType: "E0403",
} as const;

/** Name of a kind of problem. */
export type DiagnosticKind = keyof typeof CODES;

/** One problem. */
export interface Diagnostic {
  /** The stage that found it. */
  readonly stage: Stage;
  /** Stable code, as `E0203`. */
  readonly code: string;
  /** Name of the kind. */
  readonly kind: DiagnosticKind;
  /** What is wrong, in plain words, without a full stop. */
  readonly message: string;
  /** Where, as a true extent. */
  readonly span: Span;
  /** What would help, if there is something. */
  readonly hint?: string;
}

const STAGES: readonly Stage[] = ["Scan", "Parse", "Type", "Compile"];

/** Parts of a diagnostic that differ from case to case. */
export interface Problem {
  /** What is wrong. */
  readonly message: string;
  /** Where. */
  readonly span: Span;
  /** What would help. */
  readonly hint?: string | undefined;
}

/** A diagnostic of a kind; code and stage follow from the kind. */
export function diagnostic(kind: DiagnosticKind, problem: Problem): Diagnostic {
  const code = CODES[kind];
  const stage = STAGES[Number(code[2]) - 1] ?? "Compile";
  const { message, span, hint } = problem;
  return hint === undefined
    ? { stage, code, kind, message, span }
    : { stage, code, kind, message, span, hint };
}

/** Sorted by start, then end, without exact repetitions. */
export function sortDiagnostics(list: readonly Diagnostic[]): readonly Diagnostic[] {
  const sorted = [...list].sort((a, b) =>
    a.span.start - b.span.start || a.span.end - b.span.end || a.code.localeCompare(b.code)
  );
  return sorted.filter((d, i) => {
    const before = sorted[i - 1];
    return before === undefined || before.code !== d.code || before.message !== d.message ||
      before.span.start !== d.span.start || before.span.end !== d.span.end;
  });
}

/** Longest line drawn in full; longer ones are cut around the start of the span. */
const LINE_MAX = 160;

function drawOne(source: Source, d: Diagnostic): string {
  const out = [`error[${d.code}]: ${d.message}`, renderExcerpt(source, d.span)];
  if (d.hint !== undefined) {
    const { line } = lineColumn(source.text, d.span.start);
    out.push(`${" ".repeat(String(line).length)} = help: ${d.hint}`);
  }
  return out.join("\n");
}

/** Draws one extent: name, line and column, then the first line with carets below. */
export function renderExcerpt(source: Source, span: Span): string {
  const start = Math.min(span.start, source.text.length);
  const { line, column } = lineColumn(source.text, start);
  const out = [`${" ".repeat(String(line).length)}--> ${source.name}:${line}:${column}`];
  const gutter = " ".repeat(String(line).length);
  const lineStart = source.text.lastIndexOf("\n", start - 1) + 1;
  const newline = source.text.indexOf("\n", start);
  const lineEnd = newline < 0 ? source.text.length : newline;
  const from = start - lineStart > LINE_MAX ? start - LINE_MAX / 2 : lineStart;
  const shown = source.text.slice(from, Math.min(lineEnd, from + LINE_MAX));
  const marked = source.text.slice(start, Math.min(Math.max(span.end, start), from + LINE_MAX));
  const width = Math.max(1, columns(marked.split("\n")[0] ?? ""));
  const indent = " ".repeat(columns(source.text.slice(from, start)));
  if (source.text !== "") {
    out.push(`${gutter} |`);
    out.push(`${line} | ${printable(shown)}`);
    out.push(`${gutter} | ${indent}${"^".repeat(width)}`);
  }
  return out.join("\n");
}

/** Control characters of a hostile text must not reach a terminal; a tab is four columns wide. */
function printable(text: string): string {
  // deno-lint-ignore no-control-regex
  const harmful = /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;
  return text.replaceAll("\t", "    ").replace(harmful, "?");
}

/** Characters that terminals draw on two columns, and those that they draw on none. */
const WIDE =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\u3000-\u303e\uff01-\uff60\uffe0-\uffe6]/u;
const NARROW = /[\p{Mn}\p{Me}\u200b-\u200d]/u;

/** Columns of a terminal that a text takes when it is drawn. */
function columns(text: string): number {
  let sum = 0;
  for (const c of printable(text)) sum += WIDE.test(c) ? 2 : NARROW.test(c) ? 0 : 1;
  return sum;
}

/**
 * Draws all diagnostics, sorted by position, with an excerpt and a caret each; an empty line between
 * two. The text ends without a newline.
 */
export function renderDiagnostics(source: Source, list: readonly Diagnostic[]): string {
  return sortDiagnostics(list).map((d) => drawOne(source, d)).join("\n\n");
}
