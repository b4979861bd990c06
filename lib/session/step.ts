/**
 * The reducer of a session: `step(state, event, now)` gives the next state and what to do. It reads no
 * clock, keeps nothing between calls, and bears events that come twice or in any order.
 *
 * Security: nothing of the input is used before phase `running`, and that is reached only when every
 * party has signed the same description and has announced a complete mesh. The creator decides who
 * gets which number; everybody checks proofs, roster and signatures on his own.
 */
import {
  AgreementError,
  ConnectionError,
  equal,
  LimitError,
  UnreachableError,
} from "../base/mod.ts";
import type { RosterEntry } from "./description.ts";
import type { Abort, Message } from "./messages.ts";
import {
  chain,
  fail,
  failQuietly,
  nameHello,
  nameParties,
  otherParties,
  phaseMs,
  type SessionEffect,
  type SessionEvent,
  type SessionState,
  stay,
  type Step,
  withEntry,
} from "./state.ts";
import {
  onAgree,
  onCompiled,
  onConsented,
  onLinked,
  onLinkEnded,
  onMeshed,
  onReady,
  onSign,
  onSigned,
  onVerified,
} from "./step_agree.ts";
import { isRepeatDue, repeat, repeatSoon } from "./repeat.ts";
import { dialLost, found, giveUp, notFound, onLost } from "./step_lost.ts";
import {
  contactNotice,
  forgetSilent,
  leave,
  missingParties,
  missingText,
  onHello,
  onRefuse,
  onRoster,
} from "./step_hello.ts";

/** Time after which a wait is told, and between two times that it is. */
const TELL_MS = 10_000;

/** Next state and effects. `now` is in milliseconds since 1970 and never falls. */
export function step(state: SessionState, event: SessionEvent, now: number): Step {
  if (state.phase === "failed") return stay(state);
  if (state.phase === "running") return afterStart(state, event, now);
  switch (event.kind) {
    case "start":
      return onStart(state, now);
    case "tick":
      return onTick(state, now);
    case "message":
      return onMessage(state, event.from, event.message, now);
    case "peer":
      return repeatSoon(found(state, event.peer), now);
    case "lost":
      return onLost(state, event.peer, now);
    case "dialled":
      return onDialled(found(state, event.peer), event.peer, now);
    case "dialFailed":
      return onDialFailed(notFound(state, event.peer), event.peer, event.reason);
    case "compiled":
      return onCompiled(state, event.facts, now);
    case "consented":
      return onConsented(state, event.yes, now);
    case "signed":
      return onSigned(state, event.signature, now);
    case "verified":
      return onVerified(state, event.party, event.valid, now);
    case "linked":
      return onLinked(state, event.party);
    case "path":
      return stay({ ...state, paths: withEntry(state.paths, event.peer, event.path) });
    case "meshed":
      return onMeshed(state, now);
    case "ready":
      return onReady(state, event.party, now);
    case "linkEnded":
      return onLinkEnded(state, event.text);
    case "failed":
      return fail(state, event.error);
  }
}

/** While the computation runs only late joiners are answered. */
function afterStart(state: SessionState, event: SessionEvent, now: number): Step {
  if (event.kind !== "message" || event.message.kind !== "hello") return stay(state);
  if (state.config.role !== "create") return stay(state);
  return onHello(state, event.from, event.message, now);
}

function onStart(state: SessionState, now: number): Step {
  const { role, ticket, joinMs, waitMs } = state.config;
  if (role === "create") {
    const text = `waiting for peers to join us... (0/${ticket.parties - 1})`;
    const deadline = joinMs === undefined ? undefined : now + joinMs;
    const effects: SessionEffect[] = [{ kind: "notice", text }];
    return chain({ state: { ...state, deadline }, effects }, (next) => repeat(next, now));
  }
  const waiting = { ...state, deadline: now + (joinMs ?? waitMs) };
  const effects: SessionEffect[] = state.config.dials === "nobody"
    ? [{ kind: "notice", text: "looking for the other parties over gossip..." }]
    : [{ kind: "notice", text: "trying to connect to 1 peer..." }, dialCreator(state)];
  return chain({ state: waiting, effects }, (next) => repeat(next, now));
}

function dialCreator({ config }: SessionState): SessionEffect {
  const { creator, addresses } = config.ticket;
  return { kind: "dial", peer: creator, addresses };
}

function onDialled(state: SessionState, peer: string, now: number): Step {
  const { config, contact } = state;
  const met: SessionState = { ...state, dialError: undefined };
  if (peer !== config.ticket.creator || contact) return repeatSoon(met, now);
  const next: SessionState = { ...met, contact: true, deadline: now + config.waitMs };
  return chain({ state: next, effects: contactNotice(config) }, (after) => repeatSoon(after, now));
}

function onDialFailed(state: SessionState, peer: string, reason: string): Step {
  const isLost = state.lost.has(peer);
  if (isLost || peer !== state.config.ticket.creator) return stay(state);
  return stay({ ...state, dialError: reason, redial: true });
}

function onTick(state: SessionState, now: number): Step {
  if (state.deadline !== undefined && now >= state.deadline) {
    if (state.phase === "consent") return onSilence(state);
    return fail(state, new UnreachableError(timeoutText(state), { hint: timeoutHint(state) }));
  }
  const given = giveUp(state, now);
  if (given.effects.length > 0) return given;
  return chain(chain(tellWait(state, now), (told) => dialLost(told, now)), (told) => {
    if (!isRepeatDue(told, now)) return stay(told);
    return chain(forgetSilent(told, now), (next) => sayAgain(next, now));
  });
}

