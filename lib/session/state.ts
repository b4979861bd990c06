/** State, events and effects of joining a session. Plain data: `step()` maps one to the next. */
import { AgreementError, LimitError, MpcError, toHex, UnreachableError } from "../base/mod.ts";
import {
  type Constant,
  type Description,
  type ProposedFacts,
  type RosterEntry,
  SESSION_VERSION,
} from "./description.ts";
import { type Abort, ANY_PARTY, type Hello, type Message, reasonText } from "./messages.ts";
import { joinProof, type Ticket } from "./ticket.ts";

/** What a party knows before it begins. */
export interface SessionConfig {
  /** Whether this party has made the ticket. */
  readonly role: "create" | "join";
  /** The ticket. */
  readonly ticket: Ticket;
  /** Own party number; a joiner may begin with {@linkcode ANY_PARTY}, and gets one with the roster. */
  readonly party: number;
  /** Own peer id. */
  readonly peer: string;
  /** Own addresses. */
  readonly addresses: readonly string[];
  /** Version of p2p-mpc. */
  readonly engine: string;
  /** 16 bytes, fresh for this run. */
  readonly nonce: Uint8Array<ArrayBuffer>;
  /** 16 bytes that others put in their proofs for us. */
  readonly challenge: Uint8Array<ArrayBuffer>;
  /** Constants that this party sets. */
  readonly constants: readonly Constant[];
  /** The parties that get the result, in ascending order, as the creator has chosen; undefined: everybody. */
  readonly outputParties: readonly number[] | undefined;
  /** Time for the next party to join, and for each later step, in milliseconds. */
  readonly waitMs: number;
  /** Time for the users to consent, in milliseconds. */
  readonly consentMs: number;
  /** Time for the first contact, in milliseconds; undefined for as long as it takes. */
  readonly joinMs: number | undefined;
  /** Whom this party dials. */
  readonly dials: Dials;
}

/**
 * Whom a party dials: everybody it meets, or, where others forward what is said, only the `creator` or
 * `nobody`. Then a connection that closes says nothing about the party at its other end.
 */
export type Dials = "everybody" | "creator" | "nobody";

/** Where a session stands; the phases follow each other in this order. */
export type SessionPhase =
  | "hello"
  | "compile"
  | "agree"
  | "consent"
  | "sign"
  | "mesh"
  | "start"
  | "running"
  | "failed";

/** A peer that has introduced itself. */
export interface Member {
  /** What it has said about itself. */
  readonly hello: Hello;
  /** It has proved to us that it knows the join secret; at the creator: it also has got its number. */
  readonly proven: boolean;
  /** When it was last heard, in milliseconds since 1970. */
  readonly heardAt: number;
}

/** A connection that was lost. */
export interface Loss {
  /** When that was, in milliseconds since 1970. */
  readonly since: number;
  /** Whether the peer is being dialled. */
  readonly isDialling: boolean;
  /** When it was dialled last, in milliseconds since 1970. */
  readonly dialledAt: number;
}

/** How often the own messages were said again since something has changed. */
export interface Repetition {
  /** When that was last, in milliseconds since 1970. */
  readonly at: number;
  /** The phase at that time. */
  readonly phase: SessionPhase;
  /** The number of members at that time. */
  readonly members: number;
  /** How often, in this phase and with as many members. */
  readonly times: number;
}

/** The state of a session. */
export interface SessionState {
  /** What was known before. */
  readonly config: SessionConfig;
  /** Where it stands. */
  readonly phase: SessionPhase;
  /** Other peers by peer id. */
  readonly members: ReadonlyMap<string, Member>;
  /** Nonces (hex) of those that were turned away, so that this is shown once. */
  readonly refused: ReadonlySet<string>;
  /** Nonces (hex) of those that said that they leave: their hellos, played again, count no more. */
  readonly left: ReadonlySet<string>;
  /** How peers are connected, in words, by peer id; who is not connected is not there. */
  readonly paths: ReadonlyMap<string, string>;
  /** What the user was told of that. */
  readonly toldPaths: ReadonlyMap<string, string>;
  /** Peers without whom the session cannot go on, and to whom there is no connection. */
  readonly lost: ReadonlyMap<string, Loss>;
  /** Whether somebody was met. */
  readonly contact: boolean;
  /** When waiting ends, in milliseconds since 1970. */
  readonly deadline: number | undefined;
  /** When it was last told whom this party waits for, in milliseconds since 1970. */
  readonly toldAt: number;
  /** When the own messages were said last, and how often without effect. */
  readonly said: Repetition;
  /** Why the creator could not be dialled last time. */
  readonly dialError: string | undefined;
  /** Whether the creator is to be dialled again. */
  readonly redial: boolean;
  /** The roster as the creator has announced it. */
  readonly announced: readonly RosterEntry[] | undefined;
  /** The roster once every entry is known to be right. */
  readonly roster: readonly RosterEntry[] | undefined;
  /** What this party proposes. */
  readonly facts: ProposedFacts | undefined;
  /** What all have agreed on and signed. */
  readonly description: Description | undefined;
  /** Session hash, 32 bytes. */
  readonly sid: Uint8Array<ArrayBuffer> | undefined;
  /** Canonical descriptions by party, also the own one. */
  readonly agreed: ReadonlyMap<number, Uint8Array<ArrayBuffer>>;
  /** The signature. */
  readonly signature: Uint8Array<ArrayBuffer> | undefined;
  /** Signatures received, by party. */
  readonly signatures: ReadonlyMap<number, Uint8Array<ArrayBuffer>>;
  /** Parties whose signature is right. */
  readonly verified: ReadonlySet<number>;
  /** Parties to which a direct link exists. */
  readonly linked: ReadonlySet<number>;
  /** Parties whose mesh is complete. */
  readonly ready: ReadonlySet<number>;
}

