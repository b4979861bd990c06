/** Correlated OT: the invariant q = v ⊕ x·Δ, and continuation of the streams. */
import assert from "node:assert/strict";
import { concat, getBit, utf8, xorInto } from "../../../lib/base/mod.ts";
import {
  type Blocks,
  cotGroups,
  type Kernels,
  PRG_DOMAIN,
  type Rng,
  seededRng,
} from "../../../lib/crypto/mod.ts";

interface Seeds {
  readonly received: Uint8Array<ArrayBuffer>;
  readonly sent: Uint8Array<ArrayBuffer>;
}

/** Seeds of both sides for a global key. */
function dealSeeds(rng: Rng, k: number, delta: Uint8Array): Seeds {
  const received = rng.fill(new Uint8Array((128 / k) * 16 << k));
  const sent = received.slice();
  for (let c = 0; c < 128 / k; c++) {
    let y = 0;
    for (let b = 0; b < k; b++) y |= getBit(delta, c * k + b) << b;
    sent.fill(0, 16 * ((c << k) + y), 16 * ((c << k) + y + 1));
  }
  return { received, sent };
}

/** Registers the tests. */
export function cotContract(name: string, kernels: Kernels): void {
  for (const k of [1, 2, 4, 8]) {
    Deno.test(`${name}: cotReceive() and cotSend() with k = ${k} give q = v + x delta`, () => {
      const rng = seededRng(utf8(`cot ${k}`));
      const delta = rng.fill(new Uint8Array(16));
      const seeds = dealSeeds(rng, k, delta);
      for (const [rows, group] of [[128, 0], [2048, 1], [2048 + 384, 5]] as const) {
        const x = rng.fill(new Uint8Array(rows / 8));
        const { d, macs } = kernels.cotReceive({ k, seeds: seeds.received, rows, group, x });
        assert.equal(d.length, ((128 / k) * rows) / 8);
        const keys = kernels.cotSend({ k, seeds: seeds.sent, rows, group, delta, d });
        assert.deepEqual(kernels.expectedMacs(keys, x, delta, rows), macs);
        assert.notDeepEqual(keys, macs);
        // The missing leaves do not matter.
        const other = rng.fill(seeds.sent.slice());
        for (let i = 0; i < other.length; i++) {
          if (seeds.sent[i] === seeds.received[i]) other[i] = seeds.sent[i] as number;
        }
        assert.deepEqual(kernels.cotSend({ k, seeds: other, rows, group, delta, d }), keys);
      }
    });
  }

  Deno.test(`${name}: rows and MACs go to the array that is given for them, whatever it held`, () => {
    const rng = seededRng(utf8("cot into"));
    const delta = rng.fill(new Uint8Array(16));
    const seeds = dealSeeds(rng, 2, delta);
    const rows = 2048 + 128;
    const x = rng.fill(new Uint8Array(rows / 8));
    const receive = { k: 2, seeds: seeds.received, rows, group: 0, x };
    const { d, macs } = kernels.cotReceive(receive);
    const send = { k: 2, seeds: seeds.sent, rows, group: 0, delta, d };
    const keys = kernels.cotSend(send);
    const calls = [
      [macs, (into: Blocks) => kernels.cotReceive({ ...receive, into }).macs],
      [keys, (into: Blocks) => kernels.cotSend({ ...send, into })],
      [macs, (into: Blocks) => kernels.expectedMacs(keys, x, delta, rows, into)],
    ] as const;
    for (const [expected, call] of calls) {
      const into = rng.fill(new Uint8Array(16 * rows + 32));
      const rest = into.slice(16 * rows);
      assert.equal(call(into).buffer, into.buffer);
      assert.deepEqual(call(into), expected);
      assert.deepEqual(into.subarray(16 * rows), rest);
      assert.throws(() => call(into.subarray(0, 16 * rows - 1)), RangeError);
    }
  });

  Deno.test(`${name}: cotReceive() sums the PRG streams of the leaves as documented`, () => {
    const rng = seededRng(utf8("cot streams"));
    const k = 2;
    const rows = 2048 + 128;
    const seeds = rng.fill(new Uint8Array(64 * 4 * 16));
    const x = rng.fill(new Uint8Array(rows / 8));
    const { d, macs } = kernels.cotReceive({ k, seeds, rows, group: 3, x });
    const columns: Uint8Array[] = [];
    for (let c = 0; c < 64; c++) {
      const r = [0, 1, 2, 3].map((y) => {
        const stream = new Uint8Array(256 * cotGroups(rows));
        const seed = seeds.subarray(16 * (4 * c + y), 16 * (4 * c + y + 1));
        kernels.prgInto(stream, seed, PRG_DOMAIN.COT, 3);
        return stream.subarray(0, rows / 8);
      });
      const sum = (leaves: number[]): Uint8Array => {
        const out = new Uint8Array(rows / 8);
        for (const y of leaves) xorInto(out, r[y] as Uint8Array);
        return out;
      };
      const expected = sum([0, 1, 2, 3]);
      xorInto(expected, x);
      assert.deepEqual(new Uint8Array(d.subarray((c * rows) / 8, ((c + 1) * rows) / 8)), expected);
      columns.push(sum([1, 3]), sum([2, 3]));
    }
    assert.deepEqual(macs, kernels.transpose(concat(...columns), rows));
  });

  Deno.test(`${name}: cotReceive() and cotSend() refuse wrong shapes`, () => {
    const rng = seededRng(utf8("cot shapes"));
    const seeds = rng.fill(new Uint8Array(256 * 16));
    const x = new Uint8Array(16);
    for (const wrong of [{ k: 3 }, { k: 4 }, { rows: 64 }, { rows: 256 }]) {
      const args = { k: 1, seeds, rows: 128, group: 0, x, ...wrong };
      assert.throws(() => kernels.cotReceive(args), RangeError);
    }
    const d = new Uint8Array(128 * 16 - 16);
    const delta = new Uint8Array(16);
    assert.throws(
      () => kernels.cotSend({ k: 1, seeds, rows: 128, group: 0, delta, d }),
      RangeError,
    );
  });
}
