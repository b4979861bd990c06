/** What the reducer tells while it waits, and when it gives up. */
import assert from "node:assert/strict";
import { UnreachableError } from "../../lib/base/mod.ts";
import { ANY_PARTY } from "../../lib/session/messages.ts";
import { simConfig, simPeer } from "../sim/lobby.ts";
import { creator, failure, hello, kinds, notices, Party, WAIT } from "./stepping.ts";

Deno.test("step() names the missing parties when the time is over", () => {
  const party = creator();
  party.now += 10 * WAIT;
  assert.deepEqual(kinds(party.feed({ kind: "tick" })), ["say hello"]);
  party.feed(hello(1, 0));
  party.now += WAIT;
  const error = failure(party.feed({ kind: "tick" }));
  assert.ok(error instanceof UnreachableError);
  assert.equal(error.message, "Cannot start the session: party 2 did not come within 20 s");
});

Deno.test("step() tells a joiner now and then why it has no connection yet", () => {
  const party = new Party(simConfig(1, 3, 60_000));
  party.feed({ kind: "start" });
  const failed = { kind: "dialFailed", peer: simPeer(0), reason: "nobody listens there" } as const;
  const told: string[] = [];
  for (let second = 0; second < 25; second++) {
    party.feed(failed);
    party.now += 1000;
    told.push(...notices(party.feed({ kind: "tick" })));
  }
  const text = `no connection yet to ${simPeer(0)}: nobody listens there; trying again...`;
  assert.deepEqual(told, [text, text, text]);
});

Deno.test("step() tells a joiner that a creator is silent, and names the creator as missing", () => {
  const party = new Party({ ...simConfig(1, 3, WAIT), party: ANY_PARTY });
  party.feed({ kind: "start" });
  const told: string[] = [];
  let dials = 0;
  for (let second = 1; second < 20; second++) {
    party.now += 1000;
    const effects = party.feed({ kind: "tick" });
    told.push(...notices(effects));
    dials += kinds(effects).filter((kind) => kind === "dial").length;
    const failed = {
      kind: "dialFailed",
      peer: simPeer(0),
      reason: "nobody listens there",
    } as const;
    if (second === 10) party.feed(failed);
  }
  assert.deepEqual(told, [`no connection yet to ${simPeer(0)}: no answer; trying again...`]);
  // That attempt is under way when the time is over.
  assert.equal(dials, 1);
  party.now += 1000;
  const error = failure(party.feed({ kind: "tick" }));
  assert.ok(error instanceof UnreachableError);
  assert.equal(
    error.message,
    "Cannot join the session: parties 0, 2 did not come within 20 s: " +
      `no connection to ${simPeer(0)}: nobody listens there`,
  );
});
