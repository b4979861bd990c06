/** The question: shall the input be used? */
import { sanitizeLines } from "../../observability/mod.ts";
import type { System } from "../system.ts";
import type { Scene } from "./screen.ts";

const QUESTION = "> Use your input in this computation? [y/N/show program/trust <party>] ";

/** What the answers need. */
export interface AskContext {
  readonly system: System;
  /** Ends the wait for an answer. */
  readonly signal: AbortSignal;
  /** Remembers that the user trusts a peer. */
  readonly trust: (peer: string) => void;
}

/** Whether an answer is a yes. */
export function isYes(answer: string | undefined): boolean {
  return answer !== undefined && /^\s*y(es)?\s*$/i.test(answer);
}

/** Whether the user consents; undefined if there is nobody to ask, or the session is over. */
export async function askConsent(
  { description, program }: Scene,
  { system, signal, trust }: AskContext,
): Promise<boolean | undefined> {
  const say = (text: string): void => system.stderr.write(`> ${sanitizeLines(text, "    ")}\n`);
  while (true) {
    const answer = await system.ask(QUESTION, { signal });
    if (answer === undefined) return undefined;
    if (isYes(answer)) return true;
    const [verb = "", number] = answer.trim().toLowerCase().split(/\s+/);
    if (verb === "show") {
      say(`${program.source.name}:\n${program.source.text.trimEnd()}`);
    } else if (verb === "trust") {
      const entry = description.roster.find(({ party }) => String(party) === number);
      if (entry === undefined) say(`there is no party ${number ?? "without a number"}`);
      else {
        trust(entry.peer);
        say(`party ${entry.party} is trusted from now on`);
      }
    } else return false;
  }
}
