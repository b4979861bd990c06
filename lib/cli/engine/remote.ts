/** The main thread's side of an engine in a worker. */
import { errorFromData, MpcError } from "../../base/mod.ts";
import type { Bits } from "../../crypto/mod.ts";
import type { Source } from "../../garble/mod.ts";
import type { LoadedFacts } from "../loaded.ts";
import { type BuildOptions, type Built, compileTimeError } from "../program.ts";
import type { System } from "../system.ts";
import type { Computed, Engine, Outside, StockJob, Work } from "./engine.ts";
import { alone, type ChannelCall, type FromWorker, type ToWorker } from "./messages.ts";
import { answerCall } from "./port_channel.ts";

/** A request under way; only one is, at a time. */
interface Pending {
  readonly resolve: (reply: FromWorker) => void;
  readonly reject: (error: unknown) => void;
}

type Clock = Pick<System, "after" | "now">;

/** How a worker is. */
export interface Vitals {
  /** It has been asked for something that is not done. */
  readonly busy: boolean;
  /** Calls of its channel that are not answered. */
  readonly calls: number;
  /** Bytes of its heap, its buffers and its kernels when it last told; 0 if it has not, or has ended. */
  readonly memoryBytes: number;
  /** For how long it owes a sign of life, in milliseconds; 0 while it compiles, which has a limit of its own. */
  readonly silentMs: number;
}

/** An engine in a worker. */
export interface RemoteEngine extends Engine {
  /** What is known of the worker, without waiting. It is asked for a sign of life, which the next look finds. */
  vitals(): Vitals;
}

/** Time for the worker's own error to come before it is ended, in milliseconds. */
const GRACE_MS = 5000;

class WorkerEngine implements RemoteEngine {
  readonly #worker: Worker;
  readonly #clock: Clock;
  readonly #ready = Promise.withResolvers<void>();
  /** Since when it owes a sign of life: at first that it is ready. Whatever it says is one. */
  #askedMs: number | undefined;
  #memoryBytes = 0;
  #calls = 0;
  #loading = false;
  #pending: Pending | undefined;
  /** A rehearsal under way. */
  #rehearsal: PromiseWithResolvers<void> | undefined;
  #work: Outside | undefined;
  /** Why the worker has ended. */
  #end: { readonly error: unknown } | undefined;

  constructor(worker: Worker, clock: Clock) {
    this.#worker = worker;
    this.#clock = clock;
    this.#askedMs = clock.now();
    this.#ready.promise.catch(() => {});
    worker.onmessage = (event: MessageEvent<FromWorker>): void => this.#receive(event.data);
    worker.onmessageerror = (): void => this.end(new Error("A message could not be read"));
    worker.onerror = (event): void => {
      event.preventDefault();
      this.end(new Error(`The worker failed: ${event.message}`));
    };
  }

