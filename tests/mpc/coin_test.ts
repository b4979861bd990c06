import assert from "node:assert/strict";
import { toHex } from "../../lib/base/mod.ts";
import { commitCoin } from "../../lib/mpc/coin.ts";
import { echo } from "../../lib/mpc/broadcast.ts";
import { flipBit } from "../sim/lies.ts";
import type { Tap } from "../sim/memory_channel.ts";
import { endings, runAll, testParties, type TestParty, verdict } from "../sim/parties.ts";

async function toss(party: TestParty): Promise<string> {
  const coin = await commitCoin(party, "coin").open();
  await echo(party, "compare");
  return toHex(coin);
}

for (const n of [2, 3, 5]) {
  Deno.test(`a coin is the same for ${n} parties and another in another step`, async () => {
    const coins = await runAll(testParties(n), async (party) => {
      const [first, second] = [await toss(party), await commitCoin(party, "next").open()];
      assert.notEqual(first, toHex(second));
      return first;
    });
    assert.match(coins[0] ?? "", /^[0-9a-f]{64}$/);
    assert.equal(new Set(coins).size, 1);
  });

  Deno.test(`a wrong opening of a coin is noticed and blamed, ${n} parties`, async () => {
    for (const bit of [3, 8 * 40]) {
      const tap = flipBit({ step: "coin/open", from: 1, to: 0 }, bit);
      const ends = await endings(testParties(n, { tap }), toss);
      assert.equal(verdict(ends[0]), "coin opening");
      const error = ends[0]?.ok === false ? ends[0].error : undefined;
      assert.equal((error as { readonly party?: number }).party, 1);
    }
  });
}

Deno.test("a coin depends on every party's part", async () => {
  const coin = async (seeds: readonly string[]): Promise<string | undefined> => {
    const parties = testParties(3, { seed: "a" });
    const changed = testParties(3, { seed: "b" });
    const mixed = parties.map((party, j) =>
      seeds[j] === "b" && changed[j] !== undefined ? { ...party, rng: changed[j].rng } : party
    );
    return (await runAll(mixed, toss))[0];
  };
  const coins = await Promise.all(["aaa", "baa", "aba", "aab"].map((s) => coin([...s])));
  assert.equal(new Set(coins).size, 4);
});

/** Parties of the session "test" with the randomness of `seed`. */
function sameSession(seed: string, tap: Tap): TestParty[] {
  const sid = testParties(2)[0]?.sid;
  assert.ok(sid !== undefined);
  return testParties(3, { seed, tap }).map((party) => ({ ...party, sid }));
}

Deno.test("different commitments to different parties end in the comparison", async () => {
  // Party 1 opens correctly towards both, but shows party 2 the commitment to another value.
  const shown = new Map<string, Uint8Array<ArrayBuffer>>();
  const record: Tap = (from, _to, step, bytes) => {
    if (from === 1 && step.startsWith("coin/")) shown.set(step, bytes.slice());
    return bytes;
  };
  await runAll(testParties(3, { seed: "test", tap: record }), toss);
  const tap: Tap = (from, to, step, bytes) =>
    from === 1 && to === 2 ? shown.get(step) ?? bytes : bytes;
  const ends = await endings(sameSession("other", tap), toss);
  assert.equal(verdict(ends[0]), "echo");
  assert.equal(verdict(ends[2]), "echo");
});

Deno.test("no party opens before it has all commitments", async () => {
  const opened: number[] = [];
  const ends = await endings(
    testParties(3, {
      tap: (from, to, step, bytes) => {
        if (step === "coin/open") opened.push(from);
        return from === 2 && to === 1 && step === "coin/commit" ? undefined : bytes;
      },
    }),
    toss,
  );
  assert.equal(verdict(ends[1]), "ConnectionError");
  assert.ok(!opened.includes(1));
});
