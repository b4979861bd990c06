/** Random programs that are well typed, as text, with inputs. */
import type { Value } from "../../reference/interpret_values.ts";
import { Choices } from "./choices.ts";
import type { Construct } from "./constructs.ts";
import { declare } from "./declarations.ts";
import { expr } from "./expressions.ts";
import { join } from "./joins.ts";
import { Maker } from "./maker.ts";
import { several } from "./statements.ts";
import { array, type ArrayType, fixed, type GenType, hasEnum, tuple } from "./types.ts";
import { type GenValue, value } from "./values.ts";

/** A generated program. */
export interface GenProgram {
  readonly text: string;
  /** Texts of the constants that parties supply, by `PARTY::NAME`. */
  readonly constants: ReadonlyMap<string, string>;
  /** The same values for the interpreter. */
  readonly externals: ReadonlyMap<string, Value>;
  /** Types of the parameters of `main`. */
  readonly params: readonly GenType[];
  /** The constructs in it. */
  readonly tags: ReadonlySet<Construct>;
}

/** The arguments of `main`, and the texts that the parties give for them. */
export interface GenInputs {
  readonly values: readonly Value[];
  readonly texts: readonly string[];
}

interface Param {
  readonly text: string;
  readonly type: GenType;
}

/** Declares a parameter. */
function param(m: Maker, type: GenType, name = m.fresh("a")): Param {
  const mutable = m.choices.chance(30);
  if (mutable) m.mark("mutable parameter");
  m.declare({ name, type, mutable });
  return { text: `${mutable ? "mut " : ""}${name}: ${type.text}`, type };
}

/** A function that later ones may call; `result` is any type unless given. */
function makeFunction(m: Maker, result: GenType): string {
  const before = m.cost;
  m.cost = 0;
  const name = m.fresh("g");
  const made = m.scoped(() => {
    const params = m.choices.several(1, 3, () => param(m, m.type(1)));
    const body = `${several(m, 2, 2)}${expr(m, result, 2, "check")}`;
    const header = `fn ${name}(${params.map(({ text }) => text).join(", ")}) -> ${result.text}`;
    return { params: params.map(({ type }) => type), text: `${header} {\n${body}\n}` };
  });
  m.functions.push({ name, params: made.params, result, cost: m.cost });
  m.cost = before;
  return made.text;
}

/** A size for a table: a number, a constant, or an expression. */
function tableType(m: Maker, row: GenType): ArrayType {
  const size = m.choices.pickAny(m.sizes);
  if (size !== undefined && m.choices.chance(35)) {
    m.mark("computed size");
    const plus = m.choices.below(2);
    const text = m.choices.pick([`${size.name} + ${plus}usize`, `max(${size.name}, 2)`]);
    const length = text.startsWith("max") ? Math.max(size.length, 2) : size.length + plus;
    return array(row, { length, flavour: "computed", size: text });
  }
  return m.choices.chance(30) ? m.arrayType(row) : fixed(row, 1 + m.choices.below(6));
}

/** Two tables that can be joined. */
function tables(m: Maker): Param[] {
  const key = m.choices.chance(70) ? m.scalar() : m.type(1);
  const plain = hasEnum(key) ? m.scalar() : key;
  const row = (): GenType => tuple([plain, ...m.choices.several(0, 2, () => m.scalar())]);
  return [param(m, tableType(m, row())), param(m, tableType(m, row()))];
}

function mainParams(m: Maker): Param[] {
  if (m.choices.chance(12)) {
    m.mark("array as parties");
    const type = m.arrayType(m.type(1));
    return [param(m, type.length > 0 ? type : fixed(m.scalar(), 2))];
  }
  const joined = m.choices.chance(50) ? tables(m) : [];
  const named = m.choices.chance(10) ? m.choices.pickAny(m.variables) : undefined;
  // A parameter may hide a constant.
  const hidden = named?.name.startsWith("k") ? named.name : undefined;
  const first = param(m, m.scalar(), hidden ?? m.fresh("a"));
  return [first, ...m.choices.several(1, 2, () => param(m, m.type(2))), ...joined];
}

function makeMain(m: Maker): Param & { readonly params: readonly Param[] } {
  m.cost = 0;
  const params = mainParams(m);
  const state = m.choices.several(1, 3, () => {
    const type = m.familiarType();
    const text = expr(m, type, 1, "check");
    const name = m.fresh("s");
    m.declare({ name, type, mutable: true });
    return { name, type, text: `let mut ${name}: ${type.text} = ${text};\n` };
  });
  const statements = several(m, 4, 6);
  const type = m.familiarType();
  const value = { text: expr(m, type, 3, "check"), type };
  // All rows of a join show their order.
  const shown = [value, ...m.choices.chance(30) ? [join(m, 1)] : []];
  const result = tuple([...shown, ...state].map((part) => part.type));
  const values = [...shown.map(({ text }) => text), ...state.map(({ name }) => name)];
  const text = `pub fn main(${params.map((p) => p.text).join(", ")}) -> ${result.text} {\n` +
    `${state.map((variable) => variable.text).join("")}${statements}(${values.join(", ")})\n}`;
  return { text, type: result, params };
}

/** The program that a list of choices stands for. */
export function program(list: readonly number[]): GenProgram {
  const m = new Maker(new Choices(list));
  const { text, constants, externals } = declare(m);
  // Each struct has a function that makes it, for places where a literal cannot stand.
  const [structs, enums] = [m.structs.splice(0), m.enums.splice(0)];
  const functions = structs.map((struct) => {
    const made = makeFunction(m, struct);
    m.structs.push(struct);
    return made;
  });
  m.enums.push(...enums);
  functions.push(...m.choices.several(0, 2, () => makeFunction(m, m.type(2))));
  const names = m.functions.map(({ name }) => name);
  const main = m.scoped(() => makeMain(m));
  const shown = functions.map((item, i) => m.called.has(names[i] ?? "") ? item : `pub ${item}`);
  return {
    text: [text, ...shown, main.text].join("\n"),
    constants,
    externals,
    params: main.params.map(({ type }) => type),
    tags: m.tags,
  };
}

/** Inputs that a list of choices stands for. */
export function inputs({ params }: GenProgram, list: readonly number[]): GenInputs {
  const choices = new Choices(list);
  const [only] = params;
  const values = params.map((type) => value(choices, type));
  if (params.length > 1 || only?.kind !== "array") return byParty(values, values);
  // Every element is a party's.
  const elements: readonly GenValue[] = only.flavour === "computed"
    ? values
    : Array.from({ length: only.length }, () => value(choices, only.element));
  const whole = { kind: "list", items: elements.map((element) => element.value) } as const;
  return { values: [whole], texts: elements.map(({ text }) => text) };
}

function byParty(values: readonly GenValue[], texts: readonly GenValue[]): GenInputs {
  return { values: values.map((v) => v.value), texts: texts.map((v) => v.text) };
}
