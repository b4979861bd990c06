/** A bound on the size of types, so that a short hostile text cannot demand endless memory or depth. */

import type { Span } from "../source.ts";
import { showType, type Type } from "../types.ts";
import type { Context } from "./context.ts";

interface Measure {
  /** Smallest width in bits, arrays of a constant's length with one element, plus one for every aggregate. */
  readonly bits: number;
  /** Height of the type as a tree. */
  readonly depth: number;
}

/** Measures of types that were seen; types never change and share their parts. */
const KNOWN = new WeakMap<Type, Measure>();

function measure(type: Type): Measure {
  const before = KNOWN.get(type);
  if (before !== undefined) return before;
  const result = measureParts(type);
  KNOWN.set(type, result);
  return result;
}

function sum(list: readonly Type[]): Measure {
  let [bits, depth] = [1, 1];
  for (const type of list) {
    const part = measure(type);
    bits += part.bits;
    depth = Math.max(depth, part.depth + 1);
  }
  return { bits, depth };
}

function measureParts(type: Type): Measure {
  switch (type.kind) {
    case "bool":
      return { bits: 1, depth: 1 };
    case "int":
      return { bits: type.bits, depth: 1 };
    case "tuple":
      return sum(type.elements);
    case "struct":
      return sum(type.fields.map((f) => f.type));
    case "enum": {
      let [bits, depth] = [1, 1];
      for (const variant of type.variants) {
        const part = sum(variant.payload ?? []);
        bits = Math.max(bits, part.bits);
        depth = Math.max(depth, part.depth);
      }
      return { bits, depth };
    }
    case "array": {
      const element = measure(type.element);
      const length = type.size.kind === "fixed" ? type.size.length : 1;
      return { bits: 1 + length * element.bits, depth: element.depth + 1 };
    }
  }
}

/** Reports a type that is too wide or nested too deeply; true if it is neither. */
export function checkSize(c: Context, type: Type, span: Span): boolean {
  const { bits, depth } = measure(type);
  if (depth > c.nesting.levels) {
    const message = `this type is nested more than ${c.nesting.levels} levels deep`;
    c.report("TypeNestedTooDeeply", span, message);
    return false;
  }
  if (bits <= c.typeBits) return true;
  c.report("TypeTooLarge", span, `the type ${showType(type)} is wider than ${c.typeBits} bits`);
  return false;
}
