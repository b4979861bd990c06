/** Lies about inputs, tables, labels, masked values and output shares. */
import assert from "node:assert/strict";
import { equal, getBit, xorInto } from "../../../lib/base/mod.ts";
import { type Blocks, type GarbleRun, typescriptKernels } from "../../../lib/crypto/mod.ts";
import { tableBlocks } from "../../../lib/mpc/mod.ts";
import type { Cheat, Delivered, Scene, Session, World } from "../../sim/adversary.ts";
import { flipBit } from "../../sim/lies.ts";
import { change, flip, messageOf } from "./lie.ts";
import {
  assertCaught,
  assertOutput,
  assertTold,
  assertUnsent,
  honestParties,
  type Row,
} from "./row.ts";
import {
  firstGates,
  flipped,
  GATE,
  GATES,
  inputIndex,
  mixedScene,
  OUT,
  outputOf,
} from "./scenes.ts";

const kernels = typescriptKernels;

/** Inputs with some bits of one party flipped. */
function withInput(scene: Scene, party: number, ...bits: readonly number[]): Scene {
  const inputs = scene.inputs.map((own, i) => i === party ? flipped(own, ...bits) : own);
  return { ...scene, inputs };
}

/** One AND gate gives the opposite. */
function inverted(scene: Scene, gate: number): Uint8Array<ArrayBuffer> {
  return outputOf(scene, Array.from({ length: GATES }, (_, m) => m === gate ? 1 : 0));
}

/**
 * What `from` sent to anybody after `step` came from the liar, but for the material of later chunks, which is under
 * way and does not depend on z.
 */
function sentAfter(session: Session, step: string, liar: number, from: number): Delivered[] {
  const { log } = session.world;
  const at = log.findIndex((m) => m.step === step && m.from === liar && m.to === from);
  const material = /^(aBit \d+\/|c\d+\/(?!t$|labels$))/;
  return log.slice(at + 1).filter((m) => m.from === from && !material.test(m.step));
}

/** Lies about inputs. */
export function inputRows(parties: number, options: Partial<Scene>): Row[] {
  const scene = mixedScene(parties, options);
  const last = parties - 1;
  return [
    {
      name: "wrong λ^k to an owner",
      check: "MAC hash",
      ...{ scene, liar: 0, caught: [last], blames: 0 },
      cheat: () => ({ tap: flipBit({ step: `input/mask/${last}`, from: 0, to: last }, 1) }),
      // The owner's input is flipped without its knowledge.
      removed: (session): void => {
        const wrong = outputOf(withInput(scene, last, 1));
        assert.notDeepEqual(wrong, outputOf(scene));
        for (const i of honestParties({ scene, liar: 0 })) assertOutput(session, i, wrong);
      },
    },
  ];
}

/** Lies about inputs that need two honest receivers. The evaluator lies. */
export function ownerRows(parties: number, options: Partial<Scene>): Row[] {
  const scene = mixedScene(parties, options);
  const last = parties - 1;
  const honest = honestParties({ scene, liar: 0 });
  return [
    {
      name: "different z of an input to different parties",
      check: "echo",
      ...{ scene, liar: 0, caught: honest },
      cheat: () => ({ tap: flipBit({ step: "input/z", from: 0, to: last }, 2) }),
      stopped: (session) => assertUnsent(session, 0, /^(input\/labels|tables)/),
      // The last party hands out the label of the other value, and outputs the sum with another input.
      removed: (session, usual): void => {
        const labels = [usual, session].map(({ world }) => {
          const at = 16 * inputIndex(0, 2);
          return messageOf(world.log, "input/labels", last, 0).slice(at, at + 16);
        });
        const [right = new Uint8Array(16), other = new Uint8Array(16)] = labels;
        xorInto(right, other);
        assert.deepEqual(right, session.world.deltas[last]);
        for (const i of honest) {
          const output = outputOf(i === last ? withInput(scene, 0, 2) : scene);
          assertOutput(session, i, output);
        }
        assert.notDeepEqual(outputOf(withInput(scene, 0, 2)), outputOf(scene));
      },
    },
    {
      name: "different z of an input that enters an AND gate to different parties",
      check: "echo",
      ...{ scene, liar: 0, caught: honest },
      cheat: () => ({ tap: flipBit({ step: "input/z", from: 0, to: last }, 1) }),
      // Caught in any case: labels of different values make the next label of every garbler unknown.
      removed: (session) => assertSome(session, honest, "label check"),
    },
  ];
}

/** Some honest party ended in `check`, and all others were told of it. */
function assertSome(
  session: Session,
  honest: readonly number[],
  check: Parameters<typeof assertTold>[2],
): void {
  for (const i of honest) assertTold(session, i, check);
}

