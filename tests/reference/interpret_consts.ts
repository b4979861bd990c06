/** Constants and array sizes, evaluated from the typed tree. */
import type { ConstExpr, TypedConstant } from "../../lib/garble/typed.ts";
import type { ArrayType, SizeExpr } from "../../lib/garble/types.ts";
import { intOf, type Value, wrap } from "./interpret_values.ts";

/** Values by `PARTY::NAME`. */
export type Externals = ReadonlyMap<string, Value>;

/** Values of all constants; a usize has up to 64 bits here. */
export class Constants {
  readonly #values = new Map<string, Value>();
  readonly #externals: Externals;

  constructor(constants: readonly TypedConstant[], externals: Externals) {
    this.#externals = externals;
    for (const { name, type, value } of constants) {
      const signed = type.kind === "int" && type.signed;
      const result = this.#evaluate(value, signed);
      const cuts = type.kind === "int" && type.name !== "usize";
      this.#values.set(name, cuts ? wrap(intOf(result), type) : result);
    }
  }

  /** The value of a constant as an expression. */
  read({ name, type }: TypedConstant): Value {
    const value = this.#lookUp(this.#values, name);
    return type.kind === "int" ? wrap(intOf(value), type) : value;
  }

  /** The number of elements of an array type. A join of nothing has no rows. */
  lengthOf(type: ArrayType): number {
    const { size } = type;
    if (size.kind === "fixed") return size.length;
    const expr: SizeExpr = size.kind === "named"
      ? { kind: "constant", name: size.name }
      : size.expr;
    return Number(intOf(this.#evaluate(expr, false)));
  }

  #lookUp(map: ReadonlyMap<string, Value>, name: string): Value {
    const value = map.get(name);
    if (value === undefined) throw new TypeError(`Cannot interpret: "${name}" has no value`);
    return value;
  }

  #evaluate(expr: ConstExpr | SizeExpr, signed: boolean): Value {
    const number = (part: ConstExpr | SizeExpr): bigint => intOf(this.#evaluate(part, signed));
    const cut = (value: bigint): bigint =>
      signed ? BigInt.asIntN(64, value) : BigInt.asUintN(64, value);
    switch (expr.kind) {
      case "bool":
      case "number":
        return expr.value;
      case "constant":
        return this.#lookUp(this.#values, expr.name);
      case "external":
        return this.#lookUp(this.#externals, `${expr.party}::${expr.name}`);
      case "add":
        return cut(number(expr.left) + number(expr.right));
      case "subtract":
        return isRows(expr) && number(expr.left) === 0n
          ? 0n
          : cut(number(expr.left) - number(expr.right));
      case "max":
      case "min": {
        const [first = expr.kind === "max" ? 0n : cut(-1n), ...rest] = expr.operands.map(number);
        return rest.reduce((a, b) => (a > b) === (expr.kind === "max") ? a : b, first);
      }
    }
  }
}

/** Whether an expression is the number of rows of a join: `A + B - 1usize` as a size. */
function isRows(expr: Extract<ConstExpr | SizeExpr, { right: unknown }>): boolean {
  const { left, right } = expr;
  return left.kind === "add" && right.kind === "number" && "suffix" in right &&
    right.suffix === "usize" && right.value === 1n;
}
