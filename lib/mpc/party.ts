/** What protocol code gets: a channel, randomness, kernels and the public parameters. */
import type { Blocks, Kernels, Rng } from "../crypto/mod.ts";
import type { Observe } from "../observability/mod.ts";
import type { Channel } from "./channel.ts";
import type { Checks } from "./checks.ts";
import type { Order } from "./order.ts";

/** Public parameters of a session, the same for all parties. */
export interface Parameters {
  /** Number of parties, 2 … 64. */
  readonly parties: number;
  /** The party that evaluates; every other one garbles. */
  readonly evaluator: number;
  /** Parties that learn the output, ascending. */
  readonly outputParties: readonly number[];
  /** SoftSpoken chunk bits: 1, 2, 4 or 8. */
  readonly k: number;
  /** Most AND gates of a chunk. */
  readonly chunk: number;
}

/** One party of one session. */
export interface Party {
  /** Own number. */
  readonly self: number;
  readonly parameters: Parameters;
  readonly channel: Channel;
  /** Forked by label; no two concurrent branches share one. */
  readonly rng: Rng;
  /** Own global key Δ, one block; secret, wiped at the end. */
  readonly delta: Blocks;
  /** SHA-256 of the agreed session description. */
  readonly sid: Uint8Array;
  readonly kernels: Kernels;
  readonly checks: Checks;
  readonly order: Order;
  readonly observe: Observe;
}

/** The other parties' numbers, ascending. */
export function others(party: Party): number[] {
  const all = Array.from({ length: party.parameters.parties }, (_, j) => j);
  return all.filter((j) => j !== party.self);
}

/** The garblers, ascending; the first is the one whose label tells the masked value (g*). */
export function garblers(parameters: Parameters): number[] {
  const all = Array.from({ length: parameters.parties }, (_, j) => j);
  return all.filter((j) => j !== parameters.evaluator);
}
