/** Patterns of the interpreter. */
import type { EnumPattern, Local, TypedPattern } from "../../lib/garble/typed.ts";
import {
  boolOf,
  intOf,
  itemsOf,
  type LengthOf,
  listFromBits,
  payloadBits,
  type Value,
  variantOf,
} from "./interpret_values.ts";

function all<T>(
  patterns: readonly (T | undefined)[],
  values: readonly Value[],
  visit: (pattern: T, value: Value) => boolean,
): boolean {
  return patterns.every((pattern, i) => {
    const value = values[i];
    if (value === undefined) throw new TypeError("Cannot interpret: a pattern has too many parts");
    return pattern === undefined || visit(pattern, value);
  });
}

/** Whether the value matches. */
export function matches(pattern: TypedPattern, value: Value): boolean {
  switch (pattern.kind) {
    case "binding":
      return true;
    case "bool":
      return boolOf(value) === pattern.value;
    case "range":
      return pattern.min <= intOf(value) && intOf(value) <= pattern.max;
    case "tuple":
      return all(pattern.elements, itemsOf(value), matches);
    case "struct":
      return all(pattern.fields, itemsOf(value), matches);
    case "enum": {
      const { variant, fields } = variantOf(value);
      return variant === pattern.variant && all(pattern.fields, fields, matches);
    }
  }
}

/** What binding a pattern needs to know. */
export interface Binder {
  readonly lengthOf: LengthOf;
  readonly bind: (local: Local, value: Value) => void;
}

/** Binds all names; what the pattern tests is ignored. */
export function bindAll(binder: Binder, pattern: TypedPattern, value: Value): void {
  const inner = (
    patterns: readonly (TypedPattern | undefined)[],
    values: readonly Value[],
  ): void => {
    all(patterns, values, (part, item) => {
      bindAll(binder, part, item);
      return true;
    });
  };
  switch (pattern.kind) {
    case "binding":
      binder.bind(pattern.local, value);
      break;
    case "bool":
    case "range":
      break;
    case "tuple":
      inner(pattern.elements, itemsOf(value));
      break;
    case "struct":
      inner(pattern.fields, itemsOf(value));
      break;
    case "enum":
      inner(pattern.fields, payload(binder, pattern, value));
  }
}

/** The payload as the pattern reads it: another variant gives its bits for what they are. */
function payload({ lengthOf }: Binder, pattern: EnumPattern, value: Value): readonly Value[] {
  const { variant, fields } = variantOf(value);
  if (variant === pattern.variant) return fields;
  const types = pattern.type.variants[pattern.variant]?.payload ?? [];
  return listFromBits(types, payloadBits(pattern.type, value, lengthOf), lengthOf);
}
