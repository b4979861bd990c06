/** Statements and blocks. */
import { anyExpr, call, type Demand, expr } from "./expressions.ts";
import { amount, index, untyped, untypedLiteral } from "./integers.ts";
import { join, joinHeader } from "./joins.ts";
import type { Maker } from "./maker.ts";
import { matching, pattern } from "./matches.ts";
import { BOOL, fixed, type GenType, hasEnum, int, isComputed, nameable, tuple } from "./types.ts";

/** Statements and a value of the type, without braces. */
export function block(m: Maker, type: GenType, depth: number, demand: Demand): string {
  return m.scoped(() => {
    const statements = m.choices.chance(35) ? m.inOperand(() => several(m, depth, 2)) : "";
    const value = expr(m, type, depth, demand);
    return `${statements}${value}${m.choices.chance(10) ? ";" : ""}`;
  });
}

/** Body of an arm: an expression or a block. */
export function armBody(m: Maker, type: GenType, depth: number, demand: Demand): string {
  return m.choices.chance(30)
    ? `{ ${block(m, type, depth, demand)} }`
    : expr(m, type, depth, demand);
}

/** Up to `max` statements, in the current scope. */
export function several(m: Maker, depth: number, max: number): string {
  return m.choices.several(0, max, () => `${statement(m, depth)}\n`).join("");
}

/** One statement. */
export function statement(m: Maker, depth: number): string {
  if (depth <= 0 || !m.spend(2)) return assign(m, 0) ?? letValue(m, 0);
  switch (m.choices.below(16)) {
    case 0:
    case 1:
    case 2:
    case 3:
      return assign(m, depth - 1) ?? letValue(m, depth - 1);
    case 4:
    case 5:
      return letValue(m, depth - 1);
    case 6:
      return letPattern(m, depth - 1);
    case 7:
    case 8:
    case 13:
    case 14:
      return branch(m, depth - 1);
    case 9:
      return loop(m, depth - 1);
    case 10:
      return joinLoop(m, depth - 1);
    case 11:
      return letJoin(m, depth - 1);
    case 12:
      return letUntyped(m, depth - 1);
    default:
      return value(m, depth - 1);
  }
}

/** Statements of a body that is executed conditionally or repeatedly, in a scope of their own. */
function body(m: Maker, depth: number): string {
  return m.scoped(() => {
    const first = statement(m, depth);
    return `${first}\n${several(m, depth, 1)}`;
  });
}

/** A name for a new variable: sometimes that of another. */
function variableName(m: Maker): string {
  const shadowed = m.choices.chance(20)
    ? m.choices.pickAny(m.visible().filter(({ name }) => /^[vk]\d/.test(name)))
    : undefined;
  if (shadowed === undefined) return m.fresh("v");
  m.mark("shadowing");
  return shadowed.name;
}

function letValue(m: Maker, depth: number): string {
  const type = m.familiarType();
  const annotated = m.choices.chance(50);
  const text = expr(m, type, depth, annotated ? "check" : "exact");
  const name = variableName(m);
  const mutable = m.choices.chance(45);
  m.declare({ name, type, mutable });
  return `let ${mutable ? "mut " : ""}${name}${annotated ? `: ${type.text}` : ""} = ${text};`;
}

function letUntyped(m: Maker, depth: number): string {
  const name = m.fresh("u");
  const kind = m.choices.below(6);
  if (kind === 0) {
    m.mark("literal default of let mut");
    const text = untyped(m, depth);
    m.declare({ name, type: int("i32"), mutable: true });
    return `let mut ${name} = ${text};`;
  }
  m.mark(kind <= 2 ? "untyped variable" : "untyped aggregate variable");
  // A literal alone may exceed its type, and is cut.
  const large = m.choices.chance(10) ? m.choices.pick(["300", "5000000000"]) : undefined;
  const [type, text] = kind === 1
    ? [int("U?"), large ?? untyped(m, depth)]
    : kind === 2
    ? [int("S?"), `-${1 + m.choices.below(200)}`]
    : kind === 3
    ? [fixed(int("U?"), 2), `[${untypedLiteral(m)}, ${untyped(m, depth)}]`]
    : kind === 4
    ? [tuple([int("U?"), BOOL]), `(${untyped(m, depth)}, ${expr(m, BOOL, depth)})`]
    : [tuple([fixed(int("S?"), 1), int("U?")]), `([-${1 + m.choices.below(200)}], ${large ?? 7})`];
  m.declare({ name, type, mutable: false });
  return `let ${name} = ${text};${m.choices.chance(60) ? adapted(m, name, type) : ""}`;
}

/** A mutable variable that gives the literals of another their types. */
function adapted(m: Maker, name: string, type: GenType): string {
  const settle = (from: GenType): GenType => {
    if (from.kind === "array") return fixed(settle(from.element), from.length);
    if (from.kind === "tuple") return tuple(from.elements.map(settle));
    if (from.kind !== "int" || !from.name.endsWith("?")) return from;
    return from.signed ? int(m.choices.pick(["i8", "i16", "i32", "i64"])) : m.intType();
  };
  const settled = settle(type);
  const variable = m.fresh("v");
  m.declare({ name: variable, type: settled, mutable: true });
  return ` let mut ${variable}: ${settled.text} = ${name};`;
}

