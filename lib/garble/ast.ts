/** The untyped tree that the parser builds. Names are not resolved and parentheses are gone. */

import type { Extent, Span } from "./source.ts";
import type { IntName } from "./types.ts";

/** A name where it stands. */
export interface Name extends Extent {
  /** The identifier. */
  readonly text: string;
}

/** A type as written. */
export type TypeExpr =
  & Extent
  & (
    | { readonly kind: "name"; readonly name: string }
    | { readonly kind: "tuple"; readonly elements: readonly TypeExpr[] }
    | { readonly kind: "array"; readonly element: TypeExpr; readonly size: SizeSyntax }
  );

/** The size of an array type or repeat literal as written; repeat literals have no computed ones. */
export type SizeSyntax =
  & { readonly span: Span }
  & (
    | { readonly kind: "number"; readonly length: number }
    | { readonly kind: "name"; readonly name: string }
    | { readonly kind: "computed"; readonly expr: ConstSyntax }
  );

/** An expression of the constant sub-language. */
export type ConstSyntax =
  & { readonly span: Span }
  & (
    | { readonly kind: "bool"; readonly value: boolean }
    | { readonly kind: "number"; readonly value: bigint; readonly suffix: IntName }
    | { readonly kind: "constant"; readonly name: string }
    | { readonly kind: "external"; readonly party: string; readonly name: string }
    | {
      readonly kind: "add" | "subtract";
      readonly left: ConstSyntax;
      readonly right: ConstSyntax;
    }
    | { readonly kind: "max" | "min"; readonly operands: readonly ConstSyntax[] }
  );

/** `const NAME: type = value;` */
export interface ConstItem {
  /** The name. */
  readonly name: Name;
  /** The declared type. */
  readonly type: TypeExpr;
  /** The definition. */
  readonly value: ConstSyntax;
  /** The whole item. */
  readonly span: Span;
}

/** A field of a struct, or a parameter's name with its type. */
export interface FieldItem {
  /** The name. */
  readonly name: Name;
  /** Its type. */
  readonly type: TypeExpr;
}

/** `struct NAME { … }` */
export interface StructItem {
  /** The name. */
  readonly name: Name;
  /** Fields in source order. */
  readonly fields: readonly FieldItem[];
}

/** A variant of an enum. */
export interface VariantItem {
  /** The name. */
  readonly name: Name;
  /** Payload types, undefined without parentheses. */
  readonly payload: readonly TypeExpr[] | undefined;
}

/** `enum NAME { … }` */
export interface EnumItem {
  /** The name. */
  readonly name: Name;
  /** Variants in source order, at least one. */
  readonly variants: readonly VariantItem[];
}

/** A parameter. */
export interface ParamItem extends FieldItem {
  /** Whether it is `mut`. */
  readonly mutable: boolean;
}

/** `[pub] fn NAME(…) -> type { … }` */
export interface FnItem {
  /** Whether it is `pub`. */
  readonly isPublic: boolean;
  /** The name. */
  readonly name: Name;
  /** Parameters in order. */
  readonly params: readonly ParamItem[];
  /** Result type. */
  readonly result: TypeExpr;
  /** The body. */
  readonly body: Block;
  /** The whole item. */
  readonly span: Span;
}

/** A whole program; later items of a name replace earlier ones. */
export interface Program {
  /** Constants in source order. */
  readonly consts: readonly ConstItem[];
  /** Structs in source order. */
  readonly structs: readonly StructItem[];
  /** Enums in source order. */
  readonly enums: readonly EnumItem[];
  /** Functions in source order. */
  readonly functions: readonly FnItem[];
}

/** Statements between braces, or a single statement in a match arm. */
export interface Block extends Extent {
  /** In order; the last one is the value if it is an expression. */
  readonly statements: readonly Statement[];
  /** Height of the tree, for the nesting limit. */
  readonly height: number;
}

/** Assignment operators without their `=`. */
export type CompoundOperator = "+" | "-" | "*" | "/" | "%" | "&" | "|" | "^" | "<<" | ">>";

