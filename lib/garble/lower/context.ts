/** What the lowering of one program carries along. */
import { Builder, constantWord, FALSE, TRUE, type Wire, type Word } from "../../circuit/mod.ts";
import { arrayLength, type Constants, type ConstValue } from "../consts.ts";
import { layoutBits } from "../layout.ts";
import type { Extent } from "../source.ts";
import { Steps, type Tick } from "../steps.ts";
import type { Local } from "../typed.ts";
import type { ArrayType, Type } from "../types.ts";
import type { CompileLimits } from "../limits.ts";
import { limitError } from "./limits.ts";
import { PanicRecorder } from "./panic.ts";
import type { PanicReason } from "./panic.ts";
import { list, type Value, word } from "./values.ts";

/** State of one lowering. Functions that lower take it first. */
export class Context {
  readonly builder: Builder;
  readonly panics: PanicRecorder;
  readonly constants: Constants;
  readonly limits: CompileLimits;
  /** Value of each variable by its id. Replaced as a whole at branches. */
  slots: (Value | undefined)[] = [];
  /** Variables that the branch being lowered assigned as if it were taken; see `lowerBranch()`. */
  assigned = new Set<number>();
  /** The condition under which the code being lowered is executed. */
  path: Wire = TRUE;
  #iterations = 0;
  readonly #widths = new Map<Type, number>();
  readonly #steps: Steps;

  constructor(builder: Builder, constants: Constants, limits: CompileLimits, tick?: Tick) {
    this.#steps = new Steps(tick);
    this.builder = builder;
    this.panics = new PanicRecorder(builder);
    this.constants = constants;
    this.limits = limits;
  }

  /** Counts an expression, so that work without gates can be stopped, too. */
  step(): void {
    this.#steps.step();
  }

  /** The value of a variable. */
  read(local: Local): Value {
    const value = this.slots[local.id];
    if (value === undefined) throw new TypeError(`Cannot lower: "${local.name}" has no value yet`);
    return value;
  }

  /** Gives a variable its first value. */
  bind(local: Local, value: Value): void {
    this.slots[local.id] = value;
  }

  /** Forgets the value of a variable that is out of scope, so that its memory is free. */
  free(local: Local): void {
    this.slots[local.id] = undefined;
  }

  /** Changes a variable, as if the branch being lowered were taken. */
  assign(local: Local, value: Value): void {
    this.slots[local.id] = value;
    this.assigned.add(local.id);
  }

  /** Changes a variable to a value that equals the old one wherever the path does not lead. */
  assignGuarded(local: Local, value: Value): void {
    this.slots[local.id] = value;
  }

  /** Records a panic at a node if `condition` holds where the path leads. */
  panicIf(condition: Wire, reason: PanicReason, at: Extent): void {
    this.panics.record(condition, this.path, { reason, position: at.position, span: at.span });
  }

  /** Counts loop iterations and calls before they are lowered. */
  countIterations(count: number): void {
    this.#iterations += count;
    if (this.#iterations > this.limits.iterations) {
      throw limitError(
        `its loops and calls unroll to ${this.#iterations} iterations or more`,
        "iterations",
        this.limits,
      );
    }
  }

  /** The number of elements. */
  lengthOf(type: ArrayType): number {
    return arrayLength(type.size, this.constants);
  }

  /** Width of a type in bits, within the limit for values. */
  widthOf(type: Type): number {
    const known = this.#widths.get(type);
    if (known !== undefined) return known;
    const bits = this.#measure(type);
    this.#widths.set(type, bits);
    return bits;
  }

  #measure(type: Type): number {
    const bits = layoutBits(type, {
      widthOf: (inner) => this.widthOf(inner),
      lengthOf: (array) => this.lengthOf(array),
    });
    return this.checkedBits(bits, type.kind === "array" ? this.lengthOf(type) : 0);
  }

  /** `bits`, if a value of so many bits and elements is within the limit. */
  checkedBits(bits: number, elements: number): number {
    const size = Math.max(bits, elements);
    if (size > this.limits.bits) throw limitError(`a value has ${size} bits`, "bits", this.limits);
    return bits;
  }

  /** The value of this type that the wires hold from `from` on, in layout order. */
  fromWires(type: Type, wires: Word, from = 0): Value {
    const several = (types: readonly Type[]): Value => {
      let at = from;
      return list(types.map((inner) => {
        const value = this.fromWires(inner, wires, at);
        at += this.widthOf(inner);
        return value;
      }));
    };
    switch (type.kind) {
      case "bool":
      case "int":
      case "enum":
        return word(wires.slice(from, from + this.widthOf(type)));
      case "array": {
        this.widthOf(type);
        return several(new Array<Type>(this.lengthOf(type)).fill(type.element));
      }
      case "tuple":
        return several(type.elements);
      case "struct":
        return several(type.fields.map((field) => field.type));
    }
  }

  /** The value of all zero bits. */
  zero(type: Type): Value {
    return this.fromWires(type, new Array<Wire>(this.widthOf(type)).fill(FALSE));
  }

  /** A value known at compile time. */
  constant(type: Type, value: ConstValue): Value {
    if (typeof value === "boolean") return word([value ? TRUE : FALSE]);
    if (typeof value === "bigint") return word(constantWord(value, this.widthOf(type)));
    return list(value.map((inner, i) => {
      const element = type.kind === "tuple" ? type.elements[i] : undefined;
      const inArray = type.kind === "array" ? type.element : element;
      if (inArray === undefined) throw new TypeError("Cannot lower: a constant has another type");
      return this.constant(inArray, inner);
    }));
  }
}

/** The number that constant wires hold, or undefined if a wire is no constant. */
export function constantOf(wires: Word): number | undefined {
  let value = 0;
  for (const wire of wires) {
    if (wire !== FALSE && wire !== TRUE) return undefined;
    value = value * 2 + (wire === TRUE ? 1 : 0);
  }
  return value;
}
