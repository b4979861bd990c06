/** From the locked roster to the start: one description, consent, signatures, mesh, barrier. */
import {
  AgreementError,
  concat,
  ConnectionError,
  CredentialError,
  equal,
  LimitError,
  ProtocolError,
  utf8,
} from "../base/mod.ts";
import {
  type CompiledFacts,
  decodeDescription,
  type Description,
  DESCRIPTION_BYTES_MAX,
  encodeDescription,
  type ProposedFacts,
  type RosterEntry,
  SESSION_VERSION,
  sessionHash,
} from "./description.ts";
import { describeDifference, preprocessingText } from "./difference.ts";
import type { Agree, Sign } from "./messages.ts";
import {
  allConstants,
  chain,
  fail,
  say,
  type SessionEffect,
  type SessionState,
  shortHash,
  stay,
  type Step,
  withEntry,
} from "./state.ts";

/** What a party signs when it consents: a label and the session hash. */
export function signedBytes(sid: Uint8Array): Uint8Array<ArrayBuffer> {
  return concat(utf8("p2p-mpc consent v1\0"), sid);
}

/** The own compiler has finished. */
export function onCompiled(state: SessionState, facts: ProposedFacts, now: number): Step {
  if (state.phase !== "compile") return stay(state);
  const deadline = now + state.config.waitMs;
  return showOwn({ ...state, phase: "agree", facts, deadline }, now);
}

/** Shows the own description as soon as it is whole: k may be the creator's, whose description is waited for. */
function showOwn(state: SessionState, now: number): Step {
  const { config, roster, facts } = state;
  if (facts === undefined || roster === undefined) return stay(state);
  if (state.description !== undefined) return compareAll(state, now);
  const creator = roster.find(({ peer }) => peer === config.ticket.creator)?.party ?? 0;
  const theirs = state.agreed.get(creator);
  const k = facts.k ?? (theirs && decodeDescription(theirs)?.k);
  if (k === undefined) {
    if (config.role === "create") throw new TypeError("The creator of a session names k");
    return theirs === undefined ? stay(state) : malformed(state, creator);
  }
  const description = describe(state, roster, { ...facts, k });
  const bytes = encodeDescription(description);
  if (bytes.length > DESCRIPTION_BYTES_MAX || decodeDescription(bytes) === undefined) {
    const error = new LimitError(
      `Cannot start the session: its description does not fit into ${DESCRIPTION_BYTES_MAX} bytes`,
      { hint: "use fewer or shorter constants, or a program with fewer parts" },
    );
    return fail(state, error);
  }
  const next: SessionState = {
    ...state,
    description,
    sid: sessionHash(bytes),
    agreed: withEntry(state.agreed, config.party, bytes),
  };
  const effects = [say(next, { kind: "agree", description: bytes })];
  return chain({ state: next, effects }, (agreeing) => compareAll(agreeing, now));
}

/** Another party shows its description. */
export function onAgree(
  state: SessionState,
  entry: RosterEntry,
  message: Agree,
  now: number,
): Step {
  const before = state.agreed.get(entry.party);
  if (before !== undefined) {
    if (equal(before, message.description)) return stay(state);
    return broken(state, `party ${entry.party} has changed its description`);
  }
  const agreed = withEntry(state.agreed, entry.party, message.description);
  return showOwn({ ...state, agreed }, now);
}

/** The user has decided. */
export function onConsented(state: SessionState, yes: boolean, now: number): Step {
  if (state.phase !== "consent" || state.sid === undefined) return stay(state);
  if (!yes) {
    const error = new AgreementError(`Cannot start the session: no consent by this party`);
    return fail(state, error);
  }
  const next: SessionState = { ...state, phase: "sign", deadline: now + state.config.consentMs };
  return { state: next, effects: [{ kind: "sign", bytes: signedBytes(state.sid) }] };
}

/** The own signature is there. */
export function onSigned(
  state: SessionState,
  signature: Uint8Array<ArrayBuffer>,
  now: number,
): Step {
  const { sid } = state;
  if (state.phase !== "sign" || sid === undefined) return stay(state);
  const next = { ...state, signature };
  const effects = [say(next, { kind: "sign", sid, signature })];
  return chain({ state: next, effects }, (signed) => checkSignatures(signed, now));
}

/** Another party has signed. */
export function onSign(state: SessionState, entry: RosterEntry, message: Sign): Step {
  // Before all descriptions are known to be equal a foreign hash is no news: those will tell more.
  if (state.sid === undefined || state.signatures.has(entry.party)) return stay(state);
  if (state.phase === "agree" || state.phase === "compile") return stay(state);
  if (!equal(message.sid, state.sid)) {
    return broken(state, `party ${entry.party} has signed another session`);
  }
  const { party, peer } = entry;
  const { signature } = message;
  const next = { ...state, signatures: withEntry(state.signatures, party, signature) };
  const bytes = signedBytes(state.sid);
  return { state: next, effects: [{ kind: "verify", party, peer, bytes, signature }] };
}