  async load(source: Source, options: BuildOptions): Promise<Built<LoadedFacts>> {
    await this.#ready.promise;
    // Why beside the compiler's own look at the clock: the text may be a stranger's, and find a place without one.
    const cancel = this.#clock.after(options.compileTimeMs + GRACE_MS, () => {
      this.end(compileTimeError(source, options));
    });
    this.#loading = true;
    const reply = await this.#ask({ kind: "load", source, options }, []).finally(() => {
      this.#loading = false;
      cancel();
    });
    if (reply.kind !== "loaded") throw new TypeError(`Cannot load: the reply is "${reply.kind}"`);
    return reply.built;
  }

  async rehearse(parties: number): Promise<void> {
    if (this.#end !== undefined) return;
    this.#rehearsal = Promise.withResolvers();
    this.#worker.postMessage({ kind: "rehearse", parties } satisfies ToWorker);
    await this.#rehearsal.promise;
  }

  async compute(work: Work, input: Bits): Promise<Computed> {
    const { sid, parameters, digest, stock, channel } = work;
    const job = { sid, parameters, digest, ...(stock === undefined ? {} : { stock }) };
    const own = alone(input);
    if (own !== input) input.fill(0);
    const request = { kind: "compute", job, self: channel.self, input: own } as const;
    const reply = await this.#perform(work, request, [own.buffer]);
    if (reply.kind === "computed") return reply.computed;
    throw new TypeError(`Cannot compute: the reply is "${reply.kind}"`);
  }

  async preprocess(work: StockJob & Outside): Promise<void> {
    const { sid, parameters, place, header, channel } = work;
    const job = { sid, parameters, place, header };
    const request = { kind: "preprocess", job, self: channel.self } as const;
    const reply = await this.#perform(work, request, []);
    if (reply.kind !== "preprocessed") {
      throw new TypeError(`Cannot preprocess: the reply is "${reply.kind}"`);
    }
  }

  vitals(): Vitals {
    if (this.#end !== undefined) return { busy: false, calls: 0, memoryBytes: 0, silentMs: 0 };
    const silentMs = this.#loading || this.#askedMs === undefined
      ? 0
      : this.#clock.now() - this.#askedMs;
    if (this.#askedMs === undefined) {
      this.#askedMs = this.#clock.now();
      this.#worker.postMessage({ kind: "ping" } satisfies ToWorker);
    }
    const busy = this.#pending !== undefined;
    return { busy, calls: this.#calls, memoryBytes: this.#memoryBytes, silentMs };
  }

  /** Asks for work with other parties. */
  async #perform(
    work: Outside,
    request: ToWorker,
    transfer: Transferable[],
  ): Promise<FromWorker> {
    this.#work = work;
    try {
      return await this.#ask(request, transfer);
    } catch (error) {
      // Why: a worker that has ended told nobody.
      const reason = error instanceof MpcError ? error.message : "an unexpected failure";
      if (this.#end !== undefined) await work.channel.abort(reason).catch(() => {});
      throw error;
    } finally {
      this.#work = undefined;
    }
  }

  /** Ends the worker; whoever waits for it gets `error`. */
  end(error: unknown): void {
    if (this.#end !== undefined) return;
    this.#end = { error };
    this.#worker.terminate();
    this.#ready.reject(error);
    this.#pending?.reject(error);
    this.#rehearsal?.resolve();
  }

  [Symbol.dispose](): void {
    this.end(new TypeError("The engine was closed"));
  }

  async #ask(request: ToWorker, transfer: Transferable[]): Promise<FromWorker> {
    await this.#ready.promise;
    if (this.#end !== undefined) throw this.#end.error;
    if (this.#pending !== undefined) throw new TypeError("Cannot ask an engine that is at work");
    const { promise, resolve, reject } = Promise.withResolvers<FromWorker>();
    this.#pending = { resolve, reject };
    try {
      this.#worker.postMessage(request, transfer);
      return await promise;
    } finally {
      this.#pending = undefined;
    }
  }

  #receive(message: FromWorker): void {
    if (this.#end !== undefined) return;
    this.#askedMs = undefined;
    switch (message.kind) {
      case "ready":
        this.#memoryBytes = message.memoryBytes;
        return this.#ready.resolve();
      case "pong":
        this.#memoryBytes = message.memoryBytes;
        return;
      case "event":
        return this.#work?.observe(message.event);
      case "rehearsed":
        return this.#rehearsal?.resolve();
      case "failed":
        return this.#pending?.reject(errorFromData(message.error));
      case "broken":
        return this.end(errorFromData(message.error));
      case "loaded":
      case "computed":
      case "preprocessed":
        return this.#pending?.resolve(message);
      default:
        return this.#call(message);
    }
  }

  #call(call: ChannelCall): void {
    // Why ignored: a computation that is over has nobody left who waits for its calls.
    if (this.#work === undefined) return;
    this.#calls++;
    void answerCall(this.#work.channel, call, (answer, transfer) => {
      this.#calls--;
      if (this.#end === undefined) this.#worker.postMessage(answer, transfer);
    });
  }
}

/**
 * An engine in a worker that runs `serveEngine`. When `signal` aborts, the worker is ended in the middle of
 * whatever it does, and what waits for it fails with the signal's reason; the others are told by the caller.
 */
export function workerEngine(
  worker: Worker,
  clock: Clock,
  signal: AbortSignal,
): RemoteEngine {
  const engine = new WorkerEngine(worker, clock);
  const stop = (): void => engine.end(signal.reason);
  if (signal.aborted) stop();
  else signal.addEventListener("abort", stop, { once: true });
  return engine;
}
