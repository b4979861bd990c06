/** Lies in leaky ANDs, buckets, coins and the V check. */
import assert from "node:assert/strict";
import { concat, equal, getBit, xorInto } from "../../../lib/base/mod.ts";
import {
  type Bits,
  COIN_BYTES,
  type Kernels,
  PRG_DOMAIN,
  transcriptHash,
  typescriptKernels,
} from "../../../lib/crypto/mod.ts";
import { batchShape, DOMAIN, permutations, V_PIECE_BYTES } from "../../../lib/mpc/mod.ts";
import { type Cheat, play, type Scene, type Session, type World } from "../../sim/adversary.ts";
import { flipBit } from "../../sim/lies.ts";
import type { Notes } from "../../sim/spy.ts";
import { both, type Bytes, flip, rushing } from "./lie.ts";
import {
  assertCaught,
  assertOutput,
  assertUnsent,
  honestParties,
  type Row,
  UnsuitableSeed,
} from "./row.ts";
import { GATE, GATES, mixedScene, outputOf, visibleGates } from "./scenes.ts";

const kernels = typescriptKernels;
const LIAR = 1;

/**
 * A gate among the outputs for which `fits` holds. A real liar guesses; here the lie is put where its effect can
 * be seen.
 */
function gateWhere(session: Session, fits: (gate: number) => boolean): number {
  const found = visibleGates(session.world.scene).find(fits);
  if (found === undefined) throw new UnsuitableSeed("the seed gives no such gate");
  return found;
}

/** A gate whose product of the first layer has x = `bit` at `party`. */
function gateWith(session: Session, party: number, bit: number): number {
  const bits = session.world.notes[party]?.x ?? new Uint8Array(1);
  return gateWhere(session, (m) => getBit(bits, m) === bit);
}

/** One flip among the gates. */
function flipAt(gate: number, value = 1): number[] {
  return Array.from({ length: GATES }, (_, m) => m === gate ? value : 0);
}

/** Flips the lowest bit of U of one product of the first layer. */
function wrongU(receiver: number, product: number): Partial<Kernels> {
  return {
    leakyKeySide: (args) => {
      const u = kernels.leakyKeySide(args);
      if (args.index === 0 && args.tweak.receiver === receiver) flip(u, 64 * product);
      return u;
    },
  };
}

/** The liar's own z of one product is wrong: so are its e and T, and all MACs are right. */
export function wrongZ(scene: Scene, product: number): Partial<Kernels> {
  const last = scene.parties - 1;
  return {
    leakyMacSide: (args) => {
      kernels.leakyMacSide(args);
      const meant = args.tweak.sender === last || scene.parties === 2;
      if (args.index === 0 && meant) flip(args.s, 64 * product);
    },
  };
}

/** Everybody honest has the output with gate `gate` wrong. */
export function assertWrong(session: Session, gate: number): void {
  const { scene } = session.world;
  const wrong = outputOf(scene, flipAt(gate));
  assert.notDeepEqual(wrong, outputOf(scene));
  for (const i of honestParties({ scene, liar: LIAR })) assertOutput(session, i, wrong);
}

/** Opens in each step what makes the sum of all pieces zero. */
const fittingV: NonNullable<Cheat["channel"]> = (channel) =>
  rushing(channel, /^c0\/V\/\d\/open$/, ({ own, received }) => {
    const sum = new Uint8Array(V_PIECE_BYTES);
    for (const opening of received) {
      if (opening.length > 0) xorInto(sum, opening.slice(0, V_PIECE_BYTES));
    }
    return concat(sum, own.subarray(V_PIECE_BYTES));
  });

/** After a failed V check no honest party sends anything of a later piece, a table or a label. */
export function assertOnePiece(session: Session): void {
  const steps = session.world.log.filter(({ from }) => from !== LIAR).map(({ step }) => step);
  assert.ok(steps.includes("c0/V/0/open"));
  const later = steps.filter((step) =>
    /^(c0\/(V\/[1-9]|operands)|tables|input\/labels|c0\/t|output)/.test(step)
  );
  assert.deepEqual(later, []);
}

/** Rows about the making of products. */
export function productRows(parties: number, options: Partial<Scene>): Row[] {
  const scene = mixedScene(parties, options);
  const last = parties === 2 ? 0 : parties - 1;
  const caught = honestParties({ scene, liar: LIAR });
  // For two parties it is the other one.
  const blame = parties === 2 ? { blames: LIAR } : {};
  const onePiece = parties === 2 ? {} : { stopped: assertOnePiece };
  return [
    {
      name: "wrong U",
      check: "V check",
      ...{ scene, liar: LIAR, caught, ...blame, ...onePiece },
      cheat: (_world, honest) => ({ kernels: wrongU(last, gateWith(honest, last, 1)) }),
      removed: (session, honest) => assertWrong(session, gateWith(honest, last, 1)),
    },
    {
      name: "wrong e from a wrong z",
      check: "V check",
      ...{ scene, liar: LIAR, caught, ...blame, ...onePiece },
      cheat: () => ({ kernels: wrongZ(scene, GATE.WIDE) }),
      removed: (session) => assertWrong(session, GATE.WIDE),
    },
    {
      name: "wrong d",
      check: "MAC hash",
      ...{ scene, liar: LIAR, caught, blames: LIAR },
      cheat: (_world, honest) => ({
        tap: wrongOpened("c0/operands", 0, maskedGate(honest)),
      }),
      // The gate gives αβ ⊕ λ_β: whoever knows the right output reads λ_β, and with z the value of β.
      removed: (session, honest) => assertWrong(session, maskedGate(honest)),
    },
    {
      name: "wrong d_k",
      check: "MAC hash",
      ...{ scene, liar: LIAR, caught, blames: LIAR },
      cheat: (_world, honest) => ({ tap: wrongOpened("c0/d", 0, secondLayer(honest)) }),
      removed: (session, honest) => assertWrong(session, secondLayer(honest)),
    },
  ];
}

