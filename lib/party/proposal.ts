/** How a computation is to be run: what a party proposes, and what follows from the agreed description. */
import { SHARING_BUCKETS } from "../circuit/mod.ts";
import { COMPILE_LIMITS, type CompileLimits, type ProgramFacts, showType } from "../garble/mod.ts";
import type { Parameters, StockTerms } from "../mpc/mod.ts";
import type { Description, ProposedFacts } from "../session/mod.ts";
import { USUAL_K } from "./chunk_bits.ts";

/** Most AND gates of a chunk: enough for buckets of three, and a bound on memory. */
export const CHUNK_ANDS = 393_216;

/** What a party may choose of its proposal. All parties choose the same. */
export interface Choices {
  /** Texts of the external constants by `PARTY::NAME`. */
  readonly constants: ReadonlyMap<string, string>;
  /** Most of what compiling may use. */
  readonly limits: CompileLimits;
  /** Number of the party that evaluates. */
  readonly evaluator: number;
  /** SoftSpoken's k: bits of Δ that one tree of the OT extension serves; 1, 2, 4, 8, or as the creator chooses. */
  readonly k: number | undefined;
  /** How the parties talk: each with each, or over gossip that others forward. */
  readonly channel: "direct" | "gossip";
  /** Longest time without a word from a party that is waited for, in milliseconds. */
  readonly stepTimeoutMs: number;
  /** Longest time from the start to the result, in milliseconds; undefined: none. */
  readonly totalTimeoutMs: number | undefined;
}

/** What is proposed unless something else is chosen, on the command line too. */
export const USUAL_CHOICES: Choices = {
  constants: new Map(),
  limits: COMPILE_LIMITS,
  evaluator: 0,
  k: undefined,
  channel: "direct",
  stepTimeoutMs: 600_000,
  totalTimeoutMs: undefined,
};

/** The times on which all parties agree, as limits of the description. */
export function timeLimits(
  { stepTimeoutMs, totalTimeoutMs }: Pick<Choices, "stepTimeoutMs" | "totalTimeoutMs">,
): Readonly<Record<string, number>> {
  return { stepTimeoutMs, ...(totalTimeoutMs === undefined ? {} : { totalTimeoutMs }) };
}

/**
 * What this party proposes to the others; all must propose the same.
 *
 * `stock` is the preprocessing that is to be used, if one is, whose k is that of the session; `outputParties` get the
 * result, everybody if it is undefined.
 */
export function proposal(
  program: ProgramFacts,
  choices: Choices,
  { stock, outputParties }: {
    readonly stock?: Pick<StockTerms, "sid" | "k"> | undefined;
    readonly outputParties?: readonly number[] | undefined;
  } = {},
): ProposedFacts {
  const { header } = program.circuit;
  const k = stock?.k ?? choices.k;
  return {
    entry: program.entry,
    compileOptions: { ...Object.fromEntries(choices.constants), sharingBuckets: SHARING_BUCKETS },
    circuit: {
      digest: new Uint8Array(header.digest),
      gates: header.gates,
      ands: header.ands,
      outputs: header.outputs.length,
    },
    inputs: program.parameters.map(({ type, bits }) => ({ type: showType(type), bits })),
    outputType: showType(program.result),
    outputParties: outputParties ?? program.parameters.map((_, party) => party),
    evaluator: choices.evaluator,
    ...(k === undefined ? {} : { k }),
    chunk: CHUNK_ANDS,
    limits: { ...choices.limits, ...timeLimits(choices) },
    channel: choices.channel,
    ...(stock === undefined ? {} : { preprocessing: { kind: "use", sid: stock.sid } }),
  };
}

/** The parameters that a party would propose, with the usual k if none is named. */
export function parametersOf(
  { parties }: ProgramFacts,
  { evaluator, k, outputParties }: Pick<Choices, "evaluator" | "k"> & {
    readonly outputParties: readonly number[] | undefined;
  },
): Parameters {
  const everybody = Array.from({ length: parties }, (_, party) => party);
  return {
    ...{ parties, evaluator, outputParties: outputParties ?? everybody },
    ...{ k: k ?? USUAL_K, chunk: CHUNK_ANDS },
  };
}

/** A public constant of a session. */
export interface AgreedConstant {
  /** `PARTY::NAME`. */
  readonly name: string;
  /** Its value as Garble literal. */
  readonly value: string;
}

/** The constants on which the parties have agreed. */
export function constantsOf(
  { compileOptions }: Pick<Description, "compileOptions">,
): readonly AgreedConstant[] {
  return Object.entries(compileOptions).filter(([name]) => name.includes("::"))
    .map(([name, value]) => ({ name, value: String(value) }));
}

/** The parameters of the protocol that the parties have signed. */
export function agreedParameters(description: Description): Parameters {
  const { roster, evaluator, outputParties, k, chunk } = description;
  return { parties: roster.length, evaluator, outputParties, k, chunk };
}
