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
import {
  type AuthenticatedBits,
  type Channel,
  createParty,
  freshMaterial,
  type Parameters,
  type Party,
  runMpc,
} from "../../lib/mpc/mod.ts";
import type { Observe } from "../../lib/observability/mod.ts";
import { CHUNK_ANDS } from "../../lib/party/proposal.ts";
import { dealer } from "./dealer.ts";
import { memoryNetwork, type MemoryOptions } from "./memory_channel.ts";
import { type Ending, endings, runAll, type TestParty } from "./parties.ts";

/** AND gates of a chunk in production. */
export const DEFAULT_CHUNK = CHUNK_ANDS;

/** What a simulated session may choose; the rest has defaults. */
export interface EngineOptions {
  readonly parties: number;
  /** 0 by default. */
  readonly evaluator?: number;
  /** All by default. */
  readonly outputParties?: readonly number[];
  /** SoftSpoken chunk bits, 2 by default. */
  readonly k?: number;
  /** AND gates of a chunk; that of production by default. */
  readonly chunk?: number;
  /** Same seed, same bytes on the wire. */
  readonly seed?: string;
  readonly network?: MemoryOptions;
  readonly kernels?: Kernels;
  readonly observe?: (party: number) => Observe;
  /** Replaces fields of a party, for instance its order table. */
  readonly change?: (party: Party) => Partial<Party>;
  /** What protocol code sees of a channel; the channel itself by default. */
  readonly wrap?: (channel: Channel) => Channel;
  /** Where authenticated bits come from; the ideal dealer by default. */
  readonly bits?: (parties: readonly TestParty[], seed: string) => readonly AuthenticatedBits[];
}

/** The public parameters that the options stand for. */
export function parametersOf(options: EngineOptions): Parameters {
  const { parties, evaluator = 0, k = 2, chunk = DEFAULT_CHUNK } = options;
  const all = Array.from({ length: parties }, (_, i) => i);
  return { parties, evaluator, outputParties: options.outputParties ?? all, k, chunk };
}

/** All parties of a fresh session, seeded. */
export function engineParties(options: EngineOptions): TestParty[] {
  const parameters = parametersOf(options);
  const { seed = "engine", kernels = typescriptKernels, change = () => ({}) } = options;
  const sid = sha256(utf8(seed));
  return memoryNetwork(options.parties, options.network).map((channel) => {
    const rng = seededRng(utf8(`${seed}/${channel.self}`));
    const observe = options.observe?.(channel.self) ?? (() => {});
    const party = createParty({ parameters, channel, rng, sid, kernels, observe });
    return { ...party, ...change(party), channel };
  });
}

/** What came of a simulated session. */
export interface Simulation {
  readonly parties: readonly TestParty[];
  /** Output by party; undefined for a party without output. */
  readonly outputs: readonly (Bits | undefined)[];
}

/** Runs `circuit`; the first error of an honest party is thrown. */
export async function simulate(
  circuit: CircuitSource,
  inputs: readonly Uint8Array[],
  options: EngineOptions,
): Promise<Simulation> {
  const parties = engineParties(options);
  return { parties, outputs: await runAll(parties, role(parties, circuit, inputs, options)) };
}

/** Like {@linkcode simulate}, with the ending of each party instead of an error. */
export async function simulateEndings(
  circuit: CircuitSource,
  inputs: readonly Uint8Array[],
  options: EngineOptions,
): Promise<Ending<Bits | undefined>[]> {
  const parties = engineParties(options);
  return await endings(parties, role(parties, circuit, inputs, options));
}

function role(
  parties: readonly TestParty[],
  circuit: CircuitSource,
  inputs: readonly Uint8Array[],
  options: EngineOptions,
): (party: TestParty) => Promise<Bits | undefined> {
  const seed = options.seed ?? "engine";
  const sources = (options.bits ?? dealer)(parties, seed);
  const salt = sha256(utf8(`salt ${seed}`)).slice(0, 16);
  return async (party) => {
    const bits = sources[party.self];
    if (bits === undefined) throw new RangeError("Cannot simulate: no bits");
    const input = Uint8Array.from(inputs[party.self] ?? []);
    const channel = options.wrap?.(party.channel) ?? party.channel;
    const own = { ...party, channel };
    const material = freshMaterial(own, { bits, salt });
    try {
      return await runMpc(own, { material, salt }, circuit, input);
    } finally {
      // As `guarded` does.
      own.secrets.wipe();
    }
  };
}
