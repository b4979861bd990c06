/** Lies in the set-up and in correlated OT. */
import assert from "node:assert/strict";
import { getBit } from "../../../lib/base/mod.ts";
import { type Bits, type Blocks, sha256, typescriptKernels } from "../../../lib/crypto/mod.ts";
import { reversalMessage } from "../../../lib/mpc/mod.ts";
import { type Cheat, play, type Scene, type World } from "../../sim/adversary.ts";
import { flipBit } from "../../sim/lies.ts";
import type { Tap } from "../../sim/memory_channel.ts";
import { both, type Bytes, change, messageOf, otherX } from "./lie.ts";
import { assertCaught, assertOutput, assertTold, assertUnsent, type Row } from "./row.ts";
import { flipped, inputIndex, maskRow, mixedScene, OUT, outputOf } from "./scenes.ts";

const kernels = typescriptKernels;

/** The mask of the last party's input bit that goes straight to the output. */
function freeRow(scene: Scene): number {
  return maskRow(scene, inputIndex(scene.parties - 1, 2));
}

/**
 * Party 1 uses another bit towards party 2 as its share of the mask of party 2's input: it opens the one
 * to party 2 and the other to everybody else, each with a right MAC.
 */
function twoMasks(world: World, extra: Tap = (_from, _to, _step, bytes) => bytes): Cheat {
  const { scene } = world;
  const last = scene.parties - 1;
  const lie = { liar: 1, peer: last, row: freeRow(scene) };
  const tap = both(
    flipBit({ step: `input/mask/${last}`, from: 1, to: last }, 2),
    flipBit({ step: "output", from: 1, to: last }, OUT.LAST),
    extra,
  );
  return { tap, kernels: otherX(world, kernels, lie) };
}

/** Chunks of two bits of party 0's key with or without a bit that is set. */
function chunkOf(world: World, set: boolean): number {
  const delta = world.deltas[0] ?? new Uint8Array(16);
  const value = (c: number): number => getBit(delta, 2 * c) | getBit(delta, 2 * c + 1);
  return Array.from({ length: 64 }, (_, c) => c).findLast((c) => value(c) === (set ? 1 : 0)) ?? 0;
}

/** Party 1 corrects one chunk of party 0's key with another x in `row` of the first batch. */
function otherChunk(chunk: number, row: number): Tap {
  return change({ step: "aBit 0/d", from: 1, to: 0 }, (d) => {
    const rows = d.length * 8 / 64;
    d[(chunk * rows + row) >>> 3] = (d[(chunk * rows + row) >>> 3] ?? 0) ^ (1 << (row & 7));
  });
}

/** Flips a bit in the sum of side `side` that party 1 sends for chunk 5 of party 0's key (k = 2). */
function wrongSum(side: number): Tap {
  return flipBit({ step: "setup/trees", from: 1, to: 0 }, 8 * (32 * 5 + 16 * side));
}

/** The side of chunk 5 on which party 0's path lies: it does not read that side's sum. */
function pathSide(world: World): number {
  return getBit(world.deltas[0] ?? new Uint8Array(16), 10);
}

/**
 * Party 1 sends party 0 a wrong sum in its trees, and a reversal whose challenge is the hash of what it sent: a
 * reversal made for other trees would give it away.
 */
function wrongTrees(world: World, side: number): Cheat {
  const own: { x: Bits; macs: Blocks }[] = [];
  const site = { from: 1, to: 0 };
  const refit = change({ step: "setup/reversal", ...site }, (message) => {
    const strings = world.transcripts[1]?.[0];
    assert.ok(strings && own[0]);
    const fixed = sha256(strings, messageOf(world.log, "setup/trees", 1, 0));
    const d = message.slice(0, message.length - 48);
    return reversalMessage({ kernels, sid: world.sid }, site, { fixed, d, ...own[0] }).message;
  });
  return {
    tap: both(wrongSum(side), refit),
    kernels: {
      cotReceive: (args) => {
        const result = kernels.cotReceive(args);
        own.push({ x: args.x.slice(), macs: result.macs.slice() });
        return result;
      },
    },
  };
}

