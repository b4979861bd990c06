/** How values lie in bits: widths of types and tags of enums. */
import type { ArrayType, EnumType, Type } from "./types.ts";

/** How {@linkcode layoutBits} looks at the parts of a type. */
export interface LayoutParts {
  /** Width of an inner type in bits. */
  readonly widthOf: (type: Type) => number;
  /** Number of elements of an array. */
  readonly lengthOf: (type: ArrayType) => number;
}

/**
 * Width of a type in bits. Bools have one bit; integers are two's complement; elements of arrays,
 * tuples and structs follow one another (struct fields by name); an enum is its tag and the payload
 * of its widest variant. Everything is most significant bit first.
 */
export function layoutBits(type: Type, { widthOf, lengthOf }: LayoutParts): number {
  const total = (types: readonly Type[]): number =>
    types.reduce((sum, inner) => sum + widthOf(inner), 0);
  switch (type.kind) {
    case "bool":
      return 1;
    case "int":
      return type.bits;
    case "array":
      return lengthOf(type) * widthOf(type.element);
    case "tuple":
      return total(type.elements);
    case "struct":
      return total(type.fields.map((field) => field.type));
    case "enum":
      return type.variants.reduce(
        (widest, variant) => Math.max(widest, total(variant.payload ?? [])),
        0,
      ) + tagBits(type);
  }
}

/** Width of a type whose array sizes are all numbers. */
export function bitWidth(type: Type): number {
  return layoutBits(type, { widthOf: bitWidth, lengthOf: fixedLength });
}

/**
 * Number of elements of an array whose size is a number.
 * @throws TypeError for other sizes, which need the constants of a program
 */
export function fixedLength(type: ArrayType): number {
  if (type.size.kind === "fixed") return type.size.length;
  throw new TypeError("Cannot lay out a value: an array size is not resolved");
}

/** Bits of an enum's tag: enough for the index of every variant, none for a single one. */
export function tagBits(type: EnumType): number {
  let bits = 0;
  while (2 ** bits < type.variants.length) bits++;
  return bits;
}
