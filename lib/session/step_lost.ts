/**
 * Connections that are lost before the protocol runs. They are made again for a short while: a network, or a machine
 * that does too much at once, breaks them without anybody's ill will.
 */
import { ConnectionError } from "../base/mod.ts";
import {
  fail,
  type SessionEffect,
  type SessionState,
  stay,
  type Step,
  withEntry,
} from "./state.ts";
import { REPEAT_MS } from "./repeat.ts";
import { forget } from "./step_hello.ts";

/** Time for a connection to come back, in milliseconds; an attempt that has begun by then may still succeed. */
const LOST_MS = 5000;

/** A party without which the session cannot go on. */
interface Needed {
  readonly addresses: readonly string[];
  /** What is said when it does not come back. */
  readonly text: string;
}

function needed({ config, roster }: SessionState, peer: string): Needed | undefined {
  const { role, ticket } = config;
  if (roster === undefined) {
    if (role === "create" || peer !== ticket.creator) return undefined;
    const text = "Cannot join the session: lost the connection to its creator";
    return { addresses: ticket.addresses, text };
  }
  const entry = roster.find((candidate) => candidate.peer === peer);
  if (entry === undefined) return undefined;
  const text = `Cannot start the session: lost the connection to party ${entry.party}`;
  return { addresses: entry.addresses, text };
}

/** The last connection to a peer is closed. */
export function onLost(state: SessionState, peer: string, now: number): Step {
  const { config, lost, roster } = state;
  if (config.dials !== "everybody" || lost.has(peer)) return stay(state);
  const party = needed(state, peer);
  if (party === undefined) {
    return roster === undefined ? forget(state, peer, "the connection was lost") : stay(state);
  }
  const more = withEntry(lost, peer, { since: now, isDialling: true, dialledAt: now });
  const { addresses } = party;
  return { state: { ...state, lost: more }, effects: [{ kind: "dial", peer, addresses }] };
}

/** There is a connection to a peer. */
export function found(state: SessionState, peer: string): SessionState {
  if (!state.lost.has(peer)) return state;
  const lost = new Map(state.lost);
  lost.delete(peer);
  return { ...state, lost };
}

/** A lost peer was not reached this time. */
export function notFound(state: SessionState, peer: string): SessionState {
  const entry = state.lost.get(peer);
  if (entry === undefined) return state;
  return { ...state, lost: withEntry(state.lost, peer, { ...entry, isDialling: false }) };
}

/** Ends the session when somebody has been lost for too long. */
export function giveUp(state: SessionState, now: number): Step {
  for (const [peer, { since, isDialling }] of state.lost) {
    const party = needed(state, peer);
    if (party !== undefined && !isDialling && now - since >= LOST_MS) {
      return fail(state, new ConnectionError(party.text));
    }
  }
  return stay(state);
}

/** Dials those who are lost once more. */
export function dialLost(state: SessionState, now: number): Step {
  if (state.lost.size === 0) return stay(state);
  const effects: SessionEffect[] = [];
  const lost = new Map(state.lost);
  for (const [peer, entry] of lost) {
    const party = needed(state, peer);
    const isEarly = entry.isDialling || now < entry.dialledAt + REPEAT_MS;
    if (party === undefined || isEarly) continue;
    lost.set(peer, { ...entry, isDialling: true, dialledAt: now });
    effects.push({ kind: "dial", peer, addresses: party.addresses });
  }
  return { state: { ...state, lost }, effects };
}
