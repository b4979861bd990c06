/** Three processes around a table, with a network between them that can be broken, and one session after the other. */
import assert from "node:assert/strict";
import { Talker } from "../bench/session/talker.ts";
import { Forwarder } from "../net/forwarder.ts";
import { isDeed, isNuisance, type Kind, mustFinish, type Phase, PROCESS_FAULTS } from "./kinds.ts";
import { rightOutput } from "./program.ts";
import type { Command, End, FaultOrder, Report, Times } from "./protocol.ts";
import { Stranger } from "./stranger.ts";

const PARTIES = 3;
/** What the others may take after a fault that must not end them, on a machine that does much else. */
const PATIENT: Times = { waitMs: 60_000, stepTimeoutMs: 60_000, reconnectMs: 60_000 };
/** Where a fault ends the session: long enough for all that is not the fault. */
const BRISK: Times = { waitMs: 8000, stepTimeoutMs: 5000, reconnectMs: 1500 };
/** Longest time for a session: the sum of the times above that may follow each other, and much more. */
const GUARD_MS = 150_000;
const STALL_MS = 700;
const STOP_MS = 500;
const CUTS = 12;
const CUT_EVERY_MS = 60;

/** A fault to be tried. */
export interface Plan {
  readonly kind: Kind;
  readonly phase: Phase;
  readonly victim: number;
  readonly creator: number;
}

/** What came of a {@linkcode Plan}. */
export interface Outcome {
  readonly plan: Plan;
  /** The phase of the victim when the fault hit it; undefined: the session was over before. */
  readonly hit: Phase | undefined;
  /** By party: `right result`, the class of an error, or what the fault did to the party. */
  readonly outcomes: readonly string[];
}

/** One party's process. */
interface Chair {
  readonly party: number;
  readonly talker: Talker<Command, Report>;
  /** Where its node listens. */
  readonly port: number;
}

/** What carries the connections from one party to another. */
interface Wire {
  readonly from: number;
  readonly to: number;
  readonly forwarder: Forwarder;
}

async function seat(party: number): Promise<Chair> {
  const talker = new Talker<Command, Report>("../../faults/party.ts", party);
  const report = await talker.hear();
  assert.ok(report.kind === "listening");
  return { party, talker, port: report.port };
}

async function leave({ talker }: Chair): Promise<void> {
  talker.kill("SIGKILL");
  await talker[Symbol.asyncDispose]();
}

/** Everything between the parties. */
class Network implements AsyncDisposable {
  readonly wires: readonly Wire[];

  constructor(chairs: readonly Chair[]) {
    this.wires = chairs.flatMap(({ party: to, port }) =>
      chairs.filter(({ party }) => party !== to)
        .map(({ party: from }) => ({ from, to, forwarder: new Forwarder(port) }))
    );
  }

  get forwarders(): Forwarder[] {
    return this.wires.map(({ forwarder }) => forwarder);
  }

  /** The forwarders between `party` and the others, in both directions. */
  around(party: number): Forwarder[] {
    return this.wires.filter(({ from, to }) => from === party || to === party)
      .map(({ forwarder }) => forwarder);
  }

  /** The detours of party `from`. */
  detours(from: number, chairs: readonly Chair[]): { readonly [port: number]: number } {
    const own = this.wires.filter((wire) => wire.from === from);
    return Object.fromEntries(own.map(({ to, forwarder }) => [chairs[to]?.port, forwarder.port]));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.forwarders.map((forwarder) => forwarder.close()));
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** What a session happens in. */
interface Room {
  readonly chairs: readonly Chair[];
  readonly network: Network;
  readonly stranger: Stranger;
}

/** The session of one plan, as it goes. */
class Run {
  readonly plan: Plan;
  readonly ticket = Promise.withResolvers<string>();
  readonly others: Promise<unknown>;
  readonly #chairs: readonly Chair[];
  readonly #network: Network;
  readonly #stranger: Stranger;
  readonly #over = Promise.withResolvers<void>();
  #phase: Phase | undefined;
  /** The fault was committed; whether it hit shows in what the victim says afterwards. */
  hit: Phase | undefined;
  readonly ends: Promise<End | undefined>[];
  readonly work: Promise<void>[] = [];

