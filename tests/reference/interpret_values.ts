/** Values of the interpreter: plain data, and the same data as a string of bits in layout order. */
import type { ArrayType, EnumType, IntType, Type } from "../../lib/garble/types.ts";

/** Elements of an array, tuple or struct (its fields sorted by name). */
export interface ListValue {
  readonly kind: "list";
  readonly items: readonly Value[];
}

/** A variant with its payload. */
export interface VariantValue {
  readonly kind: "variant";
  readonly variant: number;
  readonly fields: readonly Value[];
}

/** A value: integers are exact numbers within the range of their type. */
export type Value = boolean | bigint | ListValue | VariantValue;

/** The number of elements of an array type. */
export type LengthOf = (type: ArrayType) => number;

/** A list of values. */
export function listOf(items: readonly Value[]): ListValue {
  return { kind: "list", items };
}

/** The unit value. */
export const UNIT_VALUE: ListValue = listOf([]);

function wrong(what: string): TypeError {
  return new TypeError(`Cannot interpret: ${what} was expected`);
}

/** The value as an integer. */
export function intOf(value: Value): bigint {
  if (typeof value === "bigint") return value;
  throw wrong("an integer");
}

/** The value as a truth value. */
export function boolOf(value: Value): boolean {
  if (typeof value === "boolean") return value;
  throw wrong("a truth value");
}

/** The elements of a list. */
export function itemsOf(value: Value): readonly Value[] {
  if (typeof value === "object" && value.kind === "list") return value.items;
  throw wrong("a list");
}

/** The value as a variant of an enum. */
export function variantOf(value: Value): VariantValue {
  if (typeof value === "object" && value.kind === "variant") return value;
  throw wrong("an enum");
}

/** Whether two values of one type are the same. */
export function same(a: Value, b: Value): boolean {
  if (typeof a !== "object" || typeof b !== "object") return a === b;
  if (a.kind === "variant" && b.kind === "variant" && a.variant !== b.variant) return false;
  const [x, y] = [a, b].map((v) => v.kind === "list" ? v.items : v.fields);
  if (x === undefined || y === undefined || x.length !== y.length) return false;
  return x.every((item, i) => {
    const other = y[i];
    return other !== undefined && same(item, other);
  });
}

/** The number of this type that has the same low bits. */
export function wrap(value: bigint, type: IntType): bigint {
  return type.signed ? BigInt.asIntN(type.bits, value) : BigInt.asUintN(type.bits, value);
}

function digits(value: bigint, bits: number): string {
  return bits === 0 ? "" : BigInt.asUintN(bits, value).toString(2).padStart(bits, "0");
}

/** Bits of the tag of an enum. */
function tagWidth(type: EnumType): number {
  return type.variants.length === 1 ? 0 : (type.variants.length - 1).toString(2).length;
}

function sum(types: readonly Type[], lengthOf: LengthOf): number {
  return types.reduce((total, type) => total + width(type, lengthOf), 0);
}

/** Width of a type in bits. */
export function width(type: Type, lengthOf: LengthOf): number {
  switch (type.kind) {
    case "bool":
      return 1;
    case "int":
      return type.bits;
    case "array":
      return lengthOf(type) * width(type.element, lengthOf);
    case "tuple":
      return sum(type.elements, lengthOf);
    case "struct":
      return sum(type.fields.map((field) => field.type), lengthOf);
    case "enum":
      return tagWidth(type) +
        Math.max(...type.variants.map(({ payload }) => sum(payload ?? [], lengthOf)));
  }
}

/** Types of the parts of a list, one per item. */
export function partTypes(type: Type, count: number): readonly Type[] {
  switch (type.kind) {
    case "array":
      return new Array<Type>(count).fill(type.element);
    case "tuple":
      return type.elements;
    case "struct":
      return type.fields.map((field) => field.type);
    default:
      throw wrong("an aggregate type");
  }
}

/** The bits of a value, a character each, most significant first. */
export function toBits(type: Type, value: Value, lengthOf: LengthOf): string {
  const all = (types: readonly Type[], values: readonly Value[]): string => {
    if (types.length !== values.length) throw wrong(`a list of ${types.length}`);
    return types.map((t, i) => toBits(t, values[i] ?? false, lengthOf)).join("");
  };
  switch (type.kind) {
    case "bool":
      return boolOf(value) ? "1" : "0";
    case "int":
      return digits(intOf(value), type.bits);
    case "enum": {
      const { variant, fields } = variantOf(value);
      const tag = digits(BigInt(variant), tagWidth(type));
      const payload = all(type.variants[variant]?.payload ?? [], fields);
      return (tag + payload).padEnd(width(type, lengthOf), "0");
    }
    default:
      return all(partTypes(type, itemsOf(value).length), itemsOf(value));
  }
}

/** Values of consecutive types from bits, from the first bit on. */
export function listFromBits(types: readonly Type[], bits: string, lengthOf: LengthOf): Value[] {
  let at = 0;
  return types.map((type) => {
    const end = at + width(type, lengthOf);
    const value = fromBits(type, bits.slice(at, end), lengthOf);
    at = end;
    return value;
  });
}

/** The inverse of {@linkcode toBits}. */
export function fromBits(type: Type, bits: string, lengthOf: LengthOf): Value {
  switch (type.kind) {
    case "bool":
      return bits === "1";
    case "int":
      return wrap(BigInt(`0b${bits}`), type);
    case "enum": {
      const tag = tagWidth(type);
      const variant = tag === 0 ? 0 : Number(`0b${bits.slice(0, tag)}`);
      const found = type.variants[variant];
      if (found === undefined) throw wrong("the tag of a variant");
      const fields = listFromBits(found.payload ?? [], bits.slice(tag), lengthOf);
      return { kind: "variant", variant, fields };
    }
    case "array":
      return listOf(listFromBits(partTypes(type, lengthOf(type)), bits, lengthOf));
    default:
      return listOf(listFromBits(partTypes(type, 0), bits, lengthOf));
  }
}

/** The bits of the payload of an enum value, whichever variant it is. */
export function payloadBits(type: EnumType, value: Value, lengthOf: LengthOf): string {
  return toBits(type, value, lengthOf).slice(tagWidth(type));
}
