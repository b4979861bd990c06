/** Golden vectors: SHA-256 of each kernel's output for fixed inputs. A change is a change of the wire. */
import assert from "node:assert/strict";
import { concat, toHex, utf8 } from "../../../lib/base/mod.ts";
import { type Kernels, type Rng, seededRng, sha256 } from "../../../lib/crypto/mod.ts";
import { evaluateScene, garbleScene, randomScene } from "../../reference/gates.ts";
import vectors from "../../data/kernels_golden.json" with { type: "json" };

const ROWS = 4096 + 256;
const COUNT = 1003;
const TWEAK = { domain: 2, side: 0, sender: 4, receiver: 1 };
const INDEX = 2 ** 33 + 7;

/** The outputs of `kernels` by name of the kernel. */
export function goldenOutputs(kernels: Kernels): Record<string, Uint8Array> {
  const rng: Rng = seededRng(utf8("golden kernels"));
  const random = (length: number): Uint8Array<ArrayBuffer> => rng.fill(new Uint8Array(length));
  const out: Record<string, Uint8Array> = {};
  out.prgInto = random(5000);
  kernels.prgInto(out.prgInto, random(16), 77, 5);
  const salt = random(16);
  out.hash = kernels.hash(salt, TWEAK, INDEX, random(16 * COUNT), COUNT);
  out.transpose = kernels.transpose(random(16 * ROWS), ROWS);
  const delta = random(16);
  for (const k of [1, 2, 4, 8]) {
    const seeds = random((128 / k) * 16 << k);
    const { d, macs } = kernels.cotReceive({ k, seeds, rows: ROWS, group: 2, x: random(ROWS / 8) });
    out[`cotReceive ${k}`] = concat(d, macs);
    out[`cotSend ${k}`] = kernels.cotSend({ k, seeds, rows: ROWS, group: 2, delta, d });
  }
  const coin = random(32);
  out.columnHash = kernels.columnHash(coin, random(16 * ROWS), ROWS);
  out.bitsHash = kernels.bitsHash(coin, random(ROWS / 8), ROWS);
  out.macSum = kernels.macSum(coin, random(16 * COUNT), COUNT);
  out.macSumHalves = kernels.macSumHalves(coin, random(8 * COUNT), COUNT);
  const bits = random(126);
  out.expectedMacs = kernels.expectedMacs(random(16 * COUNT), bits, delta, COUNT);
  const four = (): Uint8Array<ArrayBuffer>[] =>
    [0, 1, 2, 3].map((j) => random(j === 1 ? 0 : 16 * COUNT));
  const shares = { bits, macs: four(), keys: four() };
  out.crossShare = kernels.crossShare(shares, delta, COUNT);
  out.keyShare = kernels.keyShare(shares, delta, COUNT);
  const common = { count: COUNT, salt, tweak: TWEAK, index: INDEX };
  const s = random(8 * COUNT);
  const u = kernels
    .leakyKeySide({ ...common, delta, keys: random(16 * COUNT), phi: random(8 * COUNT), s });
  out.leakyKeySide = concat(u, s);
  kernels.leakyMacSide({ ...common, macs: random(16 * COUNT), x: bits, u, s });
  out.leakyMacSide = s;
  const from = Uint32Array.from({ length: COUNT }, (_, m) => (m * 17 + 3) % COUNT);
  out.xorBlocksInto = random(16 * COUNT);
  kernels.xorBlocksInto(out.xorBlocksInto as typeof s, random(16 * COUNT), COUNT, from, bits);
  out.xorBitsInto = random(126);
  kernels.xorBitsInto(out.xorBitsInto as typeof s, random(126), COUNT, from, bits);
  out.xorDeltaInto = random(16 * COUNT);
  kernels.xorDeltaInto(out.xorDeltaInto as typeof s, bits, delta, COUNT);
  for (const parties of [2, 3, 7]) {
    const scene = randomScene(rng, parties, parties - 1, 200);
    const garbled = scene.labels.map((_, j) =>
      j === scene.run.evaluator ? undefined : garbleScene(kernels, scene, j)
    );
    out[`garble ${parties}`] = concat(
      ...garbled.flatMap((part) =>
        part === undefined ? [] : [part.labels, part.tables, part.outLabels]
      ),
    );
    const { labels, z, outZ, outLabels } = evaluateScene(kernels, scene, garbled);
    out[`evaluate ${parties}`] = concat(...labels, z, outZ, ...outLabels);
  }
  return out;
}

/** Registers the tests. */
export function goldenContract(name: string, kernels: Kernels): void {
  const outputs = goldenOutputs(kernels);
  for (const [kernel, expected] of Object.entries(vectors as Record<string, string>)) {
    Deno.test(`${name}: ${kernel} gives the golden vector`, () => {
      assert.equal(toHex(sha256(outputs[kernel] as Uint8Array)), expected);
    });
  }
  Deno.test(`${name}: every golden output has a vector`, () => {
    assert.deepEqual(Object.keys(outputs), Object.keys(vectors));
  });
}
