/** The first phase: introductions, the creator's decisions, and the roster. */
import {
  AgreementError,
  CredentialError,
  equal,
  shortPeer,
  toHex,
  UsageError,
} from "../base/mod.ts";
import { type RosterEntry, SESSION_VERSION } from "./description.ts";
import {
  ANY_PARTY,
  type Hello,
  isParty,
  reasonText,
  type RefusalCode,
  type Refuse,
} from "./messages.ts";
import {
  allConstants,
  chain,
  fail,
  failQuietly,
  type Member,
  nameHello,
  nameParties,
  otherParties,
  ownHello,
  say,
  type SessionEffect,
  type SessionState,
  shortHash,
  stay,
  type Step,
  withEntry,
} from "./state.ts";
import { repeatSoon } from "./repeat.ts";
import { joinProof } from "./ticket.ts";

/** Peers without a proof that are remembered. */
const UNPROVEN_MAX = 64;
/** A peer whose hellos stop for so long has gone, in milliseconds; they come four times a second. */
const SILENT_MS = 10_000;

/** A peer introduces itself. `from` is authenticated. */
export function onHello(state: SessionState, from: string, hello: Hello, now: number): Step {
  const { config } = state;
  if (hello.peer !== from || equal(hello.nonce, config.nonce)) return stay(state);
  if (state.left.has(toHex(hello.nonce))) return stay(state);
  const proof = hello.proofs.find(({ challenge }) => equal(challenge, config.challenge));
  const mac = joinProof(config.ticket, { peer: from, challenge: config.challenge });
  if (proof === undefined) return meetUnproven(state, hello, now);
  if (!equal(proof.mac, mac)) {
    // Why a joiner answers: if it is our secret that is wrong, the creator must see that to refuse us.
    if (config.role === "join") return meetUnproven(state, hello, now);
    return turnAway(state, hello, { exitCode: 8, text: "its proof of the join secret is wrong" });
  }
  const refusal = config.role === "create" ? judge(state, hello, now) : undefined;
  if (refusal !== undefined) return turnAway(state, hello, refusal);
  const known = state.members.get(from);
  if (known?.proven && equal(known.hello.nonce, hello.nonce)) return heard(state, known, now);
  if (state.roster !== undefined) return stay(state);
  return chain(welcome(state, hello, now), (next) => {
    if (config.role === "join") return tryRoster(next, now);
    const missing = missingParties(next);
    return missing.length === 0 ? announceRoster(next, now) : stay(next);
  });
}

/** Party numbers that nobody of those has asked for who have proved to be invited. */
function freeNumbers(state: SessionState): number[] {
  const present = new Set<number>();
  for (const { hello, proven } of state.members.values()) if (proven) present.add(hello.party);
  return otherParties(state.config).filter((party) => !present.has(party));
}

/**
 * Party numbers that are missing; who takes any number takes the first that is free, but for one that is left to a
 * creator who is not there yet.
 */
export function missingParties(state: SessionState): number[] {
  const { config, members } = state;
  const takers = [...members.values()]
    .filter(({ hello, proven }) => proven && hello.party === ANY_PARTY).length;
  const free = freeNumbers(state);
  const isThere = config.role === "create" || members.get(config.ticket.creator)?.proven;
  const left = isThere ? 0 : 1;
  const taken = takers + (config.party === ANY_PARTY ? 1 : 0);
  return [...free.slice(0, left), ...free.slice(left + taken)];
}

/** Forgets a peer that has gone before the roster was complete. */
export function forget(state: SessionState, peer: string, why: string): Step {
  const member = state.members.get(peer);
  if (member === undefined) return stay(state);
  const members = new Map(state.members);
  members.delete(peer);
  const text = `${nameHello(member.hello)} left (${shortPeer(peer)}): ${why}`;
  return { state: { ...state, members }, effects: member.proven ? [{ kind: "notice", text }] : [] };
}

/** Forgets a peer that said that it leaves, for good: only another run of it may come back. */
export function leave(state: SessionState, peer: string, why: string): Step {
  const member = state.members.get(peer);
  if (member === undefined) return stay(state);
  const left = new Set([...state.left].slice(-UNPROVEN_MAX)).add(toHex(member.hello.nonce));
  return forget({ ...state, left }, peer, why);
}

