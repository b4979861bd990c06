/** Share sums and leaky ANDs against ideal shares. */
import assert from "node:assert/strict";
import { getBit, setBit, utf8, xorInto } from "../../../lib/base/mod.ts";
import { type Halves, type Kernels, seededRng, TWEAK_DOMAIN } from "../../../lib/crypto/mod.ts";
import { blockAt, toBlocks } from "../../reference/gf128.ts";
import { at, dealer, reveal, shareArrays, type Shared } from "../../reference/shares.ts";

const COUNT = 75;
const LOW = (1n << 64n) - 1n;

function halfAt(halves: Halves, m: number): bigint {
  return new DataView(halves.buffer, halves.byteOffset).getBigUint64(8 * m, true);
}

/** Registers the tests. */
export function sharesContract(name: string, kernels: Kernels): void {
  Deno.test(`${name}: keyShare() and crossShare() are shares of s times delta`, () => {
    const ideal = dealer(seededRng(utf8("cross")), 3, 1);
    const shares = Array.from({ length: COUNT }, () => ideal.share());
    for (let i = 0; i < 3; i++) {
      const own = shareArrays(shares, i);
      const delta = toBlocks([ideal.deltas[i] as bigint]);
      const key = kernels.keyShare(own, delta, COUNT);
      const cross = kernels.crossShare(own, delta, COUNT);
      shares.forEach((share, m) => {
        let expected = share.bits[i] ? ideal.deltas[i] as bigint : 0n;
        for (let k = 0; k < 3; k++) if (k !== i) expected ^= at(share.keys, i, k);
        assert.equal(blockAt(key, m), expected);
        for (let k = 0; k < 3; k++) if (k !== i) expected ^= at(share.macs, i, k);
        assert.equal(halfAt(cross, m), expected & LOW);
      });
    }
  });

  Deno.test(`${name}: leaky ANDs of three parties sum to x y delta`, () => {
    const rng = seededRng(utf8("leaky"));
    const ideal = dealer(rng, 3, 1);
    const salt = rng.fill(new Uint8Array(16));
    const index = 2 ** 32 - 20;
    const xs = Array.from({ length: COUNT }, () => ideal.share());
    const ys = Array.from({ length: COUNT }, () => ideal.share());
    const parties = [0, 1, 2].map((i) => ({
      i,
      delta: toBlocks([ideal.deltas[i] as bigint]),
      x: shareArrays(xs, i),
      phi: kernels.crossShare(shareArrays(ys, i), toBlocks([ideal.deltas[i] as bigint]), COUNT),
      s: new Uint8Array(8 * COUNT),
    }));
    for (const { i, delta, x, phi, s } of parties) {
      for (const j of parties.filter((party) => party.i !== i)) {
        const tweak = { domain: TWEAK_DOMAIN.LEAKY_AND, side: 0, sender: i, receiver: j.i };
        const keys = x.keys[j.i] as Uint8Array<ArrayBuffer>;
        const u = kernels.leakyKeySide({ count: COUNT, salt, tweak, index, delta, keys, phi, s });
        const macs = j.x.macs[i] as Uint8Array<ArrayBuffer>;
        kernels.leakyMacSide({ count: COUNT, salt, tweak, index, macs, x: j.x.bits, u, s: j.s });

        const other = kernels.expectedMacs(keys, new Uint8Array(COUNT).fill(255), delta, COUNT);
        const h0 = kernels.hash(salt, tweak, index, keys, COUNT);
        const h1 = kernels.hash(salt, tweak, index, other, COUNT);
        for (let m = 0; m < COUNT; m++) {
          const expected = (blockAt(h0, m) ^ blockAt(h1, m)) & LOW;
          assert.equal(halfAt(u, m), expected ^ halfAt(phi, m));
        }
      }
    }
    const sumOfDeltas = ideal.deltas.reduce((p, q) => p ^ q, 0n);
    for (let m = 0; m < COUNT; m++) {
      let sum = 0n;
      for (const { x, phi, s } of parties) {
        sum ^= halfAt(s, m) ^ (getBit(x.bits, m) ? halfAt(phi, m) : 0n);
      }
      const product = reveal((xs[m] as Shared).bits) & reveal((ys[m] as Shared).bits);
      assert.equal(sum, product ? sumOfDeltas & LOW : 0n);
    }
  });

  Deno.test(`${name}: expectedMacs() and xorDeltaInto() add delta where the bit is 1`, () => {
    const rng = seededRng(utf8("delta"));
    const keys = rng.fill(new Uint8Array(16 * COUNT));
    const bits = rng.fill(new Uint8Array(10));
    const delta = rng.fill(new Uint8Array(16));
    const expected = keys.slice();
    for (let m = 0; m < COUNT; m++) {
      if (getBit(bits, m)) xorInto(expected.subarray(16 * m, 16 * m + 16), delta);
    }
    assert.deepEqual(kernels.expectedMacs(keys, bits, delta, COUNT), expected);
    kernels.xorDeltaInto(keys, bits, delta, COUNT);
    assert.deepEqual(keys, expected);
  });

  Deno.test(`${name}: xorBlocksInto() and xorBitsInto() add what from and bits select`, () => {
    const rng = seededRng(utf8("xor"));
    const blocks = rng.fill(new Uint8Array(16 * COUNT));
    const source = rng.fill(new Uint8Array(10));
    const some = rng.fill(new Uint8Array(10));
    const order = Uint32Array.from(rng.fill(new Uint8Array(COUNT)), (byte) => byte % COUNT);
    for (const from of [undefined, order]) {
      for (const bits of [undefined, some]) {
        const outBlocks = rng.fill(new Uint8Array(16 * COUNT));
        const outBits = rng.fill(new Uint8Array(10));
        const expectedBlocks = outBlocks.slice();
        const expectedBits = outBits.slice();
        for (let m = 0; m < COUNT; m++) {
          if (bits !== undefined && !getBit(bits, m)) continue;
          const s = from === undefined ? m : from[m] as number;
          xorInto(
            expectedBlocks.subarray(16 * m, 16 * m + 16),
            blocks.subarray(16 * s, 16 * s + 16),
          );
          setBit(expectedBits, m, getBit(expectedBits, m) ^ getBit(source, s));
        }
        kernels.xorBlocksInto(outBlocks, blocks, COUNT, from, bits);
        kernels.xorBitsInto(outBits, source, COUNT, from, bits);
        assert.deepEqual(outBlocks, expectedBlocks);
        assert.deepEqual(outBits, expectedBits);
      }
    }
    const outside = Uint32Array.of(0, COUNT + 5);
    assert.throws(() => kernels.xorBlocksInto(blocks.slice(), blocks, 2, outside), RangeError);
    assert.throws(() => kernels.xorBitsInto(source.slice(), source, 2, outside), RangeError);
  });
}
