import assert from "node:assert/strict";
import fc from "fast-check";
import {
  BAN_MS,
  HALF_LIFE_MS,
  isAddressOrSubnet,
  type Node,
  type PeerRecord,
  PEERS_MAX,
  Reputation,
  SCORE_MAX,
} from "../../lib/net/mod.ts";
import { loopbackNode } from "./loopback.ts";

interface Memory {
  readonly reputation: Reputation;
  readonly bans: [string, PeerRecord][];
  timeMs: number;
}

function memory(): Memory {
  const bans: [string, PeerRecord][] = [];
  const made: Memory = {
    timeMs: 1_000_000,
    bans,
    reputation: new Reputation({
      now: () => made.timeMs,
      onBan: (peer, record) => void bans.push([peer, record]),
    }),
  };
  return made;
}

// feature: B83
Deno.test("bad behaviour adds up to a ban, which ends, and its score fades", () => {
  const made = memory();
  const { reputation, bans } = made;
  for (let i = 0; i < 3; i++) reputation.count("eve", "malformed message");
  assert.equal(reputation.standing("eve"), "bad");
  assert.ok(!reputation.allows("eve"));
  made.timeMs += HALF_LIFE_MS;
  assert.equal(Math.round(reputation.record("eve").score), -15);
  assert.equal(reputation.standing("eve"), "neutral");
  for (let i = 0; i < 5; i++) reputation.count("eve", "oversized message");
  assert.equal(reputation.standing("eve"), "banned");
  assert.deepEqual(bans.map(([peer]) => peer), ["eve"]);
  made.timeMs += BAN_MS - 1;
  assert.equal(reputation.standing("eve"), "banned");
  made.timeMs += 1;
  assert.equal(reputation.standing("eve"), "neutral");
});

Deno.test("good behaviour cannot be saved up", () => {
  const { reputation } = memory();
  for (let i = 0; i < 100; i++) reputation.count("bob", "completed session");
  assert.equal(reputation.record("bob").score, SCORE_MAX);
  assert.equal(reputation.standing("bob"), "good");
});

Deno.test("a proven cheat stays banned until the user lifts the ban, trusted or not", () => {
  const made = memory();
  const { reputation, bans } = made;
  reputation.trust("eve", true);
  reputation.caught("eve", "V check");
  made.timeMs += 1e12;
  assert.equal(reputation.standing("eve"), "banned");
  assert.equal(bans[0]?.[1].cheated, "V check");
  reputation.unban("eve");
  assert.equal(reputation.standing("eve"), "trusted");
});

Deno.test("the user's word stands above behaviour", () => {
  const { reputation } = memory();
  reputation.trust("bob", true);
  for (let i = 0; i < 9; i++) reputation.count("bob", "malformed message");
  assert.equal(reputation.standing("bob"), "trusted");
  reputation.ban("bob");
  for (let i = 0; i < 9; i++) reputation.count("bob", "malformed message");
  assert.equal(reputation.record("bob").bannedUntilMs, null);
  reputation.rename("bob", "Bob");
  assert.equal(reputation.record("bob").alias, "Bob");
  reputation.rename("bob", "");
  assert.equal(reputation.record("bob").alias, undefined);
});

Deno.test("addresses and subnets of both families are banned, also mapped ones", () => {
  const { reputation } = memory();
  for (const text of ["203.0.113.7", "10.0.0.0/8", "fd00::/8"]) reputation.banAddress(text);
  for (const text of ["203.0.113.7", "10.9.9.9", "::ffff:10.9.9.9", "fd12::1"]) {
    assert.ok(!reputation.allowsAddress(text), text);
  }
  for (const text of ["203.0.113.8", "11.0.0.1", "fe80::1", ""]) {
    assert.ok(reputation.allowsAddress(text), text);
  }
  assert.ok(reputation.unbanAddress("10.0.0.0/8"));
  assert.ok(reputation.allowsAddress("10.9.9.9"));
  for (const text of ["10.0.0.0/33", "fd00::/129", "10.0.0/8", "x", "", "1.1.1.1/"]) {
    assert.ok(!isAddressOrSubnet(text), text);
    assert.throws(() => reputation.banAddress(text), RangeError);
  }
});

Deno.test("memory is bounded, and what the user said or who cheated is kept longest", () => {
  const { reputation } = memory();
  reputation.trust("friend", true);
  reputation.caught("eve", "echo");
  for (let i = 0; i < PEERS_MAX + 50; i++) reputation.count(`peer${i}`, "malformed message");
  const { peers } = reputation.book();
  assert.equal(Object.keys(peers).length, PEERS_MAX);
  assert.ok("friend" in peers && "eve" in peers);
});

Deno.test("merge() takes the user's word from the other memory, and the lower score", () => {
  const scores = fc.integer({ min: 0, max: 9 });
  fc.assert(fc.property(scores, scores, (here, there) => {
    const own = memory().reputation;
    const other = memory().reputation;
    for (let i = 0; i < here; i++) own.count("p", "malformed message");
    for (let i = 0; i < there; i++) other.count("p", "malformed message");
    other.trust("p", true);
    own.merge(other.book());
    assert.equal(own.record("p").score, 0 - 10 * Math.max(here, there));
    assert.equal(own.record("p").trusted, true);
  }));
});

async function withNodes(test: (a: Node, b: Node) => Promise<void>): Promise<void> {
  const { node: a } = await loopbackNode();
  const { node: b } = await loopbackNode();
  try {
    await test(a, b);
  } finally {
    await a.stop();
    await b.stop();
  }
}

// feature: B83
Deno.test("a banned peer can neither dial nor be dialled, until the ban is lifted", () =>
  withNodes(async (a, b) => {
    a.reputation.ban(b.peerId);
    await assert.rejects(a.dial({ addresses: b.addresses() }));
    // Why the ping: b's side may believe for a moment that it is connected.
    await assert.rejects(b.dial({ addresses: a.addresses() }).then(() => b.ping(a.peerId)));
    assert.deepEqual(a.peers(), []);
    a.reputation.unban(b.peerId);
    await a.dial({ addresses: b.addresses() });
    assert.equal(a.peers().length, 1);
  }));

Deno.test("a banned address is refused, and dropUnwanted() ends what is open", () =>
  withNodes(async (a, b) => {
    await b.dial({ addresses: a.addresses() });
    await b.ping(a.peerId);
    a.reputation.banAddress("127.0.0.0/8");
    await a.dropUnwanted();
    assert.deepEqual(a.peers(), []);
    await assert.rejects(a.dial({ addresses: b.addresses() }));
  }));
