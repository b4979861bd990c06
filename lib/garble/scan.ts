/**
 * The scanner: text to tokens.
 *
 * Panics report positions that come from a skewed counter, and all parties must agree on them, so
 * the skew is part of the language. For a character with offset k in its line (in scalar values) let c(k) = k
 * on line 0 and k + 1 on later lines. A variable `mark` starts at (0, 0); each space, tab or carriage return
 * outside comments sets it to its own (line, c(k)). A token starts at `mark` and ends at (line, c(k)) of its last
 * character, which becomes the new `mark`. A one-character token at the very start of the text would be
 * empty; it shifts the columns of line 0 by one.
 */

import { type Diagnostic, diagnostic, type DiagnosticKind } from "./diagnostic.ts";
import { SOURCE_LENGTH_MAX } from "./limits.ts";
import type { Extent, Source, Span } from "./source.ts";
import { KEYWORDS, type NumberToken, PUNCTUATION, type Token } from "./token.ts";
import { type IntName, intRange, INTS } from "./types.ts";

/** Errors reported by one scan at most. */
const ERRORS_MAX = 20;

/** Tokens, ending in one of kind `end`, and what is wrong. */
export interface ScanResult {
  /** All tokens that could be read. */
  readonly tokens: readonly Token[];
  /** Empty iff the text is lexically correct. */
  readonly diagnostics: readonly Diagnostic[];
}

interface Mark {
  readonly line: number;
  readonly col: number;
}

const SUFFIXES: ReadonlySet<string> = new Set([
  ...["u8", "u16", "u32", "u64", "usize", "i8", "i16", "i32", "i64"],
]);

function isDigit(c: string): boolean {
  return c >= "0" && c <= "9" && c.length === 1;
}

function isWord(c: string): boolean {
  return isDigit(c) || (c >= "a" && c <= "z") || (c >= "A" && c <= "Z") || c === "_";
}

class Scanner {
  readonly tokens: Token[] = [];
  readonly diagnostics: Diagnostic[] = [];
  readonly #text: string;
  #at = 0;
  #line = 0;
  /** Offset of the next character in its line, in scalar values. */
  #column = 0;
  /** 1 once the first token of the text was found to be one character long. */
  #shift = 0;
  #mark: Mark = { line: 0, col: 0 };

  constructor(text: string) {
    this.#text = text;
  }

  run(): void {
    while (this.#at < this.#text.length && this.diagnostics.length < ERRORS_MAX) {
      const c = this.#text.charAt(this.#at);
      if (c === "\n") this.#newline();
      else if (c === " " || c === "\t" || c === "\r") this.#blank();
      else if (this.#text.startsWith("//", this.#at)) this.#lineComment();
      else if (this.#text.startsWith("/*", this.#at)) this.#blockComment();
      else if (isDigit(c)) this.#number(false);
      else if (isWord(c)) this.#word();
      else if (c === "-" && isDigit(this.#text.charAt(this.#at + 1))) this.#number(true);
      else this.#punctuation();
    }
    const span = { start: this.#text.length, end: this.#text.length };
    // Upstream reports the position (0, 0) at the end of input; nothing observable depends on it.
    const position = { startLine: 0, startCol: 0, endLine: 0, endCol: 0 };
    this.tokens.push({ kind: "end", text: "", span, position });
  }

  #newline(): void {
    this.#at++;
    this.#line++;
    this.#column = 0;
  }

  /** Moves over one scalar value that is no newline. */
  #advance(): void {
    this.#at += (this.#text.codePointAt(this.#at) ?? 0) > 0xffff ? 2 : 1;
    this.#column++;
  }

  /** Counter value of the character before the current one. */
  #lastCol(): number {
    return this.#line === 0 ? this.#column - 1 + this.#shift : this.#column;
  }

  #blank(): void {
    this.#advance();
    this.#mark = { line: this.#line, col: this.#lastCol() };
  }

  #lineComment(): void {
    while (this.#at < this.#text.length && this.#text[this.#at] !== "\n") this.#advance();
  }

  #blockComment(): void {
    const start = this.#at;
    let depth = 0;
    do {
      if (this.#at >= this.#text.length) {
        const message = "this comment is never closed";
        this.#fail("UnexpectedCharacter", { start, end: start + 2 }, message, 'close it with "*/"');
        return;
      }
      const two = this.#text.slice(this.#at, this.#at + 2);
      if (two === "/*" || two === "*/") {
        depth += two === "/*" ? 1 : -1;
        this.#advance();
        this.#advance();
      } else if (two[0] === "\n") this.#newline();
      else this.#advance();
    } while (depth > 0);
  }

