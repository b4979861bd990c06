/**
 * Expressions of a demanded type. All are in parentheses where they consist of several tokens, so that
 * they can stand anywhere; a match and an if too.
 */
import {
  cast,
  castVariable,
  comparison,
  element,
  integer,
  literal,
  untyped,
  untypedSigned,
} from "./integers.ts";
import { joinExpr } from "./joins.ts";
import type { Maker } from "./maker.ts";
import { matchExpr } from "./matches.ts";
import { block } from "./statements.ts";
import {
  type ArrayType,
  BOOL,
  type EnumType,
  type GenType,
  type StructType,
  tuple,
  type TupleType,
} from "./types.ts";

/**
 * How exactly an expression must be typed: `exact` has the type by itself, `check` may also be made of
 * literals that take it where the type is demanded, as behind `let x: T =`.
 */
export type Demand = "exact" | "check";

/** An expression of the type. */
export function expr(m: Maker, type: GenType, depth: number, demand: Demand = "exact"): string {
  const known = m.choices.chance(35)
    ? m.choices.pickAny(m.paths(type, demand === "check"))
    : undefined;
  if (known !== undefined) return known;
  if (depth <= 0 || !m.spend()) return leaf(m, type, demand);
  switch (type.kind) {
    case "bool":
      return truth(m, depth - 1);
    case "int":
      if (type.name.endsWith("?")) return leaf(m, type, demand, depth - 1);
      return m.choices.chance(12) ? leaf(m, type, demand) : integer(m, type, depth - 1, demand);
    default:
      return m.choices.chance(55)
        ? aggregate(m, type, depth - 1, demand)
        : anyExpr(m, type, depth - 1, demand);
  }
}

/** The simplest expressions. */
function leaf(m: Maker, type: GenType, demand: Demand, depth = 0): string {
  const known = m.choices.chance(85)
    ? m.choices.pickAny(m.paths(type, demand === "check"))
    : undefined;
  if (known !== undefined) return known;
  switch (type.kind) {
    case "bool":
      return m.choices.pick(["false", "true"]);
    case "int":
      if (type.name === "U?") return untyped(m, depth);
      if (type.name === "S?") return untypedSigned(m, depth);
      return (m.choices.chance(40) ? castVariable(m, type) : undefined) ?? literal(m, type, demand);
    default:
      return aggregate(m, type, 0, demand);
  }
}

/** Truth values beside leaves. */
function truth(m: Maker, depth: number): string {
  switch (m.choices.below(9)) {
    case 0:
    case 1:
    case 2:
      return comparison(m, depth);
    case 3:
    case 4:
      m.mark("&& or ||");
      return `(${expr(m, BOOL, depth)} ${m.choices.pick(["&&", "||"])} ${expr(m, BOOL, depth)})`;
    case 5: {
      m.mark("comparison of aggregates");
      const type = m.familiarType();
      const [left, right] = [expr(m, type, depth), expr(m, type, depth)];
      return `(${left} ${m.choices.pick(["==", "!="])} ${right})`;
    }
    case 6:
      m.mark("bitwise");
      return m.choices.chance(40)
        ? `(!${expr(m, BOOL, depth)})`
        : `(${expr(m, BOOL, depth)} ${m.choices.pick(["^", "&", "|"])} ${expr(m, BOOL, depth)})`;
    case 7:
      return cast(m, BOOL, depth);
    default:
      return anyExpr(m, BOOL, depth, "exact");
  }
}

/** Literals of aggregates. */
function aggregate(m: Maker, type: GenType, depth: number, demand: Demand): string {
  switch (type.kind) {
    case "array":
      return arrayExpr(m, type, depth, demand);
    case "tuple":
      return tupleExpr(m, type, depth, demand);
    case "struct":
      return structExpr(m, type, depth);
    case "enum":
      return enumExpr(m, type, depth);
    default:
      return leaf(m, type, demand);
  }
}