/** A statement. */
export type Statement =
  & Extent
  & { readonly height: number }
  & (
    | {
      readonly kind: "let";
      readonly pattern: Pattern;
      readonly mutable: boolean;
      readonly annotation: TypeExpr | undefined;
      readonly value: Expr;
    }
    | {
      readonly kind: "for";
      readonly pattern: Pattern;
      readonly iterable: Expr;
      readonly body: Block;
    }
    | {
      readonly kind: "assign";
      readonly place: Expr;
      readonly operator: CompoundOperator | undefined;
      readonly value: Expr;
    }
    | { readonly kind: "expression"; readonly expression: Expr }
  );

/** Operators of two operands. */
export type BinaryOperator =
  | CompoundOperator
  | "=="
  | "!="
  | "<"
  | ">"
  | "<="
  | ">="
  | "&&"
  | "||";

/** `name: value` in a struct literal. */
export interface FieldInit {
  /** The field. */
  readonly name: Name;
  /** Its value. */
  readonly value: Expr;
}

/** One arm of a match. */
export interface Arm {
  /** The pattern. */
  readonly pattern: Pattern;
  /** The body, one statement. */
  readonly body: Block;
}

/** What every expression has. */
export interface ExprBase extends Extent {
  /** Height of the tree, for the nesting limit. */
  readonly height: number;
}

/** An expression without its extent. */
export type ExprForm =
  | { readonly kind: "bool"; readonly value: boolean }
  | { readonly kind: "number"; readonly value: bigint; readonly suffix: IntName }
  | {
    readonly kind: "range";
    readonly from: bigint;
    readonly to: bigint;
    readonly suffix: IntName;
  }
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "call"; readonly name: Name; readonly args: readonly Expr[] }
  | {
    readonly kind: "variant";
    readonly enumName: string;
    readonly variant: string;
    readonly payload: readonly Expr[] | undefined;
  }
  | { readonly kind: "struct"; readonly name: string; readonly fields: readonly FieldInit[] }
  | { readonly kind: "tuple"; readonly elements: readonly Expr[] }
  | { readonly kind: "array"; readonly elements: readonly Expr[] }
  | { readonly kind: "repeat"; readonly element: Expr; readonly size: SizeSyntax }
  | { readonly kind: "index"; readonly array: Expr; readonly index: Expr }
  | { readonly kind: "element"; readonly target: Expr; readonly index: bigint }
  | { readonly kind: "field"; readonly target: Expr; readonly name: Name }
  | { readonly kind: "unary"; readonly operator: "!" | "-"; readonly operand: Expr }
  | {
    readonly kind: "binary";
    readonly operator: BinaryOperator;
    readonly left: Expr;
    readonly right: Expr;
  }
  | { readonly kind: "cast"; readonly operand: Expr; readonly type: TypeExpr }
  | { readonly kind: "block"; readonly block: Block }
  | {
    readonly kind: "if";
    readonly condition: Expr;
    readonly then: Block;
    readonly otherwise: Expr | undefined;
  }
  | { readonly kind: "match"; readonly scrutinee: Expr; readonly arms: readonly Arm[] };

/** An expression. */
export type Expr = ExprBase & ExprForm;

/** `name: pattern` in a struct pattern. */
export interface FieldPattern {
  /** The field. */
  readonly name: Name;
  /** The pattern for its value. */
  readonly pattern: Pattern;
}

/** A pattern. */
export type Pattern =
  & Extent
  & (
    | { readonly kind: "name"; readonly name: string }
    | { readonly kind: "bool"; readonly value: boolean }
    | {
      readonly kind: "range";
      readonly min: bigint;
      readonly max: bigint;
      readonly negative: boolean;
      readonly signed: boolean;
    }
    | { readonly kind: "tuple"; readonly elements: readonly Pattern[] }
    | {
      readonly kind: "variant";
      readonly enumName: string;
      readonly variant: string;
      readonly payload: readonly Pattern[] | undefined;
    }
    | {
      readonly kind: "struct";
      readonly name: string;
      readonly fields: readonly FieldPattern[];
      readonly rest: boolean;
    }
  );
