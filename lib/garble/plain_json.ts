/**
 * Plain JSON, led by the type: structs are objects, arrays and tuples are arrays, a variant is its name or
 * `{"Variant": payload}` (one field as it is, else an array), a byte string may be a text.
 */
import { isByteString, readByteText } from "./byte_text.ts";
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
import { type ArrayType, type EnumType, showType, type StructType, type Type } from "./types.ts";
import type { GarbleValue } from "./value.ts";

/** Reads a value of a type whose array sizes are all numbers. @throws DataProblem */
export function readPlainJson(type: Type, text: string): GarbleValue {
  const json = parseJson(text);
  return type.kind === "array" ? fromArray(type, json, "row") : fromJson(type, json);
}

function fromJson(type: Type, json: unknown): GarbleValue {
  switch (type.kind) {
    case "bool":
      if (typeof json !== "boolean") throw new DataProblem("true or false is needed");
      return { kind: "bool", value: json };
    case "int":
      return { kind: "int", value: jsonInteger(type, json) };
    case "array":
      return fromArray(type, json, "element");
    case "tuple":
      return { kind: "tuple", elements: fromTuple(type.elements, json) };
    case "struct":
      return fromStruct(type, json);
    case "enum":
      return fromEnum(type, json);
  }
}

/** The elements of a JSON array of exactly `length` elements. */
function listOf(json: unknown, length: number, what: string): readonly unknown[] {
  const list = jsonArray(json);
  if (list?.length === length) return list;
  const given = list === undefined ? "" : `, and ${list.length} are given`;
  throw new DataProblem(`an array of ${length} ${what}s is needed${given}`);
}

function fromArray(type: ArrayType, json: unknown, what: "row" | "element"): GarbleValue {
  if (typeof json === "string" && isByteString(type)) return readByteText(type, json);
  const elements = listOf(json, fixedLength(type), what).map((element, i) => {
    return within(() => `${what} ${i + 1}`, () => fromJson(type.element, element));
  });
  return { kind: "array", elements };
}

function fromTuple(types: readonly Type[], json: unknown): GarbleValue[] {
  const list = listOf(json, types.length, "element");
  return types.map((type, i) => within(() => `element ${i + 1}`, () => fromJson(type, list[i])));
}

function fromStruct(type: StructType, json: unknown): GarbleValue {
  const members = jsonObject(json);
  const names = type.fields.map(({ name }) => name).join(", ");
  if (members === undefined) {
    throw new DataProblem(`an object with the fields of ${showType(type)} is needed: ${names}`);
  }
  const fields = type.fields.map(({ name, type: inner }) => {
    return within(() => `field ${name}`, () => {
      if (!members.has(name)) throw new DataProblem("it is missing");
      return { name, value: fromJson(inner, members.get(name)) };
    });
  });
  if (members.size !== fields.length) {
    throw new DataProblem(`there are more fields than ${showType(type)} has: ${names}`);
  }
  return { kind: "struct", name: type.name, fields };
}

function fromEnum(type: EnumType, json: unknown): GarbleValue {
  const [only, ...more] = jsonObject(json) ?? [];
  const name = typeof json === "string" ? json : more.length === 0 ? only?.[0] : undefined;
  const variant = type.variants.find((v) => v.name === name);
  const bare = typeof json === "string";
  if (variant === undefined || bare !== (variant.payload === undefined)) {
    const forms = type.variants.map((v) => v.payload ? `{"${v.name}": …}` : `"${v.name}"`);
    throw new DataProblem(`a variant of ${type.name} is needed: ${forms.join(", ")}`);
  }
  const result = { kind: "enum", name: type.name, variant: variant.name } as const;
  const types = variant.payload;
  if (types === undefined) return { ...result, payload: undefined };
  return within(() => `variant ${variant.name}`, () => {
    const [first] = types;
    const single = types.length === 1 && first !== undefined;
    return {
      ...result,
      payload: single ? [fromJson(first, only?.[1])] : fromTuple(types, only?.[1]),
    };
  });
}

/** The text of a value; integers of all widths are exact. */
export function writePlainJson(value: GarbleValue): string {
  return writeJson(toJson(value));
}

function toJson(value: GarbleValue): JsonValue {
  switch (value.kind) {
    case "bool":
    case "int":
      return value.value;
    case "array":
    case "tuple":
      return value.elements.map(toJson);
    case "struct":
      return Object.fromEntries(value.fields.map(({ name, value }) => [name, toJson(value)]));
    case "enum": {
      const { variant, payload } = value;
      if (payload === undefined) return variant;
      const [only] = payload;
      const content = payload.length === 1 && only !== undefined
        ? toJson(only)
        : payload.map(toJson);
      return Object.fromEntries([[variant, content]]);
    }
  }
}