function arrayExpr(m: Maker, type: ArrayType, depth: number, demand: Demand): string {
  const { element: item, length, flavour } = type;
  if (flavour === "computed") {
    // Nothing but variables and joins has such a type.
    const known = m.choices.pickAny(m.paths(type));
    if (known === undefined) throw new RangeError(`Cannot make a value of ${type.text}`);
    return known;
  }
  const ranged = item.kind === "int" && flavour === "fixed" && length > 0;
  if (ranged && m.choices.chance(15) && (demand === "check" || !item.signed)) {
    m.mark("range");
    const from = m.choices.below(20);
    const suffix = demand === "check" || item.name.endsWith("?") ? "" : item.name;
    if (suffix !== "" || !item.signed) return `(${from}${suffix}..${from + length}${suffix})`;
  }
  if (flavour === "named" || length === 0 || m.choices.chance(20)) {
    m.mark("repeat literal");
    return `[${expr(m, item, depth, demand)}; ${type.size}]`;
  }
  m.mark("array literal");
  const adaptable = item.kind === "int" ? "check" : "exact";
  const items = Array.from({ length }, (_, i) => {
    const exact = i === 0 && demand === "exact";
    return expr(m, item, depth, exact ? "exact" : adaptable);
  });
  return `[${items.join(", ")}]`;
}

function tupleExpr(m: Maker, type: TupleType, depth: number, demand: Demand): string {
  m.mark(type.elements.length === 1 ? "one-tuple" : "tuple");
  const elements = type.elements.map((item) => expr(m, item, depth, demand));
  return `(${elements.join(", ")}${elements.length === 1 ? "," : ""})`;
}

function structExpr(m: Maker, type: StructType, depth: number): string {
  if (m.header) {
    // Struct literals cannot stand in headers.
    const known = m.choices.pickAny(m.paths(type));
    if (known !== undefined) return known;
    const made = call(m, type, depth);
    if (made === undefined) throw new RangeError(`Cannot make a value of ${type.text}`);
    return made;
  }
  m.mark("struct literal");
  const fields = type.fields.map((field) => {
    return `${field.name}: ${expr(m, field.type, depth, "check")}`;
  });
  if (m.choices.chance(50)) fields.reverse();
  return `${type.text} { ${fields.join(", ")} }`;
}

function enumExpr(m: Maker, type: EnumType, depth: number): string {
  m.mark("enum literal");
  const variant = m.choices.pickAny(type.variants);
  if (variant === undefined) throw new RangeError("Cannot make an enum without variants");
  const head = `${type.text}::${variant.name}`;
  if (variant.payload === undefined) return head;
  return `${head}(${variant.payload.map((part) => expr(m, part, depth, "check")).join(", ")})`;
}

/** Expressions that exist for every type. */
export function anyExpr(m: Maker, type: GenType, depth: number, demand: Demand): string {
  switch (m.choices.below(9)) {
    case 0:
    case 1:
      return `(${ifExpr(m, type, depth, demand)})`;
    case 2:
      return `(${matchExpr(m, type, depth, demand)})`;
    case 3:
    case 4:
      return call(m, type, depth) ?? `(${matchExpr(m, type, depth, demand)})`;
    case 5:
      m.mark("block expression");
      return `({ ${block(m, type, depth, demand)} })`;
    case 6: {
      m.mark("tuple");
      const others = tuple(m.choices.below(2) === 0 ? [type, m.scalar()] : [m.scalar(), type]);
      const at = others.elements[0] === type ? 0 : 1;
      return `${tupleExpr(m, others, depth, "exact")}.${at}`;
    }
    case 7:
      return joinExpr(m, type, depth) ?? element(m, type, depth);
    default:
      return element(m, type, depth);
  }
}

/** An if with a value, without parentheses. */
function ifExpr(m: Maker, type: GenType, depth: number, demand: Demand): string {
  m.mark("if");
  const condition = m.inHeader(() => expr(m, BOOL, depth));
  // Literals of the second branch adapt to the first.
  const second = type.kind === "int" && demand === "exact" ? "check" : demand;
  const inner = type.kind === "int" ? demand : "exact";
  const branch = (wanted: Demand): string => {
    return m.conditionally(() => `{ ${block(m, type, depth, wanted)} }`);
  };
  const then = branch(inner);
  const otherwise = type.kind === "int" ? second : "exact";
  if (m.choices.chance(25)) {
    m.mark("else if");
    return `if ${condition} ${then} else ${ifExpr(m, type, depth - 1, otherwise)}`;
  }
  return `if ${condition} ${then} else ${branch(otherwise)}`;
}

/** A call of a function with this result. */
export function call(m: Maker, type: GenType, depth: number): string | undefined {
  const fitting = m.functions.filter(({ result }) => result.text === type.text);
  const found = m.choices.pickAny(fitting);
  if (found === undefined) return undefined;
  // Structs have no other expressions in headers.
  if (!m.spend(found.cost) && !(m.header && type.kind === "struct")) return undefined;
  m.mark("function call");
  m.called.add(found.name);
  return `${found.name}(${found.params.map((p) => expr(m, p, depth, "check")).join(", ")})`;
}
