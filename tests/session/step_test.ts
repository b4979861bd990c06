/** The reducer, event by event, with the whole list of effects. */
import assert from "node:assert/strict";
import { AgreementError, CredentialError, MpcError, ProtocolError } from "../../lib/base/mod.ts";
import {
  encodeDescription,
  type Hello,
  joinProof,
  ownHello,
  type SessionEvent,
  sessionHash,
  signedBytes,
  step,
} from "../../lib/session/mod.ts";
import { SIM_START as T, simConfig, simFacts, simPeer, simSignature } from "../sim/lobby.ts";
import { complete, creator, failure, hello, kinds, notices, Party, WAIT } from "./stepping.ts";

Deno.test("step() lets the creator wait and say hello", () => {
  const party = new Party(simConfig(0, 3, WAIT));
  assert.deepEqual(party.feed({ kind: "start" }), [
    { kind: "notice", text: "waiting for peers to join us... (0/2)" },
    { kind: "say", message: ownHello(party.state), peers: [] },
  ]);
  assert.deepEqual(party.feed({ kind: "tick" }), []);
});

Deno.test("step() lets a joiner dial the creator and say hello", () => {
  const config = simConfig(1, 3, WAIT);
  const party = new Party(config);
  assert.deepEqual(party.feed({ kind: "start" }), [
    { kind: "notice", text: "trying to connect to 1 peer..." },
    { kind: "dial", peer: simPeer(0), addresses: config.ticket.addresses },
    { kind: "say", message: ownHello(party.state), peers: [simPeer(0)] },
  ]);
  assert.deepEqual(party.feed({ kind: "dialled", peer: simPeer(0) }), [
    {
      kind: "notice",
      text: "connected, other peers have 20 seconds to join before the computation starts!",
    },
    { kind: "say", message: ownHello(party.state), peers: [simPeer(0)] },
  ]);
});

Deno.test("step() seats a party whose proof is right, once", () => {
  const party = creator();
  party.feed({ kind: "path", peer: simPeer(1), path: "direct" });
  const effects = party.feed(hello(1, 0));
  assert.deepEqual(effects, [
    { kind: "notice", text: "party 1 joined (12D3KooW…AAAAA2, direct)" },
    { kind: "dial", peer: simPeer(1), addresses: ["/ip4/127.0.0.1/tcp/9001"] },
    { kind: "say", message: ownHello(party.state), peers: [simPeer(1)] },
  ]);
  assert.deepEqual(party.feed(hello(1, 0)), []);
});

Deno.test("step() locks the roster when all are there, in the order of the parties", () => {
  const party = creator();
  party.feed(hello(2, 0));
  const effects = party.feed(hello(1, 0));
  assert.deepEqual(kinds(effects), ["notice", "dial", "say hello", "say roster", "compile"]);
  assert.deepEqual(party.state.roster?.map(({ peer }) => peer), [0, 1, 2].map(simPeer));
});

Deno.test("step() ignores a hello under another peer id, and answers one without a proof", () => {
  const party = creator();
  const event = hello(1, 0);
  assert.deepEqual(party.feed({ ...event, from: simPeer(7) } as SessionEvent), []);
  assert.deepEqual(kinds(party.feed(hello(1, 0, { proofs: [] }))), ["say hello"]);
  assert.deepEqual(party.state.members.get(simPeer(1))?.proven, false);
  assert.equal(ownHello(party.state).proofs.length, 1);
});

Deno.test("step() refuses with number, reason and exit code, and shows that once", () => {
  const other = { peer: simPeer(5), nonce: new Uint8Array(16).fill(5) };
  const { ticket } = simConfig(0, 3, WAIT);
  const { challenge } = simConfig(0, 3, WAIT);
  const proofs = [{ challenge, mac: joinProof(ticket, { peer: other.peer, challenge }) }];
  const cases: [Partial<Hello>, number, string][] = [
    [{ party: 1 }, 5, "party 1 is already taken by 12D3KooW…AAAAA2; free numbers: 2"],
    [{ party: 0 }, 5, "party 0 is already taken by 12D3KooW…AAAAA1; free numbers: 2"],
    [{ party: 3 }, 2, "there is no party 3; the numbers are 0 to 2"],
    [{ engine: "9" }, 5, "it runs version 9 of p2p-mpc and the creator 0.1.0"],
    [
      { program: new Uint8Array(32).fill(9) },
      5,
      "it uses program 0909090909090909… and the creator 0202020202020202…",
    ],
    [
      { proofs: [{ challenge, mac: new Uint8Array(32) }] },
      8,
      "its proof of the join secret is wrong",
    ],
    [
      { constants: [{ name: "X", value: "1", owner: 0 }] },
      5,
      "it sets constants for another party",
    ],
  ];
  for (const [change, exitCode, text] of cases) {
    const party = creator();
    party.feed(hello(1, 0));
    const event = hello(2, 0, { ...other, proofs, ...change });
    const message = { kind: "refuse", ...other, exitCode, text };
    const told = { kind: "say", message, peers: [other.peer] };
    const number = change.party ?? 2;
    const notice = `party ${number} was refused (12D3KooW…AAAAA6): ${text}`;
    assert.deepEqual(party.feed(event), [told, { kind: "notice", text: notice }]);
    assert.deepEqual(party.feed(event), [told]);
    assert.deepEqual(kinds(party.feed(hello(2, 0))).at(-1), "compile");
  }
});

