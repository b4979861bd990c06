/** How parties meet on a node: one of their own, or that of a caller. */
import { VERSION } from "../base/mod.ts";
import { systemRng } from "../crypto/mod.ts";
import type { Channel } from "../mpc/mod.ts";
import {
  answerProbe,
  directConnect,
  generateIdentity,
  gossipConnect,
  gossipLobby,
  linkProber,
  loadOrCreateIdentity,
  type Node,
  nodeGossip,
  openGate,
  startNode,
  type Verdict,
} from "../net/mod.ts";
import {
  createTicket,
  decodeTicket,
  encodeReceipt,
  encodeTicket,
  judgeMessage,
  lobbyTopic,
  type ProposedFacts,
  runSession,
  type Session,
  type SessionOptions,
  stateEnding,
  systemClock,
  type Ticket,
  Transcript,
} from "../session/mod.ts";
import { withChosenK } from "./chunk_bits.ts";
import { proposal, USUAL_CHOICES } from "./proposal.ts";
import type { Participation } from "./take_part.ts";

/** A session on a node of its own. */
export interface Meeting {
  /** The session. */
  readonly session: Session;
  /** Its channel; what goes over it is noted for the receipt. */
  readonly channel: Channel;
  /** The receipt of a computation that has ended with the exit code `outcome`; after 0 the others are told. */
  receipt(outcome: number): Promise<string>;
  /** Says goodbye and stops the node. */
  leave(): Promise<void>;
}

/** Time for each step of a meeting unless another is given, in milliseconds. */
const WAIT_MS = 20_000;

function random(length: number): Uint8Array<ArrayBuffer> {
  return systemRng().fill(new Uint8Array(length));
}

/** Starts a node and meets the others on it. Errors are those of `takePart`. */
export async function meetOnNode(part: Participation): Promise<Meeting> {
  const { identityKeyPath: path, listen = ["/ip4/0.0.0.0/tcp/0"], observe } = part;
  const identity = path === undefined ? await generateIdentity() : await loadOrCreateIdentity(path);
  const node = await startNode({
    ...{ identity, listen },
    ...(observe === undefined ? {} : { observe }),
  });
  try {
    const session = await meet(part, node);
    const transcript = new Transcript(session.channel);
    const clock = systemClock;
    const ending = { session, transcript, identity, clock, startedMs: clock.now() };
    return {
      ...{ session, channel: transcript },
      receipt: async (outcome) => encodeReceipt(await stateEnding(ending, outcome)),
      async leave(): Promise<void> {
        await session.close();
        await node.stop();
      },
    };
  } catch (error) {
    await node.stop();
    throw error;
  }
}

async function meet(part: Participation, node: Node): Promise<Session> {
  const { party, waitMs = WAIT_MS, signal, observe, consent, onTicket } = part;
  const now = systemClock.now();
  return await meetOn(node, {
    invitation: part.ticket === undefined ? undefined : decodeTicket(part.ticket, now),
    parties: part.program.parties,
    program: new Uint8Array(part.program.programHash),
    propose: (outputParties) => proposal(part.program, USUAL_CHOICES, { outputParties }),
    consent: async (description) => await consent(description),
    showTicket: (ticket) => onTicket?.(ticket),
    ...{ now, waitMs },
    ...(party === undefined ? {} : { party }),
    ...(observe === undefined ? {} : { observe }),
    ...(signal === undefined ? {} : { signal }),
  });
}

/** What a session leaves to who meets; the rest follows from the node and the ticket. */
export interface MeetOptions
  extends Omit<SessionOptions, "role" | "ticket" | "engine" | "ports" | "compile" | "onOpen"> {
  /** The ticket of the session to join; undefined: a new one is made and shown. */
  readonly invitation: Ticket | undefined;
  /** Number of parties of a new session. */
  readonly parties: number;
  /** The time at which a new ticket is made, in milliseconds since 1970. */
  readonly now: number;
  /** Time for the next party to join and for each later step, in milliseconds. */
  readonly waitMs: number;
  /** What this party proposes; the creator may have said who gets the result. */
  readonly propose: (outputParties: readonly number[] | undefined) => ProposedFacts;
  /** Shows the ticket of a new session. */
  readonly showTicket: (ticket: string) => void;
  /** Over what the messages of the protocol go. Default: direct. */
  readonly channel?: "direct" | "gossip";
  /** How long a lost connection may take to come back, in milliseconds. Default: that of `directConnect`. */
  readonly reconnectMs?: number;
}

/**
 * Meets the other parties on `node` and agrees with them; the creator shows its ticket first, and chooses k if it
 * proposes none.
 *
 * @throws {MpcError} as `runSession`.
 */
export async function meetOn(node: Node, options: MeetOptions): Promise<Session> {
  const { invitation, parties, now, propose, showTicket, channel, reconnectMs, ...rest } = options;
  const { program, observe, waitMs } = rest;
  const creator = invitation === undefined;
  const where = { creator: node.peerId, addresses: node.addresses() };
  const ticket = invitation ?? createTicket({ ...where, parties, program, now, random });
  const clock = systemClock;
  const { identity } = node;
  const told = observe === undefined ? {} : { observe };
  const gate = await openGate(node, clock);
  const judge = (from: string, bytes: Uint8Array): Verdict => {
    const verdict = judgeMessage(ticket.creator, from, bytes);
    // Why: a node in the middle has no ticket, and cannot be blamed for what it forwards.
    if (channel !== "gossip" || verdict === "accept") return verdict;
    return verdict === "forged" ? "wrong_author" : "unreadable";
  };
  const lobby = gossipLobby({ node, gate, topic: lobbyTopic(ticket), judge, ...told });
  const lasting = reconnectMs === undefined ? {} : { reconnectMs };
  const connect = channel === "gossip"
    ? gossipConnect({ gossip: nodeGossip(node), identity, clock, random, ...told })
    : directConnect({ node, gate, clock, ...lasting, ...told });
  if (!creator) await answerProbe(node, { asker: ticket.creator, clock });
  return await runSession({
    ...rest,
    role: creator ? "create" : "join",
    ...{ ticket, engine: VERSION, ports: { lobby, identity, connect, clock, random } },
    compile: async ({ outputParties, roster }, signal) => {
      const proposed = propose(outputParties);
      if (!creator) return proposed;
      const measure = linkProber({ node, clock, waitMs, signal });
      return await withChosenK(proposed, { roster, self: node.peerId, measure, observe });
    },
    ...(creator ? { onOpen: () => showTicket(encodeTicket(ticket)) } : {}),
  });
}
