/** The typed tree beside its expressions: programs, functions, variables, statements and patterns. */

import type { Position, Span } from "./source.ts";
import type { BlockExpr, Expr } from "./typed_expr.ts";
import type { EnumType, IntType, StructType, TupleType, Type } from "./types.ts";

/**
 * A variable of one function: parameter, `let`, loop or pattern binding. Each declaration is its own
 * object, so shadowing needs no scopes: the lowering keys a map by `id`. A `let` inside a loop body binds
 * its slot anew in each iteration. A function inlined at several calls reuses its slots; as recursion is
 * rejected no two live activations share one.
 */
export interface Local {
  /** Unique within the program, from 0. */
  readonly id: number;
  /** For messages only. */
  readonly name: string;
  /** Type of the value bound to it. */
  readonly type: Type;
  /** Whether it can be assigned. */
  readonly mutable: boolean;
  /** The declaring identifier. */
  readonly span: Span;
}

/** A `const` item. Its value comes from `evaluateConstants()` in consts.ts, by `name`. */
export interface TypedConstant {
  /** Name, unique in the program. */
  readonly name: string;
  /** Declared type; the value has this type (a usize is cut to 32 bits as a value). */
  readonly type: Type;
  /** The definition. */
  readonly value: ConstExpr;
  /** The whole item. */
  readonly span: Span;
}

/** Right side of a `const` item. */
export type ConstExpr =
  | { readonly kind: "bool"; readonly value: boolean; readonly span: Span }
  | { readonly kind: "number"; readonly value: bigint; readonly span: Span }
  | { readonly kind: "constant"; readonly name: string; readonly span: Span }
  | {
    readonly kind: "external";
    readonly party: string;
    readonly name: string;
    readonly span: Span;
  }
  | {
    readonly kind: "add" | "subtract";
    readonly left: ConstExpr;
    readonly right: ConstExpr;
    readonly span: Span;
  }
  | {
    readonly kind: "max" | "min";
    readonly operands: readonly ConstExpr[];
    readonly span: Span;
  };

/** A value that a party supplies at compile time, written `PARTY::NAME`. */
export interface ExternalConstant {
  /** First part of the name. */
  readonly party: string;
  /** Second part of the name. */
  readonly name: string;
  /** Required type: bool, integers, and arrays and tuples of them. */
  readonly type: Type;
  /** First use. */
  readonly span: Span;
}

/** A function whose body was checked. */
export interface TypedFunction {
  /** Name, unique in the program. */
  readonly name: string;
  /** Whether it is `pub`. */
  readonly isPublic: boolean;
  /** Parameters in order; their slots are bound at a call. */
  readonly params: readonly Local[];
  /** Result type, that of `body`. */
  readonly result: Type;
  /** The body. */
  readonly body: BlockExpr;
  /** From `pub` or `fn` to the closing brace. */
  readonly span: Span;
}

/** A program that passed all checks. */
export interface TypedProgram {
  /** Constants in source order: each refers to earlier ones only. */
  readonly constants: readonly TypedConstant[];
  /** External values that the constants need, each once, in source order. */
  readonly externals: readonly ExternalConstant[];
  /** Structs by name. */
  readonly structs: ReadonlyMap<string, StructType>;
  /** Enums by name. */
  readonly enums: ReadonlyMap<string, EnumType>;
  /** All `pub` functions and those they call, by name. */
  readonly functions: ReadonlyMap<string, TypedFunction>;
}

/** `let pattern = value;`, also `let mut`. The pattern only binds; tests in it are ignored. */
export interface LetStatement {
  /** Discriminant. */
  readonly kind: "let";
  /** True extent. */
  readonly span: Span;
  /** What to bind. */
  readonly pattern: TypedPattern;
  /** Evaluated first. */
  readonly value: Expr;
}

/** An expression whose value is dropped. */
export interface ExpressionStatement {
  /** Discriminant. */
  readonly kind: "expression";
  /** True extent. */
  readonly span: Span;
  /** The expression. */
  readonly expression: Expr;
}

/**
 * One step into a place. The index steps are evaluated in order while walking in, each bounds-checked
 * (OutOfBounds at `position`, which is the whole assignment) right after it was evaluated.
 */
