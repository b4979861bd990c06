/** Integer expressions. All are in parentheses where they consist of several tokens. */
import { anyExpr, type Demand, expr } from "./expressions.ts";
import type { Maker } from "./maker.ts";
import { array, BOOL, fixed, type GenType, int, type IntType, isComputed } from "./types.ts";
import { number } from "./values.ts";

/** A literal; in parentheses if it is negative. */
export function literal(m: Maker, type: IntType, demand: Demand): string {
  noteInt(m, type);
  const value = number(m.choices, type);
  // Small numbers fit every type that a literal may still become.
  const plain = type.name.endsWith("?") || (demand === "check" && m.choices.below(2) === 0);
  if (plain) m.mark("untyped literal");
  const text = `${value}${plain ? "" : type.name}`;
  return value < 0n ? `(${text})` : text;
}

function noteInt(m: Maker, type: IntType): void {
  if (type.name.endsWith("?")) return;
  if (type.name === "usize") m.mark("usize");
  else if (type.bits === 8) m.mark("8-bit integers");
  else if (type.bits === 16) m.mark("16-bit integers");
  else if (type.bits === 32) m.mark("32-bit integers");
  else m.mark("64-bit integers");
  if (type.signed) m.mark("signed integers");
}

/** A small literal without a type: it fits all types. */
export function untypedLiteral(m: Maker): string {
  m.mark("untyped literal");
  return String(m.choices.below(m.choices.chance(20) ? 128 : 8));
}

/** An expression of the type of unsigned literals. */
export function untyped(m: Maker, depth: number): string {
  const known = m.choices.chance(50) ? m.choices.pickAny(m.paths(int("U?"))) : undefined;
  if (known !== undefined) return known;
  if (depth <= 0 || !m.spend() || m.choices.below(4) > 0) return untypedLiteral(m);
  m.mark("arithmetic");
  if (m.choices.chance(20)) {
    const condition = m.inHeader(() => expr(m, BOOL, depth - 1));
    return `(if ${condition} { ${untyped(m, depth - 1)} } else { ${untyped(m, depth - 1)} })`;
  }
  const operator = m.choices.pick(["+", "*", "&", "|", "^", "%", "/", "-", "+"]);
  return `(${untyped(m, depth - 1)} ${operator} ${untyped(m, depth - 1)})`;
}

/** An expression of the type of signed literals. */
export function untypedSigned(m: Maker, depth: number): string {
  const known = m.choices.chance(50) ? m.choices.pickAny(m.paths(int("S?"))) : undefined;
  if (known !== undefined) return known;
  m.mark("untyped literal");
  const leaf = `(-${1 + m.choices.below(100)})`;
  if (depth <= 0 || !m.spend() || m.choices.below(3) > 0) return leaf;
  const operator = m.choices.pick(["+", "-", "&", "|", "^"]);
  return `(${leaf} ${operator} ${untyped(m, depth - 1)})`;
}

/** A second operand for a first of this type: exact, or of a literal type that adapts. */
function partner(m: Maker, type: IntType, depth: number): string {
  if (type.name.endsWith("?")) return untyped(m, depth);
  if (type.signed && m.choices.chance(12)) return untypedSigned(m, depth);
  return m.choices.chance(25) ? untyped(m, depth) : expr(m, type, depth);
}

/** Both operands, of which one is exact. */
function operands(m: Maker, type: IntType, depth: number): readonly [string, string] {
  const exact = expr(m, type, depth);
  const other = partner(m, type, depth);
  return m.choices.chance(20) ? [other, exact] : [exact, other];
}

/** A shift amount: mostly small. */
export function amount(m: Maker, depth: number): string {
  if (m.choices.below(3) > 0) return `${m.choices.below(9)}${m.choices.pick(["", "u8"])}`;
  m.mark("shift by a variable");
  const by = expr(m, int("u8"), depth);
  return m.choices.chance(60) ? `(${by} % 8u8)` : by;
}

/** An index for an array of this length: mostly within bounds. */
export function index(m: Maker, length: number, depth: number): string {
  const usize = int("usize");
  const bound = Math.max(1, length);
  switch (m.choices.below(6)) {
    case 2:
      m.mark("index by a variable");
      return `(${expr(m, usize, depth)} % ${bound}usize)`;
    case 3: {
      m.mark("index by a variable");
      return `((${expr(m, int("u8"), depth)} % ${bound}u8) as usize)`;
    }
    case 4:
    case 5:
      m.mark("index by a variable");
      return m.choices.chance(50) ? untyped(m, depth) : expr(m, usize, depth, "check");
    default:
      return String(m.choices.chance(8) ? length : m.choices.below(bound));
  }
}

