import assert from "node:assert/strict";
import { getBit, toHex } from "../../lib/base/mod.ts";
import { ggmMessageBytes, sha256 } from "../../lib/crypto/mod.ts";
import { authenticatedBits } from "../../lib/mpc/abit.ts";
import { type Links, linksFromStrings, setUp, wipeLinks } from "../../lib/mpc/setup.ts";
import { type BaseStrings, baseStrings } from "../sim/base_strings.ts";
import { Forgetful } from "../sim/forgetful.ts";
import { flipBit } from "../sim/lies.ts";
import type { Tap } from "../sim/memory_channel.ts";
import {
  type Ending,
  endings,
  runAll,
  testParties,
  type TestParty,
  verdict,
} from "../sim/parties.ts";
import { seededRandom } from "../sim/random.ts";
import { assertShares } from "../sim/shares.ts";

/** Strings of real base OTs between n parties with the default seed; each n is run once. */
const cache = new Map<number, Promise<BaseStrings[]>>();

/** A copy for one party: a set-up wipes what it gets. Δ, and so the strings, do not depend on k. */
async function strings(party: TestParty): Promise<BaseStrings> {
  const n = party.parameters.parties;
  const all = cache.get(n) ?? runAll(testParties(n), baseStrings);
  cache.set(n, all);
  return ((await all)[party.self] ?? []).map((own) =>
    own && { ...own, strings: own.strings.slice() }
  );
}

/** Links with everything in place. */
async function settled(party: TestParty): Promise<Links> {
  const links = await linksFromStrings(party, await strings(party));
  await links.keysReady;
  return links;
}

/** Block `index`. */
function block(blocks: Uint8Array | undefined, index: number): readonly number[] {
  assert.ok(blocks !== undefined);
  return [...blocks.subarray(16 * index, 16 * (index + 1))];
}

for (const n of [2, 3, 5]) {
  Deno.test(`baseStrings() give the string of each bit of Δ, n = ${n}`, async () => {
    const parties = testParties(n);
    const all = await Promise.all(parties.map(strings));
    for (const i of parties) {
      for (const j of parties) {
        if (i.self >= j.self) continue;
        const [chosen, pairs] = [all[i.self]?.[j.self], all[j.self]?.[i.self]];
        assert.deepEqual([chosen?.kind, pairs?.kind], ["chosen", "pairs"]);
        for (let t = 0; t < 128; t++) {
          const bit = getBit(i.delta, t);
          assert.deepEqual(block(chosen?.strings, t), block(pairs?.strings, 2 * t + bit));
          assert.notDeepEqual(block(chosen?.strings, t), block(pairs?.strings, 2 * t + 1 - bit));
        }
      }
    }
  });

  for (const k of [1, 2, 4, 8]) {
    Deno.test(`setUp() and authenticatedBits() keep the invariant, n = ${n}, k = ${k}`, async () => {
      const parties = testParties(n, { k });
      const counts = [130, 64];
      const results = await runAll(parties, async (party) => {
        const links = await linksFromStrings(party, await strings(party));
        assertSeeds(party, links);
        const batches = [];
        for (const [chunk, count] of counts.entries()) {
          batches.push(await authenticatedBits(party, links, { count, chunk }));
        }
        party.order.sending("U", 1);
        return { batches, links };
      });
      for (const [b, count] of counts.entries()) {
        assertShares(parties, results.flatMap(({ batches }) => batches[b] ?? []), count);
      }
      const salts = new Set(results.map(({ links }) => links.salt.join()));
      assert.equal(salts.size, 1);
      assert.equal(results[0]?.links.salt.length, 16);
      assertPunctured(parties, results.map(({ links }) => links));
    });
  }
}

Deno.test("the shares depend on the parties' randomness alone, not on the order of delivery", async () => {
  const run = async (turns?: () => number): Promise<string> => {
    const parties = testParties(3, turns === undefined ? {} : { turns });
    const all = await runAll(parties, async (party) => {
      const links = await linksFromStrings(party, await strings(party));
      const shares = await authenticatedBits(party, links, { count: 130, chunk: 0 });
      return toHex(sha256(shares.bits, ...shares.macs, ...shares.keys, links.salt));
    });
    return all.join();
  };
  const expected = await run();
  for (const seed of [1, 2, 3, 4, 5, 6]) {
    const random = seededRandom(seed);
    assert.equal(await run(() => random(40)), expected, `seed ${seed}`);
  }
});

/** Every stream has its 128/k · 2^k seeds. */
function assertSeeds(party: TestParty, links: Links): void {
  const { k, parties } = party.parameters;
  assert.equal(links.peers.length, parties);
  for (const [peer, link] of links.peers.entries()) {
    if (peer === party.self) assert.equal(link, undefined);
    else assert.equal(link?.keys.seeds.seeds.length, 16 * (128 / k) * 2 ** k);
  }
}

/** In both directions the key holder has the MAC holder's leaves but for one of each chunk. */
function assertPunctured(parties: readonly TestParty[], all: readonly Links[]): void {
  for (const i of parties) {
    for (const j of parties) {
      if (i === j) continue;
      const { k } = i.parameters;
      const punctured = all[i.self]?.peers[j.self]?.keys.seeds.seeds;
      const leaves = all[j.self]?.peers[i.self]?.macs.seeds.seeds;
      for (let at = 0; at < (128 / k) * 2 ** k; at++) {
        const first = (at >>> k) * k;
        const value = ((i.delta[first >>> 3] ?? 0) >>> (first & 7)) & (2 ** k - 1);
        const [own, other] = [block(punctured, at), block(leaves, at)];
        if ((at & (2 ** k - 1)) === value) assert.notDeepEqual(own, other);
        else assert.deepEqual(own, other);
      }
    }
  }
}