Deno.test("step() refuses a second process with one key, and one that comes late", () => {
  const party = creator();
  party.feed(hello(1, 0));
  const twin = { nonce: new Uint8Array(16).fill(9) };
  assert.deepEqual(kinds(party.feed(hello(1, 0, { ...twin, proofs: [] }))), ["say hello"]);
  const [told] = party.feed(hello(1, 0, twin));
  assert.ok(told?.kind === "say" && told.message.kind === "refuse");
  assert.equal(told.message.exitCode, 8);
  assert.match(told.message.text, /both use the same key\? give each party its own/);
  party.feed(hello(2, 0));
  const { challenge, ticket } = simConfig(0, 3, WAIT);
  const proofs = [{ challenge, mac: joinProof(ticket, { peer: simPeer(6), challenge }) }];
  const [late] = party.feed(hello(2, 0, { peer: simPeer(6), nonce: new Uint8Array(16), proofs }));
  assert.ok(late?.kind === "say" && late.message.kind === "refuse");
  assert.equal(late.message.text, "the session is complete already");
});

Deno.test("step() ends a joiner that is refused, unless it is meant for another run", () => {
  const party = new Party(simConfig(1, 3, WAIT));
  party.feed({ kind: "start" });
  const { nonce, peer } = party.state.config;
  const refuse = { kind: "refuse", peer, nonce, exitCode: 8, text: "no" } as const;
  const from = simPeer(0);
  const foreign = { ...refuse, nonce: new Uint8Array(16) };
  assert.deepEqual(party.feed({ kind: "message", from, message: foreign }), []);
  assert.deepEqual(party.feed({ kind: "message", from: simPeer(2), message: refuse }), []);
  const error = failure(party.feed({ kind: "message", from, message: refuse }));
  assert.ok(error instanceof CredentialError);
  assert.equal(error.message, "Cannot join the session: no");
});

Deno.test("step() starts the waiting time anew whenever a party joins", () => {
  const party = creator();
  party.feed(hello(1, 0));
  party.now += WAIT - 1;
  party.feed(hello(2, 0, { party: 2, proofs: [] }));
  assert.equal(party.state.deadline, T + WAIT);
  const five = new Party({ ...simConfig(0, 5, WAIT) });
  five.feed({ kind: "start" });
  five.feed(hello(1, 0));
  five.now += 5000;
  five.feed(hello(2, 0));
  assert.equal(five.state.deadline, T + 5000 + WAIT);
});

Deno.test("step() frees the number of a party that leaves before all are there", () => {
  const party = creator();
  party.feed(hello(1, 0));
  assert.deepEqual(notices(party.feed({ kind: "lost", peer: simPeer(1) })), [
    "party 1 left (12D3KooW…AAAAA2): the connection was lost",
  ]);
  party.feed(hello(1, 0));
  const { nonce } = simConfig(1, 3, WAIT);
  const message = { kind: "abort", nonce, exitCode: 7, reason: "interrupted" } as const;
  assert.match(
    notices(party.feed({ kind: "message", from: simPeer(1), message }))[0] ?? "",
    /interr/,
  );
  assert.equal(party.state.members.size, 0);
});

Deno.test("step() ends for all when a party leaves after that", () => {
  const { nonce } = simConfig(1, 3, WAIT);
  for (const exitCode of [4, 5, 7] as const) {
    const message = { kind: "abort", nonce, exitCode, reason: "why not" } as const;
    const error = failure(complete().feed({ kind: "message", from: simPeer(1), message }));
    assert.ok(error instanceof MpcError);
    assert.equal(error.exitCode, exitCode);
    assert.equal(error.message, "Cannot start the session: party 1 left: why not");
  }
});

