/** Lies that would pay by what the V check tells when it fails. */
import assert from "node:assert/strict";
import { bitBytes, equal, getBit, xorInto } from "../../../lib/base/mod.ts";
import {
  type Bits,
  cpaceStart,
  cpaceTags,
  type Halves,
  HASH_BYTES,
  type Kernels,
  seededRng,
  transcriptHash,
  typescriptKernels,
  wasmKernels,
} from "../../../lib/crypto/mod.ts";
import { batchShape, DOMAIN } from "../../../lib/mpc/mod.ts";
import { type Cheat, play, type Scene, type Session, type World } from "../../sim/adversary.ts";
import type { Named } from "./channel.ts";
import { flip, messageOf } from "./lie.ts";
import { assertOnePiece, assertWrong, drawn, wrongZ } from "./products.ts";
import { assertUnsent, honestParties, type Row, UnsuitableSeed } from "./row.ts";
import { firstGates, flatScene, GATE, mixedScene } from "./scenes.ts";

const kernels = typescriptKernels;
const { curve } = wasmKernels();
const LIAR = 1;

/** The rows of this file. */
export function leakRows(parties: number, options: Partial<Scene>): Row[] {
  return [...bucketRows(parties, options), ...(parties === 2 ? [searchRow(options)] : [])];
}

/** Gates of the flat scene with β = 0 at the liar, so that the right output says nothing of α, and α of party 0. */
const BLIND = [{ gate: 4, alpha: 0 }, { gate: 2, alpha: 1 }];

/**
 * The liar guesses x of every product of one bucket. A real one meets the bucket of its choice with probability
 * N^-(B−1); here it knows the permutation from an honest session.
 */
function bucketRows(parties: number, options: Partial<Scene>): Row[] {
  const scene = flatScene(parties, options);
  return BLIND.map(({ gate, alpha }): Row => ({
    name: `wrong U in every layer of a bucket, private bit ${alpha}`,
    check: "V check",
    ...{ scene, liar: LIAR, caught: honestParties({ scene, liar: LIAR }) },
    ...(parties === 2 ? { blames: LIAR } : {}),
    cheat: (_world, honest): Cheat => {
      const products = bucketOf(honest, gate);
      const sees = honestParties({ scene, liar: LIAR }).some((i) => xOf(honest, i, products) > 0);
      if (!sees) throw new UnsuitableSeed("the guess is right");
      return { kernels: wrongUs(products) };
    },
    // The check that fails may tell x, and then it is too late for d.
    stopped: (session): void => {
      assertUnsent(session, LIAR, /^c0\/operands$/);
      const bytes = (batchShape(6).size - 1) * bitBytes(firstGates({ chunk: 6, ...options }));
      const opened = session.world.log.filter(({ step, from }) => step === "c0/d" && from !== LIAR);
      assert.ok(opened.length > 0);
      for (const message of opened) assert.equal(message.bytes.length, bytes + HASH_BYTES);
      if (parties > 2) assertOnePiece(session);
    },
    removed: (session) => assert.equal(alphaOf(session, gate, bucketOf(session, gate)), alpha),
  }));
}

/** The products that meet in the bucket of a gate. */
function bucketOf({ world }: Session, gate: number): number[] {
  const { buckets } = batchShape(6);
  const orders = drawn(world.notes[0]?.permutation ?? new Uint8Array(32));
  return [gate, ...orders.map((order, k) => (k + 1) * buckets + (order[gate] ?? 0))];
}

/** Flips the lowest bit of U of some products, for all others. */
function wrongUs(products: readonly number[]): Partial<Kernels> {
  return {
    leakyKeySide: (args) => {
      const u = kernels.leakyKeySide(args);
      if (args.index === 0) { for (const product of products) flip(u, 64 * product); }
      return u;
    },
  };
}

/** How many of the products have x = 1 at a party. */
function xOf({ world }: Session, party: number, products: readonly number[]): number {
  const bits = world.notes[party]?.x ?? new Uint8Array(0);
  return products.reduce((sum, product) => sum + getBit(bits, product), 0);
}

/** α of a gate as the liar reads it: from the output, its own x and what was sent to it. */
function alphaOf(session: Session, gate: number, products: readonly number[]): number {
  const { log, scene: { parties } } = session.world;
  const end = session.ends[0];
  assert.ok(end?.ok === true && end.value !== undefined);
  // αβ is 0, and the gate gives αβ plus x of the others.
  let lambda = getBit(end.value, gate) ^ (xOf(session, LIAR, products) & 1);
  for (let i = 0; i < parties; i++) {
    lambda ^= getBit(messageOf(log, "c0/operands", i, i === LIAR ? 0 : LIAR), gate);
  }
  return lambda ^ getBit(messageOf(log, "input/z", 0, LIAR), gate);
}

/** Bits of the other party's Δ that the liar searches; the others are given to it. */
const SEARCHED = [9, 14, 20, 21, 22, 30, 37, 44, 51, 63];

/** What the liar knows of V. */
interface Seen {
  coin: Uint8Array;
  /** Its own T. */
  t: Halves;
}

