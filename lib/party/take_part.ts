/** A whole session: parties that meet over libp2p by a ticket, agree, and compute. */
import { exitCodeOf } from "../base/mod.ts";
import type { FormattedText, Outcome, Program } from "../garble/mod.ts";
import type { Observe } from "../observability/mod.ts";
import type { Description } from "../session/mod.ts";
import { agreedParameters } from "./proposal.ts";
import { runParty } from "./run_party.ts";

/** Arguments of {@linkcode takePart}. */
export interface Participation {
  /** The compiled program; every party has compiled the same text. */
  readonly program: Program;
  /** The own private input, as a text of the language or in another form. */
  readonly input: string | FormattedText;
  /** The ticket of the session to join; without it a session is made. */
  readonly ticket?: string;
  /** Gets the ticket of a session that is made: the others need it. It is a secret until the session is over. */
  readonly onTicket?: (ticket: string) => void;
  /** Own party number. Default: 0 for who makes the session, any that is free for who joins. */
  readonly party?: number;
  /** Called once all parties have agreed, before the input is used: whether to take part. */
  readonly consent: (description: Description) => boolean | Promise<boolean>;
  /** Key file of the own node, made when it is missing; without it every session has a new key. */
  readonly identityKeyPath?: string;
  /** Multiaddresses to listen on; any TCP port of all interfaces unless given. */
  readonly listen?: readonly string[];
  /** Time for the next party to join, in milliseconds. Default: 20 s. */
  readonly waitMs?: number;
  /**
   * Gets the receipt when the computation is over, also after a failure: JSON that `p2p-mpc verify` checks. It has what all have
   * agreed on and signed, and what the parties state of the end; those who say nothing for five seconds are not in it.
   */
  readonly onReceipt?: (receipt: string) => void;
  /** Takes events: notices, progress, log lines. */
  readonly observe?: Observe;
  /** Ends the session; the others are told. */
  readonly signal?: AbortSignal;
}

/**
 * Meets the other parties, agrees with them and computes. Parties of the command line may take part, too.
 *
 * @returns the result or the panic of the program; undefined for a party that is to learn nothing.
 * @throws {MpcError} one of its classes says what went wrong: who did not come, left, disagreed or cheated.
 */
export async function takePart(part: Participation): Promise<Outcome | undefined> {
  const { signal } = part;
  // Why here: who brings a channel of its own does not load the network.
  const { meetOnNode } = await import("./meet.ts");
  const { session: { sid, description }, channel, receipt, leave } = await meetOnNode(part);
  const stop = (): void => void channel.abort("it was stopped").catch(() => {});
  signal?.addEventListener("abort", stop);
  try {
    const run = { ...part, channel, sid, parameters: agreedParameters(description) };
    const outcome = await runParty(run).catch(async (error) => {
      part.onReceipt?.(await receipt(exitCodeOf(error)));
      throw error;
    });
    // Why also for nobody: the others wait for what this party states.
    const text = await receipt(0);
    part.onReceipt?.(text);
    return outcome;
  } finally {
    signal?.removeEventListener("abort", stop);
    await leave();
  }
}
