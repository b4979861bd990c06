/** Who gets the result, and how long people may take to consent: the reducer's part of it. */
import assert from "node:assert/strict";
import { AgreementError } from "../../lib/base/mod.ts";
import { encodeDescription, step } from "../../lib/session/mod.ts";
import { SIM_START as T, simConfig, simFacts, simPeer } from "../sim/lobby.ts";
import { complete, failure, hello, Party, WAIT } from "./stepping.ts";

const CONSENT = 300_000;

/** A joiner of three that has met both others, of whom the creator names output parties. */
function joiner(outputParties: readonly number[] | undefined): Party {
  const party = new Party(simConfig(1, 3, WAIT));
  party.feed({ kind: "start" });
  party.feed(hello(0, 1, outputParties === undefined ? {} : { outputParties }));
  // Only the creator's word counts.
  party.feed(hello(2, 1, { outputParties: [2] }));
  return party;
}

const ROSTER = complete().state.roster ?? [];
const ANNOUNCED = {
  kind: "message",
  from: simPeer(0),
  message: { kind: "roster", entries: ROSTER },
};

Deno.test("a joiner compiles for the output parties that the creator names, and for nobody else's", () => {
  for (const outputParties of [[0, 2], undefined]) {
    const effects = joiner(outputParties).feed(ANNOUNCED as Parameters<Party["feed"]>[0]);
    const compile = effects.find(({ kind }) => kind === "compile");
    assert.deepEqual(compile, { kind: "compile", constants: [], outputParties, roster: ROSTER });
  }
});

Deno.test("a creator compiles for the output parties of its own", () => {
  const party = new Party({ ...simConfig(0, 3, WAIT), outputParties: [1] });
  party.feed({ kind: "start" });
  party.feed(hello(1, 0));
  const effects = party.feed(hello(2, 0, { outputParties: [2] }));
  const compile = effects.find(({ kind }) => kind === "compile");
  assert.ok(compile?.kind === "compile");
  assert.deepEqual([compile.constants, compile.outputParties], [[], [1]]);
  assert.equal(compile.roster, party.state.roster);
});

Deno.test("output parties that do not exist, or twice, or out of order, end the session", () => {
  for (const outputParties of [[3], [0, 0], [2, 1]]) {
    const effects = joiner(outputParties).feed(ANNOUNCED as Parameters<Party["feed"]>[0]);
    const error = failure(effects);
    assert.ok(error instanceof AgreementError, `${outputParties}`);
    assert.match(error.message, /gives the result to parties that do not exist, or to one twice/);
  }
});

/** A creator of three at the question. */
function asked(): Party {
  const party = new Party({ ...simConfig(0, 3, WAIT), consentMs: CONSENT });
  party.feed({ kind: "start" });
  party.feed(hello(1, 0));
  party.feed(hello(2, 0));
  party.feed({ kind: "compiled", facts: simFacts(3, false) });
  const { description } = party.state;
  assert.ok(description);
  for (const from of [1, 2].map(simPeer)) {
    const message = { kind: "agree", description: encodeDescription(description) } as const;
    party.feed({ kind: "message", from, message });
  }
  assert.equal(party.state.phase, "consent");
  return party;
}

Deno.test("people have longer to consent than programs to answer, and then the session ends", () => {
  const party = asked();
  const tick = (ms: number): ReturnType<typeof step> => step(party.state, { kind: "tick" }, T + ms);
  assert.equal(tick(CONSENT - 1).state.phase, "consent");
  const error = failure(tick(CONSENT).effects);
  assert.ok(error instanceof AgreementError);
  assert.match(error.message, /no consent by this party within 300 s/);
  party.feed({ kind: "consented", yes: true });
  assert.equal(tick(CONSENT - 1).state.phase, "sign");
  assert.match(failure(tick(CONSENT).effects).message, /waited 300 s for parties 1, 2 to consent/);
  const told = tick(15_000).effects.find(({ kind }) => kind === "notice");
  assert.deepEqual(told, {
    kind: "notice",
    text: "waiting 15 s for parties 1, 2 to consent and sign",
  });
});
