/**
 * What a chunk needs before it can be garbled: authenticated shares of λ_α, λ_β and c = λ_α·λ_β ⊕ λ_γ of each
 * AND gate.
 *
 * Source: docs/PROTOCOL.md, sections "Leaky ANDs" and "Buckets" (KRRW18, YWZ20, WRK17, see leaky_and.ts and
 * bucket.ts). Realises: F_pre on the circuit's own masks.
 * In, each party: the masks of the gates and random authenticated bits. Out: {@linkcode Material}.
 * Rounds: 3 (U; e and the permutation coin; openings and the coin χ), then an echo for n ≥ 3, then the V
 * check. Bytes, each party, beside the bits: (n − 1)·(8 + 2/8)·B a gate and coins.
 * Aborts: see the parts.
 * Why two coins: the permutation is drawn when all U have arrived, χ when all e have arrived; each is
 * unknown until then, and its commitment travels with the data that it tests.
 */
import { addShares, type BatchShape, type Buckets, combine, maskedOperands } from "./bucket.ts";
import { broadcast, echo } from "./broadcast.ts";
import { type Coin, commitCoin } from "./coin.ts";
import { authenticateProducts, type LeakyOutputs, leakyProducts } from "./leaky_and.ts";
import { openToAll } from "./opening.ts";
import type { Party } from "./party.ts";
import { permutations } from "./permutation.ts";
import { type Shares, sliceShares } from "./shares.ts";
import { vCheck } from "./v_check.ts";

/** Authenticated shares that belong to the AND gates of a chunk, in gate order. */
export interface Material {
  /** λ_α. */
  readonly alpha: Shares;
  /** λ_β. */
  readonly beta: Shares;
  /** c = λ_α·λ_β ⊕ λ_γ. */
  readonly c: Shares;
}

/** Random shares of one batch, cut into their uses. */
export interface BatchBits {
  /** λ_γ: masks of the AND gates' outputs. */
  readonly gamma: Shares;
  /** y_1 of the buckets that pad the batch. */
  readonly padding: Shares;
  /** x of all layers. */
  readonly x: Shares;
  /** y of layers 2 …. */
  readonly y: Shares;
  /** r of all layers. */
  readonly r: Shares;
}

/** Where a batch belongs. */
export interface BatchSite {
  /** Number of gates, buckets and layers. */
  readonly shape: BatchShape;
  /** Number of the chunk. */
  readonly chunk: number;
  /** Session salt, 16 bytes. */
  readonly salt: Uint8Array;
  /** Leaky products of the session before this batch. */
  readonly index: number;
  /** Called when the chunk has passed a phase. */
  readonly done: (phase: "leaky ANDs" | "buckets") => void;
}

/** Authenticated bits that a batch takes: 3·B for each bucket. */
export function batchBits(shape: BatchShape): number {
  return 3 * shape.size * shape.buckets;
}

/** Cuts `bits`, {@linkcode batchBits} of them, into their uses. */
export function cutBatch(bits: Shares, shape: BatchShape): BatchBits {
  const { gates, buckets, size } = shape;
  let at = 0;
  const next = (count: number): Shares => {
    at += count;
    return sliceShares(bits, at - count, count);
  };
  return {
    gamma: next(gates),
    padding: next(buckets - gates),
    x: next(size * buckets),
    y: next((size - 1) * buckets),
    r: next(size * buckets),
  };
}

/** Leaky products with both coins: what the bucketing starts from. */
interface CheckedLater extends LeakyOutputs {
  readonly order: readonly Uint32Array[];
  readonly chi: Coin;
}

/**
 * Makes the material of one chunk. After it the V check and the MAC hashes of the chunk have passed.
 *
 * @param operands masks of the gates' operands.
 * @param bits random shares, cut; `bits.r` is used up.
 * @throws {CheatingError} if a check failed.
 */
export async function prepareMaterial(
  party: Party,
  site: BatchSite,
  operands: { readonly alpha: Shares; readonly beta: Shares },
  bits: BatchBits,
): Promise<Material> {
  const { alpha, beta } = operands;
  const { kernels, order } = party;
  const step = `c${site.chunk}`;
  const leaky = await multiplyLayers(party, site, beta, bits);
  site.done("leaky ANDs");
  const { shape } = site;
  const batch: Buckets = {
    ...{ shape, alpha, beta, x: bits.x, y: bits.y, z: leaky.z, permutations: leaky.order },
  };
  order.sending("bucket openings", site.chunk);
  const [opened, coin] = await Promise.all([
    openToAll(party, `${step}/d`, maskedOperands(kernels, batch)),
    leaky.chi.open(),
  ]);
  order.passed("bucket MAC hashes", site.chunk);
  await echo(party, `${step}/e/echo`);
  order.passed("e echo", site.chunk);
  await vCheck(party, { chunk: site.chunk, step, coin, t: leaky.t });
  const c = combine(kernels, batch, opened);
  addShares(kernels, c, bits.gamma);
  site.done("buckets");
  return { alpha, beta, c };
}

/** U, e and the permutation coin. */
async function multiplyLayers(
  party: Party,
  site: BatchSite,
  beta: Shares,
  bits: BatchBits,
): Promise<CheckedLater> {
  const { shape, chunk, salt, index } = site;
  const step = `c${chunk}`;
  const inputs = { x: bits.x, y: [beta, bits.padding, bits.y], r: bits.r };
  const permutation = commitCoin(party, `${step}/permutation`);
  const products = await leakyProducts(party, inputs, { chunk, step: `${step}/U`, salt, index });
  const chi = commitCoin(party, `${step}/chi`);
  const [coin, e] = await Promise.all([
    permutation.open(),
    broadcast(party, `${step}/e`, products.e, products.e.length),
  ]);
  party.order.passed("permutation coin", chunk);
  const count = shape.size - 1;
  const order = permutations(party.kernels, coin, { count, size: shape.buckets });
  return { ...authenticateProducts(party, bits.r, products, e), order, chi };
}
