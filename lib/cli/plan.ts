/** How a computation is to be run: what a party proposes, and what follows from the agreed description. */
import { AgreementError, equal, UsageError, utf8 } from "../base/mod.ts";
import { SHARING_BUCKETS } from "../circuit/mod.ts";
import { sha256 } from "../crypto/mod.ts";
import { type ProgramFacts, showType } from "../garble/mod.ts";
import type { Parameters } from "../mpc/mod.ts";
import type { ComputeConfig } from "./config.ts";
import { timeLimits } from "./time_limits.ts";
import type { CompiledFacts, Description, Ticket } from "../session/mod.ts";

/** Most AND gates of a chunk: enough for buckets of three, and a bound on memory. */
export const CHUNK_ANDS = 393_216;

/** What the ticket of a preprocessing names in place of a program. */
export const NO_PROGRAM: Uint8Array<ArrayBuffer> = sha256(utf8("p2p-mpc preprocessing"));

/** Whether a ticket is for a preprocessing, and not for a computation. */
export function isForPreprocessing({ program }: Ticket): boolean {
  return equal(program, NO_PROGRAM);
}

/** What {@linkcode checkPlace} checks against the program. */
export interface Place {
  /** Own party number; undefined for a joiner that takes any. */
  readonly party: number | undefined;
  /** Number of parties that the user expects. */
  readonly parties: number | undefined;
  /** Number of the party that evaluates. */
  readonly evaluator: number;
}

/**
 * Checks the own number and the evaluator's, and that a ticket is for this program.
 *
 * @throws {UsageError} if the program has no such party.
 * @throws {AgreementError} if the ticket is for a program with another text.
 */
export function checkPlace(program: ProgramFacts, place: Place, invitation?: Ticket): void {
  const { parties, entry, parameters } = program;
  const { party, evaluator } = place;
  if (place.parties !== undefined && place.parties !== parties) {
    throw new UsageError(
      `Cannot compute: "${entry}" is for ${parties} parties, not ${place.parties}`,
      {
        hint: "give main one parameter for each party, or leave --parties out",
      },
    );
  }
  if (party !== undefined && party >= parties) {
    const names = parameters.map(({ name, type }, i) => `${i} (${name}: ${showType(type)})`);
    throw new UsageError(`Cannot take part: "${entry}" has no party ${party}`, {
      hint: `choose --party from ${names.join(", ")}`,
    });
  }
  if (parties < 2) {
    throw new UsageError(`Cannot compute: "${entry}" has ${parties} party, and needs two`, {
      hint: "give main one parameter for each party",
    });
  }
  if (evaluator >= parties) {
    throw new UsageError(`Cannot compute: there is no party ${evaluator} that could evaluate`, {
      hint: `--evaluator is a number from 0 to ${parties - 1}`,
    });
  }
  if (invitation !== undefined && !equal(invitation.program, program.programHash)) {
    throw new AgreementError("Cannot join the session: the ticket is for another program", {
      hint: "ask for the program file of the ticket's creator; it must be the same, byte for byte",
    });
  }
}

/** What a party may choose of its proposal. */
export type Choices = Pick<
  ComputeConfig,
  "constants" | "limits" | "evaluator" | "k" | "channel" | "stepTimeoutMs" | "totalTimeoutMs"
>;

/**
 * What this party proposes to the others; all must propose the same.
 *
 * @param stock session hash of the preprocessing that is to be used, if one is.
 */
export function proposal(
  program: ProgramFacts,
  config: Choices,
  stock?: Uint8Array<ArrayBuffer>,
): CompiledFacts {
  const { header } = program.circuit;
  return {
    entry: program.entry,
    compileOptions: { ...Object.fromEntries(config.constants), sharingBuckets: SHARING_BUCKETS },
    circuit: {
      digest: new Uint8Array(header.digest),
      gates: header.gates,
      ands: header.ands,
      outputs: header.outputs.length,
    },
    inputs: program.parameters.map(({ type, bits }) => ({ type: showType(type), bits })),
    outputType: showType(program.result),
    outputParties: program.parameters.map((_, party) => party),
    evaluator: config.evaluator,
    k: config.k,
    chunk: CHUNK_ANDS,
    limits: { ...config.limits, ...timeLimits(config) },
    channel: config.channel,
    ...(stock === undefined ? {} : { preprocessing: { kind: "use", sid: stock } }),
  };
}

/** The parameters of the protocol that the parties have signed. */
export function agreedParameters(description: Description): Parameters {
  const { roster, evaluator, outputParties, k, chunk } = description;
  return { parties: roster.length, evaluator, outputParties, k, chunk };
}
