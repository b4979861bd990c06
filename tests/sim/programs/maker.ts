/** What the parts of the program generator share: declarations, variables in scope, and the budget. */
import type { Choices } from "./choices.ts";
import type { Construct } from "./constructs.ts";
import {
  array,
  type ArrayType,
  BOOL,
  type EnumType,
  fills,
  fixed,
  type GenType,
  int,
  INT_NAMES,
  type IntType,
  isComputed,
  nameable,
  type StructType,
  tuple,
} from "./types.ts";

/** A variable in scope. */
export interface Variable {
  readonly name: string;
  readonly type: GenType;
  readonly mutable: boolean;
}

/** A constant that can serve as an array size. */
export interface SizeConstant {
  readonly name: string;
  readonly length: number;
}

/** A function that later ones may call. */
export interface GenFunction {
  readonly name: string;
  readonly params: readonly GenType[];
  readonly result: GenType;
  /** What a call costs. */
  readonly cost: number;
}

/** Expressions after which only the simplest are made; each counts as often as loops repeat it. */
const BUDGET = 500;

/** Deepest walk into variables when values of a type are looked for. */
const PATH_DEPTH = 3;

/** A generator in the middle of its work. */
export class Maker {
  readonly choices: Choices;
  readonly tags = new Set<Construct>();
  readonly structs: StructType[] = [];
  readonly enums: EnumType[] = [];
  readonly sizes: SizeConstant[] = [];
  readonly functions: GenFunction[] = [];
  /** Names of functions that are called. */
  readonly called = new Set<string>();
  variables: Variable[] = [];
  /** Whether a struct literal may not stand here, as in the header of an `if`. */
  header = false;
  /** Whether the code that is made is not always executed. */
  conditional = false;
  /** Whether the code that is made stands inside an expression. */
  operand = false;
  cost = 0;
  #weight = 1;
  #names = 0;

  constructor(choices: Choices) {
    this.choices = choices;
  }

  mark(construct: Construct): void {
    this.tags.add(construct);
  }

  fresh(prefix: string): string {
    return `${prefix}${this.#names++}`;
  }

  /** Pays for an expression; false when only the simplest may be made. */
  spend(times = 1): boolean {
    this.cost += this.#weight * times;
    return this.cost < BUDGET;
  }

  declare(variable: Variable): void {
    this.variables.push(variable);
  }

  /** Runs `make` in a scope of its own. */
  scoped<T>(make: () => T): T {
    const before = this.variables;
    this.variables = [...before];
    const made = make();
    this.variables = before;
    return made;
  }

  /** Runs `make` for code that is repeated. */
  repeated<T>(times: number, make: () => T): T {
    const before = this.#weight;
    this.#weight *= Math.max(1, times);
    const made = this.scoped(make);
    this.#weight = before;
    return made;
  }

  /** Runs `make` for code that is not always executed. */
  conditionally<T>(make: () => T): T {
    const before = this.conditional;
    this.conditional = true;
    const made = make();
    this.conditional = before;
    return made;
  }

  /** Runs `make` for code inside an expression. */
  inOperand<T>(make: () => T): T {
    const before = this.operand;
    this.operand = true;
    const made = make();
    this.operand = before;
    return made;
  }

  /** Makes an expression in front of a block. */
  inHeader<T>(make: () => T): T {
    const before = this.header;
    this.header = true;
    const made = make();
    this.header = before;
    return made;
  }

  /** All variables that are not shadowed. */
  visible(): Variable[] {
    const byName = new Map(this.variables.map((variable) => [variable.name, variable]));
    return [...byName.values()];
  }

  /** Texts that read a value of the type; with `literal` also of types that adapt to it. */
  paths(type: GenType, literal = false): string[] {
    const found: string[] = [];
    const walk = (text: string, at: GenType, depth: number): void => {
      if (at.text === type.text || (literal && fills(at, type))) found.push(text);
      if (depth === 0) return;
      if (at.kind === "tuple") at.elements.forEach((el, i) => walk(`${text}.${i}`, el, depth - 1));
      if (at.kind === "struct") {
        for (const field of at.fields) walk(`${text}.${field.name}`, field.type, depth - 1);
      }
      if (at.kind === "array" && at.length > 0) {
        const index = (text.length + depth) % at.length;
        walk(`${text}[${index}]`, at.element, depth - 1);
      }
    };
    for (const { name, type: own } of this.visible()) walk(name, own, PATH_DEPTH);
    return found;
  }

  intType(): IntType {
    return int(this.choices.pick(INT_NAMES));
  }

  /** An integer type or bool. */
  scalar(): GenType {
    return this.choices.chance(15) ? BOOL : this.intType();
  }

  /** Any type that can be written; arrays of computed sizes are not among them. */
  type(depth: number): GenType {
    const { choices } = this;
    if (depth <= 0) return this.scalar();
    switch (choices.below(9)) {
      case 3:
      case 4:
        return this.arrayType(this.type(depth - 1));
      case 5:
      case 6:
        return tuple(choices.several(choices.chance(5) ? 0 : 1, 3, () => this.type(depth - 1)));
      case 7:
        return choices.pickAny(this.structs) ?? this.scalar();
      case 8:
        return choices.pickAny(this.enums) ?? this.scalar();
      default:
        return this.scalar();
    }
  }

  arrayType(element: GenType): ArrayType {
    const size = this.choices.chance(35) ? this.choices.pickAny(this.sizes) : undefined;
    if (size !== undefined) {
      this.mark("named size");
      return array(element, { length: size.length, flavour: "named", size: size.name });
    }
    return fixed(element, this.choices.chance(3) ? 0 : 1 + this.choices.below(4));
  }

  /** A type of a variable in scope, so that something can be done with it; else a new one. */
  familiarType(): GenType {
    const types = this.visible().map(({ type }) => type).filter(nameable);
    const known = this.choices.chance(50) ? this.choices.pickAny(types) : undefined;
    return known !== undefined && !isComputed(known) ? known : this.type(2);
  }
}
