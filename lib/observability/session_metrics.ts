/** What a session does, counted from its events. */
import {
  CONSENT_DECISIONS,
  type Event,
  type Observe,
  OT_SORTS,
  type Phase,
  TRAFFIC_PHASES,
} from "./event.ts";
import { DIRECTIONS } from "./node_metrics.ts";
import type { Register } from "./register.ts";
import {
  SESSION_RESULTS,
  SESSION_STAGES,
  type SessionResult,
  type SessionSnapshot,
} from "./session_event.ts";

/** Upper bounds in seconds. */
const SESSION_BUCKETS = [0.1, 0.3, 1, 3, 10, 30, 100, 300, 1000, 3600];
const PHASE_BUCKETS = [0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100, 300, 1000];
const ROLES: readonly SessionSnapshot["role"][] = ["creator", "joiner"];
const STATES = ["idle", "compile", ...SESSION_STAGES, "done", "failed"] as const;
const PHASES: readonly Phase[] = [
  ...["setup", "authenticated bits", "leaky ANDs", "buckets"] as const,
  ...["garbling", "inputs", "evaluation", "output"] as const,
];
const COMPILING = "compile program";
const PHASE_SPAN = "mpc phase ";

/** Milliseconds since 1970. */
type Now = () => number;

/** Counts sessions and tells where the present one stands. */
function stateMetrics(register: Register, now: Now): Observe {
  const sessions = register.counter({
    name: "p2p_mpc_sessions_total",
    help: "Sessions that are over, by how they ended",
    labels: ["role", "result"],
  });
  const active = register.gauge({ name: "p2p_mpc_sessions_active", help: "Sessions under way" });
  const durations = register.histogram({
    name: "p2p_mpc_session_duration_seconds",
    help: "Duration of sessions, from the first word to the end",
    buckets: SESSION_BUCKETS,
  });
  const success = register.gauge({
    name: "p2p_mpc_session_last_success_timestamp_seconds",
    help: "When a session last ended well, in seconds since 1970; 0 for never",
  });
  const state = register.gauge({
    name: "p2p_mpc_session_state",
    help: "1 for the state of the session, 0 for all others",
    labels: ["state"],
  });
  const consents = register.counter({
    name: "p2p_mpc_consent_total",
    help: "Decisions about sessions that were agreed on",
    labels: ["decision"],
  });
  for (const role of ROLES) {
    for (const result of SESSION_RESULTS) sessions.inc({ role, result }, 0);
  }
  durations.zero({});
  for (const gauge of [active, success]) gauge.set({}, 0);
  for (const decision of CONSENT_DECISIONS) consents.inc({ decision }, 0);
  const enter = (entered: typeof STATES[number]): void => {
    for (const name of STATES) state.set({ state: name }, name === entered ? 1 : 0);
  };
  enter("idle");
  let open: { readonly role: SessionSnapshot["role"]; readonly since: number } | undefined;
  function end(result: SessionResult): void {
    if (open === undefined) return;
    enter(result === "ok" ? "done" : "failed");
    sessions.inc({ role: open.role, result });
    durations.observe({}, (now() - open.since) / 1000);
    active.set({}, 0);
    if (result === "ok") success.set({}, Math.floor(now() / 1000));
    open = undefined;
  }
  return (event) => {
    if (event.kind === "session") {
      open ??= { role: event.session.role, since: now() };
      active.set({}, 1);
      enter(event.session.stage);
    } else if (event.kind === "session end") end(event.result);
    else if (event.kind === "consent") consents.inc({ decision: event.decision });
    else if (event.kind === "span" && event.id === COMPILING && event.change === "begin") {
      enter("compile");
    }
  };
}

