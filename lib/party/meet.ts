/** The meeting of a party that has its own node. */
import { VERSION } from "../base/mod.ts";
import { systemRng } from "../crypto/mod.ts";
import type { Channel } from "../mpc/mod.ts";
import {
  answerProbe,
  directConnect,
  generateIdentity,
  gossipLobby,
  linkProber,
  loadOrCreateIdentity,
  type Node,
  openGate,
  startNode,
} from "../net/mod.ts";
import {
  createTicket,
  decodeTicket,
  encodeReceipt,
  encodeTicket,
  judgeMessage,
  lobbyTopic,
  type Ports,
  runSession,
  type Session,
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
  const { party, waitMs = WAIT_MS, signal, observe, onTicket } = part;
  const program = new Uint8Array(part.program.programHash);
  const ticket = part.ticket === undefined
    ? newTicket(node, program, part.program.parties)
    : decodeTicket(part.ticket, systemClock.now());
  if (part.ticket !== undefined) {
    await answerProbe(node, { asker: ticket.creator, clock: systemClock });
  }
  return await runSession({
    role: part.ticket === undefined ? "create" : "join",
    ...{ ticket, program, engine: VERSION, ports: await portsOf(node, ticket) },
    compile: async ({ outputParties, roster }, stopped) => {
      const proposed = proposal(part.program, USUAL_CHOICES, { outputParties });
      if (part.ticket !== undefined) return proposed;
      const measure = linkProber({ node, clock: systemClock, waitMs, signal: stopped });
      return await withChosenK(proposed, { roster, self: node.peerId, measure, observe });
    },
    consent: async (description) => await part.consent(description),
    onOpen: () => {
      if (part.ticket === undefined) onTicket?.(encodeTicket(ticket));
    },
    ...(party === undefined ? {} : { party }),
    waitMs,
    ...(observe === undefined ? {} : { observe }),
    ...(signal === undefined ? {} : { signal }),
  });
}

function newTicket(node: Node, program: Uint8Array<ArrayBuffer>, parties: number): Ticket {
  const where = { creator: node.peerId, addresses: node.addresses() };
  return createTicket({ ...where, parties, program, now: systemClock.now(), random });
}

async function portsOf(node: Node, ticket: Ticket): Promise<Ports> {
  const clock = systemClock;
  const gate = await openGate(node, clock);
  const judge = (from: string, bytes: Uint8Array): ReturnType<typeof judgeMessage> =>
    judgeMessage(ticket.creator, from, bytes);
  const lobby = gossipLobby({ node, gate, topic: lobbyTopic(ticket), judge });
  const connect = directConnect({ node, gate, clock });
  return { lobby, connect, identity: node.identity, clock, random };
}
