/** k of a session: named by the creator, and taken or compared by who joins. */
import assert from "node:assert/strict";
import { AgreementError, ProtocolError } from "../../lib/base/mod.ts";
import {
  decodeDescription,
  type Description,
  encodeDescription,
  type ProposedFacts,
  type SessionEffect,
} from "../../lib/session/mod.ts";
import { CHUNK_BITS } from "../../lib/mpc/party.ts";
import { simConfig, simFacts, simPeer } from "../sim/lobby.ts";
import { complete, failure, hello, kinds, Party, WAIT } from "./stepping.ts";

const { k: K, ...OPEN } = simFacts(3, false);

/** The creator's description of three, with another k. */
function description(k: number): Description {
  const party = complete();
  party.feed({ kind: "compiled", facts: { ...OPEN, k } });
  assert.ok(party.state.description);
  return party.state.description;
}

/** Party 1 of three with the roster, right before it compiles. */
function joiner(): Party {
  const party = new Party(simConfig(1, 3, WAIT));
  party.feed({ kind: "start" });
  party.feed(hello(0, 1));
  party.feed(hello(2, 1));
  const entries = complete().state.roster ?? [];
  party.feed({ kind: "message", from: simPeer(0), message: { kind: "roster", entries } });
  assert.equal(party.state.phase, "compile");
  return party;
}

function compiled(party: Party, facts: ProposedFacts): readonly SessionEffect[] {
  return party.feed({ kind: "compiled", facts });
}

function shown(party: Party, from: number, bytes: Uint8Array<ArrayBuffer>): ReturnType<
  Party["feed"]
> {
  const message = { kind: "agree", description: bytes } as const;
  return party.feed({ kind: "message", from: simPeer(from), message });
}

Deno.test("who leaves k open says nothing before the creator has named it, and then the same", () => {
  for (const k of CHUNK_BITS) {
    const bytes = encodeDescription(description(k));
    const late = joiner();
    assert.deepEqual(compiled(late, OPEN), []);
    assert.equal(late.state.phase, "agree");
    const told = shown(late, 0, bytes);
    const early = joiner();
    assert.deepEqual(shown(early, 0, bytes), []);
    for (const effects of [told, compiled(early, OPEN)]) {
      assert.deepEqual(kinds(effects), ["say agree"]);
    }
    assert.deepEqual([late, early].map(({ state }) => state.description?.k), [k, k]);
    assert.ok(kinds(shown(late, 2, bytes)).includes("consent"));
  }
});

Deno.test("the k of another joiner decides nothing", () => {
  const party = joiner();
  compiled(party, OPEN);
  assert.deepEqual(shown(party, 2, encodeDescription(description(1))), []);
  const error = failure(shown(party, 0, encodeDescription(description(8))));
  assert.ok(error instanceof AgreementError);
  assert.match(error.message, /party 2 uses another size of OT chunks: 1 instead of our 8/);
});

Deno.test("who names k is told when the creator has another one", () => {
  const party = joiner();
  assert.deepEqual(kinds(compiled(party, { ...OPEN, k: K })), ["say agree"]);
  const error = failure(shown(party, 0, encodeDescription(description(8))));
  assert.ok(error instanceof AgreementError);
  assert.match(error.message, /party 0 uses another size of OT chunks: 8 instead of our 2/);
});

Deno.test("a creator's k that does not exist, or no description at all, ends the session", () => {
  const wrong = encodeDescription({ ...description(K), k: 3 });
  assert.equal(decodeDescription(wrong), undefined);
  for (const bytes of [wrong, new Uint8Array(9)]) {
    const party = joiner();
    compiled(party, OPEN);
    const error = failure(shown(party, 0, bytes));
    assert.ok(error instanceof ProtocolError);
    assert.match(error.message, /the description of party 0 is malformed/);
  }
});

Deno.test("who waits for the creator's k in vain is told for whom", () => {
  const party = joiner();
  compiled(party, OPEN);
  party.now += WAIT;
  const error = failure(party.feed({ kind: "tick" }));
  assert.match(error.message, /waited 20 s for parties 0, 2 to compile the program/);
});

Deno.test("a creator that leaves k open is a mistake of ours", () => {
  assert.throws(() => compiled(complete(), OPEN), TypeError);
});
