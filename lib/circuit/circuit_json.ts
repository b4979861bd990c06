/** What the two JSON forms of circuits share: checked access to parsed JSON, and lists in pieces. */
import { fileLimit, fileProblem, INPUT_BITS_MAX, sumOf } from "./file_problem.ts";

/** A JSON object. */
export type JsonMembers = Readonly<Record<string, unknown>>;

/** Largest number of a wire or a register. */
const NUMBER_MAX = 0xffffffff;
/** Elements of one piece of text. */
const PIECE = 1 << 13;

/** The error for JSON of another shape than the form's. */
export function jsonProblem(state: string): Error {
  return fileProblem({ kind: "InvalidJson", state });
}

/** The members of an object, or an error that names the place. */
export function membersOf(value: unknown, place: string): JsonMembers {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    return value as JsonMembers;
  }
  throw jsonProblem(`${place} is no object`);
}

/** The elements of the list under `key`. */
export function listOf(members: JsonMembers, key: string): readonly unknown[] {
  const list = Object.hasOwn(members, key) ? members[key] : undefined;
  if (Array.isArray(list)) return list;
  throw jsonProblem(`there is no list "${key}"`);
}

/** Whether the value is the number of a wire, a register, a party or an input. */
export function isNumber(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= NUMBER_MAX;
}

/** The list of numbers under `key`. */
export function numbersOf(members: JsonMembers, key: string): readonly number[] {
  const list = listOf(members, key);
  if (list.every(isNumber)) return list;
  throw jsonProblem(`"${key}" has an element that is no number below 2^32`);
}

/** The input bits by party under `key`. */
export function inputsOf(members: JsonMembers, key: string): readonly number[] {
  const inputs = numbersOf(members, key);
  const bits = sumOf(inputs);
  if (bits === 0) throw fileProblem({ kind: "EmptyInputs", state: "it has no input bits" });
  if (bits > INPUT_BITS_MAX) throw fileLimit("bits", bits, INPUT_BITS_MAX);
  return inputs;
}

/** The form `tag` of a circuit: the JSON itself, or the only member of that name. */
export function parseForm(text: string, tag: "Ssa" | "Register"): JsonMembers {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw jsonProblem("it is no valid JSON");
  }
  const members = membersOf(json, "the circuit");
  return Object.hasOwn(members, tag) ? membersOf(members[tag], `"${tag}"`) : members;
}

/** An operation: its name and its operands, from `{"And": [0, 1]}` or `{"Not": 2}`. */
export interface JsonOperation {
  /** `Xor`, `And`, `Not`, or any other name. */
  readonly name: string;
  /** What stands behind the name. */
  readonly content: unknown;
  /** The wires or registers that it reads; two for Xor and And, one for Not, else none. */
  readonly operands: readonly number[];
}

/** Reads an operation; undefined if it is none. */
export function operationOf(value: unknown): JsonOperation | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const [entry, ...more] = Object.entries(value);
  if (entry === undefined || more.length > 0) return undefined;
  const [name, content] = entry;
  if (name === "Input") return { name, content, operands: [] };
  const operands: readonly unknown[] = name === "Not"
    ? [content]
    : Array.isArray(content)
    ? content
    : [];
  const count = name === "Not" ? 1 : name === "And" || name === "Xor" ? 2 : 0;
  if (count === 0 || operands.length !== count || !operands.every(isNumber)) return undefined;
  return { name, content, operands };
}

/** The JSON list of `count` texts, in pieces. */
export function jsonList(count: number, text: (index: number) => string): Iterable<string> {
  return jsonPieces(lists(count, text));
}

function* lists(count: number, text: (index: number) => string): Iterable<readonly string[]> {
  for (let from = 0; from < count; from += PIECE) {
    yield Array.from({ length: Math.min(PIECE, count - from) }, (_, i) => text(from + i));
  }
}

/** The JSON list of the texts of all lists, in pieces; none of them is empty. */
export function* jsonPieces(texts: Iterable<readonly string[]>): Iterable<string> {
  yield "[";
  let comma = "";
  for (const some of texts) {
    yield comma + some.join(",");
    comma = ",";
  }
  yield "]";
}
