/** The upper half of the engine in memory: all parties in one process, on ideal authenticated bits. */
import { utf8 } from "../../lib/base/mod.ts";
import type { CircuitSource } from "../../lib/circuit/mod.ts";
import {
  type Bits,
  type Kernels,
  seededRng,
  sha256,
  typescriptKernels,
} from "../../lib/crypto/mod.ts";
import type { Observe } from "../../lib/observability/mod.ts";
import {
  type Checks,
  createParty,
  type Parameters,
  type Party,
  runMpc,
} from "../../lib/mpc/mod.ts";
import { dealer } from "./dealer.ts";
import { type MemoryChannel, memoryNetwork, type MemoryOptions } from "./memory_channel.ts";

/** What a simulated session may choose; the rest has defaults. */
export interface EngineOptions {
  readonly parties: number;
  /** 0 by default. */
  readonly evaluator?: number;
  /** All by default. */
  readonly outputParties?: readonly number[];
  /** AND gates of a chunk; the whole circuit by default. */
  readonly chunk?: number;
  /** Same seed, same bytes on the wire. */
  readonly seed?: string;
  readonly network?: MemoryOptions;
  readonly kernels?: Kernels;
  readonly observe?: (party: number) => Observe;
  readonly checks?: (party: number) => Checks;
}

/** AND gates of a chunk in production. */
export const DEFAULT_CHUNK = 327_680;

/** The public parameters that {@linkcode EngineOptions} stands for. */
export function parametersOf(options: EngineOptions): Parameters {
  const { parties, evaluator = 0, chunk = DEFAULT_CHUNK } = options;
  const all = Array.from({ length: parties }, (_, i) => i);
  return { parties, evaluator, outputParties: options.outputParties ?? all, k: 2, chunk };
}

/** All parties of a fresh session with their channels. */
export interface Simulated {
  readonly parties: readonly Party[];
  readonly channels: readonly MemoryChannel[];
}

/** Creates all parties, seeded. */
export function simulated(options: EngineOptions): Simulated {
  const parameters = parametersOf(options);
  const seed = options.seed ?? "engine";
  const channels = memoryNetwork(options.parties, options.network);
  const sid = sha256(utf8(seed));
  const kernels = options.kernels ?? typescriptKernels;
  const parties = channels.map((channel, i) => {
    const rng = seededRng(utf8(`${seed}/${i}`));
    return createParty({
      ...{ parameters, channel, rng, sid, kernels },
      ...(options.observe === undefined ? {} : { observe: options.observe(i) }),
      ...(options.checks === undefined ? {} : { checks: options.checks(i) }),
    });
  });
  return { parties, channels };
}

/** Salt of simulated sessions. */
export function saltOf(options: EngineOptions): Uint8Array<ArrayBuffer> {
  return sha256(utf8(`salt ${options.seed ?? "engine"}`)).slice(0, 16);
}

/** What came of a simulated session. */
export interface Simulation extends Simulated {
  /** Output by party; undefined for a party without output. */
  readonly outputs: readonly (Bits | undefined)[];
}

/**
 * Runs `circuit` on ideal bits. A failing party aborts its channel, as in production, so that nothing
 * hangs; the first error is thrown.
 */
export async function simulate(
  circuit: CircuitSource,
  inputs: readonly Uint8Array[],
  options: EngineOptions,
): Promise<Simulation> {
  const settled = await simulateSettled(circuit, inputs, options);
  const outputs = settled.results.map((result) => {
    if (result.status === "rejected") throw result.reason;
    return result.value;
  });
  return { ...settled, outputs };
}

/** Like {@linkcode simulate}, with the outcome of each party. */
export async function simulateSettled(
  circuit: CircuitSource,
  inputs: readonly Uint8Array[],
  options: EngineOptions,
): Promise<Simulated & { readonly results: PromiseSettledResult<Bits | undefined>[] }> {
  const world = simulated(options);
  const sources = dealer(world.parties, options.seed);
  const salt = saltOf(options);
  const results = await Promise.allSettled(world.parties.map(async (party, i) => {
    try {
      const bits = sources[i];
      if (bits === undefined) throw new RangeError("Cannot simulate: no bits");
      const input = Uint8Array.from(inputs[i] ?? []);
      return await runMpc(party, { bits, salt }, circuit, input);
    } catch (error) {
      await party.channel.abort("failed");
      throw error;
    }
  }));
  return { ...world, results };
}