/** `x + y` and the like, weighted so that not every program panics. */
function arithmetic(m: Maker, type: IntType, depth: number): string {
  m.mark("arithmetic");
  switch (m.choices.below(10)) {
    case 4:
      return `(${expr(m, type, depth)} ${m.choices.pick(["%", "/"])} ${expr(m, type, depth)})`;
    case 0:
    case 1:
      return `(${expr(m, type, depth)} ${m.choices.pick(["%", "/"])} ${2 + m.choices.below(9)})`;
    case 2:
      return `((${expr(m, type, depth)} % 9) ${m.choices.pick(["+", "*"])} ` +
        `(${expr(m, type, depth)} % 7))`;
    case 3: {
      m.mark("multiplication by a literal");
      const [value, times] = [expr(m, type, depth), m.choices.below(9)];
      const factor = type.signed && m.choices.chance(40) ? `(-${times})` : String(times);
      return m.choices.chance(30) ? `(${factor} * ${value})` : `(${value} * ${factor})`;
    }
    default: {
      const [left, right] = operands(m, type, depth);
      return `(${left} ${m.choices.pick(["+", "-", "*", "/", "%"])} ${right})`;
    }
  }
}

/** `a[i]` of a variable or of a literal. */
export function element(m: Maker, type: GenType, depth: number): string {
  if (isComputed(type)) return expr(m, type, 0);
  const arrays = m.visible().filter(({ type: own }) =>
    own.kind === "array" && own.element.text === type.text
  );
  const found = m.choices.pickAny(arrays);
  if (found !== undefined && found.type.kind === "array") {
    return `${found.name}[${index(m, found.type.length, depth)}]`;
  }
  const size = m.choices.chance(30) ? m.choices.pickAny(m.sizes) : undefined;
  const list = size === undefined
    ? fixed(type, 1 + m.choices.below(4))
    : array(type, { length: size.length, flavour: "named", size: size.name });
  return `${expr(m, list, depth)}[${index(m, list.length, depth)}]`;
}

/** An integer expression that is more than a leaf. */
export function integer(m: Maker, type: IntType, depth: number, demand: Demand): string {
  noteInt(m, type);
  switch (m.choices.below(12)) {
    case 0:
    case 1:
    case 2:
    case 10:
      return arithmetic(m, type, depth);
    case 3: {
      m.mark("bitwise");
      const [left, right] = operands(m, type, depth);
      return `(${left} ${m.choices.pick(["&", "|", "^"])} ${right})`;
    }
    case 4:
      m.mark("shift");
      return `(${expr(m, type, depth, demand)} ${m.choices.pick(["<<", ">>"])} ${
        amount(m, depth)
      })`;
    case 5:
      if (type.signed && m.choices.chance(70)) {
        m.mark("negation");
        return `(- ${expr(m, type, depth)})`;
      }
      m.mark("complement");
      return `(!${expr(m, type, depth, demand)})`;
    case 6:
    case 7:
      return cast(m, type, depth);
    case 8:
      return element(m, type, depth);
    case 9:
      if (demand === "check") return type.signed ? untypedSigned(m, depth) : untyped(m, depth);
      return `(${expr(m, type, depth)} >> ${amount(m, depth)})`;
    default:
      return anyExpr(m, type, depth, demand);
  }
}

/** `e as T`. */
export function cast(m: Maker, type: GenType, depth: number): string {
  m.mark(type.kind === "bool" ? "cast to bool" : "cast");
  const from = m.choices.below(8);
  if (from === 7) return `(${untyped(m, depth)} as ${type.text})`;
  if (from === 6) return `(${untypedSigned(m, depth)} as ${type.text})`;
  return `(${expr(m, m.scalar(), depth)} as ${type.text})`;
}

/** Any scalar variable as a value of another type. */
export function castVariable(m: Maker, type: GenType): string | undefined {
  const scalars = m.visible().filter(({ name, type: own }) =>
    /^[apsv]/.test(name) && (own.kind === "int" || own.kind === "bool")
  );
  const found = m.choices.pickAny(scalars);
  if (found === undefined) return undefined;
  m.mark("cast");
  return `(${found.name} as ${type.text})`;
}

/** `x < y` and the like. */
export function comparison(m: Maker, depth: number): string {
  m.mark("comparison");
  const operator = m.choices.pick(["<", ">", "<=", ">=", "==", "!="]);
  if (m.choices.chance(8)) return `(${untyped(m, depth)} ${operator} ${untyped(m, depth)})`;
  const [left, right] = operands(m, m.intType(), depth);
  return `(${left} ${operator} ${right})`;
}
