/**
 * Buckets: one product from B leaky ones, so that a guessed bit of one of them tells nothing.
 *
 * Source: WRK17 (eprint 2017/189), figure 17 (combining leaky ANDs); see
 * {@linkcode BUCKET_SIZES} for the sizes. Realises, with the opening that products.ts makes: F_AND.
 * In, each party: the layers ⟨x_k⟩, ⟨y_k⟩, ⟨z_k⟩. Out: ⟨x⟩ = ⊕_k ⟨x_k⟩ and ⟨z⟩ = ⟨x·y_1⟩.
 * Notation: layer 1 is index 0 here; `opened[k − 1]` is d_k = y_1 ⊕ y_k for k ≥ 2.
 * Deviation: y of layer 1 is the gate's own λ_β where the circuit is known (material.ts), which saves an aBit and
 * an opening.
 * Why the permutation: it comes from a coin tossed after all U arrived, so a cheater's guesses meet in a
 * bucket by chance only.
 */
import { bitBytes } from "../base/mod.ts";
import type { Bits, Blocks, Kernels } from "../crypto/mod.ts";
import { freshRoom, type Room, type Shares, sliceShares } from "./shares.ts";

/** A bucket size B, and the fewest buckets for which it suffices. */
export interface BucketSize {
  /** Products in a bucket, B. */
  readonly size: number;
  /** Buckets of a batch, N, at least. */
  readonly buckets: number;
}

/**
 * The sizes for ρ = 40. A cheater who guesses b_k bits in layer k survives with probability 2^-Σb_k, and
 * then some bucket has a guessed bit in every layer with probability at most Π b_k / N^(B−1). At best
 * (b_k = 1 or 2) both together are 2^-B / N^(B−1), so N^(B−1) ≥ 2^(40−B) is needed. To survive is the V check; what
 * a cheater learns by being caught in it is worth nothing, since x ⊕ λ is opened only afterwards.
 *
 * Why not the smaller numbers of WRK17 (280,000, 3,100, 320): they hold where all B·N products are shuffled.
 * Here layer 1 stays in place, since its y is the gate's own mask, and each bucket takes one product of
 * each layer.
 */
export const BUCKET_SIZES: readonly BucketSize[] = [
  { size: 3, buckets: 370_728 },
  { size: 4, buckets: 4_096 },
  { size: 5, buckets: 431 },
];

/** Shape of a batch of leaky products. */
export interface BatchShape {
  /** AND gates that are served. */
  readonly gates: number;
  /** Buckets N, one for each gate and those that pad the batch. */
  readonly buckets: number;
  /** Products in a bucket, B. */
  readonly size: number;
}

/**
 * The batch for `gates` AND gates (one or more) with the fewest products: a smaller one is padded with
 * buckets that are thrown away unopened. A function of the number alone, so all parties agree.
 */
export function batchShape(gates: number): BatchShape {
  let best: BatchShape | undefined;
  for (const { size, buckets: fewest } of BUCKET_SIZES) {
    const shape = { gates, buckets: Math.max(gates, fewest), size };
    if (best === undefined || size * shape.buckets < best.size * best.buckets) best = shape;
  }
  if (best === undefined) throw new TypeError("Cannot choose a bucket size: the table is empty");
  return best;
}

/** The layers of a batch. */
export interface Buckets {
  /** Number of gates, buckets and layers. */
  readonly shape: BatchShape;
  /** x of all layers, layer after layer: size·buckets. */
  readonly x: Shares;
  /** y of layer 1, for the buckets that serve a gate: y of their products. */
  readonly first: Shares;
  /** y of layers 2 …: (size − 1)·buckets. */
  readonly y: Shares;
  /** z of all layers. */
  readonly z: Shares;
  /** For layers 2 …: bucket m takes product `permutations[k][m]` of its layer. */
  readonly permutations: readonly Uint32Array[];
}

/** What the buckets of a batch hold, one of each for a gate. */
export interface Folded {
  /** ⟨x⟩ = ⊕_k ⟨x_k⟩. */
  readonly x: Shares;
  /** ⟨d_2⟩ … ⟨d_B⟩, which are opened. */
  readonly d: readonly Shares[];
}

/** Adds shares to `out`: out[m] ^= bits[m]·source[from[m]], for bits, MACs and keys alike. */
export function addShares(
  kernels: Kernels,
  out: Shares,
  source: Shares,
  select: { readonly from?: Uint32Array; readonly bits?: Bits } = {},
): void {
  const { from, bits } = select;
  kernels.xorBitsInto(out.bits, source.bits, out.count, from, bits);
  for (const [j, macs] of out.macs.entries()) {
    if (macs.length === 0) continue;
    kernels.xorBlocksInto(macs, source.macs[j] as Blocks, out.count, from, bits);
    kernels.xorBlocksInto(out.keys[j] as Blocks, source.keys[j] as Blocks, out.count, from, bits);
  }
}

/** A copy of the first `count` shares that may be changed, in arrays of `room`. */
export function copyShares(
  shares: Shares,
  count: number = shares.count,
  room: Room = freshRoom,
): Shares {
  const { bits, macs, keys } = sliceShares(shares, 0, count);
  const copy = (blocks: readonly Blocks[]): Blocks[] =>
    blocks.map((part) => {
      const own = room(part.length);
      own.set(part);
      return own;
    });
  return { count, bits: bits.slice(0, bitBytes(count)), macs: copy(macs), keys: copy(keys) };
}

/** Layer `k` (from 0) of an array of layers. */
function layer(shares: Shares, k: number, buckets: number): Shares {
  return sliceShares(shares, k * buckets, buckets);
}

/** ⟨x⟩ of each bucket, and ⟨d_k⟩ for layers 2 …, in arrays of `room`. */
export function fold(kernels: Kernels, batch: Buckets, room?: Room): Folded {
  const { gates, buckets, size } = batch.shape;
  const x = copyShares(layer(batch.x, 0, buckets), gates, room);
  const d: Shares[] = [];
  for (let k = 1; k < size; k++) {
    const from = batch.permutations[k - 1] as Uint32Array;
    const part = copyShares(batch.first, gates, room);
    addShares(kernels, part, layer(batch.y, k - 1, buckets), { from });
    d.push(part);
    addShares(kernels, x, layer(batch.x, k, buckets), { from });
  }
  return { x, d };
}

/**
 * ⟨z⟩ of each bucket: ⟨z_1⟩ ⊕ ⊕_{k≥2} (⟨z_k⟩ ⊕ d_k·⟨x_k⟩).
 *
 * @param opened the values of d_2 … d_B.
 * @param room where ⟨z⟩ goes.
 */
export function combine(
  kernels: Kernels,
  batch: Buckets,
  opened: readonly Bits[],
  room?: Room,
): Shares {
  const { gates, buckets, size } = batch.shape;
  const out = copyShares(layer(batch.z, 0, buckets), gates, room);
  for (let k = 1; k < size; k++) {
    const from = batch.permutations[k - 1] as Uint32Array;
    addShares(kernels, out, layer(batch.z, k, buckets), { from });
    const bits = opened[k - 1] as Bits;
    addShares(kernels, out, layer(batch.x, k, buckets), { from, bits });
  }
  return out;
}
