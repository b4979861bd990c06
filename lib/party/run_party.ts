/** One party of a computation over links that somebody else has made. */
import {
  decodeOutput,
  type FormattedText,
  type Outcome,
  type Program,
  readInput,
} from "../garble/mod.ts";
import { chooseKernels, type Kernels, systemRng } from "../crypto/mod.ts";
import { type Channel, compute, type Parameters } from "../mpc/mod.ts";
import type { Observe } from "../observability/mod.ts";
import { USUAL_K } from "./chunk_bits.ts";
import { CHUNK_ANDS, USUAL_CHOICES } from "./proposal.ts";

/** Arguments of {@linkcode runParty}. */
export interface PartyRun {
  /** The compiled program; every party has compiled the same text with the same constants. */
  readonly program: Program;
  /** Private, authenticated, ordered and reliable links to all other parties; says which party we are. */
  readonly channel: Channel;
  /**
   * 32 bytes that name this one computation: a hash of all that the parties have agreed on, with something
   * fresh from each of them. They must be the same for all and never be used twice.
   */
  readonly sid: Uint8Array;
  /** The own private input, as a text of the language or in another form. */
  readonly input: string | FormattedText;
  /** What differs from the usual parameters: party 0 evaluates, and everybody learns the result. */
  readonly parameters?: Partial<Omit<Parameters, "parties">>;
  /** Bulk operations; the fastest of this machine unless given. One instance serves one thread. */
  readonly kernels?: Kernels;
  /** Takes the progress. */
  readonly observe?: Observe;
}

/**
 * Runs one party from its input to the result. It stops at once when a check fails, and when `channel` fails: to
 * cancel, call its `abort`.
 *
 * @returns the result or the panic of the program; undefined for a party that is to learn nothing.
 * @throws {ProgramError} if the input does not fit the program; nothing has been sent then.
 * @throws {CheatingError} if another party has cheated; {@linkcode ProtocolError} if its messages are malformed;
 * {@linkcode ConnectionError} if a link is lost. The others have been told.
 * @throws {RangeError} if the parameters, `sid` or the channel do not fit each other.
 */
export async function runParty(run: PartyRun): Promise<Outcome | undefined> {
  const { program, channel, sid, observe } = run;
  const text = typeof run.input === "string"
    ? { format: "garble", text: run.input } as const
    : run.input;
  const input = readInput(program, channel.self, text);
  const { evaluator } = USUAL_CHOICES;
  const outputParties = program.parameters.map((_, party) => party);
  const usual = { evaluator, outputParties, k: USUAL_K, chunk: CHUNK_ANDS };
  const options = {
    ...{ channel, sid, rng: systemRng(), kernels: run.kernels ?? chooseKernels().kernels },
    parameters: { ...usual, ...run.parameters, parties: program.parties },
    ...(observe === undefined ? {} : { observe }),
  };
  try {
    const output = await compute(options, program.circuit, input);
    return output === undefined ? undefined : decodeOutput(program, output);
  } finally {
    input.fill(0);
  }
}