function letPattern(m: Maker, depth: number): string {
  const fitting = m.visible().map(({ type }) => type).filter((type) =>
    (type.kind === "tuple" || type.kind === "struct") && nameable(type) && !isComputed(type)
  );
  const type = m.choices.pickAny(fitting) ?? tuple([m.scalar(), m.type(1)]);
  const text = expr(m, type, depth);
  m.mark("let pattern");
  const tests = m.choices.chance(40) && !hasEnum(type);
  if (tests) m.mark("let pattern that tests");
  return `let ${pattern(m, type, { tests, depth: 2 })} = ${text};`;
}

function letJoin(m: Maker, depth: number): string {
  const { text, type } = join(m, depth);
  const name = m.fresh("j");
  const annotated = m.choices.chance(40) ? `: ${type.text}` : "";
  m.declare({ name, type, mutable: m.choices.chance(20) });
  const last = m.variables[m.variables.length - 1];
  return `let ${last?.mutable ? "mut " : ""}${name}${annotated} = ${text};`;
}

interface Place {
  readonly text: string;
  readonly type: GenType;
}

/** Walks from a mutable variable to a part of it. */
function place(m: Maker, depth: number): Place | undefined {
  const root = m.choices.pickAny(m.visible().filter(({ mutable }) => mutable));
  if (root === undefined) return undefined;
  let [text, type, steps] = [root.name, root.type, 0];
  while (steps < 4 && m.choices.chance(85)) {
    if (type.kind === "array" && type.length > 0) {
      const at = index(m, type.length, depth);
      if (!/^\d+$/.test(at)) m.mark("place with a variable index");
      [text, type] = [`${text}[${at}]`, type.element];
    } else if (type.kind === "tuple" && type.elements.length > 0) {
      const at = m.choices.below(type.elements.length);
      [text, type] = [`${text}.${at}`, type.elements[at] ?? type];
    } else if (type.kind === "struct") {
      const field = m.choices.pickAny(type.fields);
      if (field === undefined) break;
      [text, type] = [`${text}.${field.name}`, field.type];
    } else break;
    steps++;
  }
  if (steps > 0) m.mark("place");
  if (steps > 1) m.mark("place of two steps or more");
  return { text, type };
}

function assign(m: Maker, depth: number): string | undefined {
  const target = place(m, depth);
  if (target === undefined) return undefined;
  const { text, type } = target;
  if (m.conditional) m.mark("assignment in a branch");
  if (m.operand) m.mark("assignment in an operand");
  const compound = m.choices.chance(50);
  if (compound && type.kind === "bool") {
    m.mark("compound assignment");
    return `${text} ${m.choices.pick(["^=", "&=", "|="])} ${expr(m, BOOL, depth)};`;
  }
  if (!compound || type.kind !== "int") return `${text} = ${expr(m, type, depth, "check")};`;
  m.mark("compound assignment");
  if (m.choices.chance(20)) {
    m.mark("shift");
    return `${text} ${m.choices.pick(["<<=", ">>="])} ${amount(m, depth)};`;
  }
  const harmless = m.choices.chance(35);
  const operator = harmless
    ? m.choices.pick(["^=", "|=", "&="])
    : m.choices.pick(["+=", "-=", "*=", "/=", "%="]);
  m.mark(harmless ? "bitwise" : "arithmetic");
  const right = m.choices.chance(30) ? untyped(m, depth) : expr(m, type, depth, "check");
  return `${text} ${operator} ${right};`;
}

function branch(m: Maker, depth: number): string {
  // The last of the statements could have a value, so a unit follows.
  const unit = (): string => `{ ${m.conditionally(() => body(m, depth))} {} }`;
  if (m.choices.chance(30)) return matching(m, depth, unit);
  m.mark("if");
  const condition = m.inHeader(() => expr(m, BOOL, depth));
  const then = `if ${condition} ${unit()}`;
  return m.choices.chance(60) ? then : `${then} else ${unit()}`;
}

function loop(m: Maker, depth: number): string {
  const known = m.choices.pickAny(m.visible().filter(({ type }) => type.kind === "array"));
  if (known !== undefined && known.type.kind === "array" && m.choices.chance(60)) {
    m.mark("for over an array");
    const { element, length } = known.type;
    return repeatedBody(m, { header: known.name, row: element, times: length }, depth);
  }
  m.mark("for over a range");
  const [from, times] = [m.choices.below(3), 1 + m.choices.below(3)];
  const type = m.choices.chance(50) ? int("U?") : m.intType();
  const suffix = type.name === "U?" || type.signed ? "" : type.name;
  const row = type.signed ? int("U?") : type;
  const header = `${from}${suffix}..${from + times}${suffix}`;
  return repeatedBody(m, { header, row, times }, depth);
}

function joinLoop(m: Maker, depth: number): string {
  const { text, row, times } = joinHeader(m, depth);
  return repeatedBody(m, { header: text, row, times }, depth);
}

interface Loop {
  readonly header: string;
  readonly row: GenType;
  readonly times: number;
}

function repeatedBody(m: Maker, { header, row, times }: Loop, depth: number): string {
  return m.repeated(times, () => {
    const bound = pattern(m, row, { tests: false, depth: 2 });
    return `for ${bound} in ${header} { ${body(m, depth)}}`;
  });
}

/** An expression whose value is dropped. */
function value(m: Maker, depth: number): string {
  const type = m.choices.pickAny(m.functions)?.result ?? m.type(1);
  return `${call(m, type, depth) ?? anyExpr(m, m.scalar(), depth, "exact")};`;
}
