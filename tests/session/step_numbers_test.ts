/** Numbers that are given, hellos that are played again, and sessions over gossip. */
import assert from "node:assert/strict";
import { ANY_PARTY, initialState, joinProof, ownHello } from "../../lib/session/mod.ts";
import { simConfig, simFacts, simPeer } from "../sim/lobby.ts";
import { complete, creator, failure, hello, kinds, notices, Party, WAIT } from "./stepping.ts";

Deno.test("step() gives who takes any number the first that nobody asked for", () => {
  const party = creator();
  const joined = party.feed(hello(2, 0, { party: ANY_PARTY }));
  assert.match(notices(joined).join(), /^a party joined \(.*, over gossip\) and takes any number$/);
  const effects = party.feed(hello(1, 0, { party: 1 }));
  assert.ok(kinds(effects).includes("compile"));
  assert.deepEqual(party.state.roster?.map(({ peer }) => peer), [0, 1, 2].map(simPeer));
  const late = creator();
  late.feed(hello(1, 0, { party: ANY_PARTY }));
  late.now += WAIT;
  assert.match(failure(late.feed({ kind: "tick" })).message, /party 2 did not come within 20 s/);
});

Deno.test("step() tells a joiner without a number the one that it gets", () => {
  const party = new Party({ ...simConfig(1, 2, WAIT), party: ANY_PARTY });
  const { challenge } = party.state.config;
  const config = simConfig(0, 2, WAIT);
  const proof = { challenge, mac: joinProof(config.ticket, { peer: config.peer, challenge }) };
  party.feed({ kind: "start" });
  const message = { ...ownHello(initialState(config), []), proofs: [proof] };
  party.feed({ kind: "message", from: config.peer, message });
  const entries = [config, party.state.config].map(({ peer, nonce, addresses }, party) => {
    return { party, peer, nonce, addresses };
  });
  const roster = { kind: "roster", entries } as const;
  const effects = party.feed({ kind: "message", from: config.peer, message: roster });
  assert.deepEqual(notices(effects), ["we are party 1"]);
  assert.equal(party.state.config.party, 1);
});

Deno.test("step() takes no hello, played again, of somebody who has left", () => {
  const party = creator();
  party.feed(hello(1, 0));
  const { nonce } = simConfig(1, 3, WAIT);
  const abort = { kind: "abort", nonce, exitCode: 7, reason: "Interrupted" } as const;
  party.feed({ kind: "message", from: simPeer(1), message: abort });
  assert.equal(party.state.members.size, 0);
  assert.deepEqual(party.feed(hello(1, 0)), []);
  assert.equal(party.state.members.size, 0);
  party.feed(hello(1, 0, { nonce: new Uint8Array(16).fill(9) }));
  assert.equal(party.state.members.size, 1, "another run of the same peer may come");
});

Deno.test("step() refuses the hello of an earlier session, whose proof answers another challenge", () => {
  const party = creator();
  const { ticket, peer } = simConfig(1, 3, WAIT);
  const { challenge } = party.state.config;
  const session = new Uint8Array(32).fill(9);
  const mac = joinProof({ ...ticket, session }, { peer, challenge });
  const effects = party.feed(hello(1, 0, { proofs: [{ challenge, mac }] }));
  assert.match(notices(effects).join(), /was refused .*its proof of the join secret is wrong/);
  const old = new Uint8Array(16).fill(8);
  const earlier = joinProof(ticket, { peer, challenge: old });
  party.feed(hello(1, 0, { proofs: [{ challenge: old, mac: earlier }] }));
  assert.notEqual(party.state.members.get(peer)?.proven, true);
});

Deno.test("step() lets a joiner answer a wrong proof, so that it can be refused", () => {
  const party = new Party(simConfig(1, 3, WAIT));
  party.feed({ kind: "start" });
  const { challenge } = party.state.config;
  const effects = party.feed(hello(0, 1, { proofs: [{ challenge, mac: new Uint8Array(32) }] }));
  assert.deepEqual(kinds(effects), ["say hello"]);
  assert.equal(party.state.members.get(simPeer(0))?.proven, false);
  assert.equal(ownHello(party.state).proofs.length, 1);
});

Deno.test("step() dials nobody over gossip, and forgets who falls silent", () => {
  const party = new Party({ ...simConfig(0, 3, WAIT), dials: "nobody" });
  party.feed({ kind: "start" });
  const effects = party.feed(hello(1, 0));
  assert.deepEqual(kinds(effects), ["notice", "say hello"]);
  assert.match(notices(effects).join(), /^party 1 joined \(.*, over gossip\)$/);
  assert.deepEqual(party.feed({ kind: "lost", peer: simPeer(1) }), []);
  party.now += 6000;
  party.feed(hello(1, 0));
  party.now += 6000;
  party.feed({ kind: "tick" });
  assert.equal(party.state.members.size, 1, "it was heard");
  party.now += 4000;
  assert.match(notices(party.feed({ kind: "tick" })).join(), /^party 1 left .*it fell silent$/);
  assert.equal(party.state.members.size, 0);
  const joiner = new Party({ ...simConfig(1, 3, WAIT), dials: "nobody" });
  assert.deepEqual(kinds(joiner.feed({ kind: "start" })), ["notice", "say hello"]);
  const calls = new Party({ ...simConfig(1, 3, WAIT), dials: "creator" });
  assert.deepEqual(kinds(calls.feed({ kind: "start" })), ["notice", "dial", "say hello"]);
});

Deno.test("step() tells every ten seconds whom it waits for, and for what", () => {
  const party = creator();
  party.feed(hello(2, 0));
  const tellings: string[] = [];
  for (let second = 1; second < WAIT / 1000; second++) {
    party.now += 1000;
    tellings.push(...notices(party.feed({ kind: "tick" })));
  }
  assert.deepEqual(tellings, ["waiting 10 s for party 1 to join"]);
  const agreeing = complete();
  agreeing.feed({ kind: "compiled", facts: simFacts(3, false) });
  agreeing.now += 12_000;
  const expected = "waiting 12 s for parties 1, 2 to compile the program and say what is agreed";
  assert.deepEqual(notices(agreeing.feed({ kind: "tick" })), [expected]);
  assert.deepEqual(notices(agreeing.feed({ kind: "tick" })), []);
});
