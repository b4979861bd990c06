import assert from "node:assert/strict";
import { utf8 } from "../../lib/base/mod.ts";
import { broadcast, echo } from "../../lib/mpc/broadcast.ts";
import { flipBit } from "../sim/lies.ts";
import { endings, runAll, testParties, type TestParty, verdict } from "../sim/parties.ts";

async function say(party: TestParty): Promise<string> {
  const own = utf8(`hello ${party.self}`);
  const heard = await broadcast(party, "words", own, own.length, "talk");
  await echo(party, "compare", "talk");
  return heard.map((bytes) => new TextDecoder().decode(bytes)).join();
}

for (const n of [2, 3, 5]) {
  Deno.test(`broadcast() gives all of ${n} parties the same`, async () => {
    const results = await runAll(testParties(n), say);
    const expected = Array.from({ length: n }, (_, j) => `hello ${j}`).join();
    assert.deepEqual(results, results.map(() => expected));
  });
}

Deno.test("echo() sends nothing for two parties and 32 bytes to each other one else", async () => {
  const traffic = async (n: number): Promise<number | undefined> => {
    const parties = testParties(n);
    await runAll(parties, say);
    return parties[0]?.channel.traffic.steps.get("compare")?.bytes;
  };
  assert.equal(await traffic(2), undefined);
  assert.equal(await traffic(5), 4 * 32);
});

Deno.test("echo() notices a broadcast that differs between receivers", async () => {
  for (const n of [3, 5]) {
    const tap = flipBit({ step: "words", from: 1, to: 2 });
    const ends = await endings(testParties(n, { tap }), say);
    assert.equal(verdict(ends[2]), "echo");
    assert.equal(verdict(ends[0]), "echo");
  }
});

Deno.test("echo() does not depend on the order in which broadcasts ended", async () => {
  await runAll(testParties(3), async (party) => {
    const steps = party.self === 1 ? ["b", "a"] : ["a", "b"];
    await Promise.all(
      steps.map((step) => broadcast(party, step, utf8(`${step}${party.self}`), 2, "talk")),
    );
    await echo(party, "compare", "talk");
  });
});

Deno.test("echo() covers what was broadcast since the last comparison only, step by step", async () => {
  const tap = flipBit({ step: "late", from: 0, to: 1 });
  const ends = await endings(testParties(3, { tap }), async (party) => {
    await say(party);
    await broadcast(party, "late", new Uint8Array(1), 1, "talk");
    return await echo(party, "again", "talk");
  });
  assert.equal(verdict(ends[1]), "echo");
});

Deno.test("broadcast() refuses own bytes of another length than announced", async () => {
  const [party] = testParties(2);
  assert.ok(party !== undefined);
  await assert.rejects(broadcast(party, "s", new Uint8Array(2), 3, "talk"), RangeError);
});
