/** What a session passes against what a relay lets pass, and what is told of a link's path. */
import assert from "node:assert/strict";
import { LimitError } from "../../lib/base/mod.ts";
import { refuseLoad } from "../../lib/session/link_limit.ts";
import { simPeer } from "../sim/lobby.ts";
import { complete, creator, failure, hello, kinds, notices } from "./stepping.ts";

const RELAY = "12D3KooWQYhTNQdmr3ArTeUHRYzFg94BKyTkoWBDWez9kSCVe2Xo";

Deno.test("refuseLoad() refuses what is too large for a relay, with both numbers", () => {
  const path = { relay: RELAY, bytesLeft: 131_000 };
  const error = refuseLoad({ party: 2, path, bytes: 310_000_000 });
  assert.ok(error instanceof LimitError);
  assert.equal(
    error.message,
    "Cannot start the session: it passes about 310 MB between us and party 2, and relay " +
      "12D3KooW…CVe2Xo lets 131 kB pass, both directions together",
  );
  assert.match(error.hint ?? "", /--max-bytes=310000000 or more/);
  assert.equal(error.exitCode, 9);
});

Deno.test("refuseLoad() lets pass what fits, and what no relay bounds", () => {
  const bytes = 131_000;
  assert.equal(
    refuseLoad({ party: 1, path: { relay: RELAY, bytesLeft: bytes }, bytes }),
    undefined,
  );
  assert.equal(
    refuseLoad({ party: 1, path: { relay: RELAY, bytesLeft: undefined }, bytes: 1e12 }),
    undefined,
  );
  const direct = { relay: undefined, bytesLeft: undefined };
  assert.equal(refuseLoad({ party: 1, path: direct, bytes: 1e12 }), undefined);
  assert.equal(refuseLoad({ party: 1, path: undefined, bytes: 1e12 }), undefined);
});

Deno.test("step() tells how a party is linked when that is not what was told at its hello", () => {
  const party = complete();
  party.feed({ kind: "path", peer: simPeer(1), path: "via relay 12D3KooW…CVe2Xo" });
  assert.deepEqual(notices(party.feed({ kind: "linked", party: 1 })), [
    "the link to party 1 is via relay 12D3KooW…CVe2Xo",
  ]);
  const other = creator();
  other.feed({ kind: "path", peer: simPeer(1), path: "direct" });
  other.feed(hello(1, 0));
  other.feed(hello(2, 0));
  assert.deepEqual(notices(other.feed({ kind: "linked", party: 1 })), []);
});

Deno.test("step() ends for all with exit code 9 when a link is too small for one of them", () => {
  const party = complete();
  const effects = party.feed({ kind: "failed", error: new LimitError("Cannot start: too much") });
  assert.deepEqual(kinds(effects), ["say abort", "fail"]);
  const [said] = effects;
  assert.ok(said?.kind === "say" && said.message.kind === "abort");
  assert.equal(said.message.exitCode, 9);
  const other = complete();
  const nonce = other.state.members.get(simPeer(1))?.hello.nonce;
  assert.ok(nonce !== undefined);
  const message = { ...said.message, nonce };
  const ended = other.feed({ kind: "message", from: simPeer(1), message });
  assert.ok(failure(ended) instanceof LimitError);
  assert.match(failure(ended).message, /party 1 left: too much$/);
});
