/**
 * The typed tree: what the checker hands to the lowering. Every name is resolved, every expression
 * carries its final type.
 *
 * **How to read it.** The tree follows the *sound* rule for literal types: an expression of type T has
 * exactly w(T) bits, without exception. The checker has inserted a `convert` node wherever the
 * language lets a value change from an untyped literal type to a concrete one after it was built, so
 * the lowering never adapts widths by itself: both operands of `arithmetic`, `comparison` and `bitwise` have the
 * same type, all branches of an `if` or `match` have the type of the node, arguments have the types of
 * the parameters, assigned values have the type of the place.
 *
 * **Untyped types.** `U?` and `S?` may remain (an unannotated `let` of a literal); they are plain
 * 32-bit unsigned and signed integers.
 *
 * **Evaluation order** is the order of the properties in each interface, arrays left to right, each
 * sub-expression exactly once. Struct literals are stored in the alphabetical order of the fields,
 * which is the order of evaluation and the layout. Nothing needs to be evaluated twice: `<=`, `>=`,
 * multiplication by a literal and compound assignment are single nodes here.
 *
 * **Panics.** Nodes that can panic carry `position`, the extent to report, in the language's own skewed
 * coordinates; `span` is the true extent and serves diagnostics only.
 */

import type { Position, Span } from "./source.ts";
import type { ArrayType, BoolType, EnumType, IntType, StructType, Type } from "./types.ts";
import type { Local, Statement, TypedConstant, TypedFunction, TypedPattern } from "./typed.ts";

/** What every expression has: its discriminant, its type and where it stands. */
export interface ExprNode<K extends string, T extends Type = Type> {
  /** Discriminant. */
  readonly kind: K;
  /** Type of the value, final. */
  readonly type: T;
  /** True extent. */
  readonly span: Span;
}

/** `true` or `false`. */
export interface BoolExpr extends ExprNode<"bool", BoolType> {
  // type: Always bool.
  /** The value. */
  readonly value: boolean;
}

/** A number literal. It is emitted modulo 2^bits of its type (only `U?`/`S?` can exceed it). */
export interface NumberExpr extends ExprNode<"number", IntType> {
  // type: Integer type.
  /** The value as written, negative if the token was. */
  readonly value: bigint;
}

/** `a..b`: an array of constants, element i is (from + i) modulo 2^bits. */
export interface RangeExpr extends ExprNode<"range", ArrayType> {
  // type: Fixed array of integers; its size is b − a.
  /** First element. */
  readonly from: bigint;
}

/** Current value of a variable. */
export interface LocalExpr extends ExprNode<"local"> {
  // type: Equal to the type of the variable.
  /** The variable. */
  readonly local: Local;
}

/** Value of a constant. */
export interface ConstantExpr extends ExprNode<"constant"> {
  // type: Type of the constant.
  /** The constant. */
  readonly constant: TypedConstant;
}

/** `[a, b, …]`. */
export interface ArrayExpr extends ExprNode<"array", ArrayType> {
  // type: Fixed, or named by an annotation; the number of elements here rules.
  /** At least one element in text; none only in literals built elsewhere. */
  readonly elements: readonly Expr[];
}

/** `[element; size]`: the element is evaluated once and repeated as often as the size of `type` says. */
export interface RepeatExpr extends ExprNode<"repeat", ArrayType> {
  // type: The array type with the count.
  /** The repeated value. */
  readonly element: Expr;
}

/** `(a, b, …)`; no elements is the unit value. */
export interface TupleExpr extends ExprNode<"tuple"> {
  // type: A tuple type.
  /** The elements. */
  readonly elements: readonly Expr[];
}

/** `S { … }`. */
export interface StructExpr extends ExprNode<"struct", StructType> {
  // type: The struct.
  /** One value per field of `type`, in that (alphabetical) order: also the order of evaluation. */
  readonly fields: readonly Expr[];
}

/** `E::V` or `E::V(…)`. */
export interface EnumExpr extends ExprNode<"enum", EnumType> {
  // type: The enum.
  /** Index of the variant, its tag. */
  readonly variant: number;
  /** Payload; empty for a unit variant. */
  readonly fields: readonly Expr[];
}

/** `t.0` or `s.name`: element `field` of a tuple, or of the sorted fields of a struct. */
export interface FieldExpr extends ExprNode<"field"> {
  // type: Type of the field.
  /** The tuple or struct. */
  readonly target: Expr;
  /** Index into its `elements` or `fields`. */
  readonly field: number;
}

/** `array[index]`; panics OutOfBounds at `position` iff index ≥ length. */
export interface IndexExpr extends ExprNode<"index"> {
  // type: Type of the element.
  /** Where a panic is reported. */
  readonly position: Position;
  /** The array, evaluated first. */
  readonly array: Expr;
  /** Always of type usize. */
  readonly index: Expr;
}

/**
 * `!x` (bool or integer, bitwise) or `-x` (signed; panics Overflow at `position` for the smallest
 * number, which has no negation).
 */
export interface UnaryExpr extends ExprNode<"unary"> {
  // type: Type of operand and result.
  /** Where a panic is reported. */
  readonly position: Position;
  /** The operator. */
  readonly operator: "!" | "-";
  /** The operand. */
  readonly operand: Expr;
}

/** `+ - * / %`; both operands and the result have the same integer type. Panics at `position`. */
export interface ArithmeticExpr extends ExprNode<"arithmetic", IntType> {
  // type: Integer type of operands and result; its width is the width of the overflow test.
  /** Where a panic is reported. */
  readonly position: Position;
  /** The operator. */
  readonly operator: "+" | "-" | "*" | "/" | "%";
  /** Evaluated first. */
  readonly left: Expr;
  /** Evaluated second. */
  readonly right: Expr;
}

