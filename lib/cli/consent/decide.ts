/** Whether a party consents by what its flags say, must be asked, or does not take part. */
import { AgreementError, UsageError } from "../../base/mod.ts";
import { isPeerId, type PeerBook } from "../../net/mod.ts";
import type { Description, RosterEntry } from "../../session/mod.ts";
import type { ConsentConfig } from "../config_consent.ts";
import { digestText } from "../digest_text.ts";
import { messageOf } from "../report.ts";
import type { System } from "../system.ts";
import { NOTE_BYTES_MAX } from "../text_file.ts";

/** What follows from flags alone. */
export type FlagDecision =
  | { readonly kind: "consent"; readonly why: string }
  | { readonly kind: "ask"; readonly why: string };

/** What the flags are held against. */
export interface FlagCase {
  /** What all have agreed on. */
  readonly description: Description;
  /** Whether the program came from a file of this party. */
  readonly ownProgram: boolean;
  /** The peers of `--expect-peers`; undefined without the flag. */
  readonly expected: ReadonlySet<string> | undefined;
}

type Flags = Pick<ConsentConfig, "yes" | "verify" | "expectProgram" | "outputParties">;

/**
 * What the flags say; a user who was shown the program and wants it has named its digest. Who names the program, by its file or its digest, has consented to it while everybody gets the
 * result, or those whom the flags name. All else is asked.
 */
export function decideByFlags(
  { yes, verify, expectProgram, outputParties }: Flags,
  { description, ownProgram, expected }: FlagCase,
): FlagDecision {
  if (verify) return { kind: "ask", why: "--verify asks in any case" };
  if (!ownProgram && expectProgram === undefined) {
    return { kind: "ask", why: "the program is the creator's" };
  }
  if (yes && expectProgram !== undefined && expected !== undefined) {
    return { kind: "consent", why: "--yes, --expect-program and --expect-peers" };
  }
  // Why no comparison: whoever names output parties has proposed them, and all proposals are equal.
  const everybody = description.outputParties.length === description.roster.length;
  if (!everybody && outputParties === undefined) {
    return { kind: "ask", why: "not everybody gets the result" };
  }
  return { kind: "consent", why: ownProgram ? "--program" : "name of the program" };
}

/**
 * The command line must not say `--yes` to what it does not name.
 *
 * @throws {AgreementError} if it does.
 */
export function checkYes(
  { yes, expectProgram, expectPeers, policy }: ConsentConfig,
  ownProgram: Uint8Array | undefined,
): void {
  const named = expectProgram !== undefined &&
    (expectPeers !== undefined || policy !== undefined);
  if (!yes || named) return;
  const program = ownProgram === undefined ? "sha256:…" : digestText(ownProgram);
  throw new AgreementError("Cannot consent unasked: --yes does not say to what", {
    hint: `add --expect-program=${program}, and --expect-peers=<file> or --policy=<file>`,
  });
}

/**
 * The peer ids that a file names, by id or by the user's name for them, one a line; `#` begins a comment.
 *
 * @throws {UsageError} if the file cannot be read, or a line is neither.
 */
export async function readExpectedPeers(
  path: string,
  book: PeerBook,
  system: Pick<System, "readTextFile">,
): Promise<ReadonlySet<string>> {
  let text: string;
  try {
    text = await system.readTextFile(path, NOTE_BYTES_MAX);
  } catch (cause) {
    throw new UsageError(`Cannot read the expected peers "${path}": ${messageOf(cause)}`, {
      hint: "give a file with one peer id, or name of a peer, a line",
    });
  }
  const lines = text.split("\n").map((line) => line.replace(/#.*/, "").trim());
  const words = lines.filter((line) => line !== "");
  return new Set(words.map((word) => peerOf(word, book, `the expected peers "${path}"`)));
}

/** The peer id of a word: itself, or that of the peer to which the user gave this name. @throws {UsageError} */
export function peerOf(word: string, { peers }: PeerBook, where: string): string {
  if (isPeerId(word)) return word;
  const found = Object.entries(peers).filter(([, { alias }]) => alias === word);
  const [entry] = found;
  if (entry !== undefined && found.length === 1) return entry[0];
  const why = entry === undefined
    ? "no peer id, and no peer has this name"
    : "the name of several peers";
  throw new UsageError(`Cannot use ${where}: "${word}" is ${why}`, {
    hint: "`p2p-mpc peers list` shows the names, `peers alias` gives one",
  });
}

/** The other parties that are not expected. */
export function unexpected(
  roster: readonly RosterEntry[],
  self: number,
  expected: ReadonlySet<string>,
): readonly RosterEntry[] {
  return roster.filter(({ party, peer }) => party !== self && !expected.has(peer));
}
