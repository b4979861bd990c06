/**
 * A discrete-event network for the session reducer: gossip that loses, doubles and reorders until it
 * heals, links that are reliable, and virtual time. Everything follows from one seed.
 */
import { concat, equal, utf8 } from "../../lib/base/mod.ts";
import { sha256 } from "../../lib/crypto/mod.ts";
import {
  ANY_PARTY,
  type CompiledFacts,
  decodeMessage,
  encodeMessage,
  initialState,
  type SessionConfig,
  type SessionEffect,
  type SessionEvent,
  type SessionState,
  step,
  type Ticket,
} from "../../lib/session/mod.ts";
import { trivialFacts } from "../session/facts.ts";

/** When the simulation begins, in milliseconds since 1970. */
export const SIM_START = 1_800_000_000_000;

/** How the network and one odd party behave. */
export interface Scenario {
  readonly parties: number;
  readonly seed: number;
  /** Chance that a message is lost before the network heals. */
  readonly loss: number;
  /** When nothing is lost any more, in ms after the start. */
  readonly healMs: number;
  readonly waitMs: number;
  /** Time for the first contact; without it there is no limit. */
  readonly joinMs?: number;
  /** The last party compiles something else. */
  readonly otherFacts?: boolean;
  /** All joiners take any number. */
  readonly anyNumbers?: boolean;
  /** The last party does not consent. */
  readonly noConsent?: boolean;
  /** The last party crashes after so many ms. */
  readonly crashMs?: number;
}

/** How the parties ended. */
export interface SimResult {
  /** By party: the number it has in the end. */
  readonly numbers: readonly number[];
  /** By party: the sid it started with, the error it ended with, or neither. */
  readonly ends: readonly { sid?: Uint8Array; error?: Error }[];
  /** Whether some party started before every party had signed. */
  readonly early: boolean;
  /** Virtual ms that passed. */
  readonly ms: number;
}

