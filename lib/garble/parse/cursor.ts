/** The parser's place in the token stream, its limits and its list of problems. */

import { type Diagnostic, diagnostic, type DiagnosticKind } from "../diagnostic.ts";
import { COMPILE_LIMITS } from "../limits.ts";
import { type NestingBounds, nestingBounds } from "../lower/limits.ts";
import type { Span } from "../source.ts";
import { Steps, type Tick } from "../steps.ts";
import { type NumberToken, showToken, type Token } from "../token.ts";

/** Problems reported by one parse at most. */
const ERRORS_MAX = 30;

/** Thrown to leave the functions of a construct that cannot be parsed; never leaves the parser. */
export class ParseFailure extends Error {
  /** Whether parsing may go on behind the construct. */
  readonly recoverable: boolean;

  constructor(recoverable: boolean) {
    super("parse failure");
    this.recoverable = recoverable;
  }
}

/** What may be read at the current place beside the token itself. */
export interface Flags {
  /** `Name {` is a name and the start of a block: in the headers of if, match and for. */
  structBanned: boolean;
  /** A number with a sign starts a new statement: behind a statement that begins with if or match. */
  minusEnds: boolean;
}

/** What a parse may be told. */
export interface ParseOptions {
  /** Whether `[]` may be read: a value has a type beside it, an expression in a program has not. */
  readonly emptyArrays?: boolean;
  /** Most levels of nesting; the default of {@linkcode COMPILE_LIMITS} unless given. */
  readonly nesting?: number;
  /** Called every few hundred tokens; what it throws leaves the parser. */
  readonly tick?: Tick | undefined;
}

/** A reader of tokens with one token of look-ahead by text. */
export class Cursor {
  /** What was found to be wrong so far. */
  readonly diagnostics: Diagnostic[] = [];
  /** What may be read here. */
  flags: Flags = { structBanned: false, minusEnds: false };
  /** Number of if, match and for headers read so far; each lifts the ban on struct literals. */
  headers = 0;
  readonly #tokens: readonly Token[];
  readonly #end: Token;
  #index = 0;
  #depth = 0;
  #replaced: Token | undefined;

  /** Whether `[]` may be read: a value has a type beside it, an expression in a program has not. */
  readonly emptyArrays: boolean;

  readonly #bounds: NestingBounds;
  readonly #steps: Steps;

  constructor(tokens: readonly Token[], options: ParseOptions = {}) {
    this.#bounds = nestingBounds(options.nesting ?? COMPILE_LIMITS.nesting);
    this.#steps = new Steps(options.tick);
    this.emptyArrays = options.emptyArrays ?? false;
    this.#tokens = tokens;
    const end = tokens[tokens.length - 1];
    if (end === undefined) throw new RangeError("a token list ends with an end token");
    this.#end = end;
  }

  /** The current token. */
  get token(): Token {
    return this.#replaced ?? this.peek(0);
  }

  /** The token `offset` places behind the current one. */
  peek(offset: number): Token {
    return this.#tokens[this.#index + offset] ?? this.#end;
  }

  /** Whether everything was read. */
  get atEnd(): boolean {
    return this.token.kind === "end";
  }

  /** Index of the current token. */
  get index(): number {
    return this.#index;
  }

  /** The token before the current one. */
  get previous(): Token {
    return this.#tokens[this.#index - 1] ?? this.#end;
  }

