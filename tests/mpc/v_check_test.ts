import assert from "node:assert/strict";
import { seededRng } from "../../lib/crypto/mod.ts";
import { utf8, xorInto } from "../../lib/base/mod.ts";
import { vCheck } from "../../lib/mpc/v_check.ts";
import { flipBit } from "../sim/lies.ts";
import type { Tap } from "../sim/memory_channel.ts";
import { type Ending, endings, testParties, type TestParty, verdict } from "../sim/parties.ts";

const COUNT = 400;

interface Checked {
  readonly parties: readonly TestParty[];
  readonly ends: readonly Ending<void>[];
}

/** The check on random T that add up to `sum` in one product. */
async function check(n: number, sum: number, tap?: Tap): Promise<Checked> {
  const parties = testParties(n, tap === undefined ? {} : { tap });
  const rng = seededRng(utf8("t"));
  const last = new Uint8Array(8 * COUNT);
  last[1234] = sum;
  const all = parties.map(({ self }) => {
    if (self === n - 1) return last;
    const t = rng.fill(new Uint8Array(8 * COUNT));
    xorInto(last, t);
    return t;
  });
  const ends = await endings(parties, async (party) => {
    for (const fact of ["bucket MAC hashes", "e echo"] as const) party.order.passed(fact);
    const t = all[party.self] ?? new Uint8Array(0);
    await vCheck(party, { chunk: 0, step: "c0", coin: new Uint8Array(32).fill(7), t });
    // A message that depends on the check: the order table must know that it has passed.
    party.order.sending("operand openings", 0);
  });
  return { parties, ends };
}

for (const n of [2, 3, 5]) {
  Deno.test(`the V check accepts sums of 0, n = ${n}`, async () => {
    const { ends, parties } = await check(n, 0);
    assert.deepEqual(ends.map(verdict), Array(n).fill("ok"));
    const bytes = n === 2 ? 64 : (n - 1) * (128 + 32 + 4 * 34);
    for (const party of parties) assert.equal(party.channel.traffic.bytes, bytes);
  });

  Deno.test(`the V check rejects another sum, n = ${n}`, async () => {
    const { ends } = await check(n, 1);
    assert.ok(ends.some((end) => verdict(end) === "V check"));
    assert.ok(ends.every((end) => !end.ok));
  });
}

Deno.test("a failed V check opens at most one piece, and never the upper half of V", async () => {
  const { ends, parties } = await check(3, 128);
  assert.deepEqual(ends.map(verdict), Array(3).fill("V check"));
  for (const party of parties) {
    const steps = [...party.channel.traffic.steps.keys()];
    assert.deepEqual(steps, ["c0/V/commit", "c0/V/echo", "c0/V/0/open"]);
  }
});

Deno.test("the V check notices an opening that does not fit", async () => {
  const { ends } = await check(3, 0, flipBit({ step: "c0/V/2/open", from: 1, to: 0 }));
  assert.equal(verdict(ends[0]), "V opening");
});

Deno.test("the V check of two parties notices another element, another tag, and what is no element", async () => {
  for (const step of ["c0/V/E", "c0/V/tag"]) {
    const { ends } = await check(2, 0, flipBit({ step, from: 1 }, 9));
    assert.equal(verdict(ends[0]), "V check", step);
  }
  const { ends } = await check(2, 0, (from, _to, step, bytes) => {
    return from === 1 && step === "c0/V/E" ? bytes.fill(0) : bytes;
  });
  assert.equal(verdict(ends[0]), "ProtocolError");
});

Deno.test("the V check of two parties does not pass by sending back what came", async () => {
  const parties = testParties(2);
  const ends = await endings(parties, async (party) => {
    for (const fact of ["bucket MAC hashes", "e echo"] as const) party.order.passed(fact);
    const t = new Uint8Array(8);
    if (party.self === 0) {
      await vCheck(party, { chunk: 0, step: "c0", coin: new Uint8Array(32), t });
      return;
    }
    for (const step of ["c0/V/E", "c0/V/tag"]) {
      const bytes = await party.channel.recv(0, step, 32);
      await party.channel.send(0, step, bytes.slice());
    }
  });
  assert.deepEqual(ends.map(verdict), ["V check", "ok"]);
});

Deno.test("the V check notices commitments that differ between parties", async () => {
  const { ends } = await check(3, 0, flipBit({ step: "c0/V/commit", from: 1, to: 0 }));
  assert.ok(ends.some((end) => verdict(end) === "echo"));
  assert.ok(ends.every((end) => !end.ok));
});

Deno.test("no commitment to V leaves before MAC hashes and echo", async () => {
  const [party] = testParties(3);
  assert.ok(party);
  const empty = { chunk: 0, step: "c0", coin: new Uint8Array(32), t: new Uint8Array(8) };
  await assert.rejects(vCheck(party, empty), /Cannot send V commitments/);
  assert.equal(party.channel.traffic.messages, 0);
});
