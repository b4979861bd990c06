/** What a ticket is for, and whether a program and the own number fit it. */
import { AgreementError, equal, UsageError, utf8 } from "../base/mod.ts";
import { sha256 } from "../crypto/mod.ts";
import { type ProgramFacts, showType } from "../garble/mod.ts";
import type { Ticket } from "../session/mod.ts";
import { digestText } from "./digest_text.ts";

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
  /** The parties that are to get the result, if this party says so. */
  readonly outputParties: readonly number[] | undefined;
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
  const nobody = place.outputParties?.find((number) => number >= parties);
  if (nobody !== undefined) {
    throw new UsageError(`Cannot compute: there is no party ${nobody} that could get the result`, {
      hint: `--output-parties has numbers from 0 to ${parties - 1}`,
    });
  }
  if (invitation !== undefined && !equal(invitation.program, program.programHash)) {
    throw new AgreementError(
      "Cannot join the session: the ticket is for another program: " +
        `${digestText(invitation.program)} instead of our ${digestText(program.programHash)}`,
      { hint: otherProgramHint(program, invitation) },
    );
  }
}

/** What to do about a ticket for a program with another text. */
function otherProgramHint({ source: { text } }: ProgramFacts, { program }: Ticket): string {
  const turned = text.includes("\r\n")
    ? text.replaceAll("\r\n", "\n")
    : text.replaceAll("\n", "\r\n");
  return equal(sha256(utf8(turned)), program)
    ? "the files differ in their line ends alone (LF or CR LF); take those of the ticket's creator"
    : "ask for the program file of the ticket's creator; it must be the same, byte for byte";
}
