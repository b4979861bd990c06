/** The inside of a worker: an engine of its own, driven by messages. */
import { errorToData } from "../../base/mod.ts";
import { type LocalEngine, localEngine, type Outside } from "./engine.ts";
import type { ComputeRequest, FromWorker, PreprocessRequest, ToWorker } from "./messages.ts";
import { PortChannel } from "./port_channel.ts";

/** What this file uses of a worker's global scope. */
interface Scope {
  postMessage(message: FromWorker, transfer: Transferable[]): void;
  addEventListener(
    type: "message" | "messageerror" | "error" | "unhandledrejection",
    handler: (event: never) => void,
  ): void;
}

/** Serves `engine` to the thread that started this worker, until it ends the worker. */
export function serveEngine(engine: LocalEngine = localEngine()): void {
  const scope = globalThis as unknown as Scope;
  const post = (message: FromWorker, transfer: Transferable[] = []): void =>
    scope.postMessage(message, transfer);
  const fail = (error: unknown): void => post({ kind: "failed", error: errorToData(error) });
  const breakDown = (error: unknown): void => post({ kind: "broken", error: errorToData(error) });
  let channel: PortChannel | undefined;

  function outside({ job, self }: ComputeRequest | PreprocessRequest): Outside {
    const { parties } = job.parameters;
    channel = new PortChannel({ self, parties }, post);
    return { channel, observe: (event) => post({ kind: "event", event }) };
  }

  async function compute(request: ComputeRequest): Promise<void> {
    const computed = await engine.compute({ ...request.job, ...outside(request) }, request.input);
    const { output } = computed;
    post({ kind: "computed", computed }, output === undefined ? [] : [output.buffer]);
  }

  async function preprocess(request: PreprocessRequest): Promise<void> {
    await engine.preprocess({ ...request.job, ...outside(request) });
    post({ kind: "preprocessed" });
  }

  function sign(kind: "ready" | "pong"): void {
    post({ kind, memoryBytes: engine.memoryBytes() });
  }

  function receive(message: ToWorker): void {
    switch (message.kind) {
      case "answer":
        return channel?.answer(message);
      case "ping":
        return sign("pong");
      case "load":
        return void engine.load(message.source, message.options)
          .then((built) => post({ kind: "loaded", built })).catch(fail);
      case "rehearse":
        return void engine.rehearse(message.parties)
          .then(() => post({ kind: "rehearsed" })).catch(breakDown);
      case "compute":
        return void compute(message).catch(fail);
      case "preprocess":
        return void preprocess(message).catch(fail);
    }
  }

  scope.addEventListener("message", (event: MessageEvent<ToWorker>) => receive(event.data));
  scope.addEventListener("messageerror", () => breakDown(new Error("A message could not be read")));
  // Why prevented: the main thread tells the error; left alone, the runtime would print it as well.
  scope.addEventListener("error", (event: ErrorEvent) => {
    event.preventDefault();
    breakDown(event.error ?? new Error(event.message));
  });
  scope.addEventListener("unhandledrejection", (event: PromiseRejectionEvent) => {
    event.preventDefault();
    breakDown(event.reason);
  });
  sign("ready");
}