/** Lies in the set-up and in correlated OT. */
export function cotRows(parties: number, options: Partial<Scene>): Row[] {
  const scene = mixedScene(parties, options);
  const last = parties - 1;
  const honest = Array.from({ length: parties }, (_, i) => i).filter((i) => i !== 1);
  return [
    {
      name: "another x towards one party",
      check: "COT check",
      ...{ scene, liar: 1, caught: [last], blames: 1 },
      cheat: (world) => twoMasks(world),
      // Both bits have right MACs, so the output parties accept different values of party 2's input.
      removed: (session): void => {
        for (const i of honest) {
          const right = outputOf(scene);
          assertOutput(session, i, i === last ? right : flipped(right, OUT.LAST));
        }
      },
    },
    {
      name: "another x towards one party, and the hash of x that fits it",
      check: "echo",
      ...{ scene, liar: 1, caught: honest },
      cheat: (world): Cheat => {
        let fitting: Bytes | undefined;
        const twisted = change({ step: "aBit 0/x", from: 1, to: last }, () => fitting?.slice());
        const { tap, kernels: lying } = twoMasks(world, twisted);
        return {
          ...(tap && { tap }),
          kernels: {
            ...lying,
            bitsHash: (coin, bits, rows) => {
              if (rows > freeRow(scene)) {
                const other = bits.slice();
                other[freeRow(scene) >>> 3] = (other[freeRow(scene) >>> 3] ?? 0) ^
                  (1 << (freeRow(scene) & 7));
                fitting ??= kernels.bitsHash(coin, other, rows);
              }
              return kernels.bitsHash(coin, bits, rows);
            },
          },
        };
      },
      stopped: (session) => assertUnsent(session, 1, /^c0/),
      removed: (session): void => {
        for (const i of honest) {
          const right = outputOf(scene);
          assertOutput(session, i, i === last ? right : flipped(right, OUT.LAST));
        }
      },
    },
    {
      name: "another x for one chunk of Δ",
      check: "COT check",
      ...{ scene, liar: 1, caught: [0], blames: 1 },
      cheat: (world): Cheat => ({ tap: otherChunk(chunkOf(world, true), freeRow(scene)) }),
      // The row is opened in the output alone: party 0 loses its output after the others have theirs.
      removed: (session): void => {
        assertCaught(session, 0, "output MAC hash", 1);
        for (const i of honest.slice(1)) assertOutput(session, i, outputOf(scene));
      },
    },
    {
      name: "wrong sums of a GGM tree",
      check: "tree check",
      ...{ scene, liar: 1, caught: [0], blames: 1 },
      cheat: (world): Cheat => wrongTrees(world, 1 - pathSide(world)),
      // Caught in any case: the first batch that uses the wrong leaf fails.
      removed: (session): void => {
        assertCaught(session, 0, "COT check", 1);
        for (const i of honest.slice(1)) assertTold(session, i, "COT check");
      },
    },
  ];
}

/** Guesses of Δ that are right: the lie changes nothing, no check fails. */
export function guesses(
  form: Partial<Scene> = {},
): { readonly name: string; readonly run: () => Promise<void> }[] {
  const scene = mixedScene(3, form);
  const survives = async (cheat: (world: World) => Cheat): Promise<void> => {
    const session = await play(scene, { liar: 1, cheat });
    for (const i of [0, 2]) assertOutput(session, i, outputOf(scene));
    assert.ok(session.world.log.some(({ step }) => step === "output"));
  };
  return [
    {
      name: "a right guess: another x for a chunk of Δ that is zero",
      run: () => survives((world) => ({ tap: otherChunk(chunkOf(world, false), freeRow(scene)) })),
    },
    {
      name: "a right guess: a wrong sum on the side of the path",
      run: () => survives((world) => wrongTrees(world, pathSide(world))),
    },
  ];
}