/**
 * Forgets those who fell silent before the roster was complete, where no closing connection tells that
 * they have gone.
 */
export function forgetSilent(state: SessionState, now: number): Step {
  const { config, members, roster } = state;
  if (config.dials === "everybody" || roster !== undefined) return stay(state);
  const silent = [...members].filter(([, { heardAt }]) => now - heardAt >= SILENT_MS);
  return silent.reduce<Step>(
    (step, [peer]) => chain(step, (next) => forget(next, peer, "it fell silent")),
    stay(state),
  );
}

/** The creator says who takes part. */
export function onRoster(state: SessionState, entries: readonly RosterEntry[], now: number): Step {
  if (state.config.role === "create" || state.roster !== undefined) return stay(state);
  const { peer, nonce, party, ticket } = state.config;
  const wrong = (why: string): Step =>
    fail(state, new AgreementError(`Cannot join the session: ${why}`));
  if (entries.length !== ticket.parties || entries.some((entry, index) => entry.party !== index)) {
    return wrong("the creator's list of parties has another length or order");
  }
  if (new Set(entries.map((entry) => entry.peer)).size !== entries.length) {
    return wrong("the creator's list of parties names one peer twice");
  }
  if (!entries.some((entry) => entry.peer === ticket.creator)) {
    return wrong("the creator's list of parties does not hold the creator");
  }
  const own = entries.find((entry) => entry.peer === peer);
  if (own === undefined) return wrong("the session is complete already");
  if (!equal(own.nonce, nonce)) {
    return failQuietly(state, new CredentialError(`Cannot join the session: ${sameKey(peer)}`));
  }
  if (own.party !== party && party !== ANY_PARTY) {
    return wrong("the creator's list of parties has a wrong entry for us");
  }
  if (state.announced !== undefined) return tryRoster(state, now);
  const strangers = state.config.dials === "everybody" ? entries : [];
  const dials = strangers.filter((entry) => entry.peer !== peer && !state.members.has(entry.peer))
    .map((entry): SessionEffect => ({
      kind: "dial",
      peer: entry.peer,
      addresses: entry.addresses,
    }));
  return chain({ state: { ...state, announced: entries }, effects: dials }, (next) => {
    return tryRoster(next, now);
  });
}

/** The creator turns somebody away; it concerns us if peer id and nonce are ours. */
export function onRefuse(state: SessionState, refuse: Refuse): Step {
  const { peer, nonce } = state.config;
  if (refuse.peer !== peer || !equal(refuse.nonce, nonce)) return stay(state);
  const message = `Cannot join the session: ${refuse.text}`;
  switch (refuse.exitCode) {
    case 2:
      return failQuietly(state, new UsageError(message));
    case 5:
      return failQuietly(state, new AgreementError(message));
    case 8:
      return failQuietly(state, new CredentialError(message));
  }
}

interface Refusal {
  readonly exitCode: RefusalCode;
  readonly text: string;
}

function sameKey(peer: string): string {
  return `peer id ${shortPeer(peer)} takes part already; both use the same key? ` +
    "give each party its own";
}

/** Why the creator must turn this peer away, if so. Its proof is right. */
function judge(state: SessionState, hello: Hello, now: number): Refusal | undefined {
  const { config, members, roster } = state;
  const { ticket } = config;
  const known = members.get(hello.peer);
  const sameRun = known?.proven === true && equal(known.hello.nonce, hello.nonce);
  if (hello.peer === config.peer || (known?.proven && !sameRun)) {
    return { exitCode: 8, text: sameKey(hello.peer) };
  }
  if (sameRun) return undefined;
  if (roster !== undefined) return { exitCode: 5, text: "the session is complete already" };
  if (now >= ticket.expiry * 1000) return { exitCode: 8, text: "the ticket has expired" };
  if (hello.version !== SESSION_VERSION || hello.engine !== config.engine) {
    const text = `it runs version ${hello.engine} of p2p-mpc and the creator ${config.engine}`;
    return { exitCode: 5, text };
  }
  const { party } = hello;
  if (party !== ANY_PARTY && !isParty(party, ticket.parties)) {
    const text = `there is no party ${hello.party}; the numbers are 0 to ${ticket.parties - 1}`;
    return { exitCode: 2, text };
  }
  const owner = hello.party === config.party ? config.peer : [...members.values()]
    .find((member) => member.proven && member.hello.party === hello.party)?.hello.peer;
  if (owner !== undefined && party !== ANY_PARTY) {
    const free = freeNumbers(state).join(", ") || "none";
    const text = `party ${hello.party} is already taken by ${shortPeer(owner)}; ` +
      `free numbers: ${free}`;
    return { exitCode: 5, text };
  }
  if (!equal(hello.program, ticket.program)) {
    const text = `it uses program ${shortHash(hello.program)} and the creator ` +
      shortHash(ticket.program);
    return { exitCode: 5, text };
  }
  if (hello.constants.some(({ owner }) => owner !== hello.party)) {
    return { exitCode: 5, text: "it sets constants for another party" };
  }
  return undefined;
}

