/**
 * A made-up computation in memory, before a real one: it has the platform compile the code, for which there is time
 * while the other parties join. All parties are played here; nothing of it is used again.
 */
import { Builder, type CircuitSource, multiplyUnsigned, type Word } from "../circuit/mod.ts";
import type { Kernels, Rng } from "../crypto/mod.ts";
import type { Channel } from "./channel.ts";
import { compute } from "./compute.ts";

/** What a rehearsal gets from outside. */
export interface RehearsalOptions {
  /** Number of parties of the computation that will follow. */
  readonly parties: number;
  /** Those of the computation that will follow. */
  readonly kernels: Kernels;
  /** Source of the made-up secrets. */
  readonly rng: Rng;
  /** Awaited before each message, so that other work gets its turn. If it rejects the rehearsal ends with that. */
  readonly pause: () => Promise<void>;
}

/** Three run all code: what more parties do is the same more often. */
const PLAYED_MAX = 3;
/** How often it computes: what the platform compiles the first time it optimises the second. */
const TIMES = 2;
/** 32-bit products of the circuit: enough for the platform to optimise what is repeated for each gate. */
const PRODUCTS = 9;
const BITS = 32;
const K = 4;
const CHUNK = 1 << 16;

/**
 * Rehearses a computation of this many parties.
 *
 * @throws what `pause` throws.
 */
export async function rehearse(options: RehearsalOptions): Promise<void> {
  const circuit = products();
  for (let time = 0; time < TIMES; time++) {
    await computeAlone(circuit, { ...options, rng: options.rng.fork(`rehearsal ${time}`) });
  }
}

/** All parties compute with zeros. */
async function computeAlone(
  circuit: CircuitSource,
  { parties, kernels, rng, pause }: RehearsalOptions,
): Promise<void> {
  const channels = memoryChannels(Math.min(parties, PLAYED_MAX), pause);
  const outputParties = channels.map(({ self }) => self);
  const parameters = { parties: channels.length, evaluator: 0, outputParties, k: K, chunk: CHUNK };
  const sid = rng.fill(new Uint8Array(32));
  await Promise.all(channels.map((channel) => {
    const input = new Uint8Array((circuit.header.inputs[channel.self] ?? 0) / 8);
    const own = rng.fork(`party ${channel.self}`);
    return compute({ channel, rng: own, sid, parameters, kernels }, circuit, input);
  }));
}

/** x·y, x·y·y and so on, of two numbers that are those of party 0 and 1. */
function products(): CircuitSource {
  const builder = new Builder({ inputs: [BITS, BITS], sharingBuckets: 1 << 10 });
  const word = (party: number): Word =>
    Array.from({ length: BITS }, (_, i) => builder.input(party, i));
  const factor = word(1);
  let product = word(0);
  for (let i = 0; i < PRODUCTS; i++) product = multiplyUnsigned(builder, product, factor).word;
  return builder.build(product);
}

/** Channels of parties in one memory; each message is handed over as it is. */
function memoryChannels(parties: number, pause: () => Promise<void>): Channel[] {
  const messages = new Map<string, PromiseWithResolvers<Uint8Array<ArrayBuffer>>>();
  const message = (
    from: number,
    to: number,
    step: string,
  ): PromiseWithResolvers<Uint8Array<ArrayBuffer>> => {
    const key = `${from} ${to} ${step}`;
    const known = messages.get(key) ?? Promise.withResolvers();
    messages.set(key, known);
    return known;
  };
  return Array.from({ length: parties }, (_, self) => ({
    self,
    parties,
    async send(to, step, bytes): Promise<void> {
      await pause();
      message(self, to, step).resolve(bytes);
    },
    recv: (from, step) => message(from, self, step).promise,
    abort: () => Promise.resolve(),
  }));
}
