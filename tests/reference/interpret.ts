/**
 * A tree-walking interpreter of the typed tree: the second opinion on the lowering, with which it shares
 * the tree and nothing else. It works on exact numbers and stops at the first panic.
 */
import type { Position } from "../../lib/garble/source.ts";
import type {
  AssignStatement,
  ForJoinStatement,
  ForStatement,
  Local,
  PlaceStep,
  Statement,
  TypedPattern,
  TypedProgram,
} from "../../lib/garble/typed.ts";
import type { Expr, IndexExpr, JoinExpr } from "../../lib/garble/typed_expr.ts";
import type { Type } from "../../lib/garble/types.ts";
import { Constants, type Externals } from "./interpret_consts.ts";
import {
  type Candidate,
  hasDuplicates,
  joinCandidates,
  type JoinInput,
  joinOrder,
} from "./interpret_join.ts";
import {
  arithmetic,
  bitwise,
  cast,
  compare,
  complement,
  convert,
  negate,
  type Reason,
  type Result,
  scale,
  shift,
} from "./interpret_operators.ts";
import { bindAll, matches } from "./interpret_patterns.ts";
import {
  boolOf,
  fromBits,
  intOf,
  itemsOf,
  listOf,
  toBits,
  UNIT_VALUE,
  type Value,
  width,
  wrap,
} from "./interpret_values.ts";

/** Ends a run. */
class Panic extends Error {
  readonly reason: Reason;
  readonly position: Position;

  constructor(reason: Reason, position: Position) {
    super(reason);
    this.reason = reason;
    this.position = position;
  }
}

/** What a run came to. */
export interface Interpretation {
  /** The 161 bits of the panic record and then the result, a character each. */
  readonly bits: string;
  /** Why it panicked, if it did. */
  readonly panic: Reason | undefined;
  /** Whether the panic happened in code that is not always executed. */
  readonly inBranch: boolean;
  /** Whether a join met a key twice in one array. */
  readonly duplicateKeys: boolean;
}

/** What to run. */
export interface InterpretOptions {
  /** Name of the function. */
  readonly entry: string;
  /** Its arguments. */
  readonly inputs: readonly Value[];
  /** Values by `PARTY::NAME`. */
  readonly externals: Externals;
}

/** Runs a function of a program. */
export function interpret(program: TypedProgram, options: InterpretOptions): Interpretation {
  const entry = program.functions.get(options.entry);
  if (entry === undefined) throw new TypeError(`Cannot interpret: no function ${options.entry}`);
  const run = new Interpreter(new Constants(program.constants, options.externals));
  const bits = width(entry.result, run.lengthOf);
  entry.params.forEach((param, i) => run.bind(param, options.inputs[i] ?? UNIT_VALUE));
  const outcome = (text: string, panic?: Reason): Interpretation => {
    const inBranch = panic !== undefined && run.branches > 0;
    return { bits: text, panic, inBranch, duplicateKeys: run.duplicateKeys };
  };
  try {
    const result = toBits(entry.result, run.evaluate(entry.body), run.lengthOf);
    return outcome("0".repeat(161) + result);
  } catch (error) {
    if (!(error instanceof Panic)) throw error;
    return outcome(record(error) + "0".repeat(bits), error.reason);
  }
}

/** The record of a panic: a one, its reason and its extent. */
function record({ reason, position }: Panic): string {
  const code = { Overflow: 1, DivByZero: 2, OutOfBounds: 3 }[reason];
  const { startLine, startCol, endLine, endCol } = position;
  const fields = [code, startLine, startCol, endLine, endCol];
  return `1${fields.map((field) => field.toString(2).padStart(32, "0")).join("")}`;
}

/** A step into a place with the index known. */
type Step = { readonly at: number };

class Interpreter {
  /** Nesting of conditional code. Not unwound by a panic. */
  branches = 0;
  duplicateKeys = false;
  readonly #constants: Constants;
  readonly #slots = new Map<number, Value>();

  constructor(constants: Constants) {
    this.#constants = constants;
  }

  readonly lengthOf = (type: Type & { kind: "array" }): number => this.#constants.lengthOf(type);

  readonly bind = (local: Local, value: Value): void => {
    this.#slots.set(local.id, value);
  };

