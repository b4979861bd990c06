/** Types of generated programs. Two types are the same iff their texts are. */

/** Names of the integer types that a program can write. */
export const INT_NAMES = ["u8", "u16", "u32", "u64", "usize", "i8", "i16", "i32", "i64"] as const;

/** Any integer type; the last two are those of literals that nothing has fixed. */
export type IntName = (typeof INT_NAMES)[number] | "U?" | "S?";

/** Truth values. */
export interface BoolType {
  readonly kind: "bool";
  readonly text: string;
}

/** Integers. */
export interface IntType {
  readonly kind: "int";
  readonly text: string;
  readonly name: IntName;
  readonly signed: boolean;
  readonly bits: number;
}

/** Arrays of any flavour. */
export interface ArrayType {
  readonly kind: "array";
  readonly text: string;
  readonly element: GenType;
  readonly length: number;
  readonly flavour: "fixed" | "named" | "computed";
  /** The size as written; without `const { }` for a computed one. */
  readonly size: string;
}

/** Tuples, the empty one included. */
export interface TupleType {
  readonly kind: "tuple";
  readonly text: string;
  readonly elements: readonly GenType[];
}

/** Structs. */
export interface StructType {
  readonly kind: "struct";
  readonly text: string;
  /** Sorted by name. */
  readonly fields: readonly { readonly name: string; readonly type: GenType }[];
}

/** A variant of an enum. */
export interface GenVariant {
  readonly name: string;
  readonly payload: readonly GenType[] | undefined;
}

/** Enums. */
export interface EnumType {
  readonly kind: "enum";
  readonly text: string;
  readonly variants: readonly GenVariant[];
}

/** Any type. */
export type GenType = BoolType | IntType | ArrayType | TupleType | StructType | EnumType;

/** The type of truth values. */
export const BOOL: BoolType = { kind: "bool", text: "bool" };

/** An integer type. */
export function int(name: IntName): IntType {
  const bits = Number(name.slice(1));
  const signed = name.startsWith("i") || name === "S?";
  return { kind: "int", text: name, name, signed, bits: Number.isNaN(bits) ? 32 : bits };
}

/** An array type. */
export function array(
  element: GenType,
  size: Pick<ArrayType, "length" | "flavour" | "size">,
): ArrayType {
  const written = size.flavour === "computed" ? `const { ${size.size} }` : size.size;
  return { kind: "array", text: `[${element.text}; ${written}]`, element, ...size };
}

/** An array type with a number as its size. */
export function fixed(element: GenType, length: number): ArrayType {
  return array(element, { length, flavour: "fixed", size: String(length) });
}

/** A tuple type. */
export function tuple(elements: readonly GenType[]): TupleType {
  return { kind: "tuple", text: `(${elements.map(({ text }) => text).join(", ")})`, elements };
}

/** Whether a program can write the type down. */
export function nameable(type: GenType): boolean {
  return !type.text.includes("?");
}

/** Whether a size in the type is an expression: only variables and joins have such types. */
export function isComputed(type: GenType): boolean {
  return type.text.includes("const {");
}

/** Whether a value with literal types in it may stand where `to` is demanded. */
export function fills(from: GenType, to: GenType): boolean {
  if (from.text === to.text) return true;
  if (from.kind === "int" && to.kind === "int") {
    return from.name === "U?" || (from.name === "S?" && to.signed);
  }
  if (from.kind === "array" && to.kind === "array") {
    const sized = from.flavour === to.flavour && from.size === to.size;
    return sized && to.flavour !== "computed" && fills(from.element, to.element);
  }
  if (from.kind === "tuple" && to.kind === "tuple") {
    return from.elements.length === to.elements.length &&
      from.elements.every((element, i) => fills(element, to.elements[i] ?? element));
  }
  return false;
}

/** Whether an enum occurs in the type. */
export function hasEnum(type: GenType): boolean {
  switch (type.kind) {
    case "bool":
    case "int":
      return false;
    case "array":
      return hasEnum(type.element);
    case "tuple":
      return type.elements.some(hasEnum);
    case "struct":
      return type.fields.some((field) => hasEnum(field.type));
    case "enum":
      return true;
  }
}
