/** Where a computation runs: on this thread, or in a worker that does the same. */
import { type CheckName, compute, strictChecks } from "../../mpc/mod.ts";
import type { Channel, Parameters } from "../../mpc/mod.ts";
import { equal } from "../../base/mod.ts";
import type { CircuitSource } from "../../circuit/mod.ts";
import { type Bits, type Kernels, systemRng } from "../../crypto/mod.ts";
import type { Source } from "../../garble/mod.ts";
import type { Observe } from "../../observability/mod.ts";
import { fastestKernels } from "../kernels.ts";
import { factsOf, type LoadedFacts } from "../loaded.ts";
import { type BuildOptions, buildProgram, type Built, type Clock } from "../program.ts";

/** What the parties have agreed to compute. */
export interface Job {
  /** SHA-256 of the agreed session description, 32 bytes. */
  readonly sid: Uint8Array;
  /** Public parameters of the protocol. */
  readonly parameters: Parameters;
  /** Digest of the agreed circuit; the program that was built must have it. */
  readonly digest: Uint8Array;
}

/** A job with its outside. */
export interface Work extends Job {
  /** Links to all other parties. */
  readonly channel: Channel;
  /** Takes the progress. */
  readonly observe: Observe;
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
   * Computes with the other parties. Takes over `input`, the own packed bits, and wipes them.
   *
   * @throws {MpcError} as `compute` of the protocol; the others have been told.
   */
  compute(work: Work, input: Bits): Promise<Computed>;
}

class LocalEngine implements Engine {
  readonly #now: Clock;
  #circuit: CircuitSource | undefined;
  /** Made by the first computation, kept for the next ones. */
  #kernels: Kernels | undefined;

  constructor(now: Clock) {
    this.#now = now;
  }

  load(source: Source, options: BuildOptions): Promise<Built<LoadedFacts>> {
    return Promise.try(() => {
      const built = buildProgram(source, options, this.#now);
      if (!built.ok) return built;
      this.#circuit = built.program.circuit;
      return { ok: true, program: factsOf(built.program) };
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
      this.#kernels ??= fastestKernels(observe);
      const outside = { rng: systemRng(), kernels: this.#kernels, observe, checks };
      const output = await compute({ channel, sid, parameters, ...outside }, circuit, input);
      return {
        output,
        checks: Object.fromEntries(checks.counts) as Record<CheckName, number>,
      };
    } finally {
      input.fill(0);
    }
  }

  [Symbol.dispose](): void {
    this.#circuit = undefined;
  }
}

/** An engine on this thread. Nothing else is answered while it computes. `now` times compiling. */
export function localEngine(now: Clock = Date.now): Engine {
  return new LocalEngine(now);
}
