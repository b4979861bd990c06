/** What a party agrees to, where its input comes from, and where the result goes. */
import { UsageError } from "../base/mod.ts";
import { type OptionKey, type Settings, specOf } from "./options.ts";
import type { ResolvedSettings } from "./settings.ts";

/** Where the private input of a party is. */
export type InputSource =
  | {
    readonly kind: "text";
    readonly text: string;
    /** Whether it stands in the list of processes. */
    readonly exposed: boolean;
  }
  /** A file; `-` is standard input. */
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "environment"; readonly name: string }
  /** The user is asked. */
  | { readonly kind: "prompt" };

/** To what a party consents, and what becomes of the result. */
export interface ConsentConfig {
  /** Own private input, or where it is. */
  readonly input: InputSource;
  /** The parties that get the result, in ascending order; undefined: those that the creator names. */
  readonly outputParties: readonly number[] | undefined;
  /** File for the result; undefined: it is shown. */
  readonly outputFile: string | undefined;
  /** File for the receipt; undefined: none is written. */
  readonly receipt: string | undefined;
  /** End before the network is used. */
  readonly dryRun: boolean;
  /** Consent unasked. */
  readonly yes: boolean;
  /** Ask in any case. */
  readonly verify: boolean;
  /** Digest of the program that the user expects, such as `sha256:9b3e…`. */
  readonly expectProgram: string | undefined;
  /** File that names the peers that may take part. */
  readonly expectPeers: string | undefined;
  /** File with the standing consent. */
  readonly policy: string | undefined;
  /** One JSON object for each event, on standard output. */
  readonly json: boolean;
}

/** The input, of which one source may be named. */
const SOURCES = ["input", "inputFile", "inputEnv"] as const satisfies readonly OptionKey[];

function inputSource({ settings, sources }: ResolvedSettings, mayAsk: boolean): InputSource {
  const given = SOURCES.filter((key) => settings[key] !== undefined);
  if (given.length > 1) {
    const flags = given.map((key) => `"--${specOf(key).name}"`).join(" and ");
    throw new UsageError(`Cannot take the input: ${flags} are given`, {
      hint: "leave all but one out; flags, the environment and the config file count",
    });
  }
  const { input, inputFile, inputEnv } = settings;
  if (inputFile !== undefined) return { kind: "file", path: inputFile };
  if (inputEnv !== undefined) return { kind: "environment", name: inputEnv };
  if (input !== undefined) return { kind: "text", text: input, exposed: sources.input === "flag" };
  if (mayAsk) return { kind: "prompt" };
  throw missingInput();
}

/** The error when there is no input, and nobody to ask. */
export function missingInput(): UsageError {
  return new UsageError('Cannot start a computation: "--input" is missing', {
    hint: "name a file with --input-file (- is stdin) or a variable with --input-env, or add " +
      "--input=<Garble literal>, which others can see in the process list",
  });
}

function outputParties({ outputParties: text }: Settings): readonly number[] | undefined {
  if (text === undefined) return undefined;
  return [...new Set(text.split(",").map(Number))].sort((a, b) => a - b);
}

/**
 * The consent, input and result of `new` and `join`.
 *
 * @param interactive somebody sits at a terminal, who can be asked.
 * @throws {UsageError} if the input is missing or given twice.
 */
export function consentConfig(resolved: ResolvedSettings, interactive: boolean): ConsentConfig {
  const { settings } = resolved;
  const { outputFile, receipt, dryRun, yes, verify, expectProgram, expectPeers, policy, json } =
    settings;
  return {
    // Why a policy: it may name the file of the input.
    input: inputSource(resolved, interactive || policy !== undefined),
    outputParties: outputParties(settings),
    ...{ outputFile, receipt, dryRun, yes, verify, expectProgram, expectPeers, policy, json },
  };
}
