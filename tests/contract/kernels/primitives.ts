/** PRG, hash, transposition and linear hashes against slow twins. */
import assert from "node:assert/strict";
import { concat, getBit, utf8, xorInto } from "../../../lib/base/mod.ts";
import { type Kernels, seededRng } from "../../../lib/crypto/mod.ts";
import { blockAt, gfMultiply, toBlocks } from "../../reference/gf128.ts";
import {
  referenceColumnHash,
  referenceHash,
  referenceMacSum,
  referencePrg,
} from "../../reference/primitives.ts";

/** Registers the tests. */
export function primitivesContract(name: string, kernels: Kernels): void {
  const fresh = (label: string): (length: number) => Uint8Array<ArrayBuffer> => {
    const rng = seededRng(utf8(label));
    return (length: number): Uint8Array<ArrayBuffer> => rng.fill(new Uint8Array(length));
  };

  Deno.test(`${name}: prgInto() is ChaCha8, interleaved, from any group, for both seed lengths`, () => {
    const random = fresh("prg");
    for (const seed of [random(16), random(32)]) {
      for (const domain of [0, 1, 0xdeadbeef]) {
        const expected = referencePrg(seed, domain, 2000);
        for (const [group, length] of [[0, 2000], [0, 1], [1, 256], [3, 1000], [7, 0]] as const) {
          const out = random(length);
          kernels.prgInto(out, seed, domain, group);
          assert.deepEqual(out, expected.slice(256 * group, 256 * group + length));
        }
      }
    }
    assert.throws(() => kernels.prgInto(random(16), random(15), 0, 0), RangeError);
    assert.throws(() => kernels.prgInto(random(257), random(16), 0, 2 ** 30 - 1), RangeError);
  });

  Deno.test(`${name}: expand() is the beginning of each seed's PRG`, () => {
    const random = fresh("expand");
    for (const count of [0, 1, 5, 2050]) {
      const seeds = random(16 * count);
      const out = kernels.expand(seeds, count, 0xfeed1234);
      assert.equal(out.length, 32 * count);
      for (const m of [0, 1, 4, 2047, 2048, 2049].filter((m) => m < count)) {
        const expected = referencePrg(seeds.subarray(16 * m, 16 * m + 16), 0xfeed1234, 32);
        assert.deepEqual(out.slice(32 * m, 32 * m + 32), expected.slice());
      }
    }
  });

  Deno.test(`${name}: hash() is ChaCha12 with the tweak in counter and nonce`, () => {
    const random = fresh("hash");
    const salt = random(16);
    const blocks = random(16 * 9);
    const tweaks = [
      { domain: 1, side: 0, sender: 0, receiver: 1 },
      { domain: 2, side: 1, sender: 63, receiver: 62 },
    ];
    for (const tweak of tweaks) {
      for (const index of [0, 12345, 2 ** 32 - 3, 2 ** 45 + 17]) {
        const out = kernels.hash(salt, tweak, index, blocks, 9);
        for (let m = 0; m < 9; m++) {
          const full = { ...tweak, call: 0, index: index + m };
          const block = referenceHash(salt, full, blocks.subarray(16 * m, 16 * m + 16));
          assert.deepEqual(out.slice(16 * m, 16 * m + 16), block.slice(0, 16));
        }
      }
    }
    assert.equal(
      kernels.hash(salt, { domain: 1, side: 0, sender: 0, receiver: 1 }, 0, blocks, 0).length,
      0,
    );
  });

  Deno.test(`${name}: transpose() moves bit m of column c to bit c of block m`, () => {
    for (const rows of [128, 384, 2048, 2176]) {
      const columns = fresh("transpose")(16 * rows);
      const out = kernels.transpose(columns, rows);
      assert.equal(out.length, 16 * rows);
      for (let c = 0; c < 128; c++) {
        const column = columns.subarray((c * rows) / 8, ((c + 1) * rows) / 8);
        for (let m = 0; m < rows; m++) {
          if (getBit(column, m) !== getBit(out, 128 * m + c)) {
            assert.fail(`bit ${m} of column ${c}`);
          }
        }
      }
    }
    assert.throws(() => kernels.transpose(new Uint8Array(16 * 64), 64), RangeError);
  });

  Deno.test(`${name}: columnHash() and bitsHash() are R of each column`, () => {
    const random = fresh("column hash");
    const coin = random(32);
    for (const rows of [128, 256, 2304]) {
      const columns = random(16 * rows);
      const hashes = kernels.columnHash(coin, kernels.transpose(columns, rows), rows);
      assert.equal(hashes.length, 128 * 16);
      for (let c = 0; c < 128; c++) {
        const column = columns.slice((c * rows) / 8, ((c + 1) * rows) / 8);
        const hash = kernels.bitsHash(coin, column, rows);
        assert.deepEqual(hash, hashes.slice(16 * c, 16 * c + 16));
        if (c % 40 !== 0) continue;
        const bits = Array.from({ length: rows }, (_, m) => getBit(column, m));
        assert.equal(blockAt(hash), referenceColumnHash(coin, bits));
      }
    }
  });

  Deno.test(`${name}: columnHash() notices one changed bit in any part`, () => {
    const random = fresh("column hash change");
    const coin = random(32);
    const bits = random(512 / 8);
    const hash = kernels.bitsHash(coin, bits, 512);
    for (const at of [0, 255, 383, 384, 511]) {
      const changed = bits.slice();
      changed[at >>> 3] = (changed[at >>> 3] as number) ^ (1 << (at & 7));
      assert.notDeepEqual(kernels.bitsHash(coin, changed, 512), hash);
      assert.notDeepEqual(kernels.bitsHash(random(32), bits, 512), hash);
    }
  });

  Deno.test(`${name}: macSum() is the definition, linear, and Δ can be drawn out`, () => {
    const random = fresh("mac sum");
    const coin = random(32);
    for (const count of [0, 1, 300, 2100]) {
      const blocks = random(16 * count);
      const values = Array.from({ length: count }, (_, m) => blockAt(blocks, m));
      const sum = kernels.macSum(coin, blocks, count);
      assert.equal(blockAt(sum), referenceMacSum(coin, values));

      const other = random(16 * count);
      const both = other.slice();
      xorInto(both, blocks);
      const expected = kernels.macSum(coin, other, count);
      xorInto(expected, sum);
      assert.deepEqual(kernels.macSum(coin, both, count), expected);
    }
    const delta = blockAt(random(16));
    const bits = Array.from(random(77), (byte) => BigInt(byte & 1));
    const scaled = kernels.macSum(coin, toBlocks(bits.map((bit) => bit * delta)), 77);
    const plain = kernels.macSum(coin, toBlocks(bits), 77);
    assert.equal(blockAt(scaled), gfMultiply(delta, blockAt(plain)));
  });

  Deno.test(`${name}: macSumHalves() is macSum() of zero-extended halves`, () => {
    const random = fresh("mac sum halves");
    const coin = random(32);
    for (const count of [0, 1, 2500]) {
      const halves = random(8 * count);
      const parts = Array.from({ length: count }, (_, m) => halves.subarray(8 * m, 8 * m + 8));
      const blocks = concat(...parts.flatMap((half) => [half, new Uint8Array(8)]));
      assert.deepEqual(
        kernels.macSumHalves(coin, halves, count),
        kernels.macSum(coin, blocks, count),
      );
    }
  });
}
