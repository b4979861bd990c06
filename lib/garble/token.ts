/** Tokens of the Garble language. */

import type { DiagnosticKind } from "./diagnostic.ts";
import type { Extent } from "./source.ts";
import type { IntName } from "./types.ts";

/** The reserved words. `true`, `false` and `_` are ordinary identifiers to the scanner. */
export const KEYWORDS: ReadonlySet<string> = new Set([
  "const",
  "struct",
  "enum",
  "fn",
  "let",
  "if",
  "else",
  "match",
  "mut",
  "as",
  "pub",
  "for",
  "in",
]);

/** Punctuation, longest first, so that the first that fits is the longest match. */
export const PUNCTUATION: readonly string[] = [
  ...["..=", "<<=", ">>="],
  ...["::", "..", "->", "=>", "&&", "||", "==", "!=", "<=", ">=", "<<", ">>"],
  ...["+=", "-=", "*=", "/=", "%=", "&=", "|=", "^="],
  ...["(", ")", "{", "}", "[", "]", ",", ";", ":", ".", "+", "-", "*", "/", "%", "&", "|", "^"],
  ...["!", "=", "<", ">"],
];

/** A name, a reserved word, punctuation, or the end of the text. */
export interface WordToken extends Extent {
  /** What it is. */
  readonly kind: "identifier" | "keyword" | "punctuation" | "end";
  /** The text; empty at the end. */
  readonly text: string;
}

/** A number. A minus sign directly before a digit belongs to it. */
export interface NumberToken extends Extent {
  /** What it is. */
  readonly kind: "number";
  /** The text. */
  readonly text: string;
  /** The value, with its sign. */
  readonly value: bigint;
  /** Whether it starts with a minus sign. */
  readonly negative: boolean;
  /** The suffix; without one `U?`, or `S?` if negative. */
  readonly suffix: IntName;
  /** Why a negative number is none, although it may stand as the right operand of a subtraction. */
  readonly problem: DiagnosticKind | undefined;
}

/** Any token. */
export type Token = WordToken | NumberToken;

/** How messages name a token. */
export function showToken(token: Token): string {
  return token.kind === "end" ? "the end of the text" : `"${token.text}"`;
}