/**
 * Multiplication by a small literal: `operand` added to itself `factor` − 1 times, each addition checked
 * at the type (Overflow at `position`), and then, if `negate`, negated as by unary `-`. `operand` is
 * evaluated once. A `*` whose literal is 0 or too large is an ordinary `arithmetic` node.
 */
export interface ScaleExpr extends ExprNode<"scale", IntType> {
  // type: Integer type of operand and result.
  /** Where a panic is reported. */
  readonly position: Position;
  /** The other operand. */
  readonly operand: Expr;
  /** Magnitude of the literal, 1 … 63; 1 gives the operand itself. */
  readonly factor: number;
  /** Whether the literal was negative. */
  readonly negate: boolean;
}

/** `& | ^` bit by bit on bools or integers; operands and result have the same type. Never panics. */
export interface BitwiseExpr extends ExprNode<"bitwise"> {
  // type: Type of operands and result.
  /** The operator. */
  readonly operator: "&" | "|" | "^";
  /** Evaluated first. */
  readonly left: Expr;
  /** Evaluated second. */
  readonly right: Expr;
}

/** `<< >>`; result type = left type. Panics Overflow at `position` iff amount ≥ width. */
export interface ShiftExpr extends ExprNode<"shift", IntType> {
  // type: Type of the left operand; `>>` copies the sign iff it is signed.
  /** Where a panic is reported. */
  readonly position: Position;
  /** The operator. */
  readonly operator: "<<" | ">>";
  /** The shifted value, evaluated first. */
  readonly left: Expr;
  /** The amount, always of type u8. */
  readonly right: Expr;
}

/**
 * Comparison; both operands have the same type. `== !=` take any type and compare all bits; the others
 * take integers and compare numerically by their signedness. Never panics.
 */
export interface ComparisonExpr extends ExprNode<"comparison", BoolType> {
  // type: Always bool.
  /** The operator. */
  readonly operator: "==" | "!=" | "<" | ">" | "<=" | ">=";
  /** Evaluated first. */
  readonly left: Expr;
  /** Evaluated second. */
  readonly right: Expr;
}

/** `&& ||` with short circuit: panics and assignments of `right` happen only if `left` does not decide. */
export interface LogicalExpr extends ExprNode<"logical", BoolType> {
  // type: Always bool.
  /** The operator. */
  readonly operator: "&&" | "||";
  /** Evaluated first. */
  readonly left: Expr;
  /** Evaluated conditionally. */
  readonly right: Expr;
}

/**
 * `e as T`: low bits if T is not wider, else extended by the signedness of the *operand's* type; bool is one
 * unsigned bit (so a number as bool keeps bit 0).
 */
export interface CastExpr extends ExprNode<"cast"> {
  // type: Target: bool or integer.
  /** Bool or integer. */
  readonly operand: Expr;
}

/**
 * Implicit change of literal types. `operand.type` and `type` have the same shape (array lengths too,
 * tuple elements pairwise) and differ only in integers, where each is converted as by a cast.
 */
export interface ConvertExpr extends ExprNode<"convert"> {
  // type: The new type.
  /** The value at its old type. */
  readonly operand: Expr;
}

/** Call of a function, to be inlined: arguments left to right, then the parameters are bound. */
export interface CallExpr extends ExprNode<"call"> {
  // type: Result type of the function.
  /** The function itself. */
  readonly callee: TypedFunction;
  /** One per parameter, of its type. */
  readonly args: readonly Expr[];
}

/**
 * The builtin `join(left, right)`: n + m − 1 rows (none if n = m = 0), `(bool, A, B)` if the elements are
 * tuples, joined on their first field, else `(bool, A)`.
 */
export interface JoinExpr extends ExprNode<"join", ArrayType> {
  // type: Array type of the rows with a computed size.
  /** First array. */
  readonly left: Expr;
  /** Second array. */
  readonly right: Expr;
}

/** Statements and then a value; without `result` the value is unit. */
export interface BlockExpr extends ExprNode<"block"> {
  // type: Type of `result`, or unit.
  /** In order. */
  readonly statements: readonly Statement[];
  /** The value, evaluated last. */
  readonly result: Expr | undefined;
}

/** `if`; effects and panics of a branch count iff it is taken. A missing else is a unit tuple. */
export interface IfExpr extends ExprNode<"if"> {
  // type: Type of both branches.
  /** Of type bool. */
  readonly condition: Expr;
  /** Taken if true. */
  readonly then: Expr;
  /** Taken if false. */
  readonly otherwise: Expr;
}

/** One arm of a match. */
export interface MatchArm {
  /** Tested against the scrutinee; its bindings are valid in the body. */
  readonly pattern: TypedPattern;
  /** Of the type of the match. */
  readonly body: Expr;
}

/** `match`: the first matching arm is taken; the arms are exhaustive. */
export interface MatchExpr extends ExprNode<"match"> {
  // type: Type of all arms.
  /** Evaluated once, first. */
  readonly scrutinee: Expr;
  /** At least one. */
  readonly arms: readonly MatchArm[];
}

/** Any typed expression. */
export type Expr =
  | BoolExpr
  | NumberExpr
  | RangeExpr
  | LocalExpr
  | ConstantExpr
  | ArrayExpr
  | RepeatExpr
  | TupleExpr
  | StructExpr
  | EnumExpr
  | FieldExpr
  | IndexExpr
  | UnaryExpr
  | ArithmeticExpr
  | ScaleExpr
  | BitwiseExpr
  | ShiftExpr
  | ComparisonExpr
  | LogicalExpr
  | CastExpr
  | ConvertExpr
  | CallExpr
  | JoinExpr
  | BlockExpr
  | IfExpr
  | MatchExpr;