/** Numbers in [0, 1) from a seed. */
export function mulberry32(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** A peer id that nobody has. */
export function simPeer(party: number): string {
  return `12D3KooW${"A".repeat(40)}${party + 1}`;
}

/** The configuration of one party; party 0 is the creator. */
export function simConfig(party: number, parties: number, waitMs: number): SessionConfig {
  const ticket: Ticket = {
    session: new Uint8Array(32).fill(1),
    creator: simPeer(0),
    addresses: ["/ip4/127.0.0.1/tcp/9000"],
    parties,
    program: new Uint8Array(32).fill(2),
    secret: new Uint8Array(32).fill(3),
    expiry: SIM_START / 1000 + 86_400,
  };
  return {
    role: party === 0 ? "create" : "join",
    ticket,
    party,
    peer: simPeer(party),
    addresses: [`/ip4/127.0.0.1/tcp/${9000 + party}`],
    engine: "0.1.0",
    nonce: sha256(utf8(`nonce ${party}`)).slice(0, 16),
    challenge: sha256(utf8(`challenge ${party}`)).slice(0, 16),
    constants: [],
    outputParties: undefined,
    waitMs,
    consentMs: waitMs,
    joinMs: undefined,
    dials: "everybody",
  };
}

/** What stands for a signature. */
export function simSignature(peer: string, bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const half = sha256(utf8(peer), bytes);
  return concat(half, half);
}

interface Delivery {
  readonly at: number;
  readonly order: number;
  readonly party: number;
  readonly event: SessionEvent;
}

class Simulation {
  readonly #scenario: Scenario;
  readonly #random: () => number;
  readonly #states: SessionState[];
  readonly #ends: { sid?: Uint8Array; error?: Error }[];
  readonly #meshes = new Map<number, Uint8Array>();
  /** Parties that have started: the others hear nothing yet. */
  readonly #up = new Set<number>();
  #queue: Delivery[] = [];
  #order = 0;
  #now = 0;
  #early = false;

  constructor(scenario: Scenario) {
    this.#scenario = scenario;
    this.#random = mulberry32(scenario.seed);
    const { parties, waitMs, joinMs } = scenario;
    const numbers = Array.from({ length: parties }, (_, party) => party);
    this.#states = numbers.map((party) =>
      initialState({
        ...simConfig(party, parties, waitMs),
        joinMs,
        ...(scenario.anyNumbers && party > 0 ? { party: ANY_PARTY } : {}),
      })
    );
    this.#ends = numbers.map(() => ({}));
  }

  run(maxMs: number): SimResult {
    const { parties, crashMs } = this.#scenario;
    for (let party = 0; party < parties; party++) {
      this.#later(party, { kind: "start" }, this.#random() * 1000);
    }
    for (let at = 50; at < maxMs; at += 50) {
      for (let party = 0; party < parties; party++) this.#at(party, { kind: "tick" }, at);
    }
    this.#queue.sort((a, b) => a.at - b.at || a.order - b.order);
    while (this.#queue.length > 0) {
      const next = this.#queue.shift();
      if (next === undefined || this.#done()) break;
      this.#now = next.at;
      if (crashMs !== undefined && this.#now >= crashMs) this.#crash(parties - 1);
      this.#feed(next.party, next.event);
    }
    const numbers = this.#states.map(({ config }) => config.party);
    return { ends: this.#ends, numbers, early: this.#early, ms: this.#now };
  }

  #done(): boolean {
    return this.#ends.every(({ sid, error }) => sid !== undefined || error !== undefined);
  }

  #crash(party: number): void {
    const end = this.#ends[party];
    if (end === undefined || end.error !== undefined) return;
    end.error = new Error("crashed");
    this.#disconnect(party, 5);
  }

  #disconnect(party: number, ms: number): void {
    this.#others(party, (other) => this.#later(other, { kind: "lost", peer: simPeer(party) }, ms));
  }

  #feed(party: number, event: SessionEvent): void {
    const before = this.#states[party];
    const end = this.#ends[party];
    if (before === undefined || end === undefined || end.error?.message === "crashed") return;
    if (event.kind === "start") this.#up.add(party);
    if (!this.#up.has(party)) return;
    const { state, effects } = step(before, event, SIM_START + this.#now);
    this.#states[party] = state;
    for (const effect of effects) this.#perform(party, state, effect);
  }

  #perform(party: number, state: SessionState, effect: SessionEffect): void {
    const { parties, otherFacts, noConsent } = this.#scenario;
    const odd = party === parties - 1;
    const soon = (event: SessionEvent): void => this.#later(party, event, this.#random() * 300);
    switch (effect.kind) {
      case "say":
        return this.#say(party, encodeMessage(effect.message));
      case "dial": {
        const { peer } = effect;
        const gone = this.#ends.some(({ error }, other) => error && simPeer(other) === peer);
        return soon(
          gone ? { kind: "dialFailed", peer, reason: "gone" } : { kind: "dialled", peer },
        );
      }
      case "compile": {
        const { k, ...open } = simFacts(parties, odd && otherFacts === true);
        // Why every second one: that of the creator is taken by joiners who name none, whoever else does.
        return soon({ kind: "compiled", facts: party % 2 === 1 ? open : { ...open, k } });
      }
      case "consent":
        return soon({ kind: "consented", yes: !(odd && noConsent === true) });
      case "sign":
        return soon({ kind: "signed", signature: simSignature(simPeer(party), effect.bytes) });
      case "verify": {
        const valid = equal(effect.signature, simSignature(effect.peer, effect.bytes));
        return soon({ kind: "verified", party: effect.party, valid });
      }
      case "connect":
        this.#meshes.set(party, effect.sid);
        return this.#link(party, effect.sid);
      case "announceReady":
        return this.#others(party, (other) => {
          this.#later(other, { kind: "ready", party }, this.#random() * 100);
        });
      case "begin":
        if (state.sid !== undefined) this.#end(party).sid = state.sid;
        if (this.#states.some(({ signature }) => signature === undefined)) this.#early = true;
        return;
      case "fail":
        this.#end(party).error = effect.error;
        return this.#disconnect(party, 1000);
      case "notice":
        return;
    }
  }

  #end(party: number): { sid?: Uint8Array; error?: Error } {
    return this.#ends[party] ?? {};
  }

  #others(party: number, action: (other: number) => void): void {
    for (let other = 0; other < this.#scenario.parties; other++) if (other !== party) action(other);
  }

  #say(party: number, bytes: Uint8Array): void {
    this.#others(party, (other) => {
      for (let copies = this.#random() < 0.2 ? 2 : 1; copies > 0; copies--) {
        if (this.#now < this.#scenario.healMs && this.#random() < this.#scenario.loss) continue;
        const message = decodeMessage(bytes);
        if (message === undefined) throw new TypeError("A party says what others cannot read");
        const event: SessionEvent = { kind: "message", from: simPeer(party), message };
        this.#later(other, event, 1 + this.#random() * 400);
      }
    });
  }

  #link(party: number, sid: Uint8Array): void {
    this.#others(party, (other) => {
      const theirs = this.#meshes.get(other);
      if (theirs === undefined || !equal(sid, theirs)) return;
      this.#later(party, { kind: "linked", party: other }, 10);
      this.#later(other, { kind: "linked", party }, 10);
    });
    if (this.#meshes.size < this.#scenario.parties) return;
    for (const [member, theirs] of this.#meshes) {
      if (equal(sid, theirs)) this.#later(member, { kind: "meshed" }, 20 + this.#random() * 50);
    }
  }

  #later(party: number, event: SessionEvent, ms: number): void {
    this.#at(party, event, this.#now + ms);
  }

  /** Keeps the queue sorted once the simulation runs. */
  #at(party: number, event: SessionEvent, at: number): void {
    const delivery = { at, order: this.#order++, party, event };
    let low = 0;
    let high = this.#queue.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#queue[middle]?.at ?? 0) <= at) low = middle + 1;
      else high = middle;
    }
    this.#queue.splice(low, 0, delivery);
  }
}

/** Facts of a simulated party; an odd one has another circuit. */
export function simFacts(parties: number, odd: boolean): CompiledFacts {
  const facts = trivialFacts(parties);
  return odd ? { ...facts, circuit: { ...facts.circuit, ands: 4 } } : facts;
}

/** Runs a scenario for at most `maxMs` virtual milliseconds. */
export function simulate(scenario: Scenario, maxMs: number): SimResult {
  return new Simulation(scenario).run(maxMs);
}
