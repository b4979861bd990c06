import assert from "node:assert/strict";
import { getBit } from "../../lib/base/mod.ts";
import type { Bits } from "../../lib/crypto/mod.ts";
import { open, openingBytes, openToAll } from "../../lib/mpc/opening.ts";
import { type Shares, sliceShares, zeroShares } from "../../lib/mpc/shares.ts";
import { flipBit } from "../sim/lies.ts";
import { endings, runAll, testParties, type TestParty, verdict } from "../sim/parties.ts";
import { idealShares } from "../sim/shares.ts";

function values(parts: readonly Bits[], counts: readonly number[]): string[] {
  return parts.map((bits, p) =>
    Array.from({ length: counts[p] ?? 0 }, (_, m) => getBit(bits, m)).join("")
  );
}

function expected(all: readonly Shares[]): string {
  const count = all[0]?.count ?? 0;
  return Array.from({ length: count }, (_, m) => all.reduce((x, s) => x ^ getBit(s.bits, m), 0))
    .join("");
}

function of(all: readonly Shares[], party: TestParty): Shares {
  const shares = all[party.self];
  assert.ok(shares !== undefined);
  return shares;
}

for (const n of [2, 3, 5]) {
  Deno.test(`openToAll() gives all of ${n} parties the values of each part`, async () => {
    const parties = testParties(n);
    const [a, b] = [idealShares(parties, 77, "a"), idealShares(parties, 8, "b")];
    const opened = await runAll(
      parties,
      (party) => openToAll(party, "s", [of(a, party), of(b, party)]),
    );
    for (const parts of opened) {
      assert.deepEqual(values(parts, [77, 8]), [expected(a), expected(b)]);
    }
    const bytes = openingBytes([a[0], b[0]].filter((s) => s !== undefined));
    assert.equal(bytes, 10 + 1 + 32);
    assert.equal(parties[0]?.channel.traffic.bytes, (n - 1) * bytes);
  });

  Deno.test(`open() to one of ${n} parties tells the others nothing`, async () => {
    const parties = testParties(n);
    const shares = idealShares(parties, 20, "a");
    const opened = await runAll(
      parties,
      (party) => open(party, "s", [of(shares, party)], { receivers: [1] }),
    );
    for (const [self, parts] of opened.entries()) {
      if (self === 1) assert.deepEqual(values(parts ?? [], [20]), [expected(shares)]);
      else assert.equal(parts, undefined);
    }
    const sent = parties.map((party) => party.channel.traffic.messages);
    assert.deepEqual(sent, parties.map((party) => party.self === 1 ? 0 : 1));
  });
}

Deno.test("open() works on a slice that does not start at a byte", async () => {
  const parties = testParties(3);
  const all = idealShares(parties, 50, "a");
  const opened = await runAll(
    parties,
    (party) => openToAll(party, "s", [sliceShares(of(all, party), 13, 21)]),
  );
  assert.deepEqual(values(opened[2] ?? [], [21]), [expected(all).slice(13, 34)]);
});

Deno.test("a flipped bit or MAC hash ends in the named check and names the sender", async () => {
  for (const n of [2, 3, 5]) {
    for (const check of ["MAC hash", "output MAC hash"] as const) {
      for (const bit of [5, -1]) {
        const parties = testParties(n, { tap: flipBit({ step: "s", from: 1, to: 0 }, bit) });
        const shares = idealShares(parties, 20, "a");
        const ends = await endings(
          parties,
          (party) => open(party, "s", [of(shares, party)], { check }),
        );
        assert.equal(verdict(ends[0]), check);
        const error = ends[0]?.ok === false ? ends[0].error : undefined;
        assert.equal((error as { readonly party?: number }).party, 1);
      }
    }
  }
});

Deno.test("a MAC hash of another step, or one that another party sent, does not pass", async () => {
  // With zero shares all MACs are equal: step, sender and receiver alone tell the hashes apart.
  const makers = [
    (parties: readonly TestParty[]): Shares[] => idealShares(parties, 8, "a"),
    (parties: readonly TestParty[]): Shares[] => parties.map((p) => zeroShares(8, p.self, 3)),
  ];
  for (const make of makers) {
    const sent = new Map<string, Uint8Array<ArrayBuffer>>();
    const parties = testParties(3, {
      tap: (from, to, step, bytes) => {
        sent.set(`${from}/${to}/${step}`, bytes.slice());
        return bytes;
      },
    });
    const shares = make(parties);
    await runAll(parties, async (party) => {
      for (const step of ["s", "t"]) await openToAll(party, step, [of(shares, party)]);
    });
    for (const stolen of ["1/0/t", "1/2/s", "2/0/s"]) {
      const again = testParties(3, {
        tap: (from, to, step, bytes) => {
          const copy = sent.get(stolen);
          return copy !== undefined && from === 1 && to === 0 && step === "s"
            ? copy.slice()
            : bytes;
        },
      });
      const ends = await endings(again, (party) => openToAll(party, "s", [of(shares, party)]));
      assert.equal(verdict(ends[0]), "MAC hash", stolen);
    }
  }
});
