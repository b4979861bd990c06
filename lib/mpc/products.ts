/**
 * Checked products: from random authenticated bits the shares ⟨x⟩, ⟨z⟩ = ⟨x·y⟩ of one batch, for given ⟨y⟩.
 *
 * Source: docs/PROTOCOL.md, sections "Leaky ANDs" and "Buckets" (KRRW18, YWZ20, WRK17, see leaky_and.ts and
 * bucket.ts). One implementation serves material.ts, where y is a mask of the circuit, and triples.ts, where it
 * is random.
 * In, each party: ⟨y⟩ and random authenticated bits. Out: {@linkcode Products}.
 * Rounds: 3 (U; e and the permutation coin; openings of d_k, the coin χ and for n ≥ 3 the comparison of all e), then
 * the V check. Bytes, each party, beside the bits: (n − 1)·((8 + 2/8)·B − 1/8) a gate and coins.
 * Aborts: see the parts.
 * Why x ⊕ λ is not opened here: a failed V check may tell what a cheater guessed of x, so it has to wait until the
 * check has passed; the callers do that.
 * Why two coins: the permutation is drawn when all U have arrived, χ when all e have arrived; each is
 * unknown until then, and its commitment travels with the data that it tests.
 */
import { HALF_BYTES } from "../crypto/mod.ts";
import { type Buckets, combine, fold } from "./bucket.ts";
import { broadcast, echo } from "./broadcast.ts";
import { type Coin, commitCoin } from "./coin.ts";
import { authenticateProducts, type LeakyOutputs, leakyProducts } from "./leaky_and.ts";
import type { BatchBits, BatchSite } from "./material.ts";
import { openToAll } from "./opening.ts";
import type { Party } from "./party.ts";
import { permutations } from "./permutation.ts";
import { inPhase } from "./phase.ts";
import { blocksOf, type Shares } from "./shares.ts";
import { vCheck } from "./v_check.ts";

/** What a batch of products is made from. */
export interface Factors {
  /** ⟨y⟩ of the products, one for each gate. */
  readonly first: Shares;
  /** Random shares, cut; `bits.r` is used up. */
  readonly bits: BatchBits;
}

/** Products of a batch, one for each gate. */
export interface Products {
  /** ⟨x⟩, of which a cheater who was not caught knows nothing (bucket.ts). */
  readonly x: Shares;
  /** ⟨x·y⟩. */
  readonly z: Shares;
}

/** Leaky products with both coins: what the bucketing starts from. */
interface CheckedLater extends LeakyOutputs {
  readonly order: readonly Uint32Array[];
  readonly chi: Coin;
  /** Takes what the leaky products hold out of the ledger. */
  readonly release: () => void;
}

/**
 * Makes the products of one batch. The V check and the MAC hashes of the batch have passed when `finish` is called,
 * with which its last phase ends.
 *
 * @throws {CheatingError} if a check failed.
 */
export async function checkedProducts<T>(
  party: Party,
  site: BatchSite,
  factors: Factors,
  finish: (products: Products) => T | Promise<T>,
): Promise<T> {
  const { first, bits } = factors;
  const { chunk } = site;
  const multiply = (): Promise<CheckedLater> => multiplyLayers(party, site, first, bits);
  const leaky = await inPhase(party, "leaky ANDs", multiply, chunk);
  site.done("leaky ANDs");
  const fill = async (): Promise<T> => finish(await openBuckets(party, site, factors, leaky));
  const made = await inPhase(party, "buckets", fill, chunk);
  site.done("buckets");
  return made;
}

/** The products of the buckets, checked. */
async function openBuckets(
  party: Party,
  { shape, chunk }: BatchSite,
  { first, bits }: Factors,
  leaky: CheckedLater,
): Promise<Products> {
  const { kernels, order } = party;
  const step = `c${chunk}`;
  const batch: Buckets = {
    ...{ shape, first, x: bits.x, y: bits.y, z: leaky.z, permutations: leaky.order },
  };
  const { x, d } = fold(kernels, batch, party.secrets.take);
  party.secrets.keep(...[x, ...d].map(({ bits }) => bits));
  order.sending("bucket openings", chunk);
  const [opened, coin] = await Promise.all([
    openToAll(party, `${step}/d`, d),
    leaky.chi.open(),
    echo(party, `${step}/e/echo`, step),
  ]);
  order.passed("bucket MAC hashes", chunk);
  order.passed("e echo", chunk);
  await vCheck(party, { chunk, step, coin, t: leaky.t });
  leaky.t.fill(0);
  leaky.release();
  for (const { bits } of d) bits.fill(0);
  party.secrets.give(...blocksOf(...d));
  const z = combine(kernels, batch, opened, party.secrets.take);
  party.secrets.keep(z.bits);
  return { x, z };
}

/** U, e and the permutation coin. */
async function multiplyLayers(
  party: Party,
  site: BatchSite,
  first: Shares,
  bits: BatchBits,
): Promise<CheckedLater> {
  const { shape, chunk, salt, index } = site;
  const step = `c${chunk}`;
  // Φ, S, and U of every peer in both directions.
  const { parties } = party.parameters;
  const release = party.ledger.hold(2 * parties * HALF_BYTES * bits.x.count);
  const inputs = { x: bits.x, y: [first, bits.padding, bits.y], r: bits.r };
  const permutation = commitCoin(party, `${step}/permutation`);
  const products = await leakyProducts(party, inputs, { chunk, step: `${step}/U`, salt, index });
  const chi = commitCoin(party, `${step}/chi`);
  const [coin, e] = await Promise.all([
    permutation.open(),
    broadcast(party, `${step}/e`, products.e, products.e.length, step),
  ]);
  party.order.passed("permutation coin", chunk);
  const count = shape.size - 1;
  const order = permutations(party.kernels, coin, { count, size: shape.buckets });
  return { ...authenticateProducts(party, bits.r, products, e), order, chi, release };
}
