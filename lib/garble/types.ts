/**
 * Types of the Garble language. Arrays come in three flavours that are different types even at equal
 * length: a literal size, the name of a constant, and a constant expression.
 */

/** Names of the integer types; the last two are the types of literals that nothing has fixed yet. */
export type IntName =
  | "u8"
  | "u16"
  | "u32"
  | "u64"
  | "usize"
  | "i8"
  | "i16"
  | "i32"
  | "i64"
  | "U?"
  | "S?";

/** Truth values, 1 bit. */
export interface BoolType {
  /** Discriminant. */
  readonly kind: "bool";
}

/** Two's complement integers. `usize`, `U?` and `S?` are 32 bits wide. */
export interface IntType {
  /** Discriminant. */
  readonly kind: "int";
  /** The name decides equality: `u32`, `usize` and `U?` are three types of the same layout. */
  readonly name: IntName;
  /** Whether the top bit is a sign. */
  readonly signed: boolean;
  /** Width in bits. */
  readonly bits: 8 | 16 | 32 | 64;
}

/** A constant expression as used for array sizes; positions are not part of it. */
export type SizeExpr =
  | { readonly kind: "bool"; readonly value: boolean }
  | { readonly kind: "number"; readonly value: bigint; readonly suffix: IntName }
  | { readonly kind: "constant"; readonly name: string }
  | { readonly kind: "external"; readonly party: string; readonly name: string }
  | {
    readonly kind: "add" | "subtract";
    readonly left: SizeExpr;
    readonly right: SizeExpr;
  }
  | { readonly kind: "max" | "min"; readonly operands: readonly SizeExpr[] };

/** The size of an array type: a number, the name of a constant, or `const { … }`. */
export type ArraySize =
  | { readonly kind: "fixed"; readonly length: number }
  | { readonly kind: "named"; readonly name: string }
  | { readonly kind: "computed"; readonly expr: SizeExpr };

/** `[element; size]`; elements lie in order. */
export interface ArrayType {
  /** Discriminant. */
  readonly kind: "array";
  /** Type of every element. */
  readonly element: Type;
  /** The length, possibly known only with the constants (see `arrayLength()`). */
  readonly size: ArraySize;
}

/** A tuple; no elements is unit, one element is not the element itself. */
export interface TupleType {
  /** Discriminant. */
  readonly kind: "tuple";
  /** Types in layout order. */
  readonly elements: readonly Type[];
}

/** A named field of a struct. */
export interface StructField {
  /** Name of the field. */
  readonly name: string;
  /** Its type. */
  readonly type: Type;
}

/** A struct, equal to every other struct type of that name. */
export interface StructType {
  /** Discriminant. */
  readonly kind: "struct";
  /** Name in the program. */
  readonly name: string;
  /** Fields sorted by name (code units), which is their layout and evaluation order. */
  readonly fields: readonly StructField[];
}

/** A variant of an enum. */
export interface EnumVariant {
  /** Name of the variant. */
  readonly name: string;
  /** Types of the payload in layout order; undefined for a unit variant, which differs from `A()`. */
  readonly payload: readonly Type[] | undefined;
}

/** An enum; the tag of a variant is its index here. */
export interface EnumType {
  /** Discriminant. */
  readonly kind: "enum";
  /** Name in the program. */
  readonly name: string;
  /** Variants in order of declaration; at least one. */
  readonly variants: readonly EnumVariant[];
}

/** Any type of the language. */
export type Type = BoolType | IntType | ArrayType | TupleType | StructType | EnumType;

function int(name: IntName, bits: 8 | 16 | 32 | 64): IntType {
  return { kind: "int", name, signed: name.startsWith("i") || name === "S?", bits };
}

/** All integer types by name. */
export const INTS: Readonly<Record<IntName, IntType>> = {
  "u8": int("u8", 8),
  "u16": int("u16", 16),
  "u32": int("u32", 32),
  "u64": int("u64", 64),
  "usize": int("usize", 32),
  "i8": int("i8", 8),
  "i16": int("i16", 16),
  "i32": int("i32", 32),
  "i64": int("i64", 64),
  "U?": int("U?", 32),
  "S?": int("S?", 32),
};

/** The type of truth values. */
export const BOOL: BoolType = { kind: "bool" };

/** The empty tuple. */
export const UNIT: TupleType = { kind: "tuple", elements: [] };

/** Whether the type is that of an unsuffixed literal. */
export function isUntyped(type: Type): boolean {
  return type.kind === "int" && (type.name === "U?" || type.name === "S?");
}