/** What happens to a session. */
export type SessionEvent =
  | { readonly kind: "start" }
  | { readonly kind: "tick" }
  | { readonly kind: "message"; readonly from: string; readonly message: Message }
  | { readonly kind: "peer"; readonly peer: string }
  | { readonly kind: "lost"; readonly peer: string }
  /** How a peer is connected, in words. */
  | { readonly kind: "path"; readonly peer: string; readonly path: string }
  | { readonly kind: "dialled"; readonly peer: string }
  | { readonly kind: "dialFailed"; readonly peer: string; readonly reason: string }
  | { readonly kind: "compiled"; readonly facts: ProposedFacts }
  | { readonly kind: "consented"; readonly yes: boolean }
  | { readonly kind: "signed"; readonly signature: Uint8Array<ArrayBuffer> }
  | { readonly kind: "verified"; readonly party: number; readonly valid: boolean }
  | { readonly kind: "linked"; readonly party: number }
  | { readonly kind: "meshed" }
  | { readonly kind: "ready"; readonly party: number }
  | { readonly kind: "linkEnded"; readonly text: string }
  /** Something of our own failed, or the user stopped it. */
  | { readonly kind: "failed"; readonly error: Error };

/** What a session asks of the outside. */
export type SessionEffect =
  /** Say a message to all unless it is said quietly, and directly to the connected ones among `peers`. */
  | {
    readonly kind: "say";
    readonly message: Message;
    readonly peers: readonly string[];
    readonly isQuiet?: true;
  }
  | { readonly kind: "dial"; readonly peer: string; readonly addresses: readonly string[] }
  | {
    readonly kind: "compile";
    readonly constants: readonly Constant[];
    readonly outputParties: readonly number[] | undefined;
    readonly roster: readonly RosterEntry[];
  }
  | { readonly kind: "consent"; readonly description: Description }
  | { readonly kind: "sign"; readonly bytes: Uint8Array<ArrayBuffer> }
  | {
    readonly kind: "verify";
    readonly party: number;
    readonly peer: string;
    readonly bytes: Uint8Array<ArrayBuffer>;
    readonly signature: Uint8Array<ArrayBuffer>;
  }
  | {
    readonly kind: "connect";
    readonly roster: readonly RosterEntry[];
    readonly sid: Uint8Array<ArrayBuffer>;
  }
  | { readonly kind: "announceReady" }
  | { readonly kind: "begin" }
  | { readonly kind: "notice"; readonly text: string }
  | { readonly kind: "fail"; readonly error: Error };

/** A state and the effects of getting there. */
export interface Step {
  /** The next state. */
  readonly state: SessionState;
  /** What to do, in order. */
  readonly effects: readonly SessionEffect[];
}

/** The state before the start. */
export function initialState(config: SessionConfig): SessionState {
  return {
    config,
    phase: "hello",
    members: new Map(),
    refused: new Set(),
    left: new Set(),
    paths: new Map(),
    toldPaths: new Map(),
    lost: new Map(),
    contact: false,
    deadline: undefined,
    toldAt: 0,
    said: { at: 0, phase: "hello", members: 0, times: 0 },
    dialError: undefined,
    redial: false,
    announced: undefined,
    roster: undefined,
    facts: undefined,
    description: undefined,
    sid: undefined,
    agreed: new Map(),
    signature: undefined,
    signatures: new Map(),
    verified: new Set(),
    linked: new Set(),
    ready: new Set(),
  };
}

/** No change, or a change without effects. */
export function stay(state: SessionState): Step {
  return { state, effects: [] };
}