/** A signature has been checked. */
export function onVerified(state: SessionState, party: number, valid: boolean, now: number): Step {
  if (!valid) {
    const error = new CredentialError(
      `Cannot start the session: the signature of party ${party} is wrong`,
    );
    return fail(state, error);
  }
  const verified = new Set(state.verified).add(party);
  return checkSignatures({ ...state, verified }, now);
}

/** The own mesh is complete. */
export function onMeshed(state: SessionState, now: number): Step {
  if (state.phase !== "mesh") return stay(state);
  const next: SessionState = { ...state, phase: "start", deadline: now + state.config.waitMs };
  return chain({ state: next, effects: [{ kind: "announceReady" }] }, (waiting) => {
    return checkReady(waiting, now);
  });
}

/** Another party's mesh is complete. */
export function onReady(state: SessionState, party: number, now: number): Step {
  return checkReady({ ...state, ready: new Set(state.ready).add(party) }, now);
}

/** The link to another party is there; how, is told unless it is known. */
export function onLinked(state: SessionState, party: number): Step {
  const next = { ...state, linked: new Set(state.linked).add(party) };
  const peer = state.roster?.find((entry) => entry.party === party)?.peer ?? "";
  const path = state.paths.get(peer);
  if (state.config.dials !== "everybody" || path === undefined) return stay(next);
  if (path === state.toldPaths.get(peer)) return stay(next);
  const text = `the link to party ${party} is ${path}`;
  return { state: next, effects: [{ kind: "notice", text }] };
}

/** A direct link has ended. From the start on this is the channel's business. */
export function onLinkEnded(state: SessionState, text: string): Step {
  if (state.phase !== "mesh" && state.phase !== "start") return stay(state);
  return fail(state, new ConnectionError(`Cannot start the session: ${text}`));
}

function describe(
  state: SessionState,
  roster: readonly RosterEntry[],
  facts: CompiledFacts,
): Description {
  const { ticket, engine } = state.config;
  const constants = allConstants(state, roster);
  return {
    ...facts,
    version: SESSION_VERSION,
    engine,
    session: ticket.session,
    creator: ticket.creator,
    program: ticket.program,
    constants,
    roster,
    deadline: ticket.expiry,
  };
}

/** Compares all descriptions known so far with the own one; goes on when all are there. */
function compareAll(state: SessionState, now: number): Step {
  const { config, agreed, description } = state;
  const own = agreed.get(config.party);
  if (state.phase !== "agree" || own === undefined || description === undefined) return stay(state);
  for (const [party, bytes] of agreed) {
    if (equal(bytes, own)) continue;
    const other = decodeDescription(bytes);
    if (other === undefined) return malformed(state, party);
    const difference = describeDifference({ own: description, other, party });
    const error = new AgreementError(
      `Cannot start the session: ${difference ?? `party ${party} describes it in another way`}`,
      { hint: "all parties need the same program, constants, options and version" },
    );
    return fail(state, error);
  }
  if (agreed.size < config.ticket.parties) return stay(state);
  const deadline = now + config.consentMs;
  const next: SessionState = { ...state, phase: "consent", deadline };
  const text = `all agree: ${agreedText(description)}`;
  return { state: next, effects: [{ kind: "notice", text }, { kind: "consent", description }] };
}

/** What was agreed on, in words. */
function agreedText(description: Description): string {
  const { preprocessing } = description;
  const made = preprocessingText(description);
  if (preprocessing?.kind === "make") return `preprocessing of ${made}`;
  const text = `program ${shortHash(description.program)}, ${resultText(description)}`;
  return preprocessing === undefined ? text : `${text}, with preprocessing ${made}`;
}

/** Who learns the result, in words. */
export function resultText({ outputParties, roster }: Description): string {
  if (outputParties.length === roster.length) return "result to everyone";
  const parties = outputParties.length === 1 ? "party" : "parties";
  return `result to ${parties} ${outputParties.join(", ")}`;
}

function checkSignatures(state: SessionState, now: number): Step {
  const { config, roster, sid, signature, verified } = state;
  if (state.phase !== "sign" || signature === undefined) return stay(state);
  if (roster === undefined || sid === undefined) return stay(state);
  if (verified.size < config.ticket.parties - 1) return stay(state);
  const next: SessionState = { ...state, phase: "mesh", deadline: now + config.waitMs };
  return { state: next, effects: [{ kind: "connect", roster, sid }] };
}

function checkReady(state: SessionState, now: number): Step {
  const { config, ready } = state;
  if (state.phase !== "start" || ready.size < config.ticket.parties - 1) return stay(state);
  if (now >= config.ticket.expiry * 1000) {
    return fail(state, new CredentialError("Cannot start the session: the ticket has expired"));
  }
  const effects: SessionEffect[] = [
    { kind: "notice", text: "starting the computation..." },
    { kind: "begin" },
  ];
  return { state: { ...state, phase: "running", deadline: undefined }, effects };
}

function malformed(state: SessionState, party: number): Step {
  return broken(state, `the description of party ${party} is malformed`);
}

function broken(state: SessionState, why: string): Step {
  return fail(state, new ProtocolError(`Cannot start the session: ${why}`));
}
