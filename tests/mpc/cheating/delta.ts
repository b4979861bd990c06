/** Lies about the global key Δ, and in the check that compares it. */
import assert from "node:assert/strict";
import { bitBytes, equal, getBit, setBit, xorInto } from "../../../lib/base/mod.ts";
import {
  type Bits,
  type Blocks,
  RHO,
  transcriptHasher,
  typescriptKernels,
  u32,
} from "../../../lib/crypto/mod.ts";
import { DOMAIN, SEED_BYTES } from "../../../lib/mpc/mod.ts";
import type { Cheat, Scene, Session, World } from "../../sim/adversary.ts";
import type { Tap } from "../../sim/memory_channel.ts";
import { change, flip, isMacSeeds, messageOf } from "./lie.ts";
import { assertCaught, assertOutput, assertUnsent, type Row } from "./row.ts";
import { firstBatch, flatScene, mixedScene, outputOf } from "./scenes.ts";

const kernels = typescriptKernels;

/**
 * Where the two keys of the liar differ: above bit 63, which neither U nor V nor T has, and not in bit 0, by
 * which labels tell masked values.
 */
const DIFFERENCE = 100;
const MACS = "aBit 0/delta/macs";
const VALUES = "aBit 0/delta/values";

/** The liar's Δ towards its peer. */
function twisted(world: World, liar: number): Blocks {
  const delta = (world.deltas[liar] ?? new Uint8Array(16)).slice();
  flip(delta, DIFFERENCE);
  return delta;
}

/** What the garbler that lies keeps for itself. */
interface Garbled {
  /** L_γ,0 of its AND gates of the first chunk. */
  labels: Blocks;
}

/** Party 0, a garbler, keeps its keys for party 1's bits under another Δ, in every step where that matters. */
function twoDeltas(world: World, own: Garbled, tap?: Tap): Cheat {
  const peer = 1;
  const delta = twisted(world, 0);
  const kept = new WeakSet<ArrayBufferLike>();
  return {
    otherDelta: { peer, delta },
    ...(tap && { tap }),
    kernels: {
      cotSend: (args) => {
        const towardsPeer = world.links[0]?.peers[peer]?.keys.seeds.seeds === args.seeds;
        const keys = kernels.cotSend(towardsPeer ? { ...args, delta } : args);
        if (towardsPeer) kept.add(keys.buffer);
        return keys;
      },
      leakyKeySide: (args) =>
        kernels.leakyKeySide(args.tweak.receiver === peer ? { ...args, delta } : args),
      xorDeltaInto: (out, bits, usual, count) =>
        kernels.xorDeltaInto(out, bits, kept.has(out.buffer) ? delta : usual, count),
      garble: (args) => {
        kernels.garble(args);
        if (args.index === 0) own.labels = args.outLabels.slice();
      },
    },
  };
}

/** z of the operands of the gates of a flat scene, from what was broadcast. */
function operands(session: Session): { readonly a: number; readonly b: number } {
  const z = (from: number): number =>
    messageOf(session.world.log, "input/z", from, 1 - from)[0] ?? 0;
  return { a: z(0), b: z(1) };
}

/**
 * Party 0 reads party 1's share of every gate's t = c ⊕ a·λ_β ⊕ b·λ_α: the evaluator's label under Δ_0 is off by
 * the difference of both keys where that share is 1, and the hash of the label check tells.
 */
function assertSharesLeak(session: Session, own: Garbled): void {
  const { world } = session;
  const { evaluator } = world.parameters;
  const count = Math.min(world.parameters.chunk, world.scene.circuit.header.ands);
  const message = messageOf(world.log, "c0/labels", evaluator, 0);
  const bytes = bitBytes(count);
  const hash = message.slice(bytes + SEED_BYTES);
  const active = kernels.expectedMacs(
    own.labels,
    message.slice(0, bytes),
    world.deltas[0] as Blocks,
    count,
  );
  const difference = new Uint8Array(16);
  flip(difference, DIFFERENCE);
  const fits = (guess: number): boolean => {
    const labels = active.slice();
    kernels.xorDeltaInto(labels, Uint8Array.of(guess), difference, count);
    const hasher = transcriptHasher(DOMAIN.LABEL_CHECK, world.sid, "c0/labels");
    return equal(hash, hasher.update(u32(0), u32(0), labels).digest());
  };
  const guesses = Array.from({ length: 2 ** count }, (_, guess) => guess).filter(fits);
  assert.equal(guesses.length, 1, "the hash does not tell the shares");

  const [alpha, beta, c] = world.notes[1]?.garbled ?? [];
  assert.ok(alpha && beta && c);
  const { a, b } = operands(session);
  const shares = new Uint8Array(1);
  for (let m = 0; m < count; m++) {
    const t = getBit(c.bits, m) ^ (a >>> m & 1 & getBit(beta.bits, m)) ^
      (b >>> m & 1 & getBit(alpha.bits, m));
    setBit(shares, m, t);
  }
  assert.deepEqual(guesses, [shares[0]]);
  assert.notEqual(shares[0], 0);
}