  #fail(kind: DiagnosticKind, span: Span, message: string, hint?: string): void {
    this.diagnostics.push(diagnostic(kind, { message, span, hint }));
  }

  /** Consumes `length` ASCII characters as one token and gives its extent. */
  #take(length: number): Extent {
    const start = this.#at;
    this.#at += length;
    this.#column += length;
    let end: Mark = { line: this.#line, col: this.#lastCol() };
    if (end.line === this.#mark.line && end.col === this.#mark.col) {
      this.#shift = 1;
      end = { line: end.line, col: end.col + 1 };
    }
    const { line: startLine, col: startCol } = this.#mark;
    this.#mark = end;
    const position = { startLine, startCol, endLine: end.line, endCol: end.col };
    return { span: { start, end: this.#at }, position };
  }

  #word(): void {
    let end = this.#at;
    while (isWord(this.#text.charAt(end))) end++;
    const text = this.#text.slice(this.#at, end);
    const kind = KEYWORDS.has(text) ? "keyword" : "identifier";
    this.tokens.push({ kind, text, ...this.#take(text.length) });
  }

  #punctuation(): void {
    const text = PUNCTUATION.find((p) => this.#text.startsWith(p, this.#at));
    if (text !== undefined) {
      this.tokens.push({ kind: "punctuation", text, ...this.#take(text.length) });
      return;
    }
    const start = this.#at;
    this.#advance();
    const code = this.#text.codePointAt(start) ?? 0;
    const shown = code > 0x20 && code < 0x7f
      ? `"${String.fromCodePoint(code)}"`
      : `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
    const message = `the character ${shown} has no meaning here`;
    const quoted = code === 0x22 || code === 0x27;
    const hint = quoted ? "there are no strings; a text is an array of bytes, [u8; N]" : undefined;
    this.#fail("UnexpectedCharacter", { start, end: this.#at }, message, hint);
  }

  #number(negative: boolean): void {
    let digitsEnd = this.#at + (negative ? 1 : 0);
    while (isDigit(this.#text.charAt(digitsEnd))) digitsEnd++;
    let end = digitsEnd;
    while (isWord(this.#text.charAt(end))) end++;
    const text = this.#text.slice(this.#at, end);
    const digits = this.#text.slice(this.#at + (negative ? 1 : 0), digitsEnd).replace(/^0+/, "");
    const suffix = this.#text.slice(digitsEnd, end);
    const extent = this.#take(text.length);
    // Twenty digits hold every 64-bit number; converting more would only cost time.
    const magnitude = digits.length > 20 ? 1n << 70n : BigInt(digits === "" ? "0" : digits);
    const token = numberToken({ text, negative, magnitude, suffix, extent });
    if (token.problem === undefined || (negative && subtrahend(token) !== undefined)) {
      this.tokens.push(token);
    }
    if (token.problem !== undefined && !(negative && subtrahend(token) !== undefined)) {
      this.#fail(token.problem, extent.span, ...numberMessage(token, suffix));
    }
  }
}

/** A message and perhaps a hint, in this order. */
type Words = readonly [string, string?];

function numberMessage(token: NumberToken, suffix: string): Words {
  if (suffix !== "" && !SUFFIXES.has(suffix)) {
    const hint =
      "numbers are decimal, with one of the suffixes u8 u16 u32 u64 usize i8 i16 i32 i64";
    return [`"${suffix}" is no number suffix`, hint];
  }
  const type = suffix === "" ? "64 bits" : suffix;
  return [`the number ${token.text} does not fit into ${type}`];
}

interface NumberParts {
  readonly text: string;
  readonly negative: boolean;
  readonly magnitude: bigint;
  readonly suffix: string;
  readonly extent: Extent;
}

function numberToken(parts: NumberParts): NumberToken {
  const { text, negative, magnitude, suffix, extent } = parts;
  const known = SUFFIXES.has(suffix) ? suffix as IntName : negative ? "S?" : "U?";
  const value = negative ? -magnitude : magnitude;
  const make = (problem: DiagnosticKind | undefined): NumberToken => {
    return { kind: "number", text, value, negative, suffix: known, problem, ...extent };
  };
  if (suffix !== "" && !SUFFIXES.has(suffix)) return make("InvalidUnsignedNum");
  if (negative && magnitude > 1n << 63n) return make("InvalidSignedNum");
  if (!negative && magnitude >= 1n << 64n) return make("InvalidUnsignedNum");
  if (suffix === "") return make(undefined);
  if (negative && !INTS[known].signed) return make("InvalidUnsignedNum");
  // A usize literal may have 64 bits; it is only cut, or refused, where it is used as a value.
  const { min, max } = intRange(suffix === "usize" ? INTS.u64 : INTS[known]);
  return make(value < min || value > max ? "InvalidUnsignedNum" : undefined);
}

/**
 * The number after the sign, for reading `x-1` as a subtraction; undefined if that is no number.
 * A suffix of a signed type, and no suffix, are kept.
 */
export function subtrahend(token: NumberToken): NumberToken | undefined {
  const suffix = token.suffix === "S?" ? "" : token.suffix;
  if (suffix === "" && /[A-Za-z_]/.test(token.text)) return undefined;
  const magnitude = -token.value;
  const { span, position } = token;
  const extent = { span: { start: span.start + 1, end: span.end }, position };
  const text = token.text.slice(1);
  const positive = numberToken({ text, negative: false, magnitude, suffix, extent });
  return positive.problem === undefined ? positive : undefined;
}

/** Scans a whole text. Errors do not stop it; all that were found are reported. */
export function scan(source: Source): ScanResult {
  if (source.text.length > SOURCE_LENGTH_MAX) {
    const message = `the text is longer than ${SOURCE_LENGTH_MAX} characters`;
    const span = { start: SOURCE_LENGTH_MAX, end: SOURCE_LENGTH_MAX };
    return { tokens: [], diagnostics: [diagnostic("SourceTooLong", { message, span })] };
  }
  const scanner = new Scanner(source.text);
  scanner.run();
  return { tokens: scanner.tokens, diagnostics: scanner.diagnostics };
}
