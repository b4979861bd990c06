/**
 * Where the masks and the material of a computation come from, chunk by chunk: made in the session itself, or
 * taken from a stock that was made before.
 *
 * Source: docs/PROTOCOL.md, sections "Chunks and runs" and "Preprocessing".
 * Invariant: chunks are taken in order, each once; no authenticated bit and no tweak index serves two of them, and a batch is
 * wiped when its material is made.
 */
import type { Phase } from "../observability/mod.ts";
import type { AuthenticatedBits } from "./abit.ts";
import { batchShape, copyShares } from "./bucket.ts";
import type { Chunk } from "./chunks.ts";
import { sharesBytes } from "./ledger.ts";
import type { OperandMasks } from "./masks.ts";
import { batchBits, cutBatch, type Material, prepareMaterial } from "./material.ts";
import type { Party } from "./party.ts";
import { arraysOf, blocksOf, type Shares, sliceShares, wipeShares, zeroShares } from "./shares.ts";

/** What a chunk starts from. */
export interface ChunkShares {
  /** λ of the input wires; none but in the first chunk. */
  readonly inputs: Shares;
  /** λ_γ of the chunk's AND gates. */
  readonly gamma: Shares;
  /**
   * The material of the chunk's AND gates, once the masks of their operands are known. To be called once.
   *
   * @param done called when the chunk has passed a phase.
   * @throws {CheatingError} if a check failed.
   */
  material(operands: OperandMasks, done: (phase: Phase) => void): Promise<Material>;
}

/** A source of {@linkcode ChunkShares}. */
export interface MaterialSource {
  /** What `chunk` starts from, with masks for `inputs` input wires. Called for each chunk in order. */
  take(chunk: Chunk, inputs: number): Promise<ChunkShares>;
}

/** Material that is made in this session, from one batch of authenticated bits for each chunk. */
export function freshMaterial(
  party: Party,
  sources: { readonly bits: AuthenticatedBits; readonly salt: Uint8Array },
): MaterialSource {
  const { bits, salt } = sources;
  let products = 0;
  return {
    async take(chunk, inputs): Promise<ChunkShares> {
      if (chunk.ands + inputs === 0) return emptyChunk(party);
      const { number, ands } = chunk;
      const shape = ands > 0 ? batchShape(ands) : undefined;
      const needed = shape === undefined ? 0 : batchBits(shape);
      const shares = await bits.take(needed + inputs, number);
      const release = party.ledger.hold(sharesBytes(shares));
      // Why a copy: the batch is wiped when its material is made.
      const lambda = copyShares(sliceShares(shares, needed, inputs));
      party.secrets.keep(...arraysOf(lambda));
      if (shape === undefined) {
        wipeShares(shares);
        release();
        return { ...emptyChunk(party), inputs: lambda };
      }
      const batch = cutBatch(shares, shape);
      // Why each: their bits may be copies.
      party.secrets.keep(...arraysOf(shares, ...Object.values(batch)));
      const index = products;
      products += batch.x.count;
      return {
        inputs: lambda,
        gamma: batch.gamma,
        material: async (operands, done): Promise<Material> => {
          const site = { shape, chunk: number, salt, index, done };
          try {
            return await prepareMaterial(party, site, operands, batch);
          } finally {
            for (const { bits } of [shares, ...Object.values(batch)]) bits.fill(0);
            party.secrets.give(...blocksOf(shares));
            release();
          }
        },
      };
    },
  };
}

/** The shares of a chunk without inputs and AND gates. */
export function emptyChunk(party: Party): ChunkShares {
  const none = zeroShares(0, party.self, party.parameters.parties);
  const material = { alpha: none, beta: none, c: none };
  return { inputs: none, gamma: none, material: () => Promise.resolve(material) };
}
