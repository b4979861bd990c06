import assert from "node:assert/strict";
import { authenticatedBits, bitsFromLinks } from "../../lib/mpc/abit.ts";
import { echo } from "../../lib/mpc/broadcast.ts";
import type { Links } from "../../lib/mpc/setup.ts";
import type { Shares } from "../../lib/mpc/shares.ts";
import type { Tap } from "../sim/memory_channel.ts";
import { flipBit } from "../sim/lies.ts";
import {
  dealtLinks,
  type Ending,
  endings,
  runAll,
  testParties,
  type TestParty,
  verdict,
} from "../sim/parties.ts";
import { assertShares } from "../sim/shares.ts";

function of(all: readonly Links[], party: TestParty): Links {
  const links = all[party.self];
  assert.ok(links !== undefined);
  return links;
}

for (const n of [2, 3, 5]) {
  for (const k of [1, 2, 4, 8]) {
    Deno.test(`authenticatedBits() keep the invariant over batches, n = ${n}, k = ${k}`, async () => {
      const parties = testParties(n, { k });
      const links = dealtLinks(parties);
      const counts = k === 8 ? [100, 1] : [100, 2049, 128];
      const batches = await runAll(parties, async (party) => {
        const source = bitsFromLinks(party, of(links, party));
        const shares: Shares[] = [];
        for (const [chunk, count] of counts.entries()) shares.push(await source.take(count, chunk));
        return shares;
      });
      for (const [b, count] of counts.entries()) {
        const all = batches.flatMap((batch) => batch[b] ?? []);
        assertShares(parties, all, count);
        assert.ok(all.every((shares) => shares.bits.some((byte) => byte !== 0)) || count < 8);
      }
      assert.notDeepEqual(batches[0]?.[0]?.bits.slice(0, 12), batches[0]?.[1]?.bits.slice(0, 12));
      for (const { order } of parties) {
        for (let c = 0; c < counts.length; c++) order.sending("U", c);
      }
    });
  }
}

Deno.test("no batch uses a part of the streams that an earlier one used", async () => {
  const parties = testParties(2, { k: 2 });
  const links = dealtLinks(parties);
  const batches = await runAll(parties, async (party) => {
    const shares: Shares[] = [];
    for (const count of [2048, 128]) {
      shares.push(await authenticatedBits(party, of(links, party), { count, chunk: 0 }));
    }
    return shares;
  });
  // 2048 rows and 128 for the check are two groups of 2048 rows, 256 rows are one.
  for (const { peers } of links) {
    for (const link of peers) {
      assert.deepEqual([link?.macs.group ?? 3, link?.keys.group ?? 3], [3, 3]);
    }
  }
  const keys = batches[0]?.map((shares) => shares.keys[1]?.slice(0, 16 * 128));
  assert.ok(keys !== undefined);
  assert.notDeepEqual(keys[0], keys[1]);
});

Deno.test("authenticatedBits() wipe the rows that checks have used up", async () => {
  const parties = testParties(3);
  const links = dealtLinks(parties);
  const all = await runAll(
    parties,
    (p) => authenticatedBits(p, of(links, p), { count: 100, chunk: 0 }),
  );
  for (const shares of all) {
    for (const blocks of [...shares.macs, ...shares.keys]) {
      const behind = new Uint8Array(blocks.buffer, blocks.byteOffset + blocks.length);
      assert.ok(behind.every((byte) => byte === 0));
    }
  }
});

/** One batch and a comparison, with lies: how all parties end. */
async function lie(n: number, tap: Tap, count = 150): Promise<readonly Ending<Shares>[]> {
  const parties = testParties(n, { tap });
  const links = dealtLinks(parties);
  return await endings(parties, async (party) => {
    const wanted = { count, chunk: 0 };
    const shares = await authenticatedBits(party, of(links, party), wanted);
    await echo(party, "last");
    return shares;
  });
}

/** The party that the error names. */
function blamed(end: Ending<unknown> | undefined): number | undefined {
  return end?.ok === false ? (end.error as { readonly party?: number }).party : undefined;
}

/** The first and the last chunk (k = 2) of party 0's key in which some bit is set, or none. */
function chunksOf(n: number, set: boolean): readonly number[] {
  const delta = testParties(n)[0]?.delta ?? new Uint8Array(0);
  const value = (chunk: number): number => ((delta[chunk >>> 2] ?? 0) >>> (2 * (chunk & 3))) & 3;
  const chunks = Array.from({ length: 64 }, (_, c) => c).filter((c) => value(c) !== 0 === set);
  return [chunks[0] ?? 0, chunks.at(-1) ?? 0];
}

