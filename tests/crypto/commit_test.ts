import assert from "node:assert/strict";
import { utf8 } from "../../lib/base/mod.ts";
import { commit, type CommitContext, seededRng, verifyCommitment } from "../../lib/crypto/mod.ts";

const context: CommitContext = {
  domain: "coin",
  sid: new Uint8Array(32).fill(1),
  step: "toss/0",
  party: 2,
};
const value = utf8("heads");

Deno.test("verifyCommitment() accepts the opening and nothing else", () => {
  const made = commit(context, value, seededRng(utf8("a")));
  assert.equal(verifyCommitment(context, { ...made, value }), true);

  const wrongContexts: Partial<CommitContext>[] = [
    { domain: "coins" },
    { sid: new Uint8Array(32) },
    { step: "toss/1" },
    { party: 1 },
  ];
  for (const wrong of wrongContexts) {
    assert.equal(verifyCommitment({ ...context, ...wrong }, { ...made, value }), false);
  }
  const flipped = made.nonce.map((byte, i) => i === 31 ? byte ^ 128 : byte);
  const wrongOpenings = [
    { ...made, value: utf8("tails") },
    { ...made, value, nonce: flipped },
    { ...made, value, nonce: made.nonce.slice(1) },
    { ...made, value, commitment: made.commitment.slice(1) },
    { ...made, value, commitment: made.nonce },
  ];
  for (const opening of wrongOpenings) assert.equal(verifyCommitment(context, opening), false);
});

Deno.test("commit() hides: equal values have different commitments", () => {
  const rng = seededRng(utf8("a"));
  assert.notDeepEqual(
    commit(context, value, rng).commitment,
    commit(context, value, rng).commitment,
  );
});
