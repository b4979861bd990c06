import assert from "node:assert/strict";
import { CheatingError } from "../../lib/base/mod.ts";
import { type Meeting, untilStopped } from "../../lib/cli/meeting.ts";
import { Reputation } from "../../lib/net/mod.ts";

function meeting(): Meeting {
  const roster = ["anna", "bert", "carol"].map((peer, party) => ({ party, peer }));
  return {
    session: { channel: {}, description: { roster } } as unknown as Meeting["session"],
    node: { reputation: new Reputation({ now: () => 0 }) },
    signal: new AbortController().signal,
  };
}

async function fail(made: Meeting, error: Error): Promise<void> {
  await assert.rejects(untilStopped(made, () => Promise.reject(error)), error);
}

Deno.test("a party that a check proves to have cheated is banned, and nobody else", async () => {
  const made = meeting();
  await fail(made, new CheatingError("Cannot go on", { check: "V check", party: 1 }));
  const { reputation } = made.node;
  assert.equal(reputation.standing("bert"), "banned");
  assert.equal(reputation.record("bert").cheated, "V check");
  assert.deepEqual(Object.keys(reputation.book().peers), ["bert"]);
});

Deno.test("a check that does not tell who cheated bans nobody, nor does another failure", async () => {
  const made = meeting();
  await fail(made, new CheatingError("Cannot go on", { check: "echo" }));
  await fail(made, new Error("the link broke"));
  assert.deepEqual(made.node.reputation.book().peers, {});
});