/** Flips a bit of part `part` of an opening in all that the liar sends, and in one that it receives. */
function wrongOpened(step: string, part: number, gate: number): NonNullable<Cheat["tap"]> {
  const index = 8 * part + gate;
  return both(
    flipBit({ step, from: LIAR }, index),
    flipBit({ step, from: 0, to: LIAR }, index),
  );
}

/** The sum of all parties' bits of some secret. */
function sumOf(session: Session, pick: (notes: Notes) => Bits | undefined, index: number): number {
  return session.world.notes.reduce((sum, notes) => {
    return sum ^ getBit(pick(notes) ?? new Uint8Array(0), index);
  }, 0);
}

/** A gate with λ_β = 1. */
function maskedGate(session: Session): number {
  return gateWhere(session, (m) => sumOf(session, (notes) => notes.beta?.bits, m) === 1);
}

/** A gate whose bucket has x_2 = 1. */
function secondLayer(session: Session): number {
  const { buckets } = batchShape(GATES);
  const [order] = drawn(session.world.notes[0]?.permutation ?? new Uint8Array(0));
  return gateWhere(session, (m) => sumOf(session, ({ x }) => x, buckets + (order?.[m] ?? 0)) === 1);
}

/** Rows for three parties and more: pieces of V, comparison and coins. */
export function coinRows(parties: number, options: Partial<Scene>): Row[] {
  const scene = mixedScene(parties, options);
  const last = parties - 1;
  const caught = honestParties({ scene, liar: LIAR });
  return [
    {
      name: "wrong e, and pieces of V that hide it",
      check: "V opening",
      ...{ scene, liar: LIAR, caught, blames: LIAR },
      cheat: () => ({ kernels: wrongZ(scene, GATE.WIDE), channel: fittingV }),
      removed: (session) => assertWrong(session, GATE.WIDE),
    },
    {
      name: "different e to different parties",
      check: "echo",
      ...{ scene, liar: LIAR, caught },
      cheat: () => ({ tap: flipBit({ step: "c0/e", from: LIAR, to: last }, GATE.WIDE) }),
      stopped: (session) => assertUnsent(session, LIAR, /^c0\/V/),
      // Caught in any case: T of the party that was lied to is off by its Δ.
      removed: (session): void => {
        for (const i of caught) assertCaught(session, i, "V check");
        assertOnePiece(session);
      },
    },
    {
      name: "a part of the permutation's coin chosen last",
      check: "coin opening",
      ...{ scene, liar: LIAR, caught, blames: LIAR },
      cheat: ruledPermutation,
      // The product that the liar chose stands in the bucket of the gate that it chose.
      removed: (session): void => {
        for (const i of caught) {
          assertOutput(session, i, outputOf(scene));
          const [order] = drawn(session.world.notes[i]?.permutation ?? new Uint8Array(0));
          assert.equal(order?.[GATE.WIDE], CHOSEN);
        }
      },
    },
  ];
}

/** The product of the second layer that the liar wants in the bucket of gate WIDE. */
const CHOSEN = 271;

/** The permutations of a batch as small as those of the scenes, from the coin. */
export function drawn(coin: Uint8Array): Uint32Array[] {
  const { size, buckets } = batchShape(GATES);
  return permutations(kernels, coin, { count: size - 1, size: buckets });
}

/** Opens the part of the coin that puts {@linkcode CHOSEN} where the liar wants it. */
function ruledPermutation(world: World): Cheat {
  let coin: Bytes | undefined;
  const search = (received: readonly Bytes[]): Bytes => {
    const parts = received.map((opening) => opening.subarray(0, COIN_BYTES));
    for (let attempt = 0; attempt < 1 << 16; attempt++) {
      const part = new Uint8Array(COIN_BYTES);
      part.set([attempt, attempt >>> 8]);
      parts[LIAR] = part;
      coin = transcriptHash(DOMAIN.COIN_SEED, world.sid, "c0/permutation", ...parts);
      if (drawn(coin)[0]?.[GATE.WIDE] === CHOSEN) return part;
    }
    throw new RangeError("No part of the coin fits");
  };
  let part: Bytes | undefined;
  let first: Uint8Array | undefined;
  return {
    channel: (channel) =>
      rushing(channel, /^c0\/permutation\/open$/, ({ own, received }) => {
        part ??= search(received);
        return concat(part, own.subarray(COIN_BYTES));
      }),
    // The liar goes on with the coin that the others have.
    kernels: {
      prgInto: (out, seed, domain, group): void => {
        if (domain === PRG_DOMAIN.PERMUTATION) first ??= seed.slice();
        const meant = first !== undefined && equal(seed, first);
        kernels.prgInto(out, meant ? coin ?? seed : seed, domain, group);
      },
    },
  };
}

/** What a right guess gives: nothing fails, and one bit of one layer is known. */
export function productGuesses(
  form: Partial<Scene> = {},
): { readonly name: string; readonly run: () => Promise<void> }[] {
  return [2, 3].map((parties) => ({
    name: `a right guess: wrong U where x is zero, n = ${parties}`,
    run: async (): Promise<void> => {
      const scene = mixedScene(parties, form);
      const peer = parties === 2 ? 0 : 2;
      const honest = await play(scene);
      const gate = gateWith(honest, peer, 0);
      const cheat = (): Cheat => ({ kernels: wrongU(peer, gate) });
      const session = await play(scene, { liar: LIAR, cheat });
      for (const i of honestParties({ scene, liar: LIAR })) {
        assertOutput(session, i, outputOf(scene));
      }
    },
  }));
}
