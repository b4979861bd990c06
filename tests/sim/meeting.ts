/** A party that meets others over a node of its own, as `new` and `join` do: for tests and benchmarks. */
import type { LoadedFacts } from "../../lib/cli/loaded.ts";
import { type Choices, proposal } from "../../lib/party/mod.ts";
import { systemRng } from "../../lib/crypto/mod.ts";
import {
  directConnect,
  type Gate,
  generateIdentity,
  gossipLobby,
  type Node,
  openGate,
  startNode,
} from "../../lib/net/mod.ts";
import type { Observe } from "../../lib/observability/mod.ts";
import {
  type CompiledFacts,
  createTicket,
  decodeTicket,
  encodeTicket,
  judgeMessage,
  lobbyTopic,
  runSession,
  type Session,
  systemClock,
} from "../../lib/session/mod.ts";

/** Where a party sits, and what it will compute. */
export interface Seat {
  readonly node: Node;
  readonly gate: Gate;
  /** The node's address as the others know it, without its peer id. */
  readonly address: string;
  readonly program: LoadedFacts;
  readonly choices: Choices;
  readonly party: number;
  /** May exceed the number of inputs. */
  readonly parties: number;
  /** What is proposed otherwise than the choices say. */
  readonly facts?: Partial<CompiledFacts>;
  /** Time for each step of the meeting, in milliseconds. */
  readonly waitMs: number;
  /** Time for a lost link to come back, in milliseconds. */
  readonly reconnectMs?: number;
  /** Version that it says it runs. Default: one that only these parties run. */
  readonly engine?: string;
  readonly observe?: Observe;
  /** Takes the ticket of a session that is made. */
  readonly onTicket: (ticket: string) => void;
}

/** A node on a free port of 127.0.0.1, with its gate and its address without the peer id. */
export async function loopbackSeat(
  prepare: (node: Node) => void = () => {},
): Promise<Pick<Seat, "node" | "gate" | "address">> {
  const identity = await generateIdentity();
  const node = await startNode({ identity, listen: ["/ip4/127.0.0.1/tcp/0"] });
  prepare(node);
  const gate = await openGate(node, systemClock);
  return { node, gate, address: (node.addresses()[0] ?? "").replace(/\/p2p\/.*$/, "") };
}

/** Meets the others of the session of `ticketText`, or makes one. */
export async function meet(seat: Seat, ticketText: string | undefined): Promise<Session> {
  const { node, gate, address, program, choices, party, parties, waitMs, observe } = seat;
  const { engine = "test" } = seat;
  const random = (length: number): Uint8Array<ArrayBuffer> =>
    systemRng().fill(new Uint8Array(length));
  const hash = new Uint8Array(program.programHash);
  const ticket = ticketText !== undefined ? decodeTicket(ticketText, Date.now()) : createTicket({
    ...{ creator: node.peerId, addresses: [address], parties, program: hash },
    ...{ now: Date.now(), random },
  });
  const clock = systemClock;
  const lobby = gossipLobby({
    ...{ node, gate, topic: lobbyTopic(ticket) },
    judge: (from, bytes) => judgeMessage(ticket.creator, from, bytes),
  });
  const outputParties = Array.from({ length: parties }, (_, i) => i);
  const watched = observe === undefined ? {} : { observe };
  const patience = seat.reconnectMs === undefined ? {} : { reconnectMs: seat.reconnectMs };
  return await runSession({
    role: ticketText === undefined ? "create" : "join",
    ...{ ticket, party, program: hash, engine, waitMs, joinMs: waitMs },
    stepTimeoutMs: choices.stepTimeoutMs,
    ports: {
      lobby: {
        addresses: () => [address],
        dial: (peer, addresses) => lobby.dial(peer, addresses),
        publish: (bytes) => lobby.publish(bytes),
        path: (peer) => lobby.path(peer),
        tell: (peer, bytes) => lobby.tell(peer, bytes),
        listen: (handler) => lobby.listen(handler),
      },
      connect: directConnect({ node, gate, clock, ...patience, ...watched }),
      ...{ identity: node.identity, clock, random },
    },
    compile: () => Promise.resolve({ ...proposal(program, choices), outputParties, ...seat.facts }),
    consent: () => Promise.resolve(true),
    ...watched,
    ...(ticketText === undefined ? { onOpen: () => seat.onTicket(encodeTicket(ticket)) } : {}),
  });
}