/** The creator refuses a peer. */
function turnAway(state: SessionState, hello: Hello, refusal: Refusal): Step {
  const { peer, nonce } = hello;
  const text = reasonText(refusal.text);
  const message = { kind: "refuse", peer, nonce, exitCode: refusal.exitCode, text } as const;
  const told: SessionEffect = { kind: "say", message, peers: [peer] };
  const id = toHex(nonce);
  if (state.refused.has(id)) return { state, effects: [told] };
  const refused = new Set([...state.refused].slice(-UNPROVEN_MAX)).add(id);
  const notice = `party ${hello.party} was refused (${shortPeer(peer)}): ${text}`;
  return { state: { ...state, refused }, effects: [told, { kind: "notice", text: notice }] };
}

/** Notes the challenge of a peer that has not proved anything to us yet, and answers it. */
function meetUnproven(state: SessionState, hello: Hello, now: number): Step {
  const { config, members } = state;
  const known = members.get(hello.peer);
  if (known !== undefined && equal(known.hello.nonce, hello.nonce)) return heard(state, known, now);
  if (hello.peer === config.peer || (known?.proven && config.role === "create")) {
    // A second process with one key: it gets our proof and challenge, so that it can be refused.
    return { state, effects: [say(state, ownHello(state, [hello]))] };
  }
  if (state.roster !== undefined && config.role === "join") return stay(state);
  if (members.size >= UNPROVEN_MAX + config.ticket.parties) return stay(state);
  const more = withEntry<string, Member>(members, hello.peer, {
    hello,
    proven: false,
    heardAt: now,
  });
  return repeatSoon({ ...state, members: more }, now);
}

/** A peer that is known says its hello again. */
function heard(state: SessionState, member: Member, now: number): Step {
  const more = { ...member, heardAt: now };
  return stay({ ...state, members: withEntry(state.members, member.hello.peer, more) });
}

function welcome(state: SessionState, hello: Hello, now: number): Step {
  const { config } = state;
  const member: Member = { hello, proven: true, heardAt: now };
  const members = withEntry(state.members, hello.peer, member);
  const any = hello.party === ANY_PARTY ? " and takes any number" : "";
  const path = config.dials === "everybody" ? state.paths.get(hello.peer) : undefined;
  const way = path ?? "over gossip";
  const next: SessionState = {
    ...state,
    members,
    toldPaths: withEntry(state.toldPaths, hello.peer, way),
    contact: true,
    deadline: now + config.waitMs,
  };
  const effects: SessionEffect[] = [
    ...(state.contact ? [] : contactNotice(config)),
    { kind: "notice", text: `${nameHello(hello)} joined (${shortPeer(hello.peer)}, ${way})${any}` },
  ];
  // Whoever has not met this peer directly does so now: gossip alone may lose too much.
  const first = config.party < hello.party ||
    (config.party === hello.party && config.peer < hello.peer);
  const meets = !state.members.has(hello.peer) || first;
  if (meets && config.dials === "everybody") {
    effects.push({ kind: "dial", peer: hello.peer, addresses: hello.addresses });
  }
  return chain({ state: next, effects }, (met) => repeatSoon(met, now));
}

/** The line that a joiner sees at its first contact. */
export function contactNotice({ role, waitMs }: SessionState["config"]): SessionEffect[] {
  if (role === "create") return [];
  const text = `connected, other peers have ${waitMs / 1000} seconds to join before the ` +
    "computation starts!";
  return [{ kind: "notice", text }];
}

