/** What a party may see: the output party's view, and what is sent after a failed check. */
import assert from "node:assert/strict";
import { xorInto } from "../../../lib/base/mod.ts";
import { Builder, type CircuitSource } from "../../../lib/circuit/mod.ts";
import { type Blocks, typescriptKernels } from "../../../lib/crypto/mod.ts";
import { type AuthenticatedBits, batchBits, batchShape } from "../../../lib/mpc/mod.ts";
import { type Cheat, type Delivered, play, type Scene } from "../../sim/adversary.ts";
import { dealer } from "../../sim/dealer.ts";
import { type EngineOptions, simulate } from "../../sim/engine.ts";
import { flipBit } from "../../sim/lies.ts";
import type { TestParty } from "../../sim/parties.ts";
import type { Named } from "./channel.ts";
import { flip } from "./lie.ts";
import { assertCaught, honestParties } from "./row.ts";
import { GATE, mixedScene } from "./scenes.ts";

const kernels = typescriptKernels;
const BITS = 8;
/** Two inputs of parties 1 and 2, and the same with the same sum. */
const SPLITS = [[0x5a, 0xc3], [0x5a ^ 0x9d, 0xc3 ^ 0x9d]] as const;
const SHIFT = 0x9d;

/** in_1 ⊕ in_2, and one AND gate of two of its bits. */
function sumCircuit(): CircuitSource {
  const b = new Builder({ inputs: [0, BITS, BITS] });
  const sum = Array.from({ length: BITS }, (_, i) => b.xor(b.input(1, i), b.input(2, i)));
  return b.build([...sum, b.and(sum[0] ?? 0, sum[1] ?? 0)]);
}

/** Ideal bits in which party 1's shares of both inputs' masks are shifted, under the same keys of all others. */
function shifted(
  parties: readonly TestParty[],
  seed: string,
  circuit: CircuitSource,
): AuthenticatedBits[] {
  const first = batchBits(batchShape(circuit.header.ands));
  const deltas = parties.map(({ delta }) => delta.slice());
  return dealer(parties, seed).map((source, self) => ({
    take: async (count, chunk) => {
      const shares = await source.take(count, chunk);
      if (self !== 1) return shares;
      for (let bit = 0; bit < BITS; bit++) {
        if ((SHIFT >>> bit & 1) === 0) continue;
        for (const row of [first + bit, first + BITS + bit]) {
          flip(shares.bits, row);
          for (const j of [0, 2]) {
            const mac = (shares.macs[j] as Blocks).subarray(16 * row, 16 * row + 16);
            xorInto(mac, deltas[j] as Blocks);
          }
        }
      }
      return shares;
    },
  }));
}

/** Everything that party 0, the only output party, receives. */
async function viewOf(
  circuit: CircuitSource,
  inputs: readonly number[],
  options: Partial<EngineOptions>,
): Promise<Delivered[]> {
  const view: Delivered[] = [];
  const tap: NonNullable<EngineOptions["network"]>["tap"] = (from, to, step, bytes) => {
    if (to === 0) view.push({ from, to, step, bytes: bytes.slice() });
    return bytes;
  };
  const own = [new Uint8Array(0), ...inputs.map((input) => Uint8Array.of(input))];
  const { outputs } = await simulate(circuit, own, {
    ...{ parties: 3, outputParties: [0], network: { tap }, ...options },
  });
  const sum = (inputs[0] ?? 0) ^ (inputs[1] ?? 0);
  assert.deepEqual(outputs[0], Uint8Array.of(sum, sum & sum >>> 1 & 1));
  return view;
}

/** Exact: the bijection of the honest parties' coins that maps one split to the other keeps the whole view. */
function splitTests({ kernels }: Partial<Scene>): Named[] {
  const circuit = sumCircuit();
  const options = kernels && { kernels };
  return [0, 1].map((evaluator): Named => ({
    name: `the output party's view does not depend on the split, evaluator ${evaluator}`,
    run: async (): Promise<void> => {
      const [first, second] = SPLITS;
      const one = await viewOf(circuit, first, { evaluator, ...options });
      const other = await viewOf(circuit, second, {
        ...{ evaluator, ...options },
        bits: (parties, seed) => shifted(parties, seed, circuit),
      });
      assert.ok(one.length > 20);
      assert.deepEqual(other, one);
      // The comparison can fail: without the bijection the masked inputs differ.
      const plain = await viewOf(circuit, second, { evaluator, ...options });
      assert.notDeepEqual(plain, one);
    },
  }));
}