Deno.test("step() dials a party again whose connection is lost, and ends when it does not come back", () => {
  const peer = simPeer(2);
  const dial = { kind: "dial", peer, addresses: simConfig(2, 3, WAIT).addresses } as const;
  for (const back of [{ kind: "dialled", peer }, { kind: "peer", peer }, undefined] as const) {
    const party = complete();
    assert.deepEqual(party.feed({ kind: "lost", peer }), [dial]);
    assert.deepEqual(party.feed({ kind: "lost", peer }), [], "it is being dialled");
    assert.deepEqual(party.feed({ kind: "dialFailed", peer, reason: "busy" }), []);
    party.now += 1000;
    assert.ok(kinds(party.feed({ kind: "tick" })).includes("dial"));
    if (back !== undefined) party.feed(back);
    party.now += 4000;
    party.feed({ kind: "tick" });
    assert.notEqual(party.state.phase, "failed", "an attempt is under way");
    party.feed({ kind: "dialFailed", peer, reason: "no answer in time" });
    const effects = party.feed({ kind: "tick" });
    if (back !== undefined) assert.notEqual(party.state.phase, "failed");
    else {
      const { message } = failure(effects);
      assert.equal(message, "Cannot start the session: lost the connection to party 2");
    }
  }
});

Deno.test("step() says the same ever more seldom while nothing changes, and at once when it does", () => {
  const party = creator();
  const saidIn = (ms: number): number => {
    let times = 0;
    for (const end = party.now + ms; party.now < end;) {
      party.now += 50;
      times += kinds(party.feed({ kind: "tick" })).filter((kind) => kind === "say hello").length;
    }
    return times;
  };
  assert.ok(saidIn(1000) >= 3);
  assert.ok(saidIn(9000) < 12);
  assert.equal(saidIn(8000), 4);
  assert.ok(kinds(party.feed(hello(1, 0))).includes("say hello"));
  assert.ok(saidIn(1000) >= 3);
});

Deno.test("step() repeats over direct connections, and over gossip seldom, once all are known", () => {
  const party = complete();
  party.feed({ kind: "compiled", facts: simFacts(3, false) });
  const isQuiet = Array.from({ length: 8 }, () => {
    party.now += 2000;
    const said = party.feed({ kind: "tick" }).filter((effect) => effect.kind === "say");
    assert.deepEqual(said.map(({ message }) => message.kind), ["hello", "roster", "agree"]);
    return said.every((each) => each.isQuiet === true);
  });
  assert.deepEqual(isQuiet.map((quiet, i) => quiet ? i : -1).filter((i) => i >= 0).length, 6);
});

/** Feeds what the other two say and checks on the way that nothing happens too early. */
function untilSigned(party: Party): Uint8Array<ArrayBuffer> {
  party.feed({ kind: "compiled", facts: simFacts(3, false) });
  const { description } = party.state;
  assert.ok(description);
  const bytes = encodeDescription(description);
  const agree = { kind: "agree", description: bytes } as const;
  assert.deepEqual(party.feed({ kind: "message", from: simPeer(1), message: agree }), []);
  assert.deepEqual(party.feed({ kind: "message", from: simPeer(2), message: agree }), [
    { kind: "notice", text: "all agree: program 0202020202020202…, result to everyone" },
    { kind: "consent", description },
  ]);
  return sessionHash(bytes);
}

Deno.test("step() goes from agreement over consent, signatures and mesh to the start", () => {
  const party = complete();
  const sid = untilSigned(party);
  const { roster } = party.state;
  assert.deepEqual(party.feed({ kind: "consented", yes: true }), [
    { kind: "sign", bytes: signedBytes(sid) },
  ]);
  const signature = simSignature(simPeer(0), signedBytes(sid));
  assert.deepEqual(kinds(party.feed({ kind: "signed", signature })), ["say sign"]);
  for (const other of [1, 2]) {
    const theirs = simSignature(simPeer(other), signedBytes(sid));
    const message = { kind: "sign", sid, signature: theirs } as const;
    const event = { kind: "message", from: simPeer(other), message } as const;
    assert.deepEqual(party.feed(event), [{
      kind: "verify",
      party: other,
      peer: simPeer(other),
      bytes: signedBytes(sid),
      signature: theirs,
    }]);
    assert.deepEqual(party.feed(event), []);
  }
  assert.deepEqual(party.feed({ kind: "verified", party: 1, valid: true }), []);
  assert.deepEqual(party.feed({ kind: "verified", party: 2, valid: true }), [
    { kind: "connect", roster, sid },
  ]);
  assert.deepEqual(party.feed({ kind: "ready", party: 2 }), []);
  assert.deepEqual(party.feed({ kind: "meshed" }), [{ kind: "announceReady" }]);
  assert.deepEqual(party.feed({ kind: "ready", party: 1 }), [
    { kind: "notice", text: "starting the computation..." },
    { kind: "begin" },
  ]);
  assert.equal(party.state.phase, "running");
  assert.deepEqual(party.feed({ kind: "lost", peer: simPeer(1) }), []);
});

