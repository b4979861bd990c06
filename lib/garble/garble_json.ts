/** Garble's own JSON: each value says its type, as `{"NumUnsigned":[7,"U16"]}`. */
import { DataProblem, within } from "./data_problem.ts";
import {
  jsonArray,
  jsonInteger,
  jsonObject,
  type JsonValue,
  parseJson,
  writeJson,
} from "./json_text.ts";
import { fixedLength } from "./layout.ts";
import { type ArrayType, type EnumType, intRange, type IntType, showType } from "./types.ts";
import type { StructType, Type } from "./types.ts";
import type { GarbleValue } from "./value.ts";

/** Reads a value of a type whose array sizes are all numbers. @throws DataProblem */
export function readGarbleJson(type: Type, text: string): GarbleValue {
  return fromJson(type, parseJson(text));
}

function needed(type: Type, form: string): DataProblem {
  return new DataProblem(`a value of type ${showType(type)} is needed, in the form ${form}`);
}

/** The content of `{"tag": content}`, or undefined. */
function tagged(tag: string, json: unknown): unknown {
  const members = jsonObject(json);
  return members?.size === 1 ? members.get(tag) : undefined;
}

/** The elements of `{"tag": [...]}` if there are `count` of them (any number without it). */
function taggedList(tag: string, json: unknown, count?: number): readonly unknown[] | undefined {
  const list = jsonArray(tagged(tag, json));
  return count === undefined || list?.length === count ? list : undefined;
}

function fromJson(type: Type, json: unknown): GarbleValue {
  switch (type.kind) {
    case "bool":
      if (json === "True" || json === "False") return { kind: "bool", value: json === "True" };
      throw needed(type, '"True" or "False"');
    case "int":
      return fromNumber(type, json);
    case "array":
      return { kind: "array", elements: fromArray(type, json) };
    case "tuple": {
      const list = taggedList("Tuple", json, type.elements.length);
      if (list === undefined) throw needed(type, '{"Tuple":[…]}');
      return { kind: "tuple", elements: fromList(type.elements, list) };
    }
    case "struct":
      return fromStruct(type, json);
    case "enum":
      return fromEnum(type, json);
  }
}

function fromList(types: readonly Type[], list: readonly unknown[]): GarbleValue[] {
  return types.map((type, i) => within(() => `element ${i + 1}`, () => fromJson(type, list[i])));
}

function numberTag(type: IntType): string {
  return type.signed ? "NumSigned" : "NumUnsigned";
}

/** `u16` is `U16` here, `usize` is `Usize`. */
function suffixOf(type: IntType): string {
  return type.name.charAt(0).toUpperCase() + type.name.slice(1);
}

function fromNumber(type: IntType, json: unknown): GarbleValue {
  const [number, suffix] = taggedList(numberTag(type), json, 2) ?? [];
  if (suffix !== suffixOf(type)) {
    throw needed(type, `{"${numberTag(type)}":[0,"${suffixOf(type)}"]}`);
  }
  return { kind: "int", value: jsonInteger(type, number) };
}

function fromArray(type: ArrayType, json: unknown): GarbleValue[] {
  const { element } = type;
  const length = fixedLength(type);
  const list = taggedList("Array", json, length);
  if (list !== undefined) {
    return list.map((e, i) => within(() => `element ${i + 1}`, () => fromJson(element, e)));
  }
  const size: IntType = { kind: "int", name: "usize", signed: false, bits: 64 };
  const [repeated, count] = taggedList("ArrayRepeat", json, 2) ?? [];
  if (count !== undefined && jsonInteger(size, count) === BigInt(length)) {
    return new Array<GarbleValue>(length).fill(fromJson(element, repeated));
  }
  const [from, to, suffix] = taggedList("Range", json, 3) ?? [];
  if (element.kind === "int" && suffix === suffixOf(element)) {
    const first = jsonInteger(element, from);
    const fits = first + BigInt(length) - 1n <= intRange(element).max;
    if (fits && jsonInteger(size, to) - first === BigInt(length)) {
      return Array.from({ length }, (_, i) => ({ kind: "int", value: first + BigInt(i) }));
    }
  }
  throw needed(type, `{"Array":[…]} with ${length} elements`);
}

function fromStruct(type: StructType, json: unknown): GarbleValue {
  const form = `{"Struct":["${type.name}",[["field",…],…]]}`;
  const [name, list] = taggedList("Struct", json, 2) ?? [];
  const pairs = jsonArray(list);
  if (name !== type.name || pairs?.length !== type.fields.length) throw needed(type, form);
  const given = new Map<unknown, unknown>();
  for (const pair of pairs) {
    const [field, value] = jsonArray(pair) ?? [];
    if (jsonArray(pair)?.length !== 2) throw needed(type, form);
    given.set(field, value);
  }
  const fields = type.fields.map(({ name, type: inner }) => {
    return within(() => `field ${name}`, () => {
      if (!given.has(name)) throw new DataProblem("it is missing");
      return { name, value: fromJson(inner, given.get(name)) };
    });
  });
  return { kind: "struct", name: type.name, fields };
}

function fromEnum(type: EnumType, json: unknown): GarbleValue {
  const [name, variantName, content] = taggedList("Enum", json, 3) ?? [];
  const variant = type.variants.find((v) => v.name === variantName);
  if (name !== type.name || variant === undefined) {
    const names = type.variants.map((v) => v.name).join(", ");
    throw needed(type, `{"Enum":["${type.name}","Variant",…]} with a variant of ${names}`);
  }
  const result = { kind: "enum", name: type.name, variant: variant.name } as const;
  return within(() => `variant ${variant.name}`, () => {
    if (variant.payload === undefined) {
      if (content !== "Unit") throw new DataProblem('"Unit" is needed');
      return { ...result, payload: undefined };
    }
    const list = taggedList("Tuple", content, variant.payload.length);
    if (list === undefined) {
      throw new DataProblem(`{"Tuple":[…]} with ${variant.payload.length} elements is needed`);
    }
    return { ...result, payload: fromList(variant.payload, list) };
  });
}

/** The text of a value of the type; arrays are always written out. */
export function writeGarbleJson(type: Type, value: GarbleValue): string {
  return writeJson(toJson(type, value));
}

function toJson(type: Type, value: GarbleValue): JsonValue {
  const list = (types: readonly Type[], values: readonly GarbleValue[]): JsonValue[] =>
    types.map((inner, i) => toJson(inner, values[i] as GarbleValue));
  if (type.kind === "bool" && value.kind === "bool") return value.value ? "True" : "False";
  if (type.kind === "int" && value.kind === "int") {
    return { [numberTag(type)]: [value.value, suffixOf(type)] };
  }
  if (type.kind === "array" && value.kind === "array") {
    return { Array: value.elements.map((element) => toJson(type.element, element)) };
  }
  if (type.kind === "tuple" && value.kind === "tuple") {
    return { Tuple: list(type.elements, value.elements) };
  }
  if (type.kind === "struct" && value.kind === "struct") {
    const fields = type.fields.map(({ name, type: inner }, i): JsonValue => {
      return [name, toJson(inner, value.fields[i]?.value as GarbleValue)];
    });
    return { Struct: [type.name, fields] };
  }
  if (type.kind === "enum" && value.kind === "enum") {
    const types = type.variants.find(({ name }) => name === value.variant)?.payload;
    const { payload } = value;
    const content = types && payload ? { Tuple: list(types, payload) } : "Unit";
    return { Enum: [type.name, value.variant, content] };
  }
  throw new TypeError("Cannot write the value: it is not of the given type");
}
