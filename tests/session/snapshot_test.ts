import assert from "node:assert/strict";
import type { Event, SessionSnapshot } from "../../lib/observability/mod.ts";
import { ANY_PARTY, initialState } from "../../lib/session/mod.ts";
import { snapshotOf, snapshotTeller } from "../../lib/session/snapshot.ts";
import { simConfig, simPeer } from "../sim/lobby.ts";
import { trivialFacts } from "./facts.ts";
import { complete, creator, hello, WAIT } from "./stepping.ts";

Deno.test("a snapshot tells who takes part and where the session stands, and nothing of the ticket", () => {
  const party = creator();
  const seen: SessionSnapshot[] = [];
  const tell = snapshotTeller((event: Event) => {
    if (event.kind === "session") seen.push(event.session);
  });
  tell(party.state);
  tell(party.state);
  party.feed(hello(1, 0));
  tell(party.state);
  party.feed(hello(2, 0));
  tell(party.state);
  assert.deepEqual(seen.map(({ stage }) => stage), ["rendezvous", "rendezvous", "agree"]);
  assert.deepEqual(seen.map(({ roster }) => roster.map((entry) => entry.party)), [[0], [0, 1], [
    0,
    1,
    2,
  ]]);
  const [first, , last] = seen;
  assert.deepEqual(last?.roster[1], { party: 1, peer: simPeer(1) });
  assert.deepEqual([first?.role, first?.party, first?.parties], ["creator", 0, 3]);
  const text = JSON.stringify(seen);
  const { ticket } = party.state.config;
  for (const secret of [ticket.session, ticket.secret]) assert.ok(!text.includes(secret.toHex()));
});

Deno.test("a snapshot has the circuit once there is a description, and a failed session has none", () => {
  const party = complete();
  party.feed({ kind: "compiled", facts: trivialFacts(3) });
  const description = {
    ...trivialFacts(3),
    ...{ version: 1, engine: "1", session: new Uint8Array(32), creator: simPeer(0) },
    ...{ program: new Uint8Array(32), constants: [], roster: [], deadline: 0 },
  };
  const state = { ...party.state, description };
  const { circuit } = snapshotOf(state) ?? {};
  assert.deepEqual([circuit?.ands, circuit?.inputs, circuit?.outputParties], [3, 96, [0, 1, 2]]);
  assert.equal(snapshotOf({ ...state, phase: "failed" }), undefined);
});

Deno.test("a joiner without a number is not in its own roster yet", () => {
  const state = initialState({ ...simConfig(1, 3, WAIT), party: ANY_PARTY });
  const snapshot = snapshotOf(state);
  assert.equal(snapshot?.party, undefined);
  assert.deepEqual(snapshot?.roster, []);
});