/** Changes the tables that `from` sends, gate by gate: `at` is the first bit of the gate's table. */
function changeTables(
  world: World,
  from: number,
  by: (tables: Uint8Array, at: number, gate: number) => void,
): NonNullable<Cheat["tap"]> {
  const bits = 128 * tableBlocks(world.scene.parties);
  return change({ step: "tables/0", from }, (tables) => {
    for (let gate = 0; gate < firstGates(world.scene); gate++) by(tables, bits * gate, gate);
  });
}

/** Lies of a garbler with an honest garbler beside it. The liar is g*. */
export function garblerRows(parties: number, options: Partial<Scene>): Row[] {
  const scene = mixedScene(parties, options);
  const liar = 1;
  const other = 2;
  const garblers = honestParties({ scene, liar }).filter((i) => i !== 0);
  const row = (
    name: string,
    cheat: Row["cheat"],
    removed: Row["removed"],
    caught = garblers,
  ): Row => ({ name, check: "label check", scene, liar, caught, cheat, removed });
  // Caught in any case: a masked value that is wrong does not fit the shares.
  const circuitCheck = (session: Session): void => assertCaught(session, 0, "circuit check");
  return [
    row(
      "wrong rows G of a garbled gate",
      (world) => ({ tap: changeTables(world, liar, (tables, at) => flip(tables, at)) }),
      circuitCheck,
    ),
    row(
      "wrong rows C of an inner garbled gate",
      (world) => ({
        tap: changeTables(world, liar, (tables, at, gate) => {
          if (gate === GATE.INNER) flip(tables, at + 256 + 77);
        }),
      }),
      // The evaluator's labels of the next gate are random then, and its z with them.
      (session): void => {
        if (session.ends[0]?.ok === false) circuitCheck(session);
        else assertOutput(session, other, outputOf(scene));
      },
      [other],
    ),
    row(
      "wrong rows C of a garbled gate that no gate follows",
      (world) => ({
        tap: changeTables(world, liar, (tables, at, gate) => {
          if (gate === GATE.WIDE) flip(tables, at + 256 + 77);
        }),
      }),
      // Nothing else reads this label, so nothing is wrong but the label.
      (session) => assertOutput(session, other, outputOf(scene)),
      [other],
    ),
    row(
      "a malformed table",
      () => ({ tap: change({ step: "tables/0", from: liar }, (tables) => tables.fill(0xff)) }),
      circuitCheck,
    ),
    row(
      "wrong labels of inputs",
      () => ({
        tap: change({ step: "input/labels", from: liar }, (labels) => {
          for (let at = 9; at < 8 * labels.length; at += 128) flip(labels, at);
        }),
      }),
      circuitCheck,
    ),
    row(
      "a wrong lsb bit",
      () => ({ tap: flipBit({ step: "tables/0", from: liar }, lsbBit(scene, GATE.WIDE)) }),
      circuitCheck,
    ),
  ];
}

/** Position of a gate's lsb bit in the message of g*. */
function lsbBit(scene: Scene, gate: number): number {
  return 128 * tableBlocks(scene.parties) * firstGates(scene) + gate;
}

/** Lies of the only garbler. */
export function onlyGarblerRows(options: Partial<Scene>): Row[] {
  // f0 ⊕ s0 = 1, so that INNER shows in the output.
  const scene = mixedScene(2, { ...options, inputs: [Uint8Array.of(3), Uint8Array.of(14)] });
  const row = (name: string, gate: number, cheat: Row["cheat"]): Row => ({
    ...{ name, check: "circuit check", scene, liar: 1, caught: [0], cheat },
    stopped: (session) => assertUnsent(session, 1, /^(passed|output)$/),
    removed: (session): void => {
      assert.notDeepEqual(inverted(scene, gate), outputOf(scene));
      assertOutput(session, 0, inverted(scene, gate));
    },
  });
  return [
    row("a gate garbled as its opposite", GATE.INNER, (world) => ({
      kernels: {
        garble: (args): void =>
          kernels.garble(
            args.index === 0 ? { ...args, shares: invertedGate(world, args) } : args,
          ),
      },
    })),
    row("a wrong lsb bit from the only garbler", GATE.WIDE, () => ({
      tap: flipBit({ step: "tables/0", from: 1 }, lsbBit(scene, GATE.WIDE)),
    })),
  ];
}

/** The liar garbles with c ⊕ 1 in its own share of gate INNER: tables and labels fit the wrong value. */
function invertedGate(world: World, args: GarbleRun): GarbleRun["shares"] {
  const c = args.shares.c.slice();
  kernels.xorDeltaInto(c, Uint8Array.of(1 << GATE.INNER), world.deltas[1] as Blocks, args.ands);
  return { ...args.shares, c };
}

