/** Text to value: one reading of each kind of option for flags, environment and config file alike. */
import type { OptionSpec } from "./options.ts";

/** A value that an option may have. */
export type RawValue = string | number | boolean | readonly string[];

/** The value, or what is wrong with the text: "it must be …". */
export type Reading =
  | { readonly ok: true; readonly value: RawValue }
  | { readonly ok: false; readonly problem: string };

const TRUE: ReadonlySet<string> = new Set(["true", "1", "yes", "on"]);
const FALSE: ReadonlySet<string> = new Set(["false", "0", "no", "off"]);

function refuse(problem: string): Reading {
  return { ok: false, problem };
}

function shown(spec: OptionSpec, text: string): string {
  return spec.secret ? "" : `, not "${text}"`;
}

function readNumber(
  spec: OptionSpec & { readonly kind: "integer" | "duration" },
  text: string,
): Reading {
  const integer = spec.kind === "integer";
  const what = integer ? "a whole number" : "a number of seconds";
  const form = integer ? /^-?\d{1,15}$/ : /^-?\d{1,12}(\.\d{1,6})?$/;
  const value = form.test(text) ? Number(text) : NaN;
  return value >= spec.min && value <= spec.max
    ? { ok: true, value }
    : refuse(`it must be ${what} from ${spec.min} to ${spec.max}${shown(spec, text)}`);
}

function readBoolean(spec: OptionSpec, text: string): Reading {
  const word = text.toLowerCase();
  if (TRUE.has(word)) return { ok: true, value: true };
  if (FALSE.has(word)) return { ok: true, value: false };
  return refuse(`it must be true or false${shown(spec, text)}`);
}

/** Reads `items` as the values of a list option. */
export function readList(spec: OptionSpec, items: readonly string[]): Reading {
  for (const item of items) {
    const problem = spec.refuse?.(item);
    if (problem !== undefined) return refuse(`"${item}": ${problem}`);
  }
  return { ok: true, value: items };
}

/** Reads `text` as the value of the option; a list is separated by commas. */
export function readText(spec: OptionSpec, text: string): Reading {
  switch (spec.kind) {
    case "integer":
    case "duration":
      return readNumber(spec, text);
    case "boolean":
      return readBoolean(spec, text);
    case "choice":
      return spec.choices.includes(text)
        ? { ok: true, value: text }
        : refuse(`it must be one of ${spec.choices.join(", ")}${shown(spec, text)}`);
    case "list":
      return readList(spec, text.split(",").map((item) => item.trim()).filter((item) => item));
    case "string":
    case "path": {
      const problem = spec.refuse?.(text);
      if (problem === undefined) return { ok: true, value: text };
      return refuse(spec.secret || text === "" ? problem : `"${text}": ${problem}`);
    }
  }
}