/** The creator has everybody. */
function announceRoster(state: SessionState, now: number): Step {
  const { party, peer, nonce, addresses } = state.config;
  const entries: RosterEntry[] = [{ party, peer, nonce, addresses }];
  const free = freeNumbers(state).values();
  for (const { hello, proven } of state.members.values()) {
    if (!proven) continue;
    const { peer, nonce, addresses } = hello;
    const number = hello.party === ANY_PARTY ? free.next().value : hello.party;
    if (number === undefined) throw new TypeError("There are more parties than numbers");
    entries.push({ party: number, peer, nonce, addresses });
  }
  entries.sort((a, b) => a.party - b.party);
  const announced = { ...state, announced: entries };
  const effects = [say(announced, { kind: "roster", entries })];
  return chain({ state: announced, effects }, (next) => lockRoster(next, entries, now));
}

/** A joiner takes the roster when it has met everybody on it. */
function tryRoster(state: SessionState, now: number): Step {
  const { config, announced, members } = state;
  if (announced === undefined) return stay(state);
  for (const entry of announced) {
    if (entry.peer === config.peer) continue;
    const member = members.get(entry.peer);
    if (!member?.proven || !equal(member.hello.nonce, entry.nonce)) return stay(state);
    const problem = compareEntry(state, entry, member.hello);
    if (problem !== undefined) {
      return fail(state, new AgreementError(`Cannot join the session: ${problem}`));
    }
  }
  return lockRoster(state, announced, now);
}

function compareEntry(state: SessionState, entry: RosterEntry, hello: Hello): string | undefined {
  const { ticket, engine } = state.config;
  const who = `party ${entry.party}`;
  const right = hello.party === entry.party || hello.party === ANY_PARTY;
  if (!right) return `${who} calls itself party ${hello.party}`;
  if (hello.version !== SESSION_VERSION || hello.engine !== engine) {
    return `${who} runs version ${hello.engine} of p2p-mpc and we ${engine}`;
  }
  if (!equal(hello.program, ticket.program)) {
    return `${who} uses another program: ${shortHash(hello.program)} instead of ` +
      shortHash(ticket.program);
  }
  const foreign = hello.constants.some(({ owner }) => owner !== hello.party);
  return foreign ? `${who} sets constants for another party` : undefined;
}

function lockRoster(state: SessionState, roster: readonly RosterEntry[], now: number): Step {
  if (now >= state.config.ticket.expiry * 1000) {
    const error = new CredentialError("Cannot start the session: the ticket has expired", {
      hint: "make a new session",
    });
    return fail(state, error);
  }
  const constants = allConstants(state, roster);
  const { config } = state;
  const outputParties = chosenOutputs(state);
  const last = outputParties?.at(-1) ?? 0;
  if (
    last >= roster.length || outputParties?.some((party, i, all) => party <= (all[i - 1] ?? -1))
  ) {
    const text = "the creator gives the result to parties that do not exist, or to one twice";
    return fail(state, new AgreementError(`Cannot join the session: ${text}`));
  }
  const own = roster.find(({ peer }) => peer === config.peer);
  if (own === undefined) throw new TypeError("A roster is locked without the own entry");
  const told: SessionEffect[] = own.party === config.party
    ? []
    : [{ kind: "notice", text: `we are party ${own.party}` }];
  const seated = { ...config, party: own.party };
  return {
    state: { ...state, config: seated, phase: "compile", roster, deadline: undefined },
    effects: [...told, { kind: "compile", constants, outputParties, roster }],
  };
}

/** Who gets the result, if the creator has chosen. */
function chosenOutputs({ config, members }: SessionState): readonly number[] | undefined {
  const { role, ticket, outputParties } = config;
  return role === "create" ? outputParties : members.get(ticket.creator)?.hello.outputParties;
}

/** The error when the time for the first phase is over. */
export function missingText(state: SessionState): string {
  const { announced, config, contact, deadline } = state;
  const missing = missingParties(state);
  if (deadline !== undefined && missing.length === 0) {
    const what = announced === undefined ? "the list of parties" : "a word";
    return `no party is missing, but ${what} did not come from the creator in time`;
  }
  const within = contact ? config.waitMs : config.joinMs ?? config.waitMs;
  return `${nameParties(missing)} did not come within ${within / 1000} s`;
}
