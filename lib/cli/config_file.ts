/** The config file: YAML with the keys of the option table, each mistake told with its line and column. */
import { type Document, isMap, isNode, LineCounter, parseDocument } from "yaml";
import * as z from "zod";
import { UsageError } from "../base/mod.ts";
import { configKey, OPTION_KEYS, type OptionKey, type OptionSpec, specOf } from "./options.ts";
import { suggest } from "./suggest.ts";
import { type RawValue, type Reading, readList, readText } from "./values.ts";
import { yamlProblem } from "./yaml_problem.ts";

/** The settings that a config file gives. */
export type FileValues = ReadonlyMap<OptionKey, RawValue>;

/** Most mistakes that are told at once. */
const MISTAKES_MAX = 10;

/** A key without a value reads as the empty text, as all scalars read as text: it means "not set". */
function schemaOf(spec: OptionSpec): z.ZodType<RawValue | undefined> {
  const settle = (reading: Reading, context: z.RefinementCtx): RawValue => {
    if (reading.ok) return reading.value;
    context.addIssue({ code: "custom", message: reading.problem });
    return z.NEVER;
  };
  const unset = z.literal("").transform(() => undefined);
  if (spec.kind === "list") {
    const items = z.array(z.string({ error: "its items must be text" }), {
      error: "it must be a list",
    });
    return unset.or(items.transform((list, context) => settle(readList(spec, list), context)));
  }
  const scalar = z.string({ error: "it must be a single value" });
  return unset.or(scalar.transform((text, context) => settle(readText(spec, text), context)));
}

/** The schema of the whole file, strict: a key that is not in the table is a mistake. */
function fileSchema(): z.ZodType<Record<string, RawValue | undefined>> {
  const shape: Record<string, z.ZodType<RawValue | undefined>> = {};
  for (const key of OPTION_KEYS) {
    const name = configKey(key);
    if (name !== undefined) shape[name] = schemaOf(specOf(key)).optional();
  }
  return z.strictObject(shape, { error: "it must be keys with values" });
}

/** Where in the file the value, or for an unknown key the key itself, stands. */
function place(document: Document, lines: LineCounter, path: readonly PropertyKey[]): string {
  for (let length = path.length; length >= 0; length--) {
    const node: unknown = length === 0
      ? document.contents
      : document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) {
      const { line, col } = lines.linePos(node.range[0]);
      return `${line}:${col}: `;
    }
  }
  return "";
}

interface Mistake {
  readonly text: string;
  readonly hint?: string | undefined;
}

function unknownKey(key: string, where: string): Mistake {
  const known = OPTION_KEYS.flatMap((option) => configKey(option) ?? []);
  const flag = OPTION_KEYS.find((option) => specOf(option).name === key.replaceAll("_", "-"));
  const near = (flag && configKey(flag)) ?? suggest(key, known);
  return {
    text: `${where}unknown key "${key}"`,
    hint: near === undefined ? undefined : `did you mean "${near}"?`,
  };
}

/** An issue of a union hides what each branch said: the branch that is not "unset" tells the mistake. */
function innermost(issue: z.core.$ZodIssue): z.core.$ZodIssue {
  if (issue.code !== "invalid_union") return issue;
  const inner = issue.errors.at(-1)?.[0];
  return inner === undefined ? issue : { ...inner, path: [...issue.path, ...inner.path] };
}

function mistakesOf(
  issues: readonly z.core.$ZodIssue[],
  document: Document,
  lines: LineCounter,
): Mistake[] {
  return issues.map(innermost).flatMap((issue) => {
    if (issue.code === "unrecognized_keys") {
      return issue.keys.map((key) => unknownKey(key, keyPlace(document, lines, key)));
    }
    const key = issue.path[0] === undefined ? "" : `${String(issue.path[0])}: `;
    return [{ text: `${place(document, lines, issue.path)}${key}${issue.message}` }];
  });
}

/** Where a top-level key itself stands, rather than its value. */
function keyPlace(document: Document, lines: LineCounter, key: string): string {
  if (isMap(document.contents)) {
    for (const pair of document.contents.items) {
      if (isNode(pair.key) && pair.key.range && String(pair.key) === key) {
        const { line, col } = lines.linePos(pair.key.range[0]);
        return `${line}:${col}: `;
      }
    }
  }
  return place(document, lines, [key]);
}

function fail(path: string, mistakes: readonly Mistake[]): never {
  const texts = mistakes.slice(0, MISTAKES_MAX).map((mistake) => mistake.text);
  const hint = mistakes.find((mistake) => mistake.hint !== undefined)?.hint ??
    "config.example.yml shows all keys";
  throw new UsageError(`Cannot use the config file "${path}": ${texts.join("\n")}`, { hint });
}

/** What `work` gives; that the text is beyond the parser is a mistake in the file. */
function parsing<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    return fail(path, [{ text: yamlProblem(error) }]);
  }
}

/**
 * Reads the text of a config file; `path` serves the messages.
 *
 * @throws {UsageError} if it is no YAML, or a key or value is not one of the table.
 */
export function parseConfigFile(text: string, path: string): FileValues {
  const lines = new LineCounter();
  const document = parsing(path, () => {
    // Why "failsafe": every scalar stays the text the user wrote, so big numbers in `input` keep all digits.
    return parseDocument(text, { lineCounter: lines, prettyErrors: false, schema: "failsafe" });
  });
  if (document.errors.length > 0) {
    const mistakes = document.errors.map((error) => {
      const { line, col } = lines.linePos(error.pos[0]);
      return { text: `${line}:${col}: ${yamlProblem(error)}` };
    });
    fail(path, mistakes);
  }
  const found: unknown = parsing(path, () => document.toJS()) ?? {};
  const result = fileSchema().safeParse(found === "" ? {} : found);
  if (!result.success) fail(path, mistakesOf(result.error.issues, document, lines));
  const values = new Map<OptionKey, RawValue>();
  for (const key of OPTION_KEYS) {
    const value = result.data[configKey(key) ?? ""];
    if (value !== undefined) values.set(key, value);
  }
  return values;
}
