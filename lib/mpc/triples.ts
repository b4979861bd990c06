/**
 * The function-independent form of the material: authenticated triples made before the circuit is known, and how
 * they later give the products of its masks.
 *
 * Source: docs/PROTOCOL.md, section "Preprocessing"; the products are those of products.ts, the use is
 * D. Beaver, "Efficient multiparty protocols using circuit randomization" (CRYPTO 1991).
 * In, each party: random authenticated bits; later ⟨λ_α⟩, ⟨λ_β⟩. Out: {@linkcode Triples}; later
 * {@linkcode Material}.
 * Rounds and bytes of making: those of products.ts, with one authenticated bit more a gate. Of using: 1 round,
 * (n − 1)·(2·⌈gates/8⌉ + 32) bytes from each party.
 * Aborts: those of products.ts; later "MAC hash", naming the sender.
 * Notation: d = x ⊕ λ_α and f = y ⊕ λ_β, then λ_αβ = z ⊕ d·y ⊕ f·x ⊕ d·f.
 * Why this hides λ: x and y are random, unknown and used once. What a cheater may have guessed of x is gone after
 * the bucketing.
 */
import { xorInto } from "../base/mod.ts";
import type { Bits, Blocks } from "../crypto/mod.ts";
import { addShares, type BatchShape, copyShares } from "./bucket.ts";
import type { OperandMasks } from "./masks.ts";
import { batchBits, type BatchSite, cutBatch, type Material, openOperands } from "./material.ts";
import type { Party } from "./party.ts";
import { checkedProducts, type Products } from "./products.ts";
import { arraysOf, blocksOf, type Shares, sliceShares, wipeShares } from "./shares.ts";

/** What the AND gates of a chunk take, one of each for a gate. Each may serve one gate of one session. */
export interface Triples {
  /** λ_γ: masks of the gates' outputs. */
  readonly gamma: Shares;
  /** Random ⟨x⟩. */
  readonly x: Shares;
  /** Random ⟨y⟩. */
  readonly y: Shares;
  /** ⟨z⟩ = ⟨x·y⟩. */
  readonly z: Shares;
}

/** Authenticated bits that the triples of a batch take: y of layer 1 is random, too. */
export function tripleBits(shape: BatchShape): number {
  return batchBits(shape) + shape.gates;
}

/**
 * Makes the triples of one batch. After it the V check and the MAC hashes of the batch have passed.
 *
 * @param bits random shares, {@linkcode tripleBits} of them; used up.
 * @throws {CheatingError} if a check failed.
 */
export async function makeTriples(party: Party, site: BatchSite, bits: Shares): Promise<Triples> {
  const { shape } = site;
  const batch = cutBatch(bits, shape);
  const { gamma, ...used } = batch;
  const y = sliceShares(bits, batchBits(shape), shape.gates);
  // Why: their bits may be copies.
  party.secrets.keep(...arraysOf(y, ...Object.values(batch)));
  const keep = ({ x, z }: Products): Triples => {
    for (const { bits: own } of Object.values(used)) own.fill(0);
    return { gamma, x, y, z };
  };
  return await checkedProducts(party, site, { first: y, bits: batch }, keep);
}

/**
 * The material of a chunk from as many triples as it has AND gates. Records "operand MAC hashes" of the chunk.
 *
 * @throws {CheatingError} "MAC hash" if a party opened other bits.
 */
export async function materialFromTriples(
  party: Party,
  chunk: number,
  triples: Triples,
  operands: OperandMasks,
): Promise<Material> {
  const { kernels } = party;
  const { alpha, beta } = operands;
  const masked = [triples.x, triples.y].map((own) =>
    copyShares(own, own.count, party.secrets.take)
  );
  party.secrets.keep(...masked.map(({ bits }) => bits));
  const [d, f] = masked as [Shares, Shares];
  addShares(kernels, d, alpha);
  addShares(kernels, f, beta);
  const opened = await openOperands(party, chunk, masked);
  for (const { bits } of masked) bits.fill(0);
  party.secrets.give(...blocksOf(...masked));
  const [dBits, fBits] = opened as [Bits, Bits];
  const c = copyShares(triples.z);
  addShares(kernels, c, triples.y, { bits: dBits });
  addShares(kernels, c, triples.x, { bits: fBits });
  addPublic(party, c, dBits.map((byte, at) => byte & (fBits[at] as number)));
  addShares(kernels, c, triples.gamma);
  return { alpha, beta, c };
}

/** Adds public bits to `shares`, in place: party 0 adds them to its bits, the others to their keys for them. */
export function addPublic(party: Party, shares: Shares, bits: Bits): void {
  if (party.self === 0) xorInto(shares.bits, bits);
  else party.kernels.xorDeltaInto(shares.keys[0] as Blocks, bits, party.delta, shares.count);
}

/** Overwrites triples with zeros. */
export function wipeTriples(triples: Triples): void {
  wipeShares(...Object.values(triples));
}