/** On real bits and the same coins, only z, its comparison and the labels that belong to z differ. */
const onlyMasked = (form: Partial<Scene>): Named => ({
  name: "on the same coins both splits differ in masked inputs alone",
  run: async (): Promise<void> => {
    const circuit = sumCircuit();
    const views = await Promise.all(SPLITS.map(async (split): Promise<Delivered[]> => {
      const inputs = [new Uint8Array(0), ...split.map((input) => Uint8Array.of(input))];
      const scene: Scene = { parties: 3, outputParties: [0], circuit, inputs, ...form };
      return (await play(scene)).world.log.filter(({ to }) => to === 0);
    }));
    const [one = [], other = []] = views;
    assert.equal(one.length, other.length);
    const differing = one.flatMap((message, at) => {
      const twin = other[at];
      assert.ok(twin !== undefined && twin.step === message.step && twin.from === message.from);
      const difference = message.bytes.slice();
      xorInto(difference, twin.bytes);
      if (difference.every((byte) => byte === 0)) return [];
      if (message.step === "input/z") assert.deepEqual(difference, Uint8Array.of(SHIFT));
      return [message.step];
    });
    assert.deepEqual(
      new Set(differing),
      new Set(["input/z", "input/echo", "input/labels", "final/echo"]),
    );
  },
});

/** Messages of honest parties after the first one of `step`. */
function afterwards(log: readonly Delivered[], step: string, liar: number): string[] {
  const at = log.findIndex((message) => message.step === step);
  return log.slice(at + 1).filter(({ from }) => from !== liar).map((message) => message.step);
}

const flippedZ = (form: Partial<Scene>): Named => ({
  name:
    "an evaluator that flips z gets no further message that depends on it, of this chunk or a later one",
  run: async (): Promise<void> => {
    const scene = mixedScene(3, { ...form, chunk: 4 });
    for (const chunk of [0, 1]) {
      const step = `c${chunk}/labels`;
      const cheat = (): Cheat => ({ tap: flipBit({ step, from: 0 }, 1) });
      const session = await play(scene, { liar: 0, cheat });
      for (const i of [1, 2]) assertCaught(session, i, "label check");
      // The material of the next chunk is under way; nothing of it depends on z.
      const steps = afterwards(session.world.log, step, 0);
      assert.deepEqual(steps.filter((name) => /^(tables|output|c\d+\/t$)/.test(name)), []);
    }
  },
});

/** A wrong z in the second chunk, when the tables of the first are out. */
const onePiece = (form: Partial<Scene>): Named => ({
  name: "a failed V check opens at most one piece, and stops all that follows",
  run: async (): Promise<void> => {
    const scene = mixedScene(3, { ...form, chunk: 4 });
    for (const chunk of [0, 1]) {
      let calls = 0;
      const cheat = (): Cheat => ({
        kernels: {
          leakyMacSide: (args): void => {
            kernels.leakyMacSide(args);
            if (calls++ === 2 * chunk) flip(args.s, 64 * GATE.WIDE);
          },
        },
      });
      const session = await play(scene, { liar: 1, cheat });
      const { log } = session.world;
      for (const i of honestParties({ scene, liar: 1 })) assertCaught(session, i, "V check");
      const opened = new Set(afterwards(log, `c${chunk}/V/commit`, 1));
      const allowed = [`c${chunk}/V/commit`, `c${chunk}/V/echo`, `c${chunk}/V/0/open`];
      assert.deepEqual([...opened].filter((step) => !allowed.includes(step)), []);
      assert.ok(opened.has(`c${chunk}/V/0/open`));
      for (const { bytes } of log.filter(({ step }) => step === `c${chunk}/V/0/open`)) {
        assert.equal(bytes.length, 2 + 32);
      }
    }
  },
});

/** The three tests of the protocol's list that guard privacy, and one on real bits. */
export function privacyTests(form: Partial<Scene> = {}): Named[] {
  return [...splitTests(form), ...[onlyMasked, flippedZ, onePiece].map((make) => make(form))];
}
