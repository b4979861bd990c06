/** Authenticated shares from nowhere, and the invariant that all shares must keep. */
import assert from "node:assert/strict";
import { clearPadding, getBit, utf8 } from "../../lib/base/mod.ts";
import { seededRng } from "../../lib/crypto/mod.ts";
import type { Party } from "../../lib/mpc/party.ts";
import { type Shares, zeroShares } from "../../lib/mpc/shares.ts";

/** `count` random authenticated shares of all parties, by party. */
export function idealShares(parties: readonly Party[], count: number, seed: string): Shares[] {
  const rng = seededRng(utf8(seed));
  const all = parties.map((party) => zeroShares(count, party.self, parties.length));
  for (const { bits } of all) {
    rng.fill(bits);
    clearPadding(bits, count);
  }
  for (const i of parties) {
    for (const j of parties) {
      if (i === j) continue;
      const [holder, keeper] = [all[i.self], all[j.self]];
      const [macs, keys] = [holder?.macs[j.self], keeper?.keys[i.self]];
      assert.ok(holder && macs && keys);
      rng.fill(keys);
      macs.set(keys);
      j.kernels.xorDeltaInto(macs, holder.bits, j.delta, count);
    }
  }
  return all;
}

/** Asserts the MAC invariant of every pair of parties and every index, one byte at a time. */
export function assertShares(
  parties: readonly Party[],
  all: readonly Shares[],
  count: number,
): void {
  for (const i of parties) {
    for (const j of parties) {
      if (i === j) continue;
      const [holder, keeper] = [all[i.self], all[j.self]];
      const [macs, keys] = [holder?.macs[j.self], keeper?.keys[i.self]];
      assert.ok(holder && macs && keys);
      assert.equal(holder.count, count);
      assert.equal(macs.length, 16 * count);
      assert.equal(keys.length, 16 * count);
      for (let at = 0; at < macs.length; at++) {
        const delta: number = getBit(holder.bits, at >>> 4) === 1 ? j.delta[at & 15] ?? 0 : 0;
        assert.equal(macs[at], (keys[at] ?? 0) ^ delta, `byte ${at} of ${i.self} under ${j.self}`);
      }
    }
  }
}
