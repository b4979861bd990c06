import assert from "node:assert/strict";
import type { CircuitHeader } from "../../lib/circuit/mod.ts";
import type { Bits } from "../../lib/crypto/mod.ts";
import { inputMasks } from "../../lib/mpc/masks.ts";
import { openOutput, outputRegisters } from "../../lib/mpc/output.ts";
import { flipBit } from "../sim/lies.ts";
import type { Tap } from "../sim/memory_channel.ts";
import { type Ending, endings, testParties, type TestParty, verdict } from "../sim/parties.ts";
import { reveal } from "../sim/plain.ts";
import { idealShares } from "../sim/shares.ts";

function header(outputs: readonly number[]): CircuitHeader {
  const facts = { ands: 0, gates: 0, registers: 12, digest: new Uint8Array(0) };
  return { inputs: [10], outputs: Uint32Array.from(outputs), ...facts };
}

interface Opened {
  readonly parties: readonly TestParty[];
  readonly ends: readonly Ending<Bits | undefined>[];
  /** The value of each register. */
  readonly plain: readonly number[];
}

/** Opens registers of random masks and random masked values; party 0 is the only output party. */
async function openAll(outputs: readonly number[], tap?: Tap, ready = true): Promise<Opened> {
  const parties = testParties(3, tap === undefined ? {} : { tap });
  const masks = idealShares(parties, 10, "masks");
  const values = Uint8Array.from([0, 0, 1, 0, 0, 1, 1, 0, 1, 0, 1, 1]);
  const ends = await endings(parties, async (party) => {
    const own = masks[party.self];
    assert.ok(own);
    for (const fact of ["own checks", "final echo", "evaluator passed"] as const) {
      if (ready) party.order.passed(fact);
    }
    const state = inputMasks({ self: party.self, parties: 3, registers: 12 }, own);
    return await openOutput(party, { header: header(outputs), chunks: 1, masks: state, values });
  });
  const lambda = [0, 0, ...reveal(masks)];
  const plain = lambda.map((bit, register) =>
    register < 2 ? register : bit ^ (values[register] ?? 0)
  );
  return { parties, ends, plain };
}

Deno.test("openOutput() gives constants, repeated outputs and inputs as they are", async () => {
  const outputs = [5, 0, 3, 5, 1, 1, 11, 2, 2, 0];
  const { parties, ends, plain } = await openAll(outputs);
  const want = new Uint8Array(2);
  outputs.forEach((register, m) => {
    want[m >>> 3] = (want[m >>> 3] ?? 0) | ((plain[register] ?? 0) << (m & 7));
  });
  assert.deepEqual(ends, [
    { ok: true, value: want },
    { ok: true, value: undefined },
    { ok: true, value: undefined },
  ]);
  // Four different registers: one byte and the MAC hash, to the output party alone.
  assert.deepEqual(parties.map((party) => party.channel.traffic.bytes), [0, 33, 33]);
});

Deno.test("constant outputs cost no message, and no check need have passed", async () => {
  const { parties, ends } = await openAll([1, 0, 1], undefined, false);
  assert.deepEqual(ends[0], { ok: true, value: Uint8Array.of(0b101) });
  assert.ok(parties.every((party) => party.channel.traffic.messages === 0));
});

Deno.test("a wrong output share names its sender", async () => {
  const { ends } = await openAll([4, 5], flipBit({ step: "output", from: 2 }, 1));
  assert.equal(verdict(ends[0]), "output MAC hash");
  assert.ok(ends[0] !== undefined && !ends[0].ok);
  assert.match(String(ends[0].error), /party 2/);
});

Deno.test("no output share leaves before all checks", async () => {
  const { parties, ends } = await openAll([4, 5], undefined, false);
  for (const end of ends) assert.ok(!end.ok && /Cannot send output shares/.test(String(end.error)));
  assert.ok(parties.every((party) => party.channel.traffic.messages === 0));
});

Deno.test("outputRegisters() gives each register once, without constants", () => {
  assert.deepEqual([...outputRegisters(header([7, 1, 3, 7, 0]))], [7, 3]);
});