for (const n of [2, 3, 5]) {
  Deno.test(`a flipped bit of the corrections fails the COT check, n = ${n}`, async () => {
    // The first row, one in the middle, and one of those for the check, each in one chunk of two bits.
    for (const row of [0, 77, 383]) {
      for (const chunk of chunksOf(n, true)) {
        const tap = flipBit({ step: "aBit 0/d", from: 1, to: 0 }, chunk * 384 + row);
        const ends = await lie(n, tap);
        assert.equal(verdict(ends[0]), "COT check");
        assert.equal(blamed(ends[0]), 1);
      }
    }
  });

  Deno.test(`a flip that the key holder's zero bits cancel does no harm, n = ${n}`, async () => {
    for (const chunk of chunksOf(n, false)) {
      const ends = await lie(n, flipBit({ step: "aBit 0/d", from: 1, to: 0 }, chunk * 384));
      assert.deepEqual(ends.map(verdict), ends.map(() => "ok"));
    }
  });

  Deno.test(`a wrong x tilde fails the COT check, n = ${n}`, async () => {
    const ends = await lie(n, flipBit({ step: "aBit 0/x", from: 1 }, 99));
    assert.equal(verdict(ends[0]), "COT check");
    assert.equal(blamed(ends[0]), 1);
  });

  Deno.test(`a wrong hash of the columns fails the COT check, n = ${n}`, async () => {
    const ends = await lie(n, flipBit({ step: "aBit 0/hash", from: 1, to: 0 }, -1));
    assert.equal(verdict(ends[0]), "COT check");
  });
}

/** Turns the corrections of party 1 towards party 2 into those of x with bit `row` flipped. */
function otherX(row: number, rows: number): Tap {
  return (from, to, step, bytes) => {
    if (from !== 1 || to !== 2 || step !== "aBit 0/d") return bytes;
    for (let column = 0; column < bytes.length * 8 / rows; column++) {
      const at = (column * rows + row) >>> 3;
      bytes[at] = (bytes[at] as number) ^ (1 << (row & 7));
    }
    return bytes;
  };
}

Deno.test("another x towards one party fails its COT check", async () => {
  for (const n of [3, 5]) {
    // 150 bits and 40 for the comparison of keys make 256 rows, and 128 for the check.
    const ends = await lie(n, otherX(17, 384));
    assert.equal(verdict(ends[2]), "COT check");
    assert.equal(blamed(ends[2]), 1);
  }
});

Deno.test("another x and x tilde that fits it towards one party ends in the comparison", async () => {
  // The sacrificed row r enters x tilde as bit r: a consistent lie that passes party 2's own check.
  const d = otherX(256 + 9, 384);
  const x = flipBit({ step: "aBit 0/x", from: 1, to: 2 }, 9);
  const ends = await lie(3, (from, to, step, bytes) => {
    const changed = d(from, to, step, bytes);
    return changed && x(from, to, step, changed);
  });
  assert.equal(verdict(ends[2]), "echo");
  assert.equal(verdict(ends[0]), "echo");
});

Deno.test("different commitments of the batch's coin end in an error", async () => {
  const ends = await lie(3, flipBit({ step: "aBit 0/coin/commit", from: 1, to: 2 }));
  assert.equal(verdict(ends[2]), "coin opening");
});

Deno.test("a truncated or missing correction is no valid message", async () => {
  const shorter: Tap = (from, _to, step, bytes) =>
    from === 1 && step === "aBit 0/d" ? bytes.slice(1) : bytes;
  assert.equal(verdict((await lie(2, shorter))[0]), "ProtocolError");
  const dropped: Tap = (from, _to, step, bytes) =>
    from === 1 && step === "aBit 0/d" ? undefined : bytes;
  assert.equal(verdict((await lie(2, dropped))[0]), "ConnectionError");
});

Deno.test("no part of the coin is opened before all corrections arrived", async () => {
  const log: string[] = [];
  await lie(3, (from, to, step, bytes) => {
    log.push(`${step} ${from}>${to}`);
    return bytes;
  });
  for (const self of [0, 1, 2]) {
    const opened = log.findIndex((line) => line.startsWith(`aBit 0/coin/open ${self}>`));
    const arrived = log.flatMap((line, at) =>
      line.startsWith("aBit 0/d ") && line.endsWith(`>${self}`) ? [at] : []
    );
    assert.equal(arrived.length, 2);
    assert.ok(arrived.every((at) => at < opened));
  }
});

Deno.test("a batch sends 128/k bits a row, and rounds to 128 rows", async () => {
  for (const k of [1, 2, 4, 8]) {
    const parties = testParties(2, { k });
    const links = dealtLinks(parties);
    await runAll(parties, (p) => authenticatedBits(p, of(links, p), { count: 129, chunk: 0 }));
    const steps = parties[0]?.channel.traffic.steps;
    assert.equal(steps?.get("aBit 0/d")?.bytes, (128 / k) * (256 + 128) / 8);
    assert.deepEqual([...steps?.keys() ?? []].sort(), [
      "aBit 0/coin/commit",
      "aBit 0/coin/open",
      "aBit 0/d",
      "aBit 0/hash",
      "aBit 0/x",
    ]);
  }
});
