/**
 * Label check: the evaluator proves to each garbler the masked values that it claims.
 *
 * Source: WRK17 (eprint 2017/189), figure 4, step 8, moved to the end of a chunk; docs/PROTOCOL.md, "Checks".
 * In, the evaluator: z_γ and the labels; garbler j: L^j_γ,0. Out: z_γ of the chunk's AND gates and the
 * evaluator's seed for the circuit check.
 * Rounds: 1. Bytes: evaluator to each garbler ⌈ands/8⌉ + 16 + 32.
 * Aborts: "label check" at a garbler, which blames the evaluator or a garbler's tables; it sends nothing more.
 * Why: the labels prove z; without them a lying evaluator reads wire masks out of the circuit check. Before
 * the comparison a garbler sends nothing that depends on z_γ.
 * Why SHA-256 and no linear hash: the evaluator would choose its seed.
 */
import { bitBytes, clearPadding, concat, equal } from "../base/mod.ts";
import {
  type Bits,
  type Blocks,
  HASH_BYTES,
  type Sha256,
  transcriptHasher,
  u32,
} from "../crypto/mod.ts";
import { DOMAIN } from "./domains.ts";
import type { Evaluated } from "./evaluation.ts";
import type { Message } from "./exchange.ts";
import { hashExpectedMacs } from "./opening.ts";
import { garblers, type Party } from "./party.ts";

/** Bytes of the evaluator's seed for the circuit check. */
export const SEED_BYTES = 16;

/** What both sides know after the label check of a chunk. */
export interface Claimed {
  /** z_γ of the chunk's AND gates, packed. */
  readonly z: Bits;
  /** Seed for the circuit check, 16 bytes. */
  readonly seed: Message;
}

function labelsHasher(party: Party, chunk: number, garbler: number): Sha256 {
  return transcriptHasher(DOMAIN.LABEL_CHECK, party.sid, `c${chunk}/labels`)
    .update(u32(chunk), u32(garbler));
}

/** The evaluator's side: draws the seed and sends each garbler its proof. */
export async function proveLabels(
  party: Party,
  chunk: number,
  evaluated: Evaluated,
): Promise<Claimed> {
  const step = `c${chunk}/labels`;
  const seed = party.rng.fork(step).fill(new Uint8Array(SEED_BYTES));
  await Promise.all(
    garblers(party.parameters).map(async (to) => {
      const labels = evaluated.labels[to] as Blocks;
      const hash = labelsHasher(party, chunk, to).update(labels).digest();
      await party.channel.send(to, step, concat(evaluated.z, seed, hash));
    }),
  );
  return { z: evaluated.z, seed };
}

/**
 * A garbler's side.
 *
 * @param labels L_γ,0 of the chunk's `ands` AND gates.
 * @throws {CheatingError} "label check".
 */
export async function checkLabels(
  party: Party,
  chunk: number,
  labels: Blocks,
  ands: number,
): Promise<Claimed> {
  const step = `c${chunk}/labels`;
  const bytes = bitBytes(ands);
  const length = bytes + SEED_BYTES + HASH_BYTES;
  const message = await party.channel.recv(party.parameters.evaluator, step, length);
  const z = message.slice(0, bytes);
  clearPadding(z, ands);
  const hash = labelsHasher(party, chunk, party.self);
  hashExpectedMacs(party, hash, { keys: labels, bits: z, count: ands });
  const ok = equal(hash.digest(), message.subarray(bytes + SEED_BYTES));
  party.checks.require("label check", ok, { step });
  party.order.passed("label check", chunk);
  return { z, seed: message.slice(bytes, bytes + SEED_BYTES) };
}
