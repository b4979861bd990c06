/**
 * Preprocessing: the set-up and the material of a later computation, before its circuit is known.
 *
 * Source: docs/PROTOCOL.md, section "Preprocessing"; the triples are those of triples.ts.
 * In, each party: nothing. Out: a stock (stock.ts) for the number of AND gates and input bits that all agreed on.
 * Rounds: those of the set-up, of a batch of authenticated bits and of products.ts for each batch; then a comparison
 * for n ≥ 3 and 1 for "kept".
 * Bytes, each party, beside the set-up: those of run.ts's material with one authenticated bit more a gate.
 * Aborts: those of the parts. Nothing of a stock is committed to before every check of every batch and the comparison of
 * everything that was broadcast have passed.
 */
import { ProtocolError } from "../base/mod.ts";
import type { Blocks } from "../crypto/mod.ts";
import type { Phase } from "../observability/mod.ts";
import { type AuthenticatedBits, bitsFromLinks } from "./abit.ts";
import { echo } from "./broadcast.ts";
import { batchShape } from "./bucket.ts";
import { type Chunk, chunksOf } from "./chunks.ts";
import { type ComputeOptions, guarded } from "./compute.ts";
import { exchange } from "./exchange.ts";
import { createParty, others, type Party } from "./party.ts";
import { inPhase } from "./phase.ts";
import { setUp, wipeLinks } from "./setup.ts";
import { blocksOf, type Shares, sliceShares, wipeShares } from "./shares.ts";
import type { Demand } from "./stock.ts";
import { makeTriples, tripleBits, type Triples, wipeTriples } from "./triples.ts";

/** What a stock begins with. */
export interface StockBeginning {
  /** Δ of the party. */
  readonly delta: Blocks;
  /** Salt of the preprocessing, 16 bytes. */
  readonly salt: Uint8Array;
  /** Masks of the input wires. */
  readonly inputs: Shares;
}

/** Keeps a stock. What it is given is wiped afterwards, so it takes copies. */
export interface StockSink {
  /** Called first. */
  begin(beginning: StockBeginning): Promise<void>;
  /** Called for each batch in order. */
  batch(triples: Triples): Promise<void>;
  /** Called last: all checks have passed, and only now the stock may be used. */
  commit(): Promise<void>;
}

/** What a party says when it has kept its part. */
const KEPT = 1;

/**
 * A preprocessing from the set-up to the kept stock. On any failure the others are told, nothing is sent afterwards,
 * and the error is thrown again. Secrets are wiped in every case.
 *
 * @throws {MpcError} if a check failed, a message is malformed, a link is lost, or the stock cannot be kept.
 */
export async function preprocess(
  options: ComputeOptions,
  demand: Demand,
  sink: StockSink,
): Promise<void> {
  const party = createParty(options);
  await guarded(party, async () => {
    const links = await inPhase(party, "setup", () => setUp(party));
    try {
      progress(party, demand, "setup", demand.ands);
      const sources = { bits: bitsFromLinks(party, links), salt: links.salt };
      await makeStock(party, sources, demand, sink);
    } finally {
      wipeLinks(links);
    }
  });
}

/** The part of {@linkcode preprocess} after the set-up. */
export async function makeStock(
  party: Party,
  sources: { readonly bits: AuthenticatedBits; readonly salt: Uint8Array },
  demand: Demand,
  sink: StockSink,
): Promise<void> {
  const { ands, inputs } = demand;
  if (!Number.isSafeInteger(ands + inputs) || ands < 0 || inputs < 0 || ands + inputs === 0) {
    throw new RangeError(`Cannot preprocess ${ands} AND gates and ${inputs} input bits`);
  }
  let index = 0;
  for (const chunk of chunksOf(demand, party.parameters.chunk)) {
    const spare = chunk.number === 0 ? inputs : 0;
    index += await makeBatch(party, { ...sources, chunk, spare, index, demand, sink });
  }
  await echo(party, "final/echo");
  await sink.commit();
  const answers = await exchange(party, "kept", () => Uint8Array.of(KEPT), 1);
  for (const from of others(party)) {
    if (answers[from]?.[0] === KEPT) continue;
    throw new ProtocolError(`Cannot go on: party ${from} gave no valid answer "kept"`);
  }
}

/** A batch and what it is made from. */
interface Batch {
  readonly bits: AuthenticatedBits;
  readonly salt: Uint8Array;
  readonly chunk: Chunk;
  /** Masks of input wires that it makes as well. */
  readonly spare: number;
  /** Leaky products before it. */
  readonly index: number;
  readonly demand: Demand;
  readonly sink: StockSink;
}

/** Makes and keeps one batch; the number of its leaky products. */
async function makeBatch(party: Party, batch: Batch): Promise<number> {
  const { bits, salt, chunk, spare, index, demand, sink } = batch;
  const { number, ands } = chunk;
  const shape = ands > 0 ? batchShape(ands) : undefined;
  const needed = shape === undefined ? 0 : tripleBits(shape);
  const take = (): Promise<Shares> => bits.take(needed + spare, number);
  const shares = await inPhase(party, "authenticated bits", take, number);
  const done = (phase: Phase): void => progress(party, demand, phase, chunk.first + ands);
  done("authenticated bits");
  const triples = shape === undefined
    ? undefined
    : await makeTriples(party, { shape, chunk: number, salt, index, done }, shares);
  if (number === 0) {
    const inputs = sliceShares(shares, needed, spare);
    await sink.begin({ delta: party.delta, salt, inputs });
  }
  if (triples !== undefined) {
    await sink.batch(triples);
    wipeTriples(triples);
  }
  wipeShares(shares);
  party.secrets.give(...blocksOf(shares));
  return shape === undefined ? 0 : shape.size * shape.buckets;
}

function progress(party: Party, demand: Demand, phase: Phase, done: number): void {
  party.observe({ kind: "progress", phase, done, total: demand.ands });
}
