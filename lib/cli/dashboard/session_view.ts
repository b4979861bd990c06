/** A session as the dashboard shows it, from the events of its process. */
import {
  type Event,
  PaceMeter,
  type SessionResult,
  type SessionSnapshot,
  type SessionStage,
  TRAFFIC_PHASES,
  type TrafficPhase,
} from "../../observability/mod.ts";
import { TimeLine } from "./history.ts";
import type { LinePhase, PartyView, SessionView, Traffic } from "./snapshot.ts";

type TrafficEvent = Event & { readonly kind: "traffic" };

/** What a message tells of its sender, and on which of its two lines. */
const TOLD: Readonly<Record<TrafficPhase, { readonly phase: LinePhase; readonly line: 0 | 1 }>> = {
  "set-up": { phase: "set-up", line: 0 },
  "authenticated bits": { phase: "authenticated bits", line: 0 },
  "delta consistency": { phase: "authenticated bits", line: 0 },
  "leaky ANDs": { phase: "leaky ANDs", line: 0 },
  buckets: { phase: "buckets", line: 0 },
  "V check": { phase: "buckets", line: 0 },
  inputs: { phase: "inputs", line: 1 },
  tables: { phase: "tables", line: 1 },
  checks: { phase: "tables", line: 1 },
  output: { phase: "output", line: 1 },
};

/** What the parties are at before they compute; all are at the same. */
const BEFORE: Readonly<Record<Exclude<SessionStage, "running">, LinePhase>> = {
  rendezvous: "meeting",
  agree: "agreement",
  consent: "agreement",
  connect: "agreement",
};

class PartyLines {
  readonly #lines = [new TimeLine<LinePhase>(), new TimeLine<LinePhase>()] as const;
  readonly #sinceMs: number;
  latest: LinePhase | undefined;
  sent = 0;
  received = 0;

  /** @param sinceMs from when on it is known. */
  constructor(sinceMs: number) {
    this.#sinceMs = sinceMs;
  }

  /** Until now it was at `phase`. */
  reach(phase: LinePhase, nowMs: number, line: 0 | 1 = 0): void {
    const heardMs = Math.max(this.#sinceMs, ...this.#lines.map(({ endMs }) => endMs));
    const own = this.#lines[line];
    // Why: a line begins where the party was heard last; later it goes on from its own end.
    own.reach(phase, nowMs, own.endMs === 0 ? heardMs : own.endMs);
    this.latest = phase;
  }

  view(party: number, isSelf: boolean, peer: string | undefined): PartyView {
    const { sent, received, latest } = this;
    const lines = this.#lines.map((line) => line.stretches());
    return { party, isSelf, peer, lines, latest, sent, received };
  }
}

/** Collects what is told of one session. */
export class SessionRecord {
  readonly #startedMs: number;
  readonly #pace: PaceMeter;
  readonly #parties = new Map<number, PartyLines>();
  readonly #phases = new Map<TrafficPhase, { sent: number; received: number }>();
  #known: SessionSnapshot | undefined;
  #result: SessionResult | undefined;
  #endedMs: number | undefined;
  /** The own lines, also before the own number is known. */
  readonly #own = new PartyLines(0);

  /** @param uses whether it computes; otherwise it only makes material. */
  constructor(startedMs: number, uses: boolean) {
    this.#startedMs = startedMs;
    this.#pace = new PaceMeter(uses);
  }

  /** Payload bytes of all parties, in both directions together. */
  get bytes(): number {
    const { sent, received } = this.#total();
    return sent + received;
  }

  /** AND gates that are done: all parts of all gates, taken together. */
  get gates(): number {
    return this.#pace.gates;
  }

  /** Takes note of an event at `nowMs`. */
  observe(event: Event, nowMs: number): void {
    switch (event.kind) {
      case "session":
        this.#stand(nowMs);
        return this.#learn(event.session, nowMs);
      case "progress":
        this.#pace.add(event, nowMs);
        return;
      case "traffic":
        return this.#traffic(event, nowMs);
      case "session end":
        this.#stand(nowMs);
        this.#result = event.result;
        this.#endedMs ??= nowMs;
    }
  }

  /** The session as of `nowMs`. */
  view(nowMs: number): SessionView {
    this.#stand(nowMs);
    const endMs = this.#endedMs ?? nowMs;
    const { gatesPerSecond, secondsLeft } = this.#pace.pace(endMs);
    return {
      ...{ known: this.#known, result: this.#result, startedMs: this.#startedMs },
      ...{ elapsedMs: endMs - this.#startedMs, fraction: this.#pace.fraction, gatesPerSecond },
      secondsLeft: this.#endedMs === undefined ? secondsLeft : undefined,
      ...this.#total(),
      parties: this.#views(),
      phases: TRAFFIC_PHASES.flatMap((phase) => {
        const bytes = this.#phases.get(phase);
        return bytes === undefined ? [] : [{ phase, ...bytes }];
      }),
    };
  }

  #learn(session: SessionSnapshot, nowMs: number): void {
    this.#known = session;
    if (session.party !== undefined) this.#parties.set(session.party, this.#own);
    for (const { party } of session.roster) this.#lines(party, nowMs);
  }

  #views(): PartyView[] {
    const { party: self, roster = [] } = this.#known ?? {};
    const peers = new Map(roster.map(({ party, peer }) => [party, peer]));
    const views = [...this.#parties].map(([party, lines]) => {
      const isSelf = party === self;
      const view = lines.view(party, isSelf, peers.get(party));
      return isSelf ? { ...view, ...this.#total() } : view;
    });
    return views.sort((a, b) => a.party - b.party);
  }

  /** Before they compute, all parties that are known are at what the session is at. */
  #stand(nowMs: number): void {
    if (this.#endedMs !== undefined) return;
    const stage = this.#known?.stage;
    const atMs = nowMs - this.#startedMs;
    if (stage === undefined) return this.#own.reach("compiling", atMs);
    if (stage === "running") return;
    for (const lines of new Set([this.#own, ...this.#parties.values()])) {
      lines.reach(BEFORE[stage], atMs);
    }
  }

  #traffic({ direction, party, phase, bytes }: TrafficEvent, nowMs: number): void {
    const { phase: told, line } = TOLD[phase];
    const key = direction === "inbound" ? "received" : "sent";
    const other = this.#lines(party, nowMs);
    other[key] += bytes;
    const sum = this.#phases.get(phase) ?? { sent: 0, received: 0 };
    sum[key] += bytes;
    this.#phases.set(phase, sum);
    const sender = direction === "inbound" ? other : this.#own;
    sender.reach(told, nowMs - this.#startedMs, line);
  }

  #total(): Traffic {
    let [sent, received] = [0, 0];
    for (const bytes of this.#phases.values()) {
      sent += bytes.sent;
      received += bytes.received;
    }
    return { sent, received };
  }

  #lines(party: number, nowMs: number): PartyLines {
    const lines = this.#parties.get(party) ?? new PartyLines(nowMs - this.#startedMs);
    this.#parties.set(party, lines);
    return lines;
  }
}