Deno.test("setUp() runs from base OTs to links, and needs the messages that PROTOCOL.md counts", async () => {
  const parties = testParties(2);
  const links = await runAll(parties, async (party) => {
    const own = await setUp(party);
    await own.keysReady;
    return own;
  });
  assertPunctured(parties, links);
  const bytes = (self: number): Record<string, number> =>
    Object.fromEntries(
      [...parties[self]?.channel.traffic.steps ?? []].map(([step, { bytes }]) => [step, bytes]),
    );
  const coin = { "setup/salt/commit": 32, "setup/salt/open": 64 };
  assert.deepEqual(bytes(0), {
    "setup/choice": 64 * 128,
    ...coin,
    "setup/reversed trees": ggmMessageBytes(2),
  });
  assert.deepEqual(bytes(1), {
    "setup/answer": 32 * 128,
    "setup/trees": ggmMessageBytes(2),
    ...coin,
    "setup/reversal": 64 * 256 / 8 + 16 + 32,
  });
});

Deno.test("no trees leave under a reversal that was not checked", async () => {
  for (const n of [2, 3]) {
    const parties = testParties(n);
    const ends = await endings(parties, async (party) => {
      const own = party.self === 0 ? { ...party, order: new Forgetful("reversal check") } : party;
      return await linksFromStrings(own, await strings(party));
    });
    assert.match(
      String(ends[0]?.ok === false && ends[0].error),
      /reversed trees .* reversal check/,
    );
    assert.ok(!parties[0]?.channel.traffic.steps.has("setup/reversed trees"));
  }
});

Deno.test("linksFromStrings() wipes the strings that it got", async () => {
  await runAll(testParties(2), async (party) => {
    const own = await strings(party);
    await linksFromStrings(party, own);
    for (const peer of own) assert.ok(peer?.strings.every((byte) => byte === 0) ?? true);
  });
});

Deno.test("wipeLinks() leaves no seed", async () => {
  const all = await runAll(testParties(2), settled);
  for (const links of all) {
    wipeLinks(links);
    for (const link of links.peers) {
      const seeds = link === undefined ? [] : [link.macs.seeds.seeds, link.keys.seeds.seeds];
      for (const blocks of seeds) assert.ok(blocks.every((byte) => byte === 0));
    }
  }
});

/** A set-up with lies after the base OTs: how all parties end. */
async function lie(n: number, k: number, tap: Tap): Promise<readonly Ending<Links>[]> {
  return await endings(
    testParties(n, { k, tap }),
    (party) => settled(party),
  );
}

for (const n of [2, 3, 5]) {
  Deno.test(`a wrong check sum of the trees fails the tree check in both directions, n = ${n}`, async () => {
    // Every k with two parties; more parties cost more and check the same trees.
    for (const k of n === 2 ? [2, 4, 8] : [2]) {
      const sums = 8 * 16 * (128 / k) * 2 * (k - 1);
      for (const bit of [sums, -1]) {
        const first = await lie(n, k, flipBit({ step: "setup/trees", from: 1, to: 0 }, bit));
        assert.equal(verdict(first[0]), "tree check");
        const second = await lie(
          n,
          k,
          flipBit({ step: "setup/reversed trees", from: 0, to: 1 }, bit),
        );
        assert.equal(verdict(second[1]), "tree check");
        const error = second[1]?.ok === false ? second[1].error : undefined;
        assert.equal((error as { readonly party?: number }).party, 0);
      }
    }
  });

  Deno.test(`a wrong sum of a level fails where Δ uses it, and is a guess of one bit, n = ${n}`, async () => {
    const delta = testParties(n)[0]?.delta ?? new Uint8Array(0);
    for (const chunk of [0, 17, 63]) {
      for (const side of [0, 1]) {
        // k = 2, level 1 uses bit 2c of Δ; the path leaves side 1 − bit, whose sum must be right.
        const bit = 8 * 16 * (2 * chunk + side) + 5;
        const ends = await lie(n, 2, flipBit({ step: "setup/trees", from: 1, to: 0 }, bit));
        const used = side === 1 - getBit(delta, 2 * chunk);
        // What was altered on the way does not fit the challenge of the reversal, which comes after the trees.
        assert.equal(verdict(ends[0]), used ? "tree check" : "COT check");
      }
    }
  });

  Deno.test(`a flipped bit of the reversal fails the COT check, n = ${n}`, async () => {
    // A correction, x̃ and the hash.
    for (const bit of [3, 8 * 4096 + 9, -1]) {
      const ends = await lie(n, 1, flipBit({ step: "setup/reversal", from: 1, to: 0 }, bit));
      assert.equal(verdict(ends[0]), "COT check");
      assert.ok(ends[0]?.ok === false && (ends[0].error as { party?: number }).party === 1);
    }
  });
}

Deno.test("a group element that is none is no valid message", async () => {
  const zeros: Tap = (from, _to, step, bytes) =>
    from === 1 && step === "setup/answer" ? bytes.fill(0) : bytes;
  const ends = await endings(testParties(2, { tap: zeros }), baseStrings);
  assert.equal(verdict(ends[0]), "ProtocolError");
  const garbage: Tap = (from, _to, step, bytes) =>
    from === 0 && step === "setup/choice" ? bytes.fill(255, 64, 96) : bytes;
  const others = await endings(testParties(2, { tap: garbage }), baseStrings);
  assert.equal(verdict(others[1]), "ProtocolError");
});
