/** Golden vectors: SHA-256 of each kernel's output for fixed inputs. A change is a change of the wire. */
import assert from "node:assert/strict";
import { bitBytes, concat, toHex, utf8 } from "../../../lib/base/mod.ts";
import { type Kernels, type Rng, seededRng, sha256 } from "../../../lib/crypto/mod.ts";
import { evaluateScene, garbleScene, randomScene } from "../../reference/gates.ts";
import vectors from "../../data/kernels_golden.json" with { type: "json" };

/** Sizes of the fixed inputs. */
export interface Sizes {
  /** Rows of correlated OT and of the linear hash. */
  readonly rows: number;
  /** Bytes of a PRG stream. */
  readonly bytes: number;
  /** Elements of the other kernels. */
  readonly count: number;
  /** Gates of a run. */
  readonly gates: number;
}

const GOLDEN: Sizes = { rows: 4096 + 256, bytes: 5000, count: 1003, gates: 200 };
const TWEAK = { domain: 2, side: 0, sender: 4, receiver: 1 };
const INDEX = 2 ** 33 + 7;

/** The outputs of `kernels` by name of the kernel. */
export function goldenOutputs(kernels: Kernels, sizes: Sizes): Record<string, Uint8Array> {
  const { rows, bytes, count, gates } = sizes;
  const rng: Rng = seededRng(utf8("golden kernels"));
  const random = (length: number): Uint8Array<ArrayBuffer> => rng.fill(new Uint8Array(length));
  const out: Record<string, Uint8Array> = {};
  out.prgInto = random(bytes);
  kernels.prgInto(out.prgInto, random(16), 77, 5);
  const salt = random(16);
  out.hash = kernels.hash(salt, TWEAK, INDEX, random(16 * count), count);
  out.transpose = kernels.transpose(random(16 * rows), rows);
  const delta = random(16);
  for (const k of [1, 2, 4, 8]) {
    const seeds = random((128 / k) * 16 << k);
    const { d, macs } = kernels.cotReceive({ k, seeds, rows, group: 2, x: random(rows / 8) });
    out[`cotReceive ${k}`] = concat(d, macs);
    out[`cotSend ${k}`] = kernels.cotSend({ k, seeds, rows, group: 2, delta, d });
  }
  const coin = random(32);
  out.columnHash = kernels.columnHash(coin, random(16 * rows), rows);
  out.bitsHash = kernels.bitsHash(coin, random(rows / 8), rows);
  out.macSum = kernels.macSum(coin, random(16 * count), count);
  out.macSumHalves = kernels.macSumHalves(coin, random(8 * count), count);
  const bits = random(bitBytes(count));
  out.expectedMacs = kernels.expectedMacs(random(16 * count), bits, delta, count);
  const four = (): Uint8Array<ArrayBuffer>[] =>
    [0, 1, 2, 3].map((j) => random(j === 1 ? 0 : 16 * count));
  const shares = { bits, macs: four(), keys: four() };
  out.crossShare = kernels.crossShare(shares, delta, count);
  out.keyShare = kernels.keyShare(shares, delta, count);
  const common = { count, salt, tweak: TWEAK, index: INDEX };
  const s = random(8 * count);
  const u = kernels
    .leakyKeySide({ ...common, delta, keys: random(16 * count), phi: random(8 * count), s });
  out.leakyKeySide = concat(u, s);
  kernels.leakyMacSide({ ...common, macs: random(16 * count), x: bits, u, s });
  out.leakyMacSide = s;
  const from = Uint32Array.from({ length: count }, (_, m) => (m * 17 + 3) % count);
  out.xorBlocksInto = random(16 * count);
  kernels.xorBlocksInto(out.xorBlocksInto as typeof s, random(16 * count), count, from, bits);
  out.xorBitsInto = random(bitBytes(count));
  kernels.xorBitsInto(out.xorBitsInto as typeof s, random(bitBytes(count)), count, from, bits);
  out.xorDeltaInto = random(16 * count);
  kernels.xorDeltaInto(out.xorDeltaInto as typeof s, bits, delta, count);
  for (const parties of [2, 3, 7]) {
    const scene = randomScene(rng, parties, parties - 1, gates);
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
  const outputs = goldenOutputs(kernels, GOLDEN);
  for (const [kernel, expected] of Object.entries(vectors as Record<string, string>)) {
    Deno.test(`${name}: ${kernel} gives the golden vector`, () => {
      assert.equal(toHex(sha256(outputs[kernel] as Uint8Array)), expected);
    });
  }
  Deno.test(`${name}: every golden output has a vector`, () => {
    assert.deepEqual(Object.keys(outputs), Object.keys(vectors));
  });
}