/** Goes on from a step. */
export function chain(step: Step, next: (state: SessionState) => Step): Step {
  const { state, effects } = next(step.state);
  return { state, effects: [...step.effects, ...effects] };
}

/** A copy of `map` with one more entry. */
export function withEntry<K, V>(map: ReadonlyMap<K, V>, key: K, value: V): ReadonlyMap<K, V> {
  return new Map(map).set(key, value);
}

/** A hash short enough for a line. */
export function shortHash(hash: Uint8Array): string {
  return `${toHex(hash).slice(0, 16)}…`;
}

/** `party 1` or `parties 1, 2`. */
export function nameParties(parties: readonly number[]): string {
  return `${parties.length === 1 ? "party" : "parties"} ${parties.join(", ")}`;
}

/** How a peer is called before the roster is complete. */
export function nameHello({ party }: Hello): string {
  return party === ANY_PARTY ? "a party" : `party ${party}`;
}

/** All party numbers but the own one. */
export function otherParties({ party, ticket }: SessionConfig): number[] {
  return Array.from({ length: ticket.parties }, (_, index) => index)
    .filter((index) => index !== party);
}

/** The own messages that others may need, in order. */
export function ownMessages(state: SessionState): Message[] {
  const { config, announced, agreed, signature, sid } = state;
  const messages: Message[] = [ownHello(state)];
  if (config.role === "create" && announced !== undefined) {
    messages.push({ kind: "roster", entries: announced });
  }
  const description = agreed.get(config.party);
  if (description !== undefined) messages.push({ kind: "agree", description });
  if (signature !== undefined && sid !== undefined) {
    messages.push({ kind: "sign", sid, signature });
  }
  return messages;
}

/** Peers that may be connected directly: everybody met, and the creator. */
export function knownPeers({ config, members, announced }: SessionState): string[] {
  const peers = new Set([config.ticket.creator, ...members.keys()]);
  for (const { peer } of announced ?? []) peers.add(peer);
  peers.delete(config.peer);
  return [...peers];
}

/** The constants of all parties of a roster, in the order of the parties. */
export function allConstants(
  { config, members }: SessionState,
  roster: readonly RosterEntry[],
): readonly Constant[] {
  return roster.flatMap(({ peer }) =>
    peer === config.peer ? config.constants : members.get(peer)?.hello.constants ?? []
  );
}

/** Longest wait in the phase at hand, in milliseconds: people take longer than programs. */
export function phaseMs({ phase, config }: SessionState): number {
  return phase === "consent" || phase === "sign" ? config.consentMs : config.waitMs;
}

/** Says a message to all. */
export function say(state: SessionState, message: Message): SessionEffect & { kind: "say" } {
  return { kind: "say", message, peers: knownPeers(state) };
}

/** Ends the session with `error`, and tells the others why. */
export function fail(state: SessionState, error: Error): Step {
  const notice = say(state, {
    kind: "abort",
    nonce: state.config.nonce,
    exitCode: abortCode(error),
    reason: reasonOf(error),
  });
  const failed: SessionState = { ...state, phase: "failed", deadline: undefined };
  return { state: failed, effects: [notice, { kind: "fail", error }] };
}

function abortCode(error: Error): Abort["exitCode"] {
  if (error instanceof AgreementError) return 5;
  if (error instanceof LimitError) return 9;
  return error instanceof UnreachableError ? 4 : 7;
}

/** Ends the session with `error` without a word to the others. */
export function failQuietly(state: SessionState, error: MpcError): Step {
  const failed: SessionState = { ...state, phase: "failed", deadline: undefined };
  return { state: failed, effects: [{ kind: "fail", error }] };
}

/** What went wrong, as others are told: the text of an error that is not ours may hold anything. */
function reasonOf(error: Error): string {
  if (!(error instanceof MpcError)) return "an unexpected failure";
  return reasonText(error.message.replace(/^Cannot [^:]*: /, "")) || "it failed";
}

/** The own hello, with a proof for the sender of each of `hellos`; by default for everybody met. */
export function ownHello(
  { config, members }: SessionState,
  hellos: readonly Hello[] = [...members.values()].map(({ hello }) => hello),
): Hello {
  const { ticket, peer, outputParties } = config;
  const proofs = hellos.map(({ challenge }) => ({
    challenge,
    mac: joinProof(ticket, { peer, challenge }),
  }));
  return {
    kind: "hello",
    version: SESSION_VERSION,
    engine: config.engine,
    party: config.party,
    peer,
    addresses: config.addresses,
    nonce: config.nonce,
    program: ticket.program,
    constants: config.constants,
    ...(outputParties === undefined ? {} : { outputParties }),
    challenge: config.challenge,
    proofs,
  };
}