Deno.test("step() ends when descriptions differ, change or are malformed", () => {
  const first = complete();
  first.feed({ kind: "compiled", facts: simFacts(3, false) });
  const { description } = first.state;
  assert.ok(description);
  const say = (bytes: Uint8Array<ArrayBuffer>): SessionEvent => ({
    kind: "message",
    from: simPeer(1),
    message: { kind: "agree", description: bytes },
  });
  const other = encodeDescription({ ...description, program: new Uint8Array(32).fill(8) });
  const error = failure(first.feed(say(other)));
  assert.ok(error instanceof AgreementError);
  assert.match(error.message, /^Cannot start the session: party 1 uses another program: 0808/);
  const second = complete();
  second.feed(say(other));
  const changed = failure(second.feed(say(encodeDescription(description))));
  assert.ok(changed instanceof ProtocolError);
  assert.match(changed.message, /party 1 has changed its description/);
  const third = complete();
  third.feed(say(new Uint8Array(5)));
  const malformed = failure(third.feed({ kind: "compiled", facts: simFacts(3, false) }));
  assert.match(malformed.message, /the description of party 1 is malformed/);
});

Deno.test("step() ends on a wrong signature, a foreign sid, and without consent", () => {
  const party = complete();
  const sid = untilSigned(party);
  const refused = step(party.state, { kind: "consented", yes: false }, T);
  assert.ok(failure(refused.effects) instanceof AgreementError);
  party.feed({ kind: "consented", yes: true });
  const wrong = step(party.state, { kind: "verified", party: 1, valid: false }, T);
  assert.match(failure(wrong.effects).message, /the signature of party 1 is wrong/);
  const message = { kind: "sign", sid: sid.map((byte) => byte ^ 1), signature: new Uint8Array(64) };
  const foreign = step(
    party.state,
    { kind: "message", from: simPeer(1), message } as SessionEvent,
    T,
  );
  assert.match(failure(foreign.effects).message, /party 1 has signed another session/);
});

Deno.test("step() names whom and what it waited for after the roster", () => {
  const party = complete();
  const expect = (words: RegExp): void => {
    const { effects } = step(party.state, { kind: "tick" }, party.now + WAIT);
    assert.match(failure(effects).message, words);
  };
  party.feed({ kind: "compiled", facts: simFacts(3, false) });
  expect(/waited 20 s for parties 1, 2 to compile the program and say what is agreed$/);
  const { agreed } = party.state;
  const description = agreed.get(0);
  assert.ok(description);
  for (const from of [1, 2].map(simPeer)) {
    party.feed({ kind: "message", from, message: { kind: "agree", description } });
  }
  party.feed({ kind: "consented", yes: true });
  party.feed({ kind: "signed", signature: new Uint8Array(64) });
  party.feed({ kind: "verified", party: 1, valid: true });
  expect(/waited 20 s for party 2 to consent and sign$/);
  party.feed({ kind: "verified", party: 2, valid: true });
  party.feed({ kind: "linked", party: 2 });
  expect(/waited 20 s for party 1 to connect$/);
  party.feed({ kind: "meshed" });
  party.feed({ kind: "ready", party: 1 });
  expect(/waited 20 s for party 2 to be ready$/);
});

Deno.test("step() refuses a roster that lies about us or the others", () => {
  const base = complete().state.roster ?? [];
  const say = (entries: typeof base): Error => {
    const party = new Party(simConfig(1, 3, WAIT));
    party.feed({ kind: "start" });
    party.feed(hello(0, 1));
    party.feed(hello(2, 1));
    const event = { kind: "message", from: simPeer(2), message: { kind: "roster", entries } };
    assert.deepEqual(party.feed(event as SessionEvent), []);
    return failure(party.feed({ ...event, from: simPeer(0) } as SessionEvent));
  };
  const swap = (index: number, change: object): typeof base =>
    base.map((entry, at) => at === index ? { ...entry, ...change } : entry);
  assert.match(say(base.slice(0, 2)).message, /another length or order/);
  assert.match(say([...base].reverse()).message, /another length or order/);
  assert.match(say(swap(2, { peer: simPeer(0) })).message, /one peer twice/);
  assert.match(say(swap(0, { peer: simPeer(7) })).message, /does not hold the creator/);
  assert.match(say(swap(1, { peer: simPeer(7) })).message, /complete already/);
  assert.match(say(swap(1, { nonce: new Uint8Array(16) })).message, /the same key/);
});