/** Nobody has answered the question of this party. */
function onSilence(state: SessionState): Step {
  const seconds = state.config.consentMs / 1000;
  const text = `Cannot start the session: no consent by this party within ${seconds} s`;
  return fail(state, new AgreementError(text, { hint: "--consent-timeout gives more time" }));
}

/** Tells now and then whom this party waits for, and for what. */
function tellWait(state: SessionState, now: number): Step {
  const text = now - state.toldAt < TELL_MS ? undefined : waitText(state, now);
  if (text === undefined) return stay(state);
  return { state: { ...state, toldAt: now }, effects: [{ kind: "notice", text }] };
}

function waitText(state: SessionState, now: number): string | undefined {
  const { config, contact, deadline } = state;
  const { whom, what } = awaited(state);
  if (deadline === undefined || whom.length === 0) return undefined;
  const ms = now - (deadline - (contact ? phaseMs(state) : config.joinMs ?? config.waitMs));
  if (!contact) {
    const isSilent = config.role === "join" && config.dials !== "nobody" && ms >= TELL_MS;
    const why = state.dialError ?? (isSilent ? "no answer" : undefined);
    return why && `no connection yet to ${config.ticket.creator}: ${why}; trying again...`;
  }
  if (ms < TELL_MS) return undefined;
  return `waiting ${Math.floor(ms / 1000)} s for ${nameParties(whom)} to ${what}`;
}

function sayAgain(state: SessionState, now: number): Step {
  const again = repeat(state, now);
  if (!state.redial) return again;
  const next = { ...again.state, redial: false };
  return { state: next, effects: [dialCreator(state), ...again.effects] };
}

/** Whom and what the current phase waits for. */
interface Awaited {
  readonly whom: readonly number[];
  readonly what: string;
}

function awaited(state: SessionState): Awaited {
  const { agreed, config, linked, ready, verified } = state;
  const without = (done: { has(party: number): boolean }, what: string): Awaited => {
    return { whom: otherParties(config).filter((party) => !done.has(party)), what };
  };
  switch (state.phase) {
    case "hello":
      return { whom: missingParties(state), what: "join" };
    case "agree":
      return without(agreed, "compile the program and say what is agreed");
    case "sign":
      return without(verified, "consent and sign");
    case "mesh":
      return without(linked, "connect");
    case "start":
      return without(ready, "be ready");
    default:
      return { whom: [], what: "" };
  }
}

function timeoutText(state: SessionState): string {
  const { whom, what } = awaited(state);
  const seconds = phaseMs(state) / 1000;
  switch (state.phase) {
    case "agree":
    case "sign":
    case "mesh":
    case "start":
      return `Cannot start the session: waited ${seconds} s for ${nameParties(whom)} to ${what}`;
    default:
      return state.contact || state.dialError === undefined
        ? `Cannot start the session: ${missingText(state)}`
        : `Cannot join the session: ${missingText(state)}: ` +
          `no connection to ${state.config.ticket.creator}: ${state.dialError}`;
  }
}

function timeoutHint({ phase, config }: SessionState): string {
  if (phase === "sign") {
    return "see what the other parties say; --consent-timeout gives them longer";
  }
  if (phase !== "hello") return "see what the other parties say; --wait-time gives them longer";
  return config.role === "create"
    ? "send the ticket to all others; --wait-time gives them longer"
    : "is the one who made the ticket still waiting? --wait-time gives the others longer";
}

function onMessage(state: SessionState, from: string, message: Message, now: number): Step {
  const fromCreator = from === state.config.ticket.creator;
  switch (message.kind) {
    case "hello":
      return onHello(state, from, message, now);
    case "roster":
      return fromCreator ? onRoster(state, message.entries, now) : stay(state);
    case "refuse":
      return fromCreator && state.config.role === "join" ? onRefuse(state, message) : stay(state);
    case "abort":
      return onAbort(state, from, message);
    case "agree":
    case "sign": {
      const entry = entryOf(state, from);
      if (entry === undefined) return stay(state);
      return message.kind === "agree"
        ? onAgree(state, entry, message, now)
        : onSign(state, entry, message);
    }
  }
}

/** The roster entry of another party. */
function entryOf({ config, roster }: SessionState, peer: string): RosterEntry | undefined {
  return peer === config.peer ? undefined : roster?.find((entry) => entry.peer === peer);
}

function onAbort(state: SessionState, from: string, { nonce, reason, exitCode }: Abort): Step {
  const member = state.members.get(from);
  if (member === undefined || !equal(member.hello.nonce, nonce)) return stay(state);
  const needed = state.roster === undefined
    ? from === state.config.ticket.creator
    : entryOf(state, from) !== undefined;
  if (!needed) return state.roster === undefined ? leave(state, from, reason) : stay(state);
  const seated = entryOf(state, from);
  const who = seated === undefined ? nameHello(member.hello) : `party ${seated.party}`;
  const text = `Cannot start the session: ${who} left: ${reason}`;
  // Everybody ends for the same reason, whoever noticed it first.
  const Reason = {
    4: UnreachableError,
    5: AgreementError,
    7: ConnectionError,
    9: LimitError,
  }[exitCode];
  return failQuietly(state, new Reason(text));
}