/** Smallest and largest value of an integer type. */
export interface IntRange {
  /** Smallest value. */
  readonly min: bigint;
  /** Largest value. */
  readonly max: bigint;
}

/** The values of an integer type. */
export function intRange(type: IntType): IntRange {
  const half = 1n << BigInt(type.bits - 1);
  return type.signed ? { min: -half, max: half - 1n } : { min: 0n, max: 2n * half - 1n };
}

/** Structural equality of size expressions; `2 + 3` differs from `5` and `1` from `1usize`. */
export function sameSizeExpr(a: SizeExpr, b: SizeExpr): boolean {
  switch (a.kind) {
    case "bool":
      return b.kind === "bool" && a.value === b.value;
    case "number":
      return b.kind === "number" && a.value === b.value && a.suffix === b.suffix;
    case "constant":
      return b.kind === "constant" && a.name === b.name;
    case "external":
      return b.kind === "external" && a.party === b.party && a.name === b.name;
    case "add":
    case "subtract":
      return (b.kind === "add" || b.kind === "subtract") && b.kind === a.kind &&
        sameSizeExpr(a.left, b.left) && sameSizeExpr(a.right, b.right);
    case "max":
    case "min":
      return (b.kind === "max" || b.kind === "min") && b.kind === a.kind &&
        a.operands.length === b.operands.length &&
        a.operands.every((operand, i) => {
          const other = b.operands[i];
          return other !== undefined && sameSizeExpr(operand, other);
        });
  }
}

function sameSize(a: ArraySize, b: ArraySize): boolean {
  switch (a.kind) {
    case "fixed":
      return b.kind === "fixed" && a.length === b.length;
    case "named":
      return b.kind === "named" && a.name === b.name;
    case "computed":
      return b.kind === "computed" && sameSizeExpr(a.expr, b.expr);
  }
}

/** Type equality: structural, by name for structs, enums and integers, by flavour for arrays. */
export function sameType(a: Type, b: Type): boolean {
  if (a === b) return true;
  switch (a.kind) {
    case "bool":
      return b.kind === "bool";
    case "int":
      return b.kind === "int" && a.name === b.name;
    case "array":
      return b.kind === "array" && sameSize(a.size, b.size) && sameType(a.element, b.element);
    case "tuple":
      return b.kind === "tuple" && a.elements.length === b.elements.length &&
        a.elements.every((element, i) => {
          const other = b.elements[i];
          return other !== undefined && sameType(element, other);
        });
    case "struct":
    case "enum":
      return b.kind === a.kind && a.name === b.name;
  }
}

/** A size as it is written; `right`: on the right of an operator, where a sum needs parentheses. */
export function showSizeExpr(expr: SizeExpr, right = false): string {
  switch (expr.kind) {
    case "bool":
      return String(expr.value);
    case "number":
      return `${expr.value}${expr.suffix.endsWith("?") ? "" : expr.suffix}`;
    case "constant":
      return expr.name;
    case "external":
      return `${expr.party}::${expr.name}`;
    case "add":
    case "subtract": {
      const sign = expr.kind === "add" ? "+" : "-";
      const text = `${showSizeExpr(expr.left, false)} ${sign} ${showSizeExpr(expr.right, true)}`;
      return right ? `(${text})` : text;
    }
    case "max":
    case "min":
      return `${expr.kind}(${expr.operands.map((e) => showSizeExpr(e, false)).join(", ")})`;
  }
}

function showSize(size: ArraySize): string {
  switch (size.kind) {
    case "fixed":
      return String(size.length);
    case "named":
      return size.name;
    case "computed":
      return `const { ${showSizeExpr(size.expr, false)} }`;
  }
}

/** Deeper parts of a type, and later elements of a tuple, are shown as "…". */
const SHOWN_DEPTH = 6;
const SHOWN_ELEMENTS = 12;

/** The type as the language writes it; untyped literals get words, and huge types are cut. */
export function showType(type: Type): string {
  return show(type, SHOWN_DEPTH);
}

function show(type: Type, depth: number): string {
  if (depth === 0) return "…";
  switch (type.kind) {
    case "bool":
      return "bool";
    case "int":
      if (type.name === "U?") return "unspecified unsigned int";
      return type.name === "S?" ? "unspecified signed int" : type.name;
    case "array":
      return `[${show(type.element, depth - 1)}; ${showSize(type.size)}]`;
    case "tuple": {
      const shown = type.elements.slice(0, SHOWN_ELEMENTS).map((t) => show(t, depth - 1));
      if (type.elements.length > SHOWN_ELEMENTS) shown.push("…");
      return `(${shown.join(", ")})`;
    }
    case "struct":
    case "enum":
      return type.name;
  }
}
