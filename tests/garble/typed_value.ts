/** Random types with one of their values, for the tests of values in and out. */
import fc from "fast-check";
import { BOOL, type GarbleValue, intRange, INTS, type Type } from "../../lib/garble/mod.ts";

const INT_NAMES = ["u8", "u16", "u32", "u64", "usize", "i8", "i16", "i32", "i64"] as const;

/** A type with one of its values. */
export interface Typed {
  readonly type: Type;
  readonly value: GarbleValue;
}

/** Any type without names beyond S and E, and one of its values. */
export const typedValue: fc.Arbitrary<Typed> = fc.letrec<{ typed: Typed }>((tie) => ({
  typed: fc.oneof(
    { maxDepth: 3, depthIdentifier: "typed" },
    fc.boolean().map((value): Typed => ({ type: BOOL, value: { kind: "bool", value } })),
    fc.constantFrom(...INT_NAMES).chain((name) =>
      fc.bigInt(intRange(INTS[name])).map((value): Typed => {
        return { type: INTS[name], value: { kind: "int", value } };
      })
    ),
    fc.array(tie("typed"), { maxLength: 4 }).map((list): Typed => ({
      type: { kind: "tuple", elements: list.map(({ type }) => type) },
      value: { kind: "tuple", elements: list.map(({ value }) => value) },
    })),
    fc.tuple(tie("typed"), fc.integer({ min: 1, max: 4 })).map((
      [{ type, value }, length],
    ): Typed => ({
      type: { kind: "array", element: type, size: { kind: "fixed", length } },
      value: { kind: "array", elements: Array<GarbleValue>(length).fill(value) },
    })),
    fc.array(tie("typed"), { maxLength: 4 }).map((list): Typed => ({
      type: {
        kind: "struct",
        name: "S",
        fields: list.map(({ type }, i) => ({ name: `f${i}`, type })),
      },
      value: {
        kind: "struct",
        name: "S",
        fields: list.map(({ value }, i) => ({ name: `f${i}`, value })),
      },
    })),
    fc.tuple(fc.array(tie("typed"), { minLength: 1, maxLength: 5 }), fc.nat(4)).map(
      ([list, pick]): Typed => {
        const at = pick % list.length;
        const value = list[at]?.value;
        return {
          type: {
            kind: "enum",
            name: "E",
            variants: list.map(({ type }, i) => ({ name: `V${i}`, payload: [type] })),
          },
          value: {
            kind: "enum",
            name: "E",
            variant: `V${at}`,
            payload: value === undefined ? [] : [value],
          },
        };
      },
    ),
  ),
})).typed;
