/** Stocks in memory, and sessions that make and use them. */
import { utf8 } from "../../lib/base/mod.ts";
import type { CircuitSource } from "../../lib/circuit/mod.ts";
import {
  type Bits,
  type Blocks,
  seededRng,
  sha256,
  typescriptKernels,
} from "../../lib/crypto/mod.ts";
import {
  type Channel,
  computeWithStock,
  copyShares,
  type Demand,
  makeStock,
  type Parameters,
  type Shares,
  type Stock,
  type StockBeginning,
  type StockSink,
  type StockTerms,
  type Triples,
} from "../../lib/mpc/mod.ts";
import { dealer } from "./dealer.ts";
import { type EngineOptions, engineParties, parametersOf } from "./engine.ts";
import { memoryNetwork } from "./memory_channel.ts";
import { runAll } from "./parties.ts";

/** Keeps a stock in memory. */
export class MemorySink implements StockSink {
  #delta: Blocks = new Uint8Array(0);
  #salt = new Uint8Array(0);
  #inputs: Shares | undefined;
  readonly #batches: Triples[] = [];
  /** Whether the preprocessing has ended well. */
  committed = false;

  begin({ delta, salt, inputs }: StockBeginning): Promise<void> {
    this.#delta = delta.slice();
    this.#salt = new Uint8Array(salt);
    this.#inputs = copyShares(inputs);
    return Promise.resolve();
  }

  batch(triples: Triples): Promise<void> {
    this.#batches.push(copyTriples(triples));
    return Promise.resolve();
  }

  commit(): Promise<void> {
    this.committed = true;
    return Promise.resolve();
  }

  /** The stock, in copies, so that a test may use it again. */
  stock(terms: StockTerms, self: number): Stock {
    const inputs = this.#inputs;
    if (!this.committed || inputs === undefined) throw new RangeError("Nothing was committed to");
    return {
      ...{ terms, self, delta: this.#delta.slice(), salt: this.#salt.slice() },
      inputs: copyShares(inputs),
      triples: (number) => {
        const batch = this.#batches[number];
        if (batch === undefined) return Promise.reject(new RangeError(`No batch ${number}`));
        return Promise.resolve(copyTriples(batch));
      },
    };
  }
}

function copyTriples({ gamma, x, y, z }: Triples): Triples {
  return { gamma: copyShares(gamma), x: copyShares(x), y: copyShares(y), z: copyShares(z) };
}

/** The terms of a stock of a session in memory. */
export function termsOf(parameters: Parameters, demand: Demand, sid: Uint8Array): StockTerms {
  const { parties, evaluator, k, chunk } = parameters;
  return { ...demand, parties, evaluator, k, chunk, sid: new Uint8Array(sid) };
}

/** Makes a stock on ideal authenticated bits; by party. */
export async function stockUp(options: EngineOptions, demand: Demand): Promise<Stock[]> {
  const seed = options.seed ?? "stock";
  const parties = engineParties({ ...options, seed });
  const sources = dealer(parties, seed);
  const sinks = parties.map(() => new MemorySink());
  const salt = sha256(utf8(`salt ${seed}`)).slice(0, 16);
  const sid = parties[0]?.sid ?? new Uint8Array(0);
  await runAll(parties, async (party) => {
    const [bits, sink] = [sources[party.self], sinks[party.self]];
    if (bits === undefined || sink === undefined) throw new RangeError("Cannot deal");
    await makeStock(party, { bits, salt }, demand, sink);
  });
  const terms = termsOf(parametersOf(options), demand, sid);
  return sinks.map((sink, self) => sink.stock(terms, self));
}

/** A session of all parties that uses `stocks`. */
export async function computeFromStocks(
  options: EngineOptions,
  stocks: readonly Stock[],
  circuit: CircuitSource,
  inputs: readonly Uint8Array[],
): Promise<(Bits | undefined)[]> {
  const parameters = parametersOf(options);
  const seed = options.seed ?? "online";
  const kernels = options.kernels ?? typescriptKernels;
  const { wrap = (channel: Channel): Channel => channel } = options;
  const channels = memoryNetwork(options.parties, options.network).map(wrap);
  return await Promise.all(channels.map((channel) => {
    const stock = stocks[channel.self];
    if (stock === undefined) throw new RangeError("Cannot compute: no stock");
    const rng = seededRng(utf8(`online ${seed}/${channel.self}`));
    const observe = options.observe?.(channel.self) ?? (() => {});
    const all = { channel, rng, sid: sha256(utf8(`online ${seed}`)), parameters, kernels, observe };
    return computeWithStock(all, stock, circuit, Uint8Array.from(inputs[channel.self] ?? []));
  }));
}
