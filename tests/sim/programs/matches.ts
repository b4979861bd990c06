/** Patterns and match expressions. */
import { type Demand, expr } from "./expressions.ts";
import type { Maker } from "./maker.ts";
import { armBody } from "./statements.ts";
import { type EnumType, type GenType, type IntType, isComputed, type StructType } from "./types.ts";
import { number } from "./values.ts";

/** What a pattern is for. */
export interface PatternUse {
  /** Whether it tests, and does not only bind. */
  readonly tests: boolean;
  readonly depth: number;
}

/** A pattern; its names are declared. */
export function pattern(m: Maker, type: GenType, use: PatternUse): string {
  const { tests, depth } = use;
  const inner = (part: GenType): string => pattern(m, part, { tests, depth: depth - 1 });
  if (depth <= 0 || type.kind === "array" || m.choices.chance(15)) return name(m, type);
  if (depth < 2 && tests) m.mark("nested pattern");
  switch (type.kind) {
    case "bool":
      return tests ? m.choices.pick(["false", "true"]) : name(m, type);
    case "int":
      return tests ? numberPattern(m, type) : name(m, type);
    case "tuple":
      return `(${type.elements.map(inner).join(", ")})`;
    case "struct":
      return structPattern(m, type, inner);
    case "enum":
      return tests ? variantPattern(m, type, inner) : name(m, type);
  }
}

function name(m: Maker, type: GenType): string {
  if (m.choices.chance(25)) return "_";
  const fresh = m.fresh("p");
  m.declare({ name: fresh, type, mutable: false });
  return fresh;
}

/** A number or a range: both ends are tokens of the same kind. */
function numberPattern(m: Maker, type: IntType): string {
  const [a, b] = [number(m.choices, type), number(m.choices, type)];
  const suffix = !type.name.endsWith("?") && m.choices.chance(50) ? type.name : "";
  if (type.signed) m.mark("signed pattern");
  if (m.choices.chance(45)) {
    m.mark("number pattern");
    return `${a}${suffix}`;
  }
  const [low, high] = a < b ? [a, b] : [b, a];
  const mixed = low < 0n && high >= 0n && suffix === "";
  if (low === high || mixed) return `${low}${suffix}`;
  m.mark("range pattern");
  return `${low}${suffix}${m.choices.pick(["..=", ".."])}${high}${suffix}`;
}

function structPattern(m: Maker, type: StructType, inner: (type: GenType) => string): string {
  m.mark("struct pattern");
  const all = type.fields;
  const rest = all.length > 1 && m.choices.chance(60);
  const from = rest ? m.choices.below(2) : 0;
  const used = rest ? all.slice(from, from + 1 + m.choices.below(all.length - 1)) : all;
  const fields = used.map((field) => {
    if (!m.choices.chance(25)) return `${field.name}: ${inner(field.type)}`;
    m.declare({ name: field.name, type: field.type, mutable: false });
    return field.name;
  });
  if (m.choices.chance(50)) fields.reverse();
  if (!rest) return `${type.text} { ${fields.join(", ")} }`;
  m.mark("struct pattern with ..");
  return `${type.text} { ${fields.join(", ")}, .. }`;
}

function variantPattern(m: Maker, type: EnumType, inner: (type: GenType) => string): string {
  m.mark("enum pattern");
  const variant = m.choices.pickAny(type.variants);
  if (variant === undefined) return "_";
  const head = `${type.text}::${variant.name}`;
  if (variant.payload === undefined) return head;
  return `${head}(${variant.payload.map(inner).join(", ")})`;
}

/** Patterns that together match everything, without one that is only a name. */
function complete(m: Maker, type: GenType): readonly string[] | undefined {
  switch (type.kind) {
    case "bool":
      return ["true", "false"];
    case "int": {
      if (type.signed || type.name.endsWith("?") || type.bits === 64) return undefined;
      const [cut, max] = [BigInt(1 + m.choices.below(9)), (1n << BigInt(type.bits)) - 1n];
      return [`0${type.name}..${cut}${type.name}`, `${cut}..=${max}`];
    }
    case "enum":
      return type.variants.map(({ name: variant, payload }) => {
        const parts = payload === undefined ? "" : `(${payload.map(() => "_").join(", ")})`;
        return `${type.text}::${variant}${parts}`;
      });
    default:
      return undefined;
  }
}

/** A match with a value, without parentheses. */
export function matchExpr(m: Maker, type: GenType, depth: number, demand: Demand): string {
  return matching(m, depth, (first) => {
    const adapts = type.kind === "int" && (demand === "check" || !first);
    return m.conditionally(() => armBody(m, type, depth, adapts ? "check" : "exact"));
  });
}

/** A match whose arms are made by `body`, which is told whether the arm is the first. */
export function matching(m: Maker, depth: number, body: (first: boolean) => string): string {
  m.mark("match");
  const type = scrutineeType(m);
  const scrutinee = m.inHeader(() => expr(m, type, depth));
  let first = true;
  const arm = (make: () => string): string =>
    m.scoped(() => {
      const text = `${make()} => ${body(first)}`;
      first = false;
      return text;
    });
  const tested = m.choices.several(0, 3, () => {
    return arm(() => pattern(m, type, { tests: true, depth: 2 }));
  });
  const rest = m.choices.chance(40) ? complete(m, type) : undefined;
  if (rest !== undefined) m.mark("match without a last name");
  const last = rest?.map((text) => arm(() => text)) ?? [arm(() => name(m, type))];
  return `match ${scrutinee} { ${[...tested, ...last].join(", ")} }`;
}

function scrutineeType(m: Maker): GenType {
  const choice = m.choices.chance(15) ? m.choices.pickAny(m.enums) : undefined;
  if (choice !== undefined) return choice;
  const fitting = m.visible().map(({ type }) => type).filter((type) =>
    type.kind !== "array" && type.kind !== "bool" && !isComputed(type)
  );
  const type = m.choices.chance(60) ? m.choices.pickAny(fitting) : undefined;
  if (type !== undefined) return type;
  const made = m.type(2);
  return made.kind === "array" ? made.element.kind === "array" ? m.intType() : made.element : made;
}