export type PlaceStep =
  | { readonly kind: "field"; readonly field: number; readonly type: Type }
  | {
    readonly kind: "index";
    readonly index: Expr;
    readonly type: Type;
    readonly position: Position;
  };

/**
 * `place = value`, `place op= value`. Order: walk into the place (index expressions and bounds checks), then, if
 * `current` is set, bind that slot to the element found there, then evaluate `value`, then store.
 * `value` of a compound assignment reads `current` as an ordinary local, so no operator is stored here. Store
 * into the aggregate as it is *after* `value` was evaluated: assignments inside `value` are not lost.
 */
export interface AssignStatement {
  /** Discriminant. */
  readonly kind: "assign";
  /** True extent. */
  readonly span: Span;
  /** The variable that changes. */
  readonly root: Local;
  /** Steps from the variable to the element; empty for a plain variable. Each has the type it reaches. */
  readonly steps: readonly PlaceStep[];
  /** Slot that holds the old element for `value`; undefined for a plain assignment. */
  readonly current: Local | undefined;
  /** New element, of the type of the place. */
  readonly value: Expr;
}

/** `for pattern in iterable`: the array is evaluated once, the body is unrolled in order. */
export interface ForStatement {
  /** Discriminant. */
  readonly kind: "for";
  /** True extent. */
  readonly span: Span;
  /** Evaluated first; always of an array type. */
  readonly iterable: Expr;
  /** Bound to each element; tests are ignored. */
  readonly pattern: TypedPattern;
  /** The body; its value is dropped. */
  readonly body: BlockExpr;
}

/**
 * `for pattern in join_iter(left, right)`: the body runs once per key (first tuple field) in both arrays, in
 * ascending key order, conditionally like an `if`. The pattern is bound to the pair (left row, right row).
 */
export interface ForJoinStatement {
  /** Discriminant. */
  readonly kind: "forJoin";
  /** True extent. */
  readonly span: Span;
  /** Evaluated first; an array of non-empty tuples. */
  readonly left: Expr;
  /** Evaluated second. */
  readonly right: Expr;
  /** Bound to the pair; tests are ignored. */
  readonly pattern: TypedPattern;
  /** The body; its value is dropped. */
  readonly body: BlockExpr;
}

/** Any statement. */
export type Statement =
  | LetStatement
  | ExpressionStatement
  | AssignStatement
  | ForStatement
  | ForJoinStatement;

/** What every pattern has. */
export interface PatternNode<K extends string, T extends Type = Type> {
  /** Discriminant. */
  readonly kind: K;
  /** Type of the value it is matched against. */
  readonly type: T;
  /** True extent. */
  readonly span: Span;
}

/** A name: always matches and binds. */
export interface BindingPattern extends PatternNode<"binding"> {
  /** The variable. */
  readonly local: Local;
}

/** `true` or `false`. */
export interface BoolPattern extends PatternNode<"bool"> {
  /** The value that matches. */
  readonly value: boolean;
}

/** A number or a range of numbers, within the range of the type; compared by its signedness. */
export interface RangePattern extends PatternNode<"range", IntType> {
  /** Smallest value that matches. */
  readonly min: bigint;
  /** Largest value that matches, inclusive. */
  readonly max: bigint;
}

/** A tuple pattern. */
export interface TuplePattern extends PatternNode<"tuple", TupleType> {
  /** One per element. */
  readonly elements: readonly TypedPattern[];
}

/** A struct pattern. */
export interface StructPattern extends PatternNode<"struct", StructType> {
  /** One per field of the type in its (alphabetical) order; undefined where omitted by `..`. */
  readonly fields: readonly (TypedPattern | undefined)[];
}

/** An enum pattern: the tag is compared, then the payload. */
export interface EnumPattern extends PatternNode<"enum", EnumType> {
  /** Index of the variant. */
  readonly variant: number;
  /** One per payload field; empty for a unit variant. */
  readonly fields: readonly TypedPattern[];
}

/** Any typed pattern. Repeated names are separate slots; the tree refers to the last. */
export type TypedPattern =
  | BindingPattern
  | BoolPattern
  | RangePattern
  | TuplePattern
  | StructPattern
  | EnumPattern;
