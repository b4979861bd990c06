/** Values of a program outside of circuits: as data, as bits, and as the text that people read. */
import { getBit, setBit } from "../base/mod.ts";
import { bitWidth, fixedLength, tagBits } from "./layout.ts";
import type { EnumType, Type } from "./types.ts";

/** A field of a struct value. */
export interface FieldValue {
  /** Name of the field. */
  readonly name: string;
  /** Its value. */
  readonly value: GarbleValue;
}

/** A value of a program. Integers of all widths are exact. */
export type GarbleValue =
  | { readonly kind: "bool"; readonly value: boolean }
  | { readonly kind: "int"; readonly value: bigint }
  | { readonly kind: "array" | "tuple"; readonly elements: readonly GarbleValue[] }
  | {
    readonly kind: "struct";
    readonly name: string;
    /** In the order of the type: sorted by name. */
    readonly fields: readonly FieldValue[];
  }
  | {
    readonly kind: "enum";
    readonly name: string;
    readonly variant: string;
    /** Undefined for a unit variant. */
    readonly payload: readonly GarbleValue[] | undefined;
  };

/** The value as the language prints it, without type suffixes: `[1, 2]`, `(true, -5)`, `S {a: 1}`. */
export function printValue(value: GarbleValue): string {
  const list = (values: readonly GarbleValue[]): string => values.map(printValue).join(", ");
  switch (value.kind) {
    case "bool":
    case "int":
      return String(value.value);
    case "array":
      return `[${list(value.elements)}]`;
    case "tuple":
      return `(${list(value.elements)})`;
    case "struct": {
      const fields = value.fields.map((field) => `${field.name}: ${printValue(field.value)}`);
      return `${value.name} {${fields.join(", ")}}`;
    }
    case "enum": {
      const payload = value.payload === undefined ? "" : `(${list(value.payload)})`;
      return `${value.name}::${value.variant}${payload}`;
    }
  }
}

/**
 * The bits of a value, packed, in layout order with the most significant bit of each number first. All
 * array sizes of the type are numbers.
 *
 * @throws TypeError when the value is not of the type
 */
export function encodeValue(type: Type, value: GarbleValue): Uint8Array<ArrayBuffer> {
  const packed = new Uint8Array((bitWidth(type) + 7) >>> 3);
  encodeInto({ packed, at: 0 }, type, value);
  return packed;
}

interface Cursor {
  readonly packed: Uint8Array;
  at: number;
}

function encodeInto(out: Cursor, type: Type, value: GarbleValue): void {
  if (type.kind === "bool" && value.kind === "bool") {
    setBit(out.packed, out.at++, value.value ? 1 : 0);
  } else if (type.kind === "int" && value.kind === "int") {
    writeNumber(out, value.value, type.bits);
  } else if (type.kind === "array" && value.kind === "array") {
    if (value.elements.length !== fixedLength(type)) throw wrongType();
    for (const element of value.elements) encodeInto(out, type.element, element);
  } else if (type.kind === "tuple" && value.kind === "tuple") {
    encodeList(out, type.elements, value.elements);
  } else if (type.kind === "struct" && value.kind === "struct") {
    const fields = value.fields.map((field) => field.value);
    encodeList(out, type.fields.map((field) => field.type), fields);
  } else if (type.kind === "enum" && value.kind === "enum") {
    const end = out.at + bitWidth(type);
    const tag = type.variants.findIndex((variant) => variant.name === value.variant);
    if (tag < 0) throw wrongType();
    writeNumber(out, BigInt(tag), tagBits(type));
    encodeList(out, type.variants[tag]?.payload ?? [], value.payload ?? []);
    out.at = end;
  } else throw wrongType();
}

function encodeList(out: Cursor, types: readonly Type[], values: readonly GarbleValue[]): void {
  if (types.length !== values.length) throw wrongType();
  values.forEach((value, i) => encodeInto(out, types[i] as Type, value));
}

function wrongType(): TypeError {
  return new TypeError("Cannot encode the value: it is not of the given type");
}

function writeNumber(out: Cursor, value: bigint, bits: number): void {
  for (let bit = bits - 1; bit >= 0; bit--) {
    setBit(out.packed, out.at++, Number((value >> BigInt(bit)) & 1n));
  }
}

/**
 * The value that stands in packed bits from bit `from` on, the inverse of {@linkcode encodeValue}.
 *
 * @throws RangeError when the bits are too few, or hold a tag that no variant has
 */
export function decodeValue(type: Type, packed: Uint8Array, from = 0): GarbleValue {
  if (from + bitWidth(type) > packed.length * 8) {
    throw new RangeError("Cannot decode the value: there are too few bits");
  }
  return decodeFrom({ packed, at: from }, type);
}

function decodeFrom(bits: Cursor, type: Type): GarbleValue {
  const several = (types: readonly Type[]): GarbleValue[] =>
    types.map((inner) => decodeFrom(bits, inner));
  switch (type.kind) {
    case "bool":
      return { kind: "bool", value: getBit(bits.packed, bits.at++) === 1 };
    case "int": {
      const value = readNumber(bits, type.bits);
      return { kind: "int", value: type.signed ? BigInt.asIntN(type.bits, value) : value };
    }
    case "array": {
      const types = new Array<Type>(fixedLength(type)).fill(type.element);
      return { kind: "array", elements: several(types) };
    }
    case "tuple":
      return { kind: "tuple", elements: several(type.elements) };
    case "struct": {
      const fields = type.fields.map(({ name, type }) => ({ name, value: decodeFrom(bits, type) }));
      return { kind: "struct", name: type.name, fields };
    }
    case "enum":
      return decodeEnum(bits, type);
  }
}

function decodeEnum(bits: Cursor, type: EnumType): GarbleValue {
  const end = bits.at + bitWidth(type);
  const variant = type.variants[Number(readNumber(bits, tagBits(type)))];
  if (variant === undefined) {
    throw new RangeError(`Cannot decode the value: ${type.name} has no variant of this tag`);
  }
  const payload = variant.payload?.map((inner) => decodeFrom(bits, inner));
  bits.at = end;
  return { kind: "enum", name: type.name, variant: variant.name, payload };
}

function readNumber(bits: Cursor, count: number): bigint {
  let high = 0;
  let low = 0;
  for (let i = 0; i < count; i++) {
    const bit = getBit(bits.packed, bits.at++);
    high = ((high << 1) | (low >>> 31)) >>> 0;
    low = ((low << 1) | bit) >>> 0;
  }
  return (BigInt(high) << 32n) | BigInt(low);
}