  #read(local: Local): Value {
    const value = this.#slots.get(local.id);
    if (value === undefined) throw new TypeError(`Cannot interpret: "${local.name}" is not bound`);
    return value;
  }

  #bindPattern(pattern: TypedPattern, value: Value): void {
    bindAll({ lengthOf: this.lengthOf, bind: this.bind }, pattern, value);
  }

  /** Evaluates code that is not always executed. */
  #branch(expr: Expr): Value {
    this.branches++;
    const value = this.evaluate(expr);
    this.branches--;
    return value;
  }

  #all(list: readonly Expr[]): Value[] {
    return list.map((expr) => this.evaluate(expr));
  }

  evaluate(expr: Expr): Value {
    switch (expr.kind) {
      case "bool":
        return expr.value;
      case "number":
        return wrap(expr.value, expr.type);
      case "local":
        return this.#read(expr.local);
      case "constant":
        return this.#constants.read(expr.constant);
      case "array":
      case "tuple":
        return listOf(this.#all(expr.elements));
      case "struct":
        return listOf(this.#all(expr.fields));
      case "enum":
        return { kind: "variant", variant: expr.variant, fields: this.#all(expr.fields) };
      case "range": {
        const length = this.lengthOf(expr.type);
        return listOf(
          Array.from({ length }, (_, i) => convert(expr.from + BigInt(i), expr.type.element)),
        );
      }
      case "repeat": {
        const element = this.evaluate(expr.element);
        return listOf(new Array<Value>(this.lengthOf(expr.type)).fill(element));
      }
      case "field":
        return this.#item(this.evaluate(expr.target), expr.field);
      case "index":
        return this.#index(expr);
      case "call": {
        const args = this.#all(expr.args);
        expr.callee.params.forEach((param, i) => this.bind(param, args[i] ?? UNIT_VALUE));
        return this.evaluate(expr.callee.body);
      }
      case "join":
        return this.#join(expr);
      case "convert":
        return convert(this.evaluate(expr.operand), expr.type);
      case "cast":
        return cast(this.evaluate(expr.operand), expr.type);
      case "block":
        for (const statement of expr.statements) this.#execute(statement);
        return expr.result === undefined ? UNIT_VALUE : this.evaluate(expr.result);
      case "if":
      case "match":
      case "logical":
        return this.#choose(expr);
      default:
        return this.#operate(expr);
    }
  }

  #choose(expr: Extract<Expr, { kind: "if" | "match" | "logical" }>): Value {
    if (expr.kind === "if") {
      const condition = boolOf(this.evaluate(expr.condition));
      return this.#branch(condition ? expr.then : expr.otherwise);
    }
    if (expr.kind === "logical") {
      const left = boolOf(this.evaluate(expr.left));
      return left === (expr.operator === "||") ? left : this.#branch(expr.right);
    }
    const scrutinee = this.evaluate(expr.scrutinee);
    const arm = expr.arms.find(({ pattern }) => matches(pattern, scrutinee));
    if (arm === undefined) throw new TypeError("Cannot interpret: no arm matches");
    this.#bindPattern(arm.pattern, scrutinee);
    return this.#branch(arm.body);
  }

  #operate(
    expr: Extract<
      Expr,
      { kind: "unary" | "arithmetic" | "scale" | "bitwise" | "shift" | "comparison" }
    >,
  ): Value {
    const checked = (result: Result, position: Position): Value => {
      if (typeof result === "bigint") return result;
      throw new Panic(result, position);
    };
    switch (expr.kind) {
      case "unary": {
        const operand = this.evaluate(expr.operand);
        if (expr.operator === "!") return complement(expr.type, operand);
        return checked(negate(expr.type, intOf(operand)), expr.position);
      }
      case "scale":
        return checked(scale(expr, intOf(this.evaluate(expr.operand))), expr.position);
      default: {
        const left = this.evaluate(expr.left);
        const right = this.evaluate(expr.right);
        if (expr.kind === "bitwise") return bitwise(expr.operator, left, right);
        if (expr.kind === "comparison") return compare(expr.operator, left, right);
        const [x, y] = [intOf(left), intOf(right)];
        const result = expr.kind === "shift" ? shift(expr, x, y) : arithmetic(expr, x, y);
        return checked(result, expr.position);
      }
    }
  }

  #item(value: Value, at: number): Value {
    const item = itemsOf(value)[at];
    if (item === undefined) throw new TypeError("Cannot interpret: there is no such element");
    return item;
  }

  /** The index as a number, if it is in bounds. */
  #inBounds(index: Value, length: number, position: Position): number {
    if (intOf(index) >= BigInt(length)) throw new Panic("OutOfBounds", position);
    return Number(intOf(index));
  }

  #index({ array, index, position }: IndexExpr): Value {
    const list = this.evaluate(array);
    const at = this.evaluate(index);
    return this.#item(list, this.#inBounds(at, itemsOf(list).length, position));
  }

  #execute(statement: Statement): void {
    switch (statement.kind) {
      case "let":
        this.#bindPattern(statement.pattern, this.evaluate(statement.value));
        break;
      case "expression":
        this.evaluate(statement.expression);
        break;
      case "assign":
        this.#assign(statement);
        break;
      case "for":
        this.#loop(statement);
        break;
      case "forJoin":
        this.#joinLoop(statement);
    }
  }

  #assign({ root, steps, current, value }: AssignStatement): void {
    let place = this.#read(root);
    const path = steps.map((step): Step => {
      const at = this.#step(step, place);
      place = this.#item(place, at);
      return { at };
    });
    if (current !== undefined) {
      // Index expressions may have changed the variable.
      this.bind(current, path.reduce((inner, { at }) => this.#item(inner, at), this.#read(root)));
    }
    const stored = this.evaluate(value);
    this.bind(root, this.#replace(this.#read(root), path, stored));
  }

  #step(step: PlaceStep, place: Value): number {
    if (step.kind === "field") return step.field;
    const index = this.evaluate(step.index);
    return this.#inBounds(index, itemsOf(place).length, step.position);
  }

  #replace(place: Value, [step, ...rest]: readonly Step[], stored: Value): Value {
    if (step === undefined) return stored;
    const inner = this.#replace(this.#item(place, step.at), rest, stored);
    return listOf(itemsOf(place).with(step.at, inner));
  }

  #loop({ iterable, pattern, body }: ForStatement): void {
    for (const item of itemsOf(this.evaluate(iterable))) {
      this.#bindPattern(pattern, item);
      this.evaluate(body);
    }
  }

  #candidates(join: JoinExpr | ForJoinStatement): readonly Candidate[] {
    const rows = ({ type }: Expr, value: Value): string[] => {
      const row = rowType(type);
      return itemsOf(value).map((item) => toBits(row, item, this.lengthOf));
    };
    const [a, b] = [this.evaluate(join.left), this.evaluate(join.right)];
    const row = rowType(join.left.type);
    const key = row.kind === "tuple" ? row.elements[0] : row;
    const keyBits = key === undefined ? 0 : width(key, this.lengthOf);
    const input: JoinInput = { left: rows(join.left, a), right: rows(join.right, b), keyBits };
    this.duplicateKeys ||= hasDuplicates(input);
    return joinCandidates(input);
  }

  /** A row from padded bits. */
  #row({ type }: Expr, bits: string): Value {
    const row = rowType(type);
    const count = width(row, this.lengthOf);
    // Of an empty array no row told how wide its rows are.
    return fromBits(row, bits.slice(0, count).padEnd(count, "0"), this.lengthOf);
  }

  #joinLoop(statement: ForJoinStatement): void {
    for (const { match, left, right } of this.#candidates(statement)) {
      if (!match) continue;
      const pair = [this.#row(statement.left, left), this.#row(statement.right, right)];
      this.#bindPattern(statement.pattern, listOf(pair));
      this.#branch(statement.body);
    }
  }

  #join(expr: JoinExpr): Value {
    const withData = rowType(expr.left.type).kind === "tuple";
    return listOf(
      joinOrder(this.#candidates(expr)).map(({ match, left, right }) => {
        const shown = (bits: string): string => match ? bits : "0".repeat(bits.length);
        const row = this.#row(expr.left, shown(left));
        const other = withData ? [this.#row(expr.right, shown(right))] : [];
        return listOf([match, row, ...other]);
      }),
    );
  }
}

/** Type of the elements of an array. */
function rowType(type: Type): Type {
  if (type.kind === "array") return type.element;
  throw new TypeError("Cannot interpret: a join of no arrays");
}
