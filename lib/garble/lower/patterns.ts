/** Patterns: the test of a `match` arm, and the binding of names. */
import {
  all,
  constantWord,
  equal,
  lessSigned,
  lessUnsigned,
  TRUE,
  type Wire,
} from "../../circuit/mod.ts";
import { tagBits } from "../layout.ts";
import type { EnumPattern, RangePattern, TypedPattern } from "../typed.ts";
import type { Context } from "./context.ts";
import { bitOf, itemOf, type Value, wiresOf } from "./values.ts";

/** Whether the value matches. */
export function matchPattern(ctx: Context, pattern: TypedPattern, value: Value): Wire {
  const b = ctx.builder;
  switch (pattern.kind) {
    case "binding":
      return TRUE;
    case "bool":
      return pattern.value ? bitOf(value) : b.not(bitOf(value));
    case "range":
      return inRange(ctx, pattern, value);
    case "enum": {
      const tag = wiresOf(value).slice(0, tagBits(pattern.type));
      const tagTest = equal(b, tag, constantWord(BigInt(pattern.variant), tag.length));
      return all(b, [tagTest, ...parts(ctx, pattern, value).map((p) => matchPart(ctx, p))]);
    }
    case "tuple":
    case "struct":
      return all(b, parts(ctx, pattern, value).map((part) => matchPart(ctx, part)));
  }
}

/** Binds the names of the pattern to the parts of the value; the tests are ignored. */
export function bindPattern(ctx: Context, pattern: TypedPattern, value: Value): void {
  switch (pattern.kind) {
    case "binding":
      ctx.bind(pattern.local, value);
      break;
    case "bool":
    case "range":
      break;
    case "enum":
    case "tuple":
    case "struct":
      for (const part of parts(ctx, pattern, value)) bindPattern(ctx, part.pattern, part.value);
  }
}

/** Forgets the values of the names that the pattern has bound. */
export function freePattern(ctx: Context, pattern: TypedPattern): void {
  switch (pattern.kind) {
    case "binding":
      ctx.free(pattern.local);
      break;
    case "bool":
    case "range":
      break;
    case "enum":
    case "tuple":
      for (const part of pattern.kind === "enum" ? pattern.fields : pattern.elements) {
        freePattern(ctx, part);
      }
      break;
    case "struct":
      for (const part of pattern.fields) if (part !== undefined) freePattern(ctx, part);
  }
}

interface Part {
  readonly pattern: TypedPattern;
  readonly value: Value;
}

function matchPart(ctx: Context, part: Part): Wire {
  return matchPattern(ctx, part.pattern, part.value);
}

/** The inner patterns with their values. */
function parts(
  ctx: Context,
  pattern: TypedPattern & { kind: "tuple" | "struct" | "enum" },
  value: Value,
): Part[] {
  switch (pattern.kind) {
    case "tuple":
      return pattern.elements.map((inner, i) => ({ pattern: inner, value: itemOf(value, i) }));
    case "struct":
      return pattern.fields.flatMap((inner, i) =>
        inner === undefined ? [] : [{ pattern: inner, value: itemOf(value, i) }]
      );
    case "enum":
      return payload(ctx, pattern, value);
  }
}

function payload(ctx: Context, pattern: EnumPattern, value: Value): Part[] {
  let at = tagBits(pattern.type);
  const types = pattern.type.variants[pattern.variant]?.payload ?? [];
  return pattern.fields.map((inner, i) => {
    const type = types[i] ?? inner.type;
    const part = { pattern: inner, value: ctx.fromWires(type, wiresOf(value), at) };
    at += ctx.widthOf(type);
    return part;
  });
}

function inRange(ctx: Context, pattern: RangePattern, value: Value): Wire {
  const b = ctx.builder;
  const wires = wiresOf(value);
  const min = constantWord(pattern.min, wires.length);
  if (pattern.min === pattern.max) return equal(b, wires, min);
  const less = pattern.type.signed ? lessSigned : lessUnsigned;
  const max = constantWord(pattern.max, wires.length);
  return b.and(b.not(less(b, wires, min)), b.not(less(b, max, wires)));
}