  constructor(plan: Plan, { chairs, network, stranger }: Room) {
    this.plan = plan;
    this.#chairs = chairs;
    this.#network = network;
    this.#stranger = stranger;
    this.ends = chairs.map((chair) => this.#follow(chair));
    this.others = Promise.all(this.ends.filter((_, party) => party !== plan.victim))
      .finally(() => this.#over.resolve());
    this.ticket.promise.catch(() => {});
  }

  /** Hears a party until its session has ended; undefined if its process has. */
  async #follow({ party, talker }: Chair): Promise<End | undefined> {
    try {
      while (true) {
        const report = await talker.hear();
        if (report.kind === "ended") return report.end;
        if (report.kind === "ticket") this.ticket.resolve(report.ticket);
        if (party !== this.plan.victim) continue;
        if (report.kind === "phase") this.#phase = report.phase;
        if (report.kind === "hit") {
          this.hit = this.#phase;
          this.work.push(this.#commit());
        }
      }
    } catch {
      return undefined;
    } finally {
      if (party === this.plan.creator) this.ticket.reject(new Error("The creator has ended"));
    }
  }

  /** Does what the victim's process does not do itself. */
  async #commit(): Promise<void> {
    const { kind, victim } = this.plan;
    const around = this.#network.around(victim);
    if (isNuisance(kind)) {
      const addresses = this.#chairs.map(({ port }) => `/ip4/127.0.0.1/tcp/${port}`);
      await Promise.all(addresses.map((address) => this.#stranger.disturb(kind, address)));
      return;
    }
    switch (kind) {
      case "SIGSTOP and SIGCONT":
        await pause(STOP_MS);
        return this.#chairs[victim]?.talker.kill("SIGCONT");
      case "sockets cut":
        return this.#network.forwarders.forEach((forwarder) => forwarder.cutAll("both"));
      case "sockets half cut":
        return around.forEach((forwarder, i) =>
          forwarder.cutAll(i % 2 === 0 ? "to the dialler" : "to the listener")
        );
      case "sockets cut many times":
        for (let i = 0; i < CUTS; i++) {
          around.forEach((forwarder) => forwarder.cutAll("both"));
          await Promise.race([pause(CUT_EVERY_MS), this.#over.promise]);
        }
        return;
      case "party cut off for good":
        around.forEach((forwarder) => forwarder.refuse());
        return await this.#over.promise;
      case "flipped bit":
        return around.forEach((forwarder) => forwarder.corrupt());
      case "network stalls":
        return around.forEach((forwarder) => forwarder.stall(pause(STALL_MS)));
    }
  }
}

/** The table. */
export class Table implements AsyncDisposable {
  readonly #right = rightOutput();
  readonly #chairs: Chair[];
  readonly #stranger: Stranger;

  private constructor(chairs: Chair[], stranger: Stranger) {
    this.#chairs = chairs;
    this.#stranger = stranger;
  }

  static async open(): Promise<Table> {
    const chairs = await Promise.all(Array.from({ length: PARTIES }, (_, party) => seat(party)));
    return new Table(chairs, await Stranger.start());
  }

  /** Runs a session with a fault in it. Fails if a party hangs, crashes, or has a wrong result. */
  async run(plan: Plan): Promise<Outcome> {
    if (plan.kind === "bytes of an earlier session") await this.#session(plan, undefined);
    const record = await this.#session(plan, orderFor(plan));
    if (plan.kind === "SIGKILL" || isDeed(plan.kind)) await this.#replace(plan.victim);
    return record;
  }

  async #replace(party: number): Promise<void> {
    const chair = this.#chairs[party];
    assert.ok(chair);
    await leave(chair);
    this.#chairs[party] = await seat(party);
  }

  async #session(plan: Plan, fault: FaultOrder | undefined): Promise<Outcome> {
    const { kind, victim, creator } = plan;
    await using network = new Network(this.#chairs);
    const chairs = this.#chairs;
    const run = new Run(plan, { chairs, network, stranger: this.#stranger });
    const times = fault === undefined || mustFinish(kind) ? PATIENT : BRISK;
    const tell = (party: number, ticket?: string): Promise<void> | undefined => {
      const order = party === victim && fault !== undefined ? { fault } : {};
      return this.#chairs[party]?.talker.tell({ kind: "session", ticket, times, ...order });
    };
    const guard = setTimeout(
      () => this.#chairs.forEach(({ talker }) => talker.kill("SIGKILL")),
      GUARD_MS,
    );
    try {
      await Promise.all(
        chairs.map(({ party, talker }) =>
          talker.tell({ kind: "detours", ports: network.detours(party, chairs) })
        ),
      );
      await tell(creator);
      const ticket = await run.ticket.promise;
      for (const { party } of this.#chairs) if (party !== creator) await tell(party, ticket);
      await run.others;
      if (kind === "SIGSTOP for good") this.#chairs[victim]?.talker.kill("SIGCONT");
      const ends = await Promise.all(run.ends);
      await Promise.all(run.work);
      const outcomes = ends.map((end, party) => this.#judge(plan, party, end));
      return { plan, hit: run.hit, outcomes };
    } finally {
      clearTimeout(guard);
    }
  }

  #judge(plan: Plan, party: number, end: End | undefined): string {
    const { kind, victim } = plan;
    const told = `${JSON.stringify(plan)}: party ${party}`;
    if (party === victim && (kind === "SIGKILL" || isDeed(kind))) {
      return kind === "SIGKILL" ? "killed" : "hostile";
    }
    assert.ok(end !== undefined, `${told} has crashed, or hung and was killed`);
    if ("output" in end) {
      assert.equal(end.output, this.#right, `${told} has a wrong result`);
      return "right result";
    }
    assert.ok(end.exitCode !== undefined, `${told}: ${end.error}: ${end.message}`);
    assert.ok(!mustFinish(kind), `${told} should have finished: ${end.error}: ${end.message}`);
    return end.error;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#chairs.map(leave));
    await this.#stranger[Symbol.asyncDispose]();
  }
}

function orderFor({ kind, phase }: Plan): FaultOrder {
  const own = isDeed(kind) || (PROCESS_FAULTS as readonly Kind[]).includes(kind)
    ? kind as FaultOrder["own"]
    : undefined;
  return { own, phase };
}
