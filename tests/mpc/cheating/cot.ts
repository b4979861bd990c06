/** Lies in the set-up and in correlated OT. */
import assert from "node:assert/strict";
import { getBit } from "../../../lib/base/mod.ts";
import {
  type Bits,
  type Blocks,
  ggmReceiver,
  KAPPA,
  sha256,
  TWEAK_DOMAIN,
  typescriptKernels,
} from "../../../lib/crypto/mod.ts";
import { reversalMessage } from "../../../lib/mpc/mod.ts";
import {
  type Cheat,
  type Delivered,
  play,
  type Scene,
  type Session,
  type World,
} from "../../sim/adversary.ts";
import { flipBit } from "../../sim/lies.ts";
import type { Tap } from "../../sim/memory_channel.ts";
import { both, type Bytes, change, flip, messageOf, otherX } from "./lie.ts";
import { assertCaught, assertOutput, assertTold, assertUnsent, errorOf, type Row } from "./row.ts";
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

/** Chunk `c`, two bits, of party 0's key. */
function valueOf(world: World, c: number): number {
  const delta = world.deltas[0] ?? new Uint8Array(16);
  return getBit(delta, 2 * c) | (getBit(delta, 2 * c + 1) << 1);
}

/** The last chunk of party 0's key with or without a bit that is set. */
function chunkOf(world: World, set: boolean): number {
  const chunks = Array.from({ length: 64 }, (_, c) => c);
  return chunks.findLast((c) => (valueOf(world, c) !== 0) === set) ?? 0;
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

/** Gates of the first chunk where there are two. */
const FIRST = 4;

/** x and M of party 1's reversal with party 0. */
interface OwnReversal {
  x?: Bits;
  macs?: Blocks;
}

/**
 * Party 1 sends party 0 a reversal with other corrections, and the proof for them: the challenge is the hash of what it
 * sends, x and M are those that it has. A reversal made for other trees or corrections would give it away.
 */
function refitted(
  world: World,
  own: OwnReversal,
  alter: (d: Bytes) => void = () => {},
): Required<Pick<Cheat, "tap" | "kernels">> {
  const site = { from: 1, to: 0 };
  const tap = change({ step: "setup/reversal", ...site }, (message) => {
    const strings = world.transcripts[1]?.[0];
    const { x, macs } = own;
    assert.ok(strings && x && macs);
    const fixed = sha256(strings, messageOf(world.log, "setup/trees", 1, 0));
    const d = message.slice(0, message.length - 48);
    alter(d);
    return reversalMessage({ kernels, sid: world.sid }, site, { fixed, d, x, macs }).message;
  });
  return {
    tap,
    kernels: {
      cotReceive: (args) => {
        const result = kernels.cotReceive(args);
        own.x ??= args.x.slice();
        own.macs ??= result.macs.slice();
        return result;
      },
    },
  };
}

/** Party 1 sends party 0 a wrong sum in its trees. */
function wrongTrees(world: World, side: number): Cheat {
  const { tap, kernels: noting } = refitted(world, {});
  return { tap: both(wrongSum(side), tap), kernels: noting };
}

/** The row of the reversal in which party 1 uses another x: it stands for bit 3 of its Δ. */
const REVERSED_ROW = 3;

/** M with its row moved by `value`, the bits of chunk `chunk` of party 0's key. */
function moved(macs: Blocks, chunk: number, value: number): Blocks {
  const copy = macs.slice();
  const at = 16 * REVERSED_ROW + (chunk >>> 2);
  copy[at] = (copy[at] ?? 0) ^ (value << (2 * (chunk & 3)));
  return copy;
}

/**
 * Party 1 uses another x for one chunk of party 0's key in the reversal: party 0's string for one bit of Δ_1 is then the hash
 * of M moved by the value of the chunk. It goes on with the right one of the four, see {@linkcode assertChunkLeaks}.
 */
function otherReversal(world: World, own: OwnReversal, chunk: number): Cheat {
  const flipOne = (d: Bytes): void => flip(d, 256 * chunk + REVERSED_ROW);
  const { tap, kernels: noting } = refitted(world, own, flipOne);
  return {
    tap,
    kernels: {
      ...noting,
      hash: (salt, tweak, index, blocks, count) => {
        const meant = tweak.domain === TWEAK_DOMAIN.REVERSAL && tweak.sender === 0;
        const right = meant ? moved(blocks, chunk, valueOf(world, chunk)) : blocks;
        return kernels.hash(salt, tweak, index, right, count);
      },
    },
  };
}

/** The tree check of the other direction tells party 1 which of the four values the chunk of party 0's key has. */
function assertChunkLeaks({ world }: Session, { macs }: OwnReversal): void {
  const { sid, parameters: { k }, links, deltas, log } = world;
  const chunk = chunkOf(world, true);
  const salt = links[1]?.salt;
  assert.ok(salt && macs && deltas[1]);
  const tweak = { domain: TWEAK_DOMAIN.REVERSAL, side: 0, sender: 0, receiver: 1 } as const;
  const context = { sid, k, keyHolder: 1, macHolder: 0 };
  const trees = messageOf(log, "setup/reversed trees", 0, 1);
  const fits = (value: number): boolean => {
    const strings = kernels.hash(salt, tweak, 0, moved(macs, chunk, value), KAPPA);
    return ggmReceiver(kernels, context, deltas[1] as Blocks, strings, trees).consistent;
  };
  assert.deepEqual([0, 1, 2, 3].filter(fits), [valueOf(world, chunk)]);
}

/** The x̃ that fits an x with bit `row` flipped in batch `batch`, told to party `peer` by party 1. */
function fittingHash(
  peer: number,
  { batch, row }: { readonly batch: number; readonly row: number },
): Required<Pick<Cheat, "tap" | "kernels">> {
  let fitting: Bytes | undefined;
  let batches = 0;
  return {
    tap: change({ step: `aBit ${batch}/x`, from: 1, to: peer }, () => fitting?.slice()),
    kernels: {
      bitsHash: (coin, bits, rows) => {
        if (batches++ === batch) fitting = kernels.bitsHash(coin, flipped(bits, row), rows);
        return kernels.bitsHash(coin, bits, rows);
      },
    },
  };
}

/** All of them ended in this comparison. */
function assertCompared(session: Session, parties: readonly number[], step: string): void {
  for (const i of parties) {
    assert.match(errorOf(session, i).message, new RegExp(`the echo failed in step "${step}"`));
  }
}

/** Lies in the set-up and in correlated OT. */
export function cotRows(parties: number, options: Partial<Scene>): Row[] {
  const scene = mixedScene(parties, options);
  const last = parties - 1;
  const honest = Array.from({ length: parties }, (_, i) => i).filter((i) => i !== 1);
  const reversed: OwnReversal = {};
  const later = mixedScene(parties, { ...options, chunk: FIRST });
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
        const { tap: twisted, kernels: hashing } = fittingHash(last, {
          batch: 0,
          row: freeRow(scene),
        });
        const { tap, kernels: lying } = twoMasks(world, twisted);
        return { ...(tap && { tap }), kernels: { ...lying, ...hashing } };
      },
      stopped: (session): void => {
        assertUnsent(session, 1, /^c0/);
        assertCompared(session, honest, "aBit 0/echo");
      },
      removed: (session): void => {
        for (const i of honest) {
          const right = outputOf(scene);
          assertOutput(session, i, i === last ? right : flipped(right, OUT.LAST));
        }
      },
    },
    {
      name: "another x towards one party in a later chunk, and the hash of x that fits it",
      check: "echo",
      ...{ scene: later, liar: 1, caught: honest },
      cheat: (world): Cheat => {
        // The mask of the first gate of the chunk, which is an output.
        const lie = { liar: 1, peer: last, row: 0, batch: 1 };
        const { tap, kernels: hashing } = fittingHash(last, lie);
        return { tap, kernels: { ...otherX(world, kernels, lie), ...hashing } };
      },
      stopped: (session): void => {
        // The comparison of the chunk's own e, before anything that relies on it leaves.
        assertUnsent(
          session,
          1,
          new RegExp(`^(c1/(V|operands|labels|t)|tables/${FIRST}|final|output)`),
        );
        assertCompared(session, honest, "c1/e/echo");
      },
      removed: (session): void => {
        assertCaught(session, last, "label check");
        for (const i of honest) assertTold(session, i, "label check");
        assert.ok(
          session.world.log.some(({ step, from }) => step === `tables/${FIRST}` && from === last),
        );
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
      name: "another x for one chunk of Δ in the reversal, and the proof that fits it",
      check: "COT check",
      ...{ scene, liar: 1, caught: [0], blames: 1 },
      cheat: (world) => otherReversal(world, reversed, chunkOf(world, true)),
      stopped: ({ world }) => {
        const sent = ({ step, from, to }: Delivered): boolean =>
          step === "setup/reversed trees" && from === 0 && to === 1;
        assert.ok(!world.log.some(sent));
      },
      removed: (session): void => {
        for (const i of honest) assertOutput(session, i, outputOf(scene));
        assertChunkLeaks(session, reversed);
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
      name: "a right guess: another x in the reversal for a chunk of Δ that is zero",
      run: () => survives((world) => otherReversal(world, {}, chunkOf(world, false))),
    },
    {
      name: "a right guess: a wrong sum on the side of the path",
      run: () => survives((world) => wrongTrees(world, pathSide(world))),
    },
  ];
}
