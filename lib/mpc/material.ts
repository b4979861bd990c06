/**
 * What a chunk needs before it can be garbled: authenticated shares of λ_α, λ_β and c = λ_α·λ_β ⊕ λ_γ of each
 * AND gate.
 *
 * Source: docs/PROTOCOL.md, sections "Leaky ANDs" and "Buckets" (KRRW18, YWZ20, WRK17, see leaky_and.ts and
 * bucket.ts). Realises: F_pre on the circuit's own masks. The other form, for a circuit that is not known yet,
 * is triples.ts.
 * In, each party: the masks of the gates and random authenticated bits. Out: {@linkcode Material}.
 * Rounds, bytes and aborts: those of products.ts; then 1 round, (n − 1)·(⌈gates/8⌉ + 32) bytes from each party,
 * "MAC hash", which names the sender.
 * Why d waits for the V check: a cheater who injects errors into U of a product in every layer may be told x by the
 * check that fails, and x ⊕ λ_α would then tell λ_α. So whoever can use what it learnt of x has survived (bucket.ts).
 */
import type { Bits } from "../crypto/mod.ts";
import { addShares, type BatchShape } from "./bucket.ts";
import type { OperandMasks } from "./masks.ts";
import { openToAll } from "./opening.ts";
import type { Party } from "./party.ts";
import { checkedProducts } from "./products.ts";
import { blocksOf, type Shares, sliceShares } from "./shares.ts";

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
  operands: OperandMasks,
  bits: BatchBits,
): Promise<Material> {
  const { kernels } = party;
  const { alpha, beta } = operands;
  return await checkedProducts(party, site, { first: beta, bits }, async ({ x, z: c }) => {
    // λ_αβ = x·λ_β ⊕ d·λ_β with d = x ⊕ λ_α.
    addShares(kernels, x, alpha);
    const [d] = await openOperands(party, site.chunk, [x]) as [Bits];
    x.bits.fill(0);
    party.secrets.give(...blocksOf(x));
    addShares(kernels, c, beta, { bits: d });
    addShares(kernels, c, bits.gamma);
    return { alpha, beta, c };
  });
}

/**
 * Opens operands of a chunk under the factors of its products, when the V check has passed. Records "operand MAC
 * hashes".
 *
 * @throws {CheatingError} "MAC hash" if a party opened other bits.
 */
export async function openOperands(
  party: Party,
  chunk: number,
  masked: readonly Shares[],
): Promise<Bits[]> {
  party.order.sending("operand openings", chunk);
  const opened = await openToAll(party, `c${chunk}/operands`, masked);
  party.order.passed("operand MAC hashes", chunk);
  return opened;
}
