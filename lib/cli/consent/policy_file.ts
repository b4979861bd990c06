/** The policy file: what an unattended party consents to. What it does not allow is refused. */
import { parseDocument } from "yaml";
import * as z from "zod";
import { UsageError } from "../../base/mod.ts";
import { messageOf } from "../report.ts";
import { suggest } from "../suggest.ts";
import type { System } from "../system.ts";
import { NOTE_BYTES_MAX } from "../text_file.ts";
import { yamlProblem } from "../yaml_problem.ts";

/** Most entries of a list. */
const LIST_MAX = 1024;

/** Bounds of a constant, both included. */
export interface ConstantBounds {
  /** Least value. */
  readonly min?: number | undefined;
  /** Largest value. */
  readonly max?: number | undefined;
}

/** A policy, with defaults filled in. Names are those of the keys in the file. */
export interface Policy {
  /** Digests of the programs that are allowed, as `sha256:…`. */
  readonly programs: readonly string[];
  /** Peers that may take part: peer ids, or the user's names for them. */
  readonly peers: readonly string[];
  /** Least number of parties. */
  readonly parties_min: number;
  /** The own number that is allowed; undefined: any. */
  readonly party?: number | undefined;
  /** Who may get the result: everybody, this party alone, or no more than these parties. */
  readonly outputs: "everybody" | "me" | readonly number[];
  /** Constants that are allowed, by name: a value as Garble literal, or bounds. */
  readonly constants: Readonly<Record<string, string | number | boolean | ConstantBounds>>;
  /** Most AND gates. */
  readonly max_and_gates?: number | undefined;
  /** Most bytes that this party sends, as estimated. */
  readonly max_bytes?: number | undefined;
  /** Most seconds that the session may take: its total time-out must not be longer. */
  readonly max_seconds?: number | undefined;
  /** Most sessions under this policy in any time of so many hours. */
  readonly runs?: { readonly most: number; readonly hours: number } | undefined;
  /** Times of day in UTC at which sessions may start, such as `08:00-18:00`. */
  readonly hours?: readonly string[] | undefined;
  /** Where the input is. */
  readonly input_file?: string | undefined;
  /** Where the result goes. */
  readonly output_file?: string | undefined;
  /** Whether the user is asked as well: always, if a party is not trusted, or never. */
  readonly confirm: "always" | "unknown" | "never";
}

const DIGEST = z.string().regex(
  /^sha256:[0-9a-f]{64}$/,
  "it is not of the form sha256:<64 digits>",
);
const TIMES = /^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$/;
const PARTY = z.int().min(0).max(63);

const SHAPE = {
  programs: z.array(DIGEST).max(LIST_MAX).default([]),
  peers: z.array(z.string().min(1).max(128)).max(LIST_MAX).default([]),
  parties_min: z.int().min(2).max(64).default(2),
  party: PARTY.optional(),
  outputs: z.union([z.literal("everybody"), z.literal("me"), z.array(PARTY).max(64)]).default([]),
  constants: z.record(
    z.string().max(64),
    z.union([
      z.string(),
      z.number(),
      z.boolean(),
      z.strictObject({ min: z.int().optional(), max: z.int().optional() }),
    ]),
  ).default({}),
  max_and_gates: z.int().min(0).optional(),
  max_bytes: z.int().min(0).optional(),
  max_seconds: z.number().min(0).optional(),
  runs: z.strictObject({ most: z.int().min(0), hours: z.number().positive() }).optional(),
  hours: z.array(z.string().regex(TIMES, "it is not of the form 08:00-18:00")).max(24).optional(),
  input_file: z.string().min(1).optional(),
  output_file: z.string().min(1).optional(),
  confirm: z.enum(["always", "unknown", "never"]).default("always"),
} as const;

function mistake(path: string, text: string, hint: string): UsageError {
  return new UsageError(`Cannot use the policy "${path}": ${text}`, { hint });
}

const EXAMPLE = "docs/CONSENT.md has an example with every key";

/** Reads a policy from its text; `path` serves the messages. @throws {UsageError} if it is none. */
export function parsePolicy(path: string, text: string): Policy {
  let found: unknown;
  try {
    const document = parseDocument(text, { prettyErrors: true });
    const [error] = document.errors;
    if (error !== undefined) throw error;
    found = document.toJS({ maxAliasCount: 0 });
  } catch (error) {
    throw mistake(path, yamlProblem(error), EXAMPLE);
  }
  const read = z.strictObject(SHAPE).safeParse(found ?? {});
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  if (issue?.code === "unrecognized_keys") {
    const [key = ""] = issue.keys;
    const near = suggest(key, Object.keys(SHAPE));
    const hint = near === undefined ? EXAMPLE : `did you mean "${near}"?`;
    throw mistake(path, `unknown key "${key}"`, hint);
  }
  throw mistake(path, `${issue?.path.join(".") || "the file"}: ${issue?.message}`, EXAMPLE);
}

/** Reads the policy file. @throws {UsageError} if it cannot be read, or is none. */
export async function readPolicy(
  path: string,
  system: Pick<System, "readTextFile">,
): Promise<Policy> {
  let text: string;
  try {
    text = await system.readTextFile(path, NOTE_BYTES_MAX);
  } catch (cause) {
    throw new UsageError(`Cannot read the policy "${path}": ${messageOf(cause)}`, {
      hint: `give the path of a YAML file; ${EXAMPLE}`,
    });
  }
  return parsePolicy(path, text);
}