/** Times of the phases, and their bytes and rounds. */
function phaseMetrics(register: Register, now: Now): Observe {
  const durations = register.histogram({
    name: "p2p_mpc_phase_duration_seconds",
    help: "Time of each phase of the protocol, once for each chunk of AND gates, and of compiling",
    labels: ["phase"],
    buckets: PHASE_BUCKETS,
  });
  const bytes = register.counter({
    name: "p2p_mpc_phase_bytes_total",
    help: "Payload of the messages of each phase of the protocol on the wire",
    labels: ["phase", "direction"],
  });
  const messages = register.counter({
    name: "p2p_mpc_round_messages_total",
    help: "Messages of the rounds of each phase of the protocol on the wire",
    labels: ["phase", "direction"],
  });
  const rounds = register.counter({
    name: "p2p_mpc_rounds_total",
    help: "Steps of the protocol in which messages passed, by phase on the wire",
    labels: ["phase"],
  });
  const waits = register.counter({
    name: "p2p_mpc_round_wait_seconds_total",
    help: "Time in which messages were waited for; waits for several parties add up",
    labels: ["phase"],
  });
  for (const phase of ["compile", ...PHASES]) durations.zero({ phase });
  for (const phase of TRAFFIC_PHASES) {
    waits.inc({ phase }, 0);
    rounds.inc({ phase }, 0);
    for (const direction of DIRECTIONS) {
      bytes.inc({ phase, direction }, 0);
      messages.inc({ phase, direction }, 0);
    }
  }
  const begun = new Map<string, number>();
  function span(event: Event & { readonly kind: "span" }): void {
    const { id, change } = event;
    if (id !== COMPILING && !id.startsWith(PHASE_SPAN)) return;
    if (change === "begin") begun.set(id, now());
    const since = begun.get(id);
    if (change !== "end" || since === undefined) return;
    begun.delete(id);
    const phase = id === COMPILING ? "compile" : id.slice(PHASE_SPAN.length);
    durations.observe({ phase }, (now() - since) / 1000);
  }
  return (event) => {
    if (event.kind === "span") span(event);
    else if (event.kind === "traffic") {
      const { phase, direction } = event;
      bytes.inc({ phase, direction }, event.bytes);
      messages.inc({ phase, direction });
      if (event.begins) rounds.inc({ phase });
      if (direction === "inbound") waits.inc({ phase }, event.seconds);
    }
  };
}

/** Gates, checks, and the sizes of what is computed. */
function workMetrics(register: Register, checks: readonly string[]): Observe {
  const counted = (name: string, help: string): ReturnType<Register["counter"]> => {
    const counter = register.counter({ name, help });
    counter.inc({}, 0);
    return counter;
  };
  const sized = (name: string, help: string): ReturnType<Register["gauge"]> => {
    const gauge = register.gauge({ name, help });
    gauge.set({}, 0);
    return gauge;
  };
  const triples = counted("p2p_mpc_triples_total", "Authenticated AND triples that were made");
  const gates = counted("p2p_mpc_and_gates_total", "AND gates that were garbled or evaluated");
  const garbled = counted("p2p_mpc_garbled_gates_total", "AND gates that were garbled");
  const transfers = register.counter({
    name: "p2p_mpc_ot_total",
    help: "Oblivious transfers in which this party took part, as either side",
    labels: ["kind"],
  });
  for (const kind of OT_SORTS) transfers.inc({ kind }, 0);
  const ands = sized("p2p_mpc_circuit_and_gates", "AND gates of the last agreed circuit");
  const inputs = sized("p2p_mpc_circuit_inputs", "Input bits of the last agreed circuit");
  const parties = sized("p2p_mpc_parties", "Parties of the last session");
  const results = register.counter({
    name: "p2p_mpc_checks_total",
    help: "Checks of the protocol; one that failed means that somebody deviated from it",
    labels: ["check", "result"],
  });
  for (const check of checks) {
    for (const result of ["passed", "failed"]) results.inc({ check, result }, 0);
  }
  const done = new Map<Phase, number>();
  function progress(phase: Phase, total: number): void {
    const more = total - (done.get(phase) ?? 0);
    done.set(phase, total);
    if (more <= 0) return;
    if (phase === "buckets") triples.inc({}, more);
    if (phase === "garbling" || phase === "evaluation") gates.inc({}, more);
    if (phase === "garbling") garbled.inc({}, more);
  }
  return (event) => {
    if (event.kind === "progress") progress(event.phase, event.done);
    else if (event.kind === "ot") transfers.inc({ kind: event.sort }, event.count);
    else if (event.kind === "session") {
      const { session } = event;
      parties.set({}, session.parties);
      ands.set({}, session.circuit?.ands ?? 0);
      inputs.set({}, session.circuit?.inputs ?? 0);
    } else if (event.kind === "check") {
      results.inc({ check: event.check, result: event.passed ? "passed" : "failed" }, event.count);
    }
  };
}

/**
 * All of them; every series exists with zero from the start. `now`: milliseconds since 1970; `checks`: the names of the
 * protocol's checks.
 */
export function sessionMetrics(
  register: Register,
  { now, checks }: { readonly now: Now; readonly checks: readonly string[] },
): readonly Observe[] {
  return [
    stateMetrics(register, now),
    phaseMetrics(register, now),
    workMetrics(register, checks),
  ];
}
