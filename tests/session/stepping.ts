/** Parties of the reducer under test, and the hellos of others. */
import assert from "node:assert/strict";
import {
  type Hello,
  initialState,
  joinProof,
  ownHello,
  type SessionConfig,
  type SessionEffect,
  type SessionEvent,
  type SessionState,
  step,
} from "../../lib/session/mod.ts";
import { SIM_START as T, simConfig } from "../sim/lobby.ts";

export const WAIT = 20_000;

/** A party under test. */
export class Party {
  state: SessionState;
  now = T;

  constructor(config: SessionConfig) {
    this.state = initialState(config);
  }

  feed(event: SessionEvent): readonly SessionEffect[] {
    const { state, effects } = step(this.state, event, this.now);
    this.state = state;
    return effects;
  }
}

export function notices(effects: readonly SessionEffect[]): string[] {
  return effects.flatMap((effect) => effect.kind === "notice" ? [effect.text] : []);
}

export function kinds(effects: readonly SessionEffect[]): string[] {
  return effects.map((effect) =>
    effect.kind === "say" ? `say ${effect.message.kind}` : effect.kind
  );
}

export function failure(effects: readonly SessionEffect[]): Error {
  const found = effects.find((effect) => effect.kind === "fail");
  assert.ok(found?.kind === "fail", `no failure in ${kinds(effects).join()}`);
  return found.error;
}

/** The hello of a party with a proof for party `to`, with changes. */
export function hello(from: number, to: number, change: Partial<Hello> = {}): SessionEvent {
  const config = simConfig(from, 3, WAIT);
  const { challenge } = simConfig(to, 3, WAIT);
  const mac = joinProof(config.ticket, { peer: config.peer, challenge });
  const plain = ownHello(initialState(config), []);
  const message: Hello = { ...plain, proofs: [{ challenge, mac }], ...change };
  return { kind: "message", from: message.peer, message };
}

export function creator(): Party {
  const party = new Party(simConfig(0, 3, WAIT));
  party.feed({ kind: "start" });
  return party;
}

/** The creator of three with both others, right before it compiles. */
export function complete(): Party {
  const party = creator();
  party.feed(hello(1, 0));
  party.feed(hello(2, 0));
  return party;
}
