/** Where a computation runs: on this thread, or in a worker that does the same. */
import { setImmediate } from "node:timers/promises";
import {
  type CheckName,
  compute,
  type ComputeOptions,
  computeWithStock,
  preprocess,
  rehearse,
  type StockHeader,
  strictChecks,
} from "../../mpc/mod.ts";
import type { Channel, Parameters } from "../../mpc/mod.ts";
import { equal } from "../../base/mod.ts";
import type { CircuitSource } from "../../circuit/mod.ts";
import { type Bits, chooseKernels, type KernelChoice, systemRng } from "../../crypto/mod.ts";
import type { Source } from "../../garble/mod.ts";
import type { Observe } from "../../observability/mod.ts";
import { chosenKernels } from "../kernels.ts";
import { factsOf, type Loaded, type LoadedFacts } from "../loaded.ts";
import { type BuildOptions, buildProgram, type Built, type Clock } from "../program.ts";
import { type StockPlace, StockWriter, type TakenStock, takeStock } from "../stock_store.ts";

/** What the parties have agreed on. */
export interface Agreed {
  /** SHA-256 of the agreed session description, 32 bytes. */
  readonly sid: Uint8Array;
  /** Public parameters of the protocol. */
  readonly parameters: Parameters;
}

/** What the parties have agreed to compute. */
export interface Job extends Agreed {
  /** Digest of the agreed circuit; the program that was built must have it. */
  readonly digest: Uint8Array;
  /** The stock that is used, and the agreed sid of the session that made it. */
  readonly stock?: { readonly place: StockPlace; readonly sid: Uint8Array };
}

/** The outside of a job. */
export interface Outside {
  /** Links to all other parties. */
  readonly channel: Channel;
  /** Takes the progress. */
  readonly observe: Observe;
}

/** A job with its outside. */
export type Work = Job & Outside;

/** A stock that is to be made. */
export interface StockJob extends Agreed {
  /** Where it will be. */
  readonly place: StockPlace;
  /** What it will be for. */
  readonly header: StockHeader;
}

/** What came of a computation. */
export interface Computed {
  /** The output bits, packed; undefined for a party without output. */
  readonly output: Bits | undefined;
  /** How often each check of the protocol ran. */
  readonly checks: Readonly<Record<CheckName, number>>;
}

/** Compiles a program and computes it, as often as asked; the gates stay inside. */
export interface Engine extends Disposable {
  /** Builds the program that is computed from now on. Errors are those of `buildProgram`. */
  load(source: Source, options: BuildOptions): Promise<Built<LoadedFacts>>;
  /**
   * Has the platform compile the protocol's code by a made-up computation of `parties` parties, see `rehearse`; for the
   * time in which others join. Ends when it is done or other work begins. Not for the thread of a node, which has to
   * answer meanwhile.
   */
  rehearse(parties: number): Promise<void>;
  /**
   * Computes with the other parties. Takes over `input`, the own packed bits, and wipes them.
   *
   * @throws {MpcError} as `compute` of the protocol; the others have been told.
   */
  compute(work: Work, input: Bits): Promise<Computed>;
  /**
   * Makes a stock with the other parties and keeps it.
   *
   * @throws {MpcError} as `preprocess` of the protocol, or if the file cannot be written; the others have been
   * told, and there is no file.
   */
  preprocess(work: StockJob & Outside): Promise<void>;
}

/** An engine on the thread that asks it. */
export interface LocalEngine extends Engine {
  /** Bytes of the heap and the buffers of this thread, and of the memory of its kernels. */
  memoryBytes(): number;
}

/** Compiles, as `buildProgram` does. */
export type Builder = (source: Source, options: BuildOptions, now: Clock) => Built<Loaded>;

class ThisThread implements LocalEngine {
  readonly #now: Clock;
  readonly #build: Builder;
  #circuit: CircuitSource | undefined;
  /** Made when there is a program, since there is time while the others join; kept for all computations. */
  #choice: KernelChoice | undefined;
  /** Ends the rehearsal under way. */
  #rehearsal: AbortController | undefined;

  constructor(now: Clock, build: Builder) {
    this.#now = now;
    this.#build = build;
  }

  load(source: Source, options: BuildOptions): Promise<Built<LoadedFacts>> {
    return Promise.try(() => {
      const built = this.#build(source, options, this.#now);
      if (!built.ok) return built;
      this.#circuit = built.program.circuit;
      this.#choice ??= chooseKernels();
      return { ok: true, program: factsOf(built.program) };
    });
  }

  async rehearse(parties: number): Promise<void> {
    this.#choice ??= chooseKernels();
    const { kernels } = this.#choice;
    this.#rehearsal = new AbortController();
    const { signal } = this.#rehearsal;
    const pause = async (): Promise<void> => {
      await setImmediate();
      signal.throwIfAborted();
    };
    await rehearse({ parties, kernels, rng: systemRng(), pause }).catch((error) => {
      if (!signal.aborted) throw error;
    });
  }

  async compute(work: Work, input: Bits): Promise<Computed> {
    try {
      const { channel, sid, parameters, digest, observe } = work;
      const circuit = this.#circuit;
      if (circuit === undefined || !equal(circuit.header.digest, digest)) {
        throw new TypeError("Cannot compute: the agreed circuit is not the one that was built");
      }
      const checks = strictChecks();
      const options = { channel, sid, parameters, checks, ...this.#outside(observe) };
      const output = work.stock === undefined
        ? await compute(options, circuit, input)
        : await fromStock(options, work.stock, (stock) => {
          return computeWithStock(options, stock, circuit, input);
        });
      return {
        output,
        checks: Object.fromEntries(checks.counts) as Record<CheckName, number>,
      };
    } finally {
      input.fill(0);
    }
  }

  async preprocess(work: StockJob & Outside): Promise<void> {
    const { channel, sid, parameters, observe, place, header } = work;
    const writer = await told(channel, () => StockWriter.create(place, header));
    try {
      const options = { channel, sid, parameters, ...this.#outside(observe) };
      await preprocess(options, header, writer);
    } catch (error) {
      await writer.remove();
      throw error;
    }
    writer.close();
  }

  memoryBytes(): number {
    const { heapTotal, external } = Deno.memoryUsage();
    return heapTotal + external + (this.#choice?.kernels.memoryBytes() ?? 0);
  }

  #outside(observe: Observe): Pick<ComputeOptions, "rng" | "kernels" | "observe"> {
    this.#rehearsal?.abort();
    this.#choice ??= chooseKernels();
    const kernels = chosenKernels(this.#choice, observe);
    return { rng: systemRng(), kernels, observe };
  }

  [Symbol.dispose](): void {
    this.#rehearsal?.abort();
    this.#circuit = undefined;
  }
}

/** Takes the stock, works with it, and discards it. */
async function fromStock<T>(
  { channel }: ComputeOptions,
  { place, sid }: NonNullable<Job["stock"]>,
  work: (stock: TakenStock) => Promise<T>,
): Promise<T> {
  const stock = await told(channel, () => takeStock(place, sid));
  try {
    return await work(stock);
  } finally {
    await stock.discard();
  }
}

/** Runs `work`; if it fails the others are told, but not the name of our file. */
async function told<T>(channel: Channel, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    await channel.abort("its preprocessing file cannot be used").catch(() => {});
    throw error;
  }
}

/** An engine on this thread. Nothing else is answered while it computes. `now` times compiling. */
export function localEngine(now: Clock = Date.now, build: Builder = buildProgram): LocalEngine {
  return new ThisThread(now, build);
}
