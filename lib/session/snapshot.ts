/** Where a session stands, for those who watch it. */
import { toHex } from "../base/mod.ts";
import { sha256 } from "../crypto/mod.ts";
import type {
  Observe,
  SessionCircuit,
  SessionPeer,
  SessionSnapshot,
  SessionStage,
} from "../observability/mod.ts";
import { ANY_PARTY } from "./messages.ts";
import type { SessionPhase, SessionState } from "./state.ts";

const STAGES: Readonly<Record<Exclude<SessionPhase, "failed">, SessionStage>> = {
  hello: "rendezvous",
  compile: "agree",
  agree: "agree",
  consent: "consent",
  sign: "agree",
  mesh: "connect",
  start: "connect",
  running: "running",
};

/** Who takes part as far as this party knows: as announced, or who has proved to have the ticket. */
function rosterOf({ config, roster, announced, members }: SessionState): SessionPeer[] {
  const known = roster ?? announced;
  if (known !== undefined) return known.map(({ party, peer }) => ({ party, peer }));
  const own = config.party === ANY_PARTY ? [] : [{ party: config.party, peer: config.peer }];
  const met = [...members].filter(([, { hello, proven }]) => proven && hello.party !== ANY_PARTY)
    .map(([peer, { hello }]) => ({ party: hello.party, peer }));
  return [...own, ...met].sort((a, b) => a.party - b.party);
}

function circuitOf({ description }: SessionState): SessionCircuit | undefined {
  if (description === undefined) return undefined;
  const { circuit: { digest, ands }, inputs, outputParties } = description;
  const bits = inputs.reduce((sum, input) => sum + input.bits, 0);
  return { digest: toHex(digest), ands, inputs: bits, outputParties };
}

/** What can be told of a state; undefined once the session has failed. */
export function snapshotOf(state: SessionState): SessionSnapshot | undefined {
  const { phase, config: { ticket, role, party } } = state;
  if (phase === "failed") return undefined;
  const circuit = circuitOf(state);
  return {
    id: toHex(sha256(ticket.session)),
    role: role === "create" ? "creator" : "joiner",
    stage: STAGES[phase],
    party: party === ANY_PARTY ? undefined : party,
    parties: ticket.parties,
    program: toHex(ticket.program),
    roster: rosterOf(state),
    ...(circuit === undefined ? {} : { circuit }),
  };
}

/** Tells `observe` of a session whenever what can be told of it has changed. */
export function snapshotTeller(observe: Observe): (state: SessionState) => void {
  let told = "";
  return (state) => {
    const session = snapshotOf(state);
    if (session === undefined) return;
    const text = JSON.stringify(session);
    if (text === told) return;
    told = text;
    observe({ kind: "session", session });
  };
}
