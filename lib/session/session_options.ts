/** What a session is given. */
import { AgreementError, CredentialError, equal, UsageError } from "../base/mod.ts";
import type { Observe } from "../observability/mod.ts";
import type { Constant, Description, ProposedFacts, RosterEntry } from "./description.ts";
import { isParty } from "./messages.ts";
import type { Ports } from "./ports.ts";
import { type Dials, shortHash } from "./state.ts";
import type { Ticket } from "./ticket.ts";

/** What is compiled for: the constants of all parties. */
export interface CompileRequest {
  /** Constants of all parties. */
  readonly constants: readonly Constant[];
  /** The parties that get the result, in ascending order, if the creator has chosen; else everybody does. */
  readonly outputParties: readonly number[] | undefined;
  /** The parties in ascending order. */
  readonly roster: readonly RosterEntry[];
}

/** Arguments of {@linkcode runSession}. */
export interface SessionOptions {
  /** Whether this party has made the ticket. */
  readonly role: "create" | "join";
  /** The ticket. */
  readonly ticket: Ticket;
  /** Own party number. Default: 0 for the creator, any that is free for a joiner. */
  readonly party?: number;
  /** SHA-256 of the own program's source, 32 bytes. */
  readonly program: Uint8Array<ArrayBuffer>;
  /** Version of p2p-mpc: all parties need the same. */
  readonly engine: string;
  /** Constants that this party sets; their owner is `party`, which must be given then. Default: none. */
  readonly constants?: readonly Constant[];
  /** Time for the next party to join and for each later step, in ms. Default: 20 s. */
  readonly waitMs?: number;
  /** The parties that get the result, in ascending order, as the creator chooses. Default: everybody. */
  readonly outputParties?: readonly number[];
  /** Time for the users of all parties to consent, in ms. Default: 5 minutes. */
  readonly consentMs?: number;
  /** Time for the first contact, in ms. Default: no limit for `create`, `waitMs` for `join`. */
  readonly joinMs?: number;
  /** Longest time without progress of a call of the channel, in ms. Default: 10 minutes. */
  readonly stepTimeoutMs?: number;
  /** Whom this party dials. Default: everybody. */
  readonly dials?: Dials;
  /**
   * Bytes that are going to pass between this party and another one, both directions together. A relay
   * that does not let so many pass ends the session before its start. Default: nothing is checked.
   */
  readonly linkBytes?: (description: Description, party: number) => number;
  /** The outside. */
  readonly ports: Ports;
  /** Takes the events. */
  readonly observe?: Observe;
  /** Ends the session; the others are told. */
  readonly signal?: AbortSignal;
  /**
   * Called once everybody's constants are known. What it throws ends the session. Who leaves k open takes that of the
   * creator, who must not. The signal aborts when the session fails.
   */
  readonly compile: (request: CompileRequest, signal: AbortSignal) => Promise<ProposedFacts>;
  /** Called once all parties have the same description, before this party signs. The signal aborts when the session fails. */
  readonly consent: (description: Description, signal: AbortSignal) => Promise<boolean>;
  /** Called after the opening lines and before the wait: the place to print the ticket. */
  readonly onOpen?: () => void;
}

/**
 * Checks what can be checked before anybody is met.
 *
 * @throws {UsageError} if the party number does not exist.
 * @throws {AgreementError} if the ticket is for another program.
 * @throws {CredentialError} if the own key is the creator's.
 */
export function checkOptions({ role, ticket, party, program, ports }: SessionOptions): void {
  if (party !== undefined && !isParty(party, ticket.parties)) {
    throw new UsageError(`Cannot take part: there is no party ${party}`, {
      hint: `this session has the numbers 0 to ${ticket.parties - 1}: --party=0`,
    });
  }
  const own = ports.identity.peerId === ticket.creator;
  if (role === "create" && !own) throw new TypeError("A ticket must name its creator");
  if (role === "join" && own) {
    throw new CredentialError(
      "Cannot join the session: its creator has the same peer id; both use the same key?",
      { hint: "give each party its own key, with --identity-key-path or without any" },
    );
  }
  if (equal(program, ticket.program)) return;
  throw new AgreementError(
    `Cannot join the session: we use program ${shortHash(program)} and the creator ` +
      shortHash(ticket.program),
    { hint: "all parties need the same program file, byte for byte" },
  );
}
