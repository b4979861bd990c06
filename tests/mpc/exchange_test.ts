import assert from "node:assert/strict";
import { ProtocolError } from "../../lib/base/mod.ts";
import { exchange, receive } from "../../lib/mpc/exchange.ts";
import { endings, runAll, testParties } from "../sim/parties.ts";

for (const n of [2, 3, 5]) {
  Deno.test(`exchange() gives each of ${n} parties what was meant for it`, async () => {
    const parties = testParties(n);
    const results = await runAll(
      parties,
      (party) => exchange(party, "s", (to) => new Uint8Array([party.self, to]), 2),
    );
    for (const [self, messages] of results.entries()) {
      const expected = parties.map((_, from) => from === self ? [] : [from, self]);
      assert.deepEqual(messages.map((message) => [...message]), expected);
    }
  });
}

Deno.test("exchange() sends and expects nothing where the length is 0", async () => {
  const parties = testParties(3);
  const results = await runAll(
    parties,
    (party) =>
      exchange(
        party,
        "s",
        () => new Uint8Array(party.self === 1 ? 4 : 0),
        (from) => from === 1 ? 4 : 0,
      ),
  );
  assert.deepEqual(results.map((messages) => messages.map((m) => m.length)), [
    [0, 4, 0],
    [0, 0, 0],
    [0, 4, 0],
  ]);
  assert.deepEqual(parties.map((party) => party.channel.traffic.messages), [0, 2, 0]);
});

Deno.test("exchange() refuses a message of another length", async () => {
  const ends = await endings(
    testParties(2),
    (party) => exchange(party, "s", () => new Uint8Array(party.self + 3), 3),
  );
  const end = ends[0];
  assert.ok(end !== undefined && !end.ok && end.error instanceof ProtocolError);
});

Deno.test("exchange() posts its receives before it waits for its sends", () => {
  const [party] = testParties(2);
  assert.ok(party !== undefined);
  const calls: string[] = [];
  const channel = {
    ...party.channel,
    send(): Promise<void> {
      calls.push("send");
      return new Promise(() => {});
    },
    recv(): Promise<Uint8Array<ArrayBuffer>> {
      calls.push("recv");
      return new Promise(() => {});
    },
  };
  void exchange({ ...party, channel }, "s", () => new Uint8Array(1), 1);
  assert.deepEqual(calls.sort(), ["recv", "send"]);
});

Deno.test("receive() aligns what arrives as a view into a bigger buffer", async () => {
  const [party] = testParties(2);
  assert.ok(party !== undefined);
  const frame = new Uint8Array([9, 1, 2, 3]);
  const channel = { ...party.channel, recv: () => Promise.resolve(frame.subarray(1)) };
  const bytes = await receive({ ...party, channel }, "s", 1, 3);
  assert.equal(bytes.byteOffset, 0);
  assert.deepEqual([...bytes], [1, 2, 3]);
});