/** The MACs under the key of `under` that `from` opened, a block for each of the ρ rows. */
function openedMacs(world: World, from: number, under: number): Blocks {
  const to = from === under ? (from + 1) % world.scene.parties : under;
  const message = messageOf(world.log, MACS, from, to);
  const at = bitBytes(RHO) + 16 * RHO * (under < from ? under : under - 1);
  return message.slice(at, at + 16 * RHO);
}

/** Party 0 opens what the others expect, from the MACs that they opened. */
function forgeValues(world: World): Tap {
  return change({ step: VALUES, from: 0 }, (bytes) => {
    const sum = new Uint8Array(16 * RHO);
    for (let k = 1; k < world.scene.parties; k++) xorInto(sum, openedMacs(world, k, 0));
    for (let m = 0; m < RHO; m++) bytes.set(sum.subarray(16 * m, 16 * m + 16), 48 * m);
  });
}

/** Party 1 flips a bit of its first sacrificed row before it commits, and hides that from the COT check. */
function flippedBit(scene: Scene): Cheat {
  const row = firstBatch(scene);
  let x: Bits | undefined;
  let done = false;
  return {
    kernels: {
      cotReceive: (args) => {
        if (args.rows > row) x ??= args.x;
        return kernels.cotReceive(args);
      },
      cotSend: (args) => {
        if (x !== undefined && !done) flip(x, row);
        done = x !== undefined;
        return kernels.cotSend(args);
      },
      bitsHash: (coin, bits, rows) => {
        const honest = bits.slice();
        if (bits === x && done) flip(honest, row);
        return kernels.bitsHash(coin, honest, rows);
      },
    },
  };
}

/** Party 1 flips a bit of a MAC under party 0's key, likewise. */
function flippedMac(world: World): Cheat {
  const row = firstBatch(world.scene);
  const bit = 128 * row + 7;
  let macs: Blocks | undefined;
  return {
    kernels: {
      cotReceive: (args) => {
        const result = kernels.cotReceive(args);
        if (macs === undefined && isMacSeeds(world, 1, 0, args.seeds)) {
          macs = result.macs;
          flip(macs, bit);
        }
        return result;
      },
      columnHash: (coin, blocks, rows) => {
        const honest = blocks.slice();
        if (blocks === macs) flip(honest, bit);
        return kernels.columnHash(coin, honest, rows);
      },
    },
  };
}

/** From the values of honest party i and the MACs of all others: the XOR is Δ_i. */
function assertDeltaLeaks(session: Session, i: number): void {
  const { world } = session;
  const leaked = messageOf(world.log, VALUES, i, 1).slice(0, 16);
  for (let k = 0; k < world.scene.parties; k++) {
    if (k !== i) xorInto(leaked, openedMacs(world, k, i).slice(0, 16));
  }
  assert.deepEqual(leaked, world.deltas[i]);
}

/** Rows about Δ: the liar with two keys is party 0, which garbles; the last party evaluates. */
export function deltaRows(parties: number, options: Partial<Scene>): Row[] {
  const flat = flatScene(parties, { ...options, evaluator: parties - 1 });
  const mixed = mixedScene(parties, options);
  const but = (liar: number): number[] =>
    Array.from({ length: parties }, (_, i) => i).filter((i) => i !== liar);
  const own: Garbled = { labels: new Uint8Array(0) };
  const leak = (session: Session): void => {
    for (const i of but(0)) assertOutput(session, i, outputOf(flat));
    assertSharesLeak(session, own);
  };
  return [
    {
      name: "different Δ towards different parties",
      check: "delta consistency",
      ...{ scene: flat, liar: 0, caught: but(0), blames: 0 },
      cheat: (world) => twoDeltas(world, own),
      removed: leak,
    },
    {
      name: "different Δ, and values opened that were not committed",
      check: "delta opening",
      ...{ scene: flat, liar: 0, caught: but(0), blames: 0 },
      cheat: (world) => twoDeltas(world, own, forgeValues(world)),
      removed: leak,
    },
    {
      name: "a flipped bit in the Δ consistency opening",
      check: "delta MAC check",
      ...{ scene: mixed, liar: 1, caught: but(1), blames: 1 },
      cheat: () => flippedBit(mixed),
      // No honest party has opened y.
      stopped: (session) => assertUnsent(session, 1, /delta\/values/),
      // Both values of a row are known then. The honest parties accuse each other, too late.
      removed: (session): void => {
        for (const i of but(1)) assertDeltaLeaks(session, i);
        assertCaught(session, 0, "delta consistency", 2);
      },
    },
    {
      name: "a flipped MAC in the Δ consistency opening",
      check: "delta MAC check",
      ...{ scene: mixed, liar: 1, caught: [0], blames: 1 },
      cheat: flippedMac,
      stopped: (session) =>
        assert.ok(!session.world.log.some(({ step, from }) => step === VALUES && from === 0)),
      // Party 0 opens the right y, which does not fit the MAC: the others accuse honest party 0.
      removed: (session) => assertCaught(session, 2, "delta consistency", 0),
    },
  ];
}