/** V of the honest party if its Δ is `delta`: T of one product is off by 1 and the low halves of both Δ. */
function vOf(world: World, { coin, t }: Seen, delta: Uint8Array): Bits {
  const off = Uint8Array.of(1, ...new Uint8Array(7));
  for (const own of [delta, world.deltas[LIAR] ?? new Uint8Array(0)]) xorInto(off, own.slice(0, 8));
  const other = t.slice();
  xorInto(other.subarray(8 * GATE.WIDE, 8 * GATE.WIDE + 8), off);
  return kernels.macSumHalves(coin, other, other.length / 8);
}

/** V for all values of the searched bits. */
function candidatesOf(world: World, seen: Seen): Bits[] {
  const delta = world.deltas[0] ?? new Uint8Array(0);
  const base = vOf(world, seen, delta);
  let all = [base];
  for (const bit of SEARCHED) {
    // V is linear in Δ.
    const difference = vOf(world, seen, flippedAt(delta, bit));
    xorInto(difference, base);
    all = all.flatMap((v) => {
      const other = v.slice();
      xorInto(other, difference);
      return [v, other];
    });
  }
  return all;
}

function flippedAt(bytes: Uint8Array, bit: number): Bits {
  const copy = Uint8Array.from(bytes);
  flip(copy, bit);
  return copy;
}

/** The liar's z of one product is wrong, and its V is that of a guess at the other party's Δ. */
function guessing(world: World, seen: Partial<Seen>, guess: Uint8Array): Partial<Kernels> {
  return {
    ...wrongZ(world.scene, GATE.WIDE),
    macSumHalves: (coin, t, count): Bits => {
      if (seen.t !== undefined) return kernels.macSumHalves(coin, t, count);
      const now = { coin: coin.slice(), t: t.slice() };
      Object.assign(seen, now);
      return vOf(world, now, guess);
    },
  };
}

/** The liar's exponent of the comparison. */
function liarsStart(world: World, v: Uint8Array): ReturnType<typeof cpaceStart> {
  const rng = seededRng(new TextEncoder().encode(`${world.scene.seed ?? "cheating"}/${LIAR}`));
  const context = { sid: world.sid, step: "c0/V", self: LIAR, peer: 0 };
  return cpaceStart(curve, context, v, rng.fork("c0/V/exponent"));
}

/** A false e, a guess of Δ that is wrong in one bit, and a search for the right one in all that was sent. */
function searchRow(options: Partial<Scene>): Row {
  const scene = mixedScene(2, options);
  let seen: Partial<Seen> = {};
  return {
    name: "wrong e, and a search for Δ in what the V check sends",
    check: "V check",
    ...{ scene, liar: LIAR, caught: [0], blames: LIAR },
    cheat: (world): Cheat => {
      seen = {};
      const guess = flippedAt(world.deltas[0] ?? new Uint8Array(0), SEARCHED[3] ?? 0);
      return { kernels: guessing(world, seen, guess) };
    },
    stopped: ({ world }): void => {
      const candidates = candidatesOf(world, seen as Seen);
      const v = world.notes[0]?.v ?? new Uint8Array(0);
      assert.equal(candidates.length, 1 << SEARCHED.length);
      assert.equal(candidates.filter((candidate) => equal(candidate, v)).length, 1);
      const sent = world.log.filter(({ from, step }) => from === 0 && step.startsWith("c0/V"));
      // Hashes of V would do: nothing that was sent is or begins with one.
      for (const candidate of candidates) {
        const hash = transcriptHash(DOMAIN.V_CHECK, world.sid, "c0/V", candidate);
        assert.ok(sent.every(({ bytes }) => !equal(bytes.slice(0, HASH_BYTES), hash)));
      }
      assert.deepEqual(sent.map(({ step }) => step), ["c0/V/E", "c0/V/tag"]);
      const [E, tag] = sent.map(({ bytes }) => bytes);
      const own = messageOf(world.log, "c0/V/E", LIAR, 0);
      assert.ok(E !== undefined && tag !== undefined);
      // The one guess that its E was made for is the one whose E it sent.
      assert.ok(candidates.some((candidate) => equal(liarsStart(world, candidate).message, own)));
      for (const candidate of candidates) {
        const { message, state } = liarsStart(world, candidate);
        const tags = [state, { ...state, message: own }].map((of) => cpaceTags(of, E).expected);
        assert.ok([message, ...tags].every((value) => !equal(value, E) && !equal(value, tag)));
      }
    },
    removed: (session) => assertWrong(session, GATE.WIDE),
  };
}

/** The one guess, if it is right: the other 63 bits of the low half of Δ, and the liar passes. */
export function deltaGuess(form: Partial<Scene> = {}): Named {
  return {
    name: "a right guess: the low half of Δ, when two parties compare V",
    run: async (): Promise<void> => {
      const cheat = (world: World): Cheat => ({
        kernels: guessing(world, {}, world.deltas[0] ?? new Uint8Array(0)),
      });
      const session = await play(mixedScene(2, form), { liar: LIAR, cheat });
      assertWrong(session, GATE.WIDE);
    },
  };
}
