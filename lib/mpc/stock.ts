/**
 * A stock: what one party keeps of a preprocessing, and how one later session takes it.
 *
 * Source: docs/PROTOCOL.md, section "Preprocessing". In the later session nothing of the set-up runs again: Δ,
 * masks and triples come from the stock, whose checks have all passed (preprocess.ts).
 *
 * Why nothing that is used once is used twice:
 * - A stock serves one session, whatever comes of it; its keeper records that before the first use, and what the session
 *   leaves over is discarded. So Δ, a mask and a triple never meet two circuits, and no failed session gives a second guess
 *   at Δ.
 * - Every hash and commitment of the later session carries {@linkcode onlineSid}, which is neither the stock's sid nor that of
 *   another session.
 * - The tweakable hash: preprocessing uses the domains "reversal" and "leaky AND", the later session "garbling" alone, from
 *   index 0, which is its first use under this Δ; and it has {@linkcode onlineSalt} in place of the stock's salt.
 * - The PRG streams of the correlated OT end with the preprocessing: their seeds are wiped and not part of a stock, so that
 *   no counter has to be carried over.
 * - Randomness (labels, the evaluator's seeds) is drawn afresh.
 */
import { AgreementError, equal, LimitError, utf8 } from "../base/mod.ts";
import type { CircuitHeader } from "../circuit/mod.ts";
import { type Blocks, SALT_BYTES, SALT_WORD, sha256, transcriptHash } from "../crypto/mod.ts";
import type { Chunk } from "./chunks.ts";
import { DOMAIN } from "./domains.ts";
import { inputCount } from "./inputs.ts";
import { sharesBytes } from "./ledger.ts";
import { type ChunkShares, emptyChunk, type MaterialSource } from "./material_source.ts";
import type { Material } from "./material.ts";
import type { Parameters, Party } from "./party.ts";
import { inPhase } from "./phase.ts";
import { arraysOf, type Shares, sliceShares } from "./shares.ts";
import { materialFromTriples, type Triples, wipeTriples } from "./triples.ts";

/** How much a stock holds. */
export interface Demand {
  /** AND gates that it serves. */
  readonly ands: number;
  /** Input bits of all parties that it serves. */
  readonly inputs: number;
}

/**
 * What a stock was made for; the same for all parties. The evaluator is fixed, since the lowest bits of all Δ name the
 * lowest garbler.
 */
export interface StockTerms extends Demand, Omit<Parameters, "outputParties"> {
  /** sid of the preprocessing, 32 bytes. */
  readonly sid: Uint8Array<ArrayBuffer>;
}

/** One party's part of a stock. All of it is secret but the terms and the salt. */
export interface Stock {
  /** What it was made for. */
  readonly terms: StockTerms;
  /** Number of the party. */
  readonly self: number;
  /** Δ of the party; wiped after the session. */
  readonly delta: Blocks;
  /** Salt of the preprocessing, 16 bytes. */
  readonly salt: Uint8Array<ArrayBuffer>;
  /** Masks of input wires. */
  readonly inputs: Shares;
  /** The triples of batch `number`, which are wiped after use; each batch is asked for once. */
  triples(number: number): Promise<Triples>;
}

/** sid of the session that uses a stock: from the stock's sid and the hash of the session's description. */
export function onlineSid(stock: Uint8Array, description: Uint8Array): Uint8Array<ArrayBuffer> {
  return transcriptHash(DOMAIN.ONLINE, stock, "sid", description);
}

/** Salt of the session `sid` that uses a stock, 16 bytes. */
export function onlineSalt(stock: Pick<Stock, "salt">, sid: Uint8Array): Uint8Array<ArrayBuffer> {
  return sha256(utf8(SALT_WORD), stock.salt, sid).slice(0, SALT_BYTES);
}

/**
 * Goes on if a stock fits a session of party `self`. To be asked before the stock is taken.
 *
 * @throws {AgreementError} if it was made for other parameters. k is none of them: the session has no OT.
 * @throws {LimitError} if it is too small for the circuit; the message has the numbers.
 */
export function requireFit(
  terms: StockTerms,
  parameters: Parameters,
  header: Pick<CircuitHeader, "ands" | "inputs">,
): void {
  const names = ["parties", "evaluator", "chunk"] as const;
  for (const name of names) {
    if (terms[name] === parameters[name]) continue;
    throw new AgreementError(
      `Cannot use the preprocessing: it was made for ${name} ${terms[name]}, ` +
        `the session has ${parameters[name]}`,
      { hint: "make a new one with the same parties and the same version of p2p-mpc" },
    );
  }
  const inputs = inputCount(header);
  if (header.ands <= terms.ands && inputs <= terms.inputs) return;
  throw new LimitError(
    `Cannot use the preprocessing: the circuit has ${header.ands} AND gates and ${inputs} input ` +
      `bits, and it serves ${terms.ands} AND gates and ${terms.inputs} input bits`,
    { hint: "make a bigger one, or run the session without it" },
  );
}

/** The masks and the material of a stock, for the session of `party`, whose Δ is that of the stock. */
export function storedMaterial(party: Party, stock: Stock): MaterialSource {
  if (!equal(party.delta, stock.delta) || party.self !== stock.self) {
    throw new TypeError("Cannot use a stock: it is that of another party");
  }
  // What the preprocessing has checked, for the whole session.
  party.order.passed("tree check");
  party.order.passed("delta consistency");
  return {
    async take(chunk: Chunk, inputs: number): Promise<ChunkShares> {
      const { number, ands } = chunk;
      party.order.passed("COT check", number);
      party.order.passed("V check", number);
      const lambda = sliceShares(stock.inputs, 0, inputs);
      if (ands === 0) return { ...emptyChunk(party), inputs: lambda };
      const triples = await stock.triples(number);
      const release = party.ledger.hold(sharesBytes(...Object.values(triples)));
      const cut = (shares: Shares): Shares => sliceShares(shares, 0, ands);
      party.secrets.keep(...arraysOf(...Object.values(triples)));
      const { gamma, x, y, z } = triples;
      const own = { gamma: cut(gamma), x: cut(x), y: cut(y), z: cut(z) };
      party.secrets.keep(...arraysOf(...Object.values(own)));
      return {
        inputs: lambda,
        gamma: own.gamma,
        material: async (operands, done): ReturnType<ChunkShares["material"]> => {
          const make = (): Promise<Material> => materialFromTriples(party, number, own, operands);
          const material = await inPhase(party, "buckets", make, number);
          wipeTriples(triples);
          wipeTriples(own);
          release();
          done("buckets");
          return material;
        },
      };
    },
  };
}
