import assert from "node:assert/strict";
import { RHO } from "../../lib/crypto/mod.ts";
import { authenticatedBits } from "../../lib/mpc/abit.ts";
import { checkDelta } from "../../lib/mpc/delta_consistency.ts";
import { flipBit } from "../sim/lies.ts";
import type { Tap } from "../sim/memory_channel.ts";
import { dealtLinks, type Ending, endings, runAll, testParties, verdict } from "../sim/parties.ts";
import { idealShares } from "../sim/shares.ts";

const VALUES = "delta/values";

/** The check on ideal shares of n parties: how all end, and the steps in which each party sent. */
async function check(n: number, tap?: Tap): Promise<{
  readonly ends: readonly Ending<void>[];
  readonly sent: readonly string[][];
  readonly bytes: number | undefined;
}> {
  const parties = testParties(n, tap === undefined ? {} : { tap });
  const shares = idealShares(parties, RHO, "delta");
  const ends = await endings(parties, async (party) => {
    const own = shares[party.self];
    assert.ok(own !== undefined);
    await checkDelta(party, "delta", own);
  });
  const sent = parties.map((party) => [...party.channel.traffic.steps.keys()]);
  return { ends, sent, bytes: parties[0]?.channel.traffic.bytes };
}

for (const n of [3, 5]) {
  Deno.test(`checkDelta() passes for ${n} honest parties in four messages`, async () => {
    const { ends, sent, bytes } = await check(n);
    assert.deepEqual(ends.map(verdict), ends.map(() => "ok"));
    // As docs/PROTOCOL.md counts.
    assert.equal(bytes, (n - 1) * (2592 + 32 + (37 + 640 * (n - 1)) + 1920));
    assert.deepEqual(sent[0], ["delta/commit", "delta/macs", "delta/echo", VALUES]);
  });

  Deno.test(`a flipped bit or MAC aborts before y is opened, n = ${n}`, async () => {
    // A bit, the first MAC of party 1 (under Δ_0) and the nonce: none fits the commitment.
    for (const bit of [3, 8 * (RHO / 8) + 1, -1]) {
      const { ends, sent } = await check(n, flipBit({ step: "delta/macs", from: 1, to: 0 }, bit));
      assert.equal(verdict(ends[0]), "delta opening");
      assert.ok(!sent[0]?.includes(VALUES));
    }
  });

  Deno.test(`a committed lie about a bit or a MAC aborts before y is opened, n = ${n}`, async () => {
    for (const lie of ["bit", "mac"] as const) {
      const parties = testParties(n);
      const shares = idealShares(parties, RHO, "delta");
      const liar = shares[1];
      assert.ok(liar !== undefined);
      const changed = lie === "bit" ? liar.bits : liar.macs[0];
      assert.ok(changed !== undefined);
      changed[2] = (changed[2] as number) ^ 4;
      const ends = await endings(parties, async (party) => {
        const own = shares[party.self];
        assert.ok(own !== undefined);
        await checkDelta(party, "delta", own);
      });
      assert.equal(verdict(ends[0]), "delta MAC check");
      assert.ok(!parties[0]?.channel.traffic.steps.has(VALUES));
    }
  });

  Deno.test(`a wrong opening of y is noticed, n = ${n}`, async () => {
    for (const bit of [0, 200, -1]) {
      const { ends } = await check(n, flipBit({ step: VALUES, from: 2, to: 0 }, bit));
      assert.equal(verdict(ends[0]), "delta opening");
    }
  });

  Deno.test(`commitments that differ between receivers end in the comparison, n = ${n}`, async () => {
    const { ends, sent } = await check(n, flipBit({ step: "delta/commit", from: 2, to: 0 }, 999));
    assert.equal(verdict(ends[0]), "echo");
    assert.ok(!sent[0]?.includes(VALUES));
  });
}

/** Different Δ_0 towards parties 1 and 2, from the first message on: how n parties end. */
async function twoDeltas(n: number): Promise<readonly Ending<unknown>[]> {
  const parties = testParties(n);
  // Party 0 set up its links with party 2 under another key.
  const other = parties.map((party) =>
    party.self === 0 ? { ...party, delta: party.delta.map((byte) => byte ^ 0x12) } : party
  );
  const links = dealtLinks(parties);
  const towards2 = dealtLinks(other);
  return await endings(parties, async (party) => {
    const [own, twisted] = [links[party.self], towards2[party.self]];
    assert.ok(own !== undefined && twisted !== undefined);
    const peers = own.peers.map((link, j) =>
      (party.self === 0 && j === 2) || (party.self === 2 && j === 0) ? twisted.peers[j] : link
    );
    const kernels = party.self !== 0 ? party.kernels : {
      ...party.kernels,
      // The liar keeps keys for party 2 under the other Δ.
      cotSend: (args: Parameters<typeof party.kernels.cotSend>[0]) => {
        const delta = args.seeds === twisted.peers[2]?.keys.seeds.seeds
          ? other[0]?.delta ?? args.delta
          : args.delta;
        return party.kernels.cotSend({ ...args, delta });
      },
      // It knows no key under which party 2's check could fail: it lets its own checks pass.
    };
    const checks = party.self !== 0 ? party.checks : { ...party.checks, require: () => {} };
    const wanted = { count: 100, chunk: 0 };
    return await authenticatedBits({ ...party, kernels, checks }, { ...own, peers }, wanted);
  });
}

Deno.test("different keys Δ towards two parties fail the Δ consistency of both", async () => {
  for (const n of [3, 4]) {
    const ends = await twoDeltas(n);
    assert.equal(verdict(ends[1]), "delta consistency");
    assert.equal(verdict(ends[2]), "delta consistency");
    for (const end of [ends[1], ends[2]]) {
      const error = end?.ok === false ? end.error : undefined;
      assert.equal((error as { readonly party?: number }).party, 0);
    }
  }
});

Deno.test("authenticatedBits() compares the keys in the first batch of three parties alone", async () => {
  for (const n of [2, 3]) {
    const parties = testParties(n);
    const links = dealtLinks(parties);
    await runAll(parties, async (party) => {
      const own = links[party.self];
      assert.ok(own !== undefined);
      for (const chunk of [0, 1]) await authenticatedBits(party, own, { count: 10, chunk });
    });
    const steps = [...parties[1]?.channel.traffic.steps.keys() ?? []];
    const compared = steps.filter((step) => step.endsWith("/delta/commit"));
    assert.deepEqual(compared, n === 2 ? [] : ["aBit 0/delta/commit"]);
    for (const { order } of parties) order.sending("U", 1);
  }
});
