/** Items beside functions: constants, structs and enums. */
import type { Value } from "../../reference/interpret_values.ts";
import type { Maker } from "./maker.ts";
import { fixed, type GenType, int, type IntType } from "./types.ts";
import { type GenValue, number, value } from "./values.ts";

/** Declarations and what the parties supply for them. */
export interface Declarations {
  readonly text: string;
  /** Texts by `PARTY::NAME`. */
  readonly constants: Map<string, string>;
  /** The same values. */
  readonly externals: Map<string, Value>;
}

interface Supply {
  readonly declarations: Declarations;
  readonly m: Maker;
}

function supply({ declarations, m }: Supply, supplied: GenValue): string {
  m.mark("constant of a party");
  const key = `PARTY_${m.choices.below(2)}::${m.fresh("X")}`;
  declarations.constants.set(key, supplied.text);
  declarations.externals.set(key, supplied.value);
  return key;
}

/** A constant that array sizes can name. */
function sizeConstant(to: Supply): string {
  const { m } = to;
  const name = m.fresh("N");
  const before = m.choices.pickAny(m.sizes);
  let [length, text] = [2, "2usize"];
  switch (m.choices.below(5)) {
    case 0:
      length = 1 + m.choices.below(4);
      text = `${length}usize`;
      break;
    case 1:
    case 2:
      length = 1 + m.choices.below(4);
      text = supply(to, { text: String(length), value: BigInt(length) });
      break;
    case 3:
      if (before !== undefined) [length, text] = [before.length + 1, `${before.name} + 1usize`];
      break;
    default:
      if (before === undefined) break;
      m.mark("max or min");
      [length, text] = m.choices.below(2) === 0
        ? [Math.max(before.length, 2), `max(${before.name}, 2usize)`]
        : [Math.min(before.length, 3), `min(3usize, ${before.name})`];
  }
  m.sizes.push({ name, length });
  m.declare({ name, type: int("usize"), mutable: false });
  return `const ${name}: usize = ${text};`;
}

function literal(m: Maker, type: IntType): string {
  return `${number(m.choices, type)}${type.name}`;
}

/** Right side of a constant that is a number. Sums wrap. */
function constantText(to: Supply, type: IntType): string {
  const { m } = to;
  const known = m.variables.filter((variable) => variable.type.text === type.text);
  const operand = (): string => {
    return (m.choices.chance(50) ? m.choices.pickAny(known)?.name : undefined) ?? literal(m, type);
  };
  switch (m.choices.below(6)) {
    case 1:
    case 2:
      return supply(to, value(m.choices, type));
    case 3:
      return `${operand()} ${m.choices.pick(["+", "-"])} (${operand()} - ${operand()})`;
    case 4:
      m.mark("max or min");
      return `${m.choices.pick(["max", "min"])}(${operand()}, ${operand()}, ${operand()})`;
    default:
      return operand();
  }
}

function constant(to: Supply): string {
  const { m } = to;
  const name = m.fresh("k");
  m.mark("constant");
  let type: GenType = m.scalar();
  let text = "true";
  if (m.choices.chance(25)) {
    type = fixed(m.scalar(), 1 + m.choices.below(3));
    m.mark("array constant of a party");
    text = supply(to, value(m.choices, type));
  } else if (type.kind === "int") text = constantText(to, type);
  m.declare({ name, type, mutable: false });
  return `const ${name}: ${type.text} = ${text};`;
}

function struct(m: Maker): string {
  const text = m.fresh("S");
  const fields = m.choices.several(1, 4, () => ({ name: m.fresh("f"), type: m.type(2) }));
  const shown = fields.map(({ name, type }) => `${name}: ${type.text}`);
  if (m.choices.below(2) === 0) shown.reverse();
  fields.sort((a, b) => a.name < b.name ? -1 : 1);
  m.structs.push({ kind: "struct", text, fields });
  return `struct ${text} { ${shown.join(", ")} }`;
}

function enumeration(m: Maker): string {
  const text = m.fresh("E");
  const variants = m.choices.several(1, 4, (i) => {
    const unit = m.choices.chance(35);
    const payload = unit
      ? undefined
      : m.choices.several(m.choices.chance(10) ? 0 : 1, 2, () => m.type(1));
    return { name: `V${i}`, payload };
  });
  m.enums.push({ kind: "enum", text, variants });
  const shown = variants.map(({ name, payload }) => {
    return payload === undefined ? name : `${name}(${payload.map((p) => p.text).join(", ")})`;
  });
  return `enum ${text} { ${shown.join(", ")} }`;
}

/** Makes all declarations; constants are in scope afterwards. */
export function declare(m: Maker): Declarations {
  const constants = new Map<string, string>();
  const externals = new Map<string, Value>();
  const to: Supply = { m, declarations: { text: "", constants, externals } };
  const lines = [
    ...m.choices.several(0, 2, () => sizeConstant(to)),
    ...m.choices.several(0, 3, () => constant(to)),
  ];
  for (let i = m.choices.below(6); i > 0; i--) {
    lines.push(m.choices.below(2) === 0 ? struct(m) : enumeration(m));
  }
  return { text: lines.join("\n"), constants, externals };
}
