/** What the checker knows while it walks: declarations, scopes and the problems found. */

import type { FnItem } from "../ast.ts";
import { type Diagnostic, diagnostic, type DiagnosticKind } from "../diagnostic.ts";
import { COMPILE_LIMITS, type CompileLimits } from "../limits.ts";
import { type NestingBounds, nestingBounds } from "../lower/limits.ts";
import type { Span } from "../source.ts";
import { Steps, type Tick } from "../steps.ts";
import type { ExternalConstant, Local, TypedConstant, TypedFunction } from "../typed.ts";
import { suggestion } from "./suggest.ts";
import { type EnumType, isUntyped, showType, type StructType, type Type } from "../types.ts";

/** A struct or enum that was found to be wrong maps to undefined: known, but without a type. */
export type Known<T> = Map<string, T | undefined>;

/** A call from one function to another. */
export interface CallSite {
  /** The called function. */
  readonly callee: string;
  /** The call. */
  readonly span: Span;
}

/** A function whose signature was checked. */
export interface FunctionEntry {
  /** The item. */
  readonly item: FnItem;
  /** What calls refer to; its body is set when it was checked. Undefined if the signature is wrong. */
  readonly typed: (TypedFunction & { body: TypedFunction["body"] }) | undefined;
  /** Calls in the body. */
  readonly calls: CallSite[];
}

/** Several of these end the list: more would only repeat the same mistakes. */
const ERRORS_MAX = 200;

/** Problems that get a suggestion; each costs a search over all names. */
const SUGGESTIONS_MAX = 20;

/** What a check may be told. */
export interface CheckOptions {
  /** Bounds of types and calls; {@linkcode COMPILE_LIMITS} unless given. */
  readonly limits?: Pick<CompileLimits, "nesting" | "bits">;
  /** Called every few hundred expressions; what it throws leaves the checker. */
  readonly tick?: Tick | undefined;
}

/** State of one check. */
export class Context {
  /** How deep types and calls may be nested. */
  readonly nesting: NestingBounds;
  /** Widest type in bits, as far as an estimate can tell: more than the lowering allows a value to have. */
  readonly typeBits: number;
  readonly #steps: Steps;
  /** What was found to be wrong. */
  readonly diagnostics: Diagnostic[] = [];
  /** Structs by name. */
  readonly structs: Known<StructType> = new Map();
  /** Enums by name. */
  readonly enums: Known<EnumType> = new Map();
  /** Constants by name. */
  readonly constants: Known<TypedConstant> = new Map();
  /** External values by key. */
  readonly externals = new Map<string, ExternalConstant>();
  /** Items of functions by name. */
  readonly items = new Map<string, FnItem>();
  /** Functions that were reached. */
  readonly functions = new Map<string, FunctionEntry>();
  /** Functions whose bodies are still to be checked. */
  readonly queue: FunctionEntry[] = [];
  /** The function being checked. */
  current: FunctionEntry | undefined;
  #scopes: Map<string, Local | undefined>[] = [];
  #locals = 0;

  /** A check of one program. */
  constructor({ limits = COMPILE_LIMITS, tick }: CheckOptions = {}) {
    this.nesting = nestingBounds(limits.nesting);
    this.typeBits = 4 * Math.max(limits.bits, COMPILE_LIMITS.bits);
    this.#steps = new Steps(tick);
  }

  /** Counts a step of the work. */
  step(): void {
    this.#steps.step();
  }

  /** Records a problem; gives undefined, so that a failing rule can return it. */
  report(kind: DiagnosticKind, span: Span, message: string, hint?: string): undefined {
    if (this.diagnostics.length >= ERRORS_MAX) return undefined;
    this.diagnostics.push(diagnostic(kind, { message, span, hint }));
    return undefined;
  }

  /** Records that a type differs from the one demanded. */
  unexpected(span: Span, types: { expected: Type; actual: Type }): undefined {
    const { expected, actual } = types;
    const message = `expected type ${showType(expected)}, found ${showType(actual)}`;
    return this.report("UnexpectedType", span, message, castHint(actual, expected));
  }

  /** Runs `body` in fresh scopes: a function sees nothing of its caller. */
  inFunction(entry: FunctionEntry, body: () => void): void {
    this.#scopes = [new Map()];
    this.current = entry;
    body();
    this.current = undefined;
    this.#scopes = [];
  }

  /** Runs `body` in an inner scope. */
  scoped<T>(body: () => T): T {
    this.#scopes.push(new Map());
    try {
      return body();
    } finally {
      this.#scopes.pop();
    }
  }

  /** Makes a variable without declaring a name for it. */
  local(name: string, type: Type, declared: { mutable: boolean; span: Span }): Local {
    return { id: this.#locals++, name, type, ...declared };
  }

  /** Declares a name; undefined stands for a variable whose value was wrong, to avoid follow-ups. */
  declare(name: string, local: Local | undefined): void {
    this.#scopes[this.#scopes.length - 1]?.set(name, local);
  }

  /** Whether a variable of this name is visible. */
  hasLocal(name: string): boolean {
    return this.#scopes.some((scope) => scope.has(name));
  }

  /** The variable of this name; undefined also if its value was wrong. */
  findLocal(name: string): Local | undefined {
    for (let i = this.#scopes.length - 1; i >= 0; i--) {
      const scope = this.#scopes[i];
      if (scope?.has(name)) return scope.get(name);
    }
    return undefined;
  }

  /** A hint that names the nearest known name; only the first problems are worth the search. */
  suggest(name: string, known: () => readonly string[]): string | undefined {
    return this.diagnostics.length < SUGGESTIONS_MAX ? suggestion(name, known()) : undefined;
  }

  /** Records an unknown name and suggests a similar one. */
  unknown(name: string, span: Span): undefined {
    const message = `there is no variable or constant "${name}"`;
    return this.report(
      "UnknownIdentifier",
      span,
      message,
      this.suggest(name, () => {
        return [...this.#scopes.flatMap((s) => [...s.keys()]), ...this.constants.keys()];
      }),
    );
  }
}

/** What turns a value of one scalar type into the other, if there is something. */
export function castHint(actual: Type, expected: Type): string | undefined {
  if (isUntyped(actual) || isUntyped(expected)) return undefined;
  if (actual.kind === "int" && expected.kind === "bool") return 'compare it, "… != 0"';
  if (actual.kind !== "int" && actual.kind !== "bool") return undefined;
  return expected.kind === "int" ? `add a cast, "… as ${expected.name}"` : undefined;
}
