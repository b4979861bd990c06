/** What a party sees before its input is used. */
import { shortPeer, sizeText, toHex } from "../../base/mod.ts";
import { showType } from "../../garble/mod.ts";
import type { PeerBook, Reputation } from "../../net/mod.ts";
import { type Description } from "../../session/mod.ts";
import { estimate } from "../estimate.ts";
import { type LoadedFacts, signatureOf } from "../loaded.ts";
import { agreedParameters, constantsOf } from "../../party/mod.ts";

/** An agreed session as one party sees it. */
export interface Scene {
  /** What all have agreed on. */
  readonly description: Description;
  /** Its hash. */
  readonly sid: Uint8Array;
  /** Own party number. */
  readonly self: number;
  /** The program that was compiled. */
  readonly program: LoadedFacts;
  /** Whether it came from a file of this party. */
  readonly ownProgram: boolean;
  /** What is remembered of peers. */
  readonly reputation: Pick<Reputation, "standing" | "book">;
  /** Words that are the same for all. */
  readonly words: readonly string[];
}

/** What this party knows of a peer, in words; undefined if it has never met it. */
export function acquaintance(
  peer: string,
  reputation: Pick<Reputation, "standing" | "book">,
): string | undefined {
  const record: PeerBook["peers"][string] | undefined = reputation.book().peers[peer];
  if (record === undefined) return undefined;
  const trusted = reputation.standing(peer) === "trusted";
  const known = trusted ? "trusted" : "seen before";
  return record.alias === undefined ? known : `"${record.alias}", ${known}`;
}

/** Who gets the result. */
export function outputsText({ outputParties, roster }: Description): string {
  if (outputParties.length === roster.length) return "everybody";
  return `${outputParties.length === 1 ? "party" : "parties"} ${outputParties.join(", ")} alone`;
}

/** The lines of the screen. */
export function screenLines(scene: Scene): string[] {
  const { description, sid, self, program, ownProgram, words } = scene;
  const cost = estimate(program.circuit.header, agreedParameters(description))[self];
  const costText = cost === undefined
    ? ""
    : `, you send about ${sizeText(cost.sentBytes)} and need about ${
      sizeText(cost.memoryBytes)
    } of memory`;
  const ands = description.circuit.ands.toLocaleString("en-US");
  const constants = constantsOf(description).map(({ name, value }) => `${name} = ${value}`);
  return [
    `session ${toHex(sid).slice(0, 16)}…, program sha256:${toHex(description.program)} ` +
    `(${ownProgram ? `the same as "${program.source.name}"` : "not from a file of yours"})`,
    `  ${signatureOf(program)}; ${ands} AND gates${costText}`,
    ...(constants.length === 0 ? [] : [`  constants: ${constants.join(", ")}`]),
    ...rosterLines(scene),
    `  the result goes to ${outputsText(description)}`,
    ...warningsOf(scene).map((text) => `  note: ${text}`),
    `  verify words: ${words.join(" ")}`,
  ];
}

function rosterLines({ description, self, program, reputation }: Scene): string[] {
  return description.roster.map(({ party, peer }) => {
    const who = party === self ? "you" : acquaintance(peer, reputation) ?? "NEW, never seen";
    const parameter = program.parameters[party];
    const input = parameter === undefined
      ? "no input"
      : `input ${parameter.name}: ${showType(parameter.type)}`;
    return `  party ${party}  ${shortPeer(peer)}  ${who}  ${input}`;
  });
}

/** What may surprise somebody who consents. */
export function warningsOf({ description, self, program, reputation }: Scene): string[] {
  const { roster, outputParties } = description;
  const all = outputParties.length === roster.length;
  const strangers = all ? [] : roster.filter(({ party, peer }) => {
    return party !== self && outputParties.includes(party) &&
      acquaintance(peer, reputation) === undefined;
  });
  const learners = outputParties.filter((party) => party !== self);
  const { copies } = program;
  return [
    ...(copies === undefined || (learners.length === 0 && copies !== self)
      ? []
      : [`the result is the input of party ${copies} itself`]),
    ...(roster.length === 2 && learners.length > 0
      ? ["with two parties the result may tell each the other's input; a sum does"]
      : []),
    ...strangers.map(({ party }) => `party ${party} gets the result, and you have never seen it`),
    ...(outputParties.includes(self) ? [] : ["you do not get the result"]),
  ];
}
