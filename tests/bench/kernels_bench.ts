/**
 * Time of each kernel for one batch. Run: deno bench tests/bench/kernels_bench.ts
 *
 * The batch is 16384 rows, blocks or AND gates (in the name), so 1 ms an iteration is 61 ns an element.
 */
import { utf8 } from "../../lib/base/mod.ts";
import {
  type EvaluateRun,
  type GarbleRun,
  type GateBlocks,
  type Kernels,
  seededRng,
  typescriptKernels,
  wasmKernels,
} from "../../lib/crypto/mod.ts";

const COUNT = 16384;
const REGISTERS = 1024;

/** Registers the benchmarks of `kernels`. */
export function benchKernels(kernels: Kernels): void {
  const rng = seededRng(utf8("bench"));
  const random = (length: number): Uint8Array<ArrayBuffer> => rng.fill(new Uint8Array(length));
  const bench = (group: string, fn: () => void): void =>
    Deno.bench({ group: `${group} (${COUNT})`, name: kernels.name, fn });

  const blocks = random(16 * COUNT);
  const more = random(16 * COUNT);
  const halves = random(8 * COUNT);
  const s = random(8 * COUNT);
  const bits = random(COUNT / 8);
  const delta = random(16);
  const salt = random(16);
  const coin = random(32);
  const tweak = { domain: 2, side: 0, sender: 0, receiver: 1 };
  const common = { count: COUNT, salt, tweak, index: 1 };
  const shares = { bits, macs: [new Uint8Array(0), blocks], keys: [new Uint8Array(0), more] };
  const order = Uint32Array.from({ length: COUNT }, (_, m) => (m * 7919) % COUNT);

  bench("prgInto, 16-byte blocks", () => kernels.prgInto(blocks, salt, 1, 0));
  bench("expand", () => void kernels.expand(blocks, COUNT, 2));
  bench("hash", () => void kernels.hash(salt, tweak, 1, blocks, COUNT));
  bench("transpose", () => void kernels.transpose(blocks, COUNT));
  for (const k of [1, 2, 4, 8]) {
    const seeds = random((128 / k) * 16 << k);
    const batch = { k, seeds, rows: COUNT, group: 0 };
    const d = random(((128 / k) * COUNT) / 8);
    bench(`cotReceive k=${k}`, () => void kernels.cotReceive({ ...batch, x: bits }));
    bench(`cotSend k=${k}`, () => void kernels.cotSend({ ...batch, delta, d }));
  }
  bench("columnHash", () => void kernels.columnHash(coin, blocks, COUNT));
  bench("bitsHash", () => void kernels.bitsHash(coin, bits, COUNT));
  bench("macSum", () => void kernels.macSum(coin, blocks, COUNT));
  bench("macSumHalves", () => void kernels.macSumHalves(coin, halves, COUNT));
  bench("expectedMacs", () => void kernels.expectedMacs(blocks, bits, delta, COUNT));
  bench("crossShare n=2", () => void kernels.crossShare(shares, delta, COUNT));
  bench("keyShare n=2", () => void kernels.keyShare(shares, delta, COUNT));
  bench(
    "leakyKeySide",
    () => void kernels.leakyKeySide({ ...common, delta, keys: blocks, phi: halves, s }),
  );
  bench(
    "leakyMacSide",
    () => kernels.leakyMacSide({ ...common, macs: blocks, x: bits, u: halves, s }),
  );
  bench("xorBlocksInto", () => kernels.xorBlocksInto(more, blocks, COUNT));
  bench("xorBlocksInto, selected", () => kernels.xorBlocksInto(more, blocks, COUNT, order, bits));
  bench("xorBitsInto", () => kernels.xorBitsInto(bits, halves, COUNT));
  bench("xorBitsInto, selected", () => kernels.xorBitsInto(bits, halves, COUNT, order, s));
  bench("xorDeltaInto", () => kernels.xorDeltaInto(more, bits, delta, COUNT));
  for (const parties of [2, 3, 5]) {
    const garbling = garbleRun(parties, random);
    bench(`garble n=${parties}`, () => kernels.garble(garbling));
    const evaluation = evaluateRun(garbling, random);
    bench(`evaluate n=${parties}`, () => kernels.evaluate(evaluation));
  }
}

/** AND gates only, on random data: the time does not depend on values. Party 0 evaluates. */
function garbleRun(
  parties: number,
  random: (length: number) => Uint8Array<ArrayBuffer>,
): GarbleRun {
  const register = (): Uint32Array<ArrayBuffer> =>
    Uint32Array.from(new Uint32Array(random(4 * COUNT).buffer), (word) => word % REGISTERS);
  const garblers = Array.from({ length: parties - 1 }, (_, i) => i + 1);
  const gateBlocks = (): GateBlocks => ({
    alpha: random(16 * COUNT),
    beta: random(16 * COUNT),
    c: random(16 * COUNT),
  });
  return {
    from: 0,
    to: COUNT,
    op: new Uint8Array(COUNT).fill(1),
    a: register(),
    b: register(),
    out: register(),
    ands: COUNT,
    index: 0,
    salt: random(16),
    parties,
    evaluator: 0,
    garblers,
    self: 1,
    delta: random(16),
    labels: random(16 * REGISTERS),
    shares: gateBlocks(),
    macs: [undefined, gateBlocks(), ...garblers.slice(1).map(gateBlocks)],
    tables: new Uint8Array(16 * (3 * parties - 4) * COUNT),
    outLabels: new Uint8Array(16 * COUNT),
  };
}

function evaluateRun(
  run: GarbleRun,
  random: (length: number) => Uint8Array<ArrayBuffer>,
): EvaluateRun {
  const each = (length: number): Uint8Array<ArrayBuffer>[] =>
    [0, ...run.garblers].map((j) => random(j === 0 ? 0 : length));
  return {
    ...run,
    labels: each(16 * REGISTERS),
    z: random(REGISTERS).map((byte) => byte & 1),
    tables: each(run.tables.length),
    lsb: random(COUNT / 8),
    outZ: new Uint8Array(COUNT / 8),
    outLabels: each(16 * COUNT),
  };
}

for (const kernels of [typescriptKernels, wasmKernels()]) benchKernels(kernels);