/** Lies of the evaluator in the label check, with the last sum of its circuit check. */
export function evaluatorRows(parties: number, options: Partial<Scene>): Row[] {
  const scene = mixedScene(parties, options);
  const honest = honestParties({ scene, liar: 0 });
  const seen: CircuitSums = {};
  const step = "c0/labels";
  return [0, 1].map((bit): Row => ({
    name: `the evaluator sends a wrong z, private bit ${bit}`,
    check: "label check",
    scene: bit === getBit(scene.inputs[parties - 1] ?? new Uint8Array(1), 0)
      ? scene
      : withInput(scene, parties - 1, 0),
    ...{ liar: 0, caught: honest },
    cheat: () => ({ ...watchSums(seen), tap: flipBit({ step, from: 0 }, GATE.INNER) }),
    // Security: an evaluator that flips z gets no further message.
    stopped: (session): void => {
      for (const i of honest) assert.deepEqual(sentAfter(session, step, 0, i), []);
    },
    // λ_β of DEEP, and with the public z the last party's input.
    removed: (session) => assert.equal(privateBit(session, seen), bit),
  }));
}

/** Sum and coin of the evaluator's own side of the first chunk's circuit check. */
interface CircuitSums {
  coin?: Uint8Array;
  sum?: Blocks;
}

function watchSums(seen: CircuitSums): Cheat {
  delete seen.coin;
  delete seen.sum;
  return {
    kernels: {
      macSum: (coin, blocks, count): Blocks => {
        const sum = kernels.macSum(coin, blocks, count);
        seen.coin ??= coin.slice();
        seen.sum ??= sum;
        return sum;
      },
    },
  };
}

/**
 * Input bit 0 of the last party, as an evaluator reads it that claimed the opposite z of gate INNER: the garblers'
 * sums differ from its own by that of λ_β of gate DEEP, of which it has the keys. β is f0 ⊕ l0.
 */
function privateBit(session: Session, { coin, sum }: CircuitSums): number {
  const { world } = session;
  const { scene: { parties, inputs } } = world;
  const beta = world.notes[0]?.beta;
  assert.ok(coin && sum && beta);
  const difference = sum.slice();
  for (let k = 1; k < parties; k++) xorInto(difference, messageOf(world.log, "c0/t", k, 0));
  const at = 16 * GATE.DEEP;
  const found = [0, 1].filter((lambda) => {
    const gates = firstGates(world.scene);
    const blocks = new Uint8Array(16 * gates);
    const block = blocks.subarray(at, at + 16);
    for (let k = 1; k < parties; k++) xorInto(block, (beta.keys[k] as Blocks).slice(at, at + 16));
    if (lambda !== getBit(beta.bits, GATE.DEEP)) xorInto(block, world.deltas[0] as Blocks);
    return equal(kernels.macSum(coin, blocks, gates), difference);
  });
  assert.equal(found.length, 1);
  const owner = parties - 1;
  const z = (from: number): number =>
    getBit(messageOf(world.log, "input/z", from, from === 0 ? 1 : 0), 0);
  return (found[0] ?? 0) ^ z(0) ^ z(owner) ^ getBit(inputs[0] as Uint8Array, 0);
}

/** The evaluator's lies that need two garblers, wrong sums for it, and wrong output shares. */
export function laterRows(parties: number, options: Partial<Scene>): Row[] {
  const scene = mixedScene(parties, options);
  const last = parties - 1;
  return [
    {
      name: "the evaluator sends different z to different garblers",
      check: "label check",
      ...{ scene, liar: 0, caught: [1] },
      cheat: () => ({ tap: flipBit({ step: "c0/labels", from: 0, to: 1 }, GATE.WIDE) }),
      stopped: (session) => assert.deepEqual(sentAfter(session, "c0/labels", 0, 1), []),
      // One of the honest parties has a wrong output.
      removed: (session): void => {
        assertOutput(session, 1, inverted(scene, GATE.WIDE));
        assertOutput(session, last, outputOf(scene));
      },
    },
    {
      name: "a wrong t combination",
      check: "circuit check",
      ...{ scene, liar: 1, caught: [0] },
      cheat: () => ({ tap: flipBit({ step: "c0/t", from: 1 }, 64) }),
      // The sum has no other use.
      removed: (session): void => {
        for (const i of honestParties({ scene, liar: 1 })) {
          assertOutput(session, i, outputOf(scene));
        }
      },
    },
  ];
}

/** Lies in the output phase: there is no fairness, others may have their output already. */
export function outputRows(parties: number, options: Partial<Scene>): Row[] {
  const scene = mixedScene(parties, options);
  const last = parties - 1;
  return [{
    name: "a wrong output share",
    check: "output MAC hash",
    ...{ scene, liar: 0, caught: [last], blames: 0 },
    served: honestParties({ scene, liar: 0 }).filter((i) => i !== last),
    cheat: () => ({ tap: flipBit({ step: "output", from: 0, to: last }, OUT.SUM) }),
    removed: (session) => assertOutput(session, last, flipped(outputOf(scene), OUT.SUM)),
  }];
}