  /** Reads the current token. */
  next(): Token {
    this.#steps.step();
    const token = this.token;
    this.#replaced = undefined;
    if (this.#index < this.#tokens.length - 1) this.#index++;
    return token;
  }

  /** Replaces the current token, for a number whose sign turned out to be an operator. */
  replace(token: NumberToken): void {
    this.#replaced = token;
  }

  /** Whether the current token is this keyword or punctuation. */
  at(text: string): boolean {
    const { kind, text: own } = this.token;
    return own === text && (kind === "keyword" || kind === "punctuation");
  }

  /** Whether the token behind the current one is this keyword or punctuation. */
  nextIs(text: string): boolean {
    const { kind, text: own } = this.peek(1);
    return own === text && (kind === "keyword" || kind === "punctuation");
  }

  /** Reads the token if it is this one. */
  accept(text: string): Token | undefined {
    return this.at(text) ? this.next() : undefined;
  }

  /** Reads this token. */
  expect(text: string, hint?: string): Token {
    if (this.at(text)) return this.next();
    const message = `expected "${text}", found ${showToken(this.token)}`;
    return this.fail("Expected", message, { hint });
  }

  /** Reads a name. */
  identifier(): Token {
    if (this.token.kind === "identifier") return this.next();
    const message = `expected a name, found ${showToken(this.token)}`;
    const hint = this.token.kind === "keyword"
      ? `"${this.token.text}" is a reserved word`
      : undefined;
    return this.fail("ExpectedIdentifier", message, { hint });
  }

  /** Records a problem without giving up. */
  report(kind: DiagnosticKind, message: string, where: { span?: Span; hint?: string } = {}): void {
    const { span = this.token.span, hint } = where;
    this.diagnostics.push(diagnostic(kind, { message, span, hint }));
  }

  /** Records a problem and leaves the construct. */
  fail(
    kind: DiagnosticKind,
    message: string,
    where: { span?: Span | undefined; hint?: string | undefined } = {},
  ): never {
    const { span = this.token.span, hint } = where;
    this.diagnostics.push(diagnostic(kind, { message, span, hint }));
    throw new ParseFailure(kind !== "NestedTooDeeply" && this.diagnostics.length < ERRORS_MAX);
  }

  /** Runs `parse` one level deeper. */
  nested<T>(parse: () => T): T {
    const { levels } = this.#bounds;
    if (this.#depth >= levels) {
      const message = `this is nested more than ${levels} levels deep`;
      this.fail("NestedTooDeeply", message, { hint: "use a let or a function for the inner part" });
    }
    this.#depth++;
    try {
      return parse();
    } finally {
      this.#depth--;
    }
  }

  /** Height of a node above nodes of these heights. */
  above(heights: readonly number[]): number {
    let height = 1;
    for (const h of heights) height = Math.max(height, h + 1);
    const { chain } = this.#bounds;
    if (height > chain) {
      const message = `this expression has more than ${chain} operators in a chain`;
      this.fail("NestedTooDeeply", message, { hint: "split it with let" });
    }
    return height;
  }

  /** Runs `parse` between delimiters, where the flags of the surroundings do not hold. */
  delimited<T>(parse: () => T): T {
    const saved = this.flags;
    const headers = this.headers;
    this.flags = { structBanned: false, minusEnds: false };
    try {
      return this.nested(parse);
    } finally {
      // A header inside the delimiters lifts the ban for the rest of the outer header: a rule of the language.
      const structBanned = saved.structBanned && headers === this.headers;
      this.flags = { structBanned, minusEnds: saved.minusEnds };
    }
  }

  /** Runs `parse` for the header of if, match or for: struct literals are banned until it ends. */
  header<T>(parse: () => T): T {
    const { minusEnds } = this.flags;
    this.flags = { structBanned: true, minusEnds: false };
    const result = parse();
    this.headers++;
    this.flags = { structBanned: false, minusEnds };
    return result;
  }

  /**
   * After a failure in the statement that began at index `start`: skips to behind its ";" or the "}" that
   * closes its braces, to before the "}" that closes the block around it, or to an item.
   */
  skipStatement(start: number): void {
    let open = 0;
    for (let i = start; i < this.#index; i++) {
      const { kind, text } = this.#tokens[i] ?? this.#end;
      if (kind === "punctuation" && text === "{") open++;
      if (kind === "punctuation" && text === "}") open--;
    }
    while (this.token.kind !== "end" && !this.atItem()) {
      if (this.at("{")) open++;
      if (this.at("}")) {
        if (open === 0) return;
        open--;
        if (open === 0) {
          this.next();
          return;
        }
      }
      const done = open === 0 && this.at(";");
      this.next();
      if (done) return;
    }
  }

  /** Whether an item starts here; these words occur nowhere else. */
  atItem(): boolean {
    return this.at("pub") || this.at("fn") || this.at("struct") || this.at("enum") ||
      (this.at("const") && this.peek(1).kind === "identifier");
  }
}
