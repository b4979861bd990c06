/** JSON texts with integers of any size, read and written exactly. */
import { isLosslessNumber, parse, stringify } from "lossless-json";
import { DataProblem } from "./data_problem.ts";
import { lineColumn } from "./source.ts";
import { intRange, type IntType } from "./types.ts";

/** Deepest nesting that is read: more than any value needs, and less than the stack holds. */
const DEPTH_MAX = 1000;

/** A JSON value that is to be written. */
export type JsonValue =
  | string
  | boolean
  | bigint
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

/** Reads a text; numbers come as objects for {@linkcode jsonInteger}. @throws DataProblem */
export function parseJson(text: string): unknown {
  if (nesting(text) > DEPTH_MAX) {
    throw new DataProblem(`JSON that is nested at most ${DEPTH_MAX} times is needed`);
  }
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    // Why: the message of the library quotes the text, which is private.
    const position = /at position (\d+)$/.exec(error.message)?.[1];
    const { line, column } = lineColumn(text, Math.min(Number(position ?? 0), text.length));
    throw new DataProblem(`it is no valid JSON at line ${line}, column ${column}`);
  }
}

function nesting(text: string): number {
  let depth = 0;
  let deepest = 0;
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (char === '"') quoted = !quoted;
    else if (quoted && char === "\\") i++;
    else if (!quoted && (char === "[" || char === "{")) deepest = Math.max(deepest, ++depth);
    else if (!quoted && (char === "]" || char === "}")) depth--;
  }
  return deepest;
}

/** The compact text of a value. */
export function writeJson(value: JsonValue): string {
  return stringify(value) ?? "";
}

/** The members of a JSON object, or undefined. */
export function jsonObject(value: unknown): ReadonlyMap<string, unknown> | undefined {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value) &&
    !isLosslessNumber(value);
  return isObject ? new Map(Object.entries(value)) : undefined;
}

/** The elements of a JSON array, or undefined. */
export function jsonArray(value: unknown): readonly unknown[] | undefined {
  return Array.isArray(value) ? value : undefined;
}

/** The exact integer of an integer type. @throws DataProblem if the value is no such number */
export function jsonInteger(type: IntType, value: unknown): bigint {
  return integerOf(type, isLosslessNumber(value) ? value.value : "");
}

/** The integer that a decimal text means. @throws DataProblem if it is no number of the type */
export function integerOf(type: IntType, text: string): bigint {
  if (!/^-?\d+$/.test(text)) throw new DataProblem("a whole number is needed");
  const { min, max } = intRange(type);
  const digits = text.replace(/^(-?)0+(?=\d)/, "$1");
  // Why: 2^64 has 20 digits; a longer text need not be read, which takes time squared.
  const value = digits.length > 21 ? max + 1n : BigInt(digits);
  if (value >= min && value <= max) return value;
  throw new DataProblem(`the number does not fit ${type.name}, ${min} to ${max}`);
}
