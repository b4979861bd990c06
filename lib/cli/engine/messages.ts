/** What the main thread and the worker of an engine say to each other. Buffers are transferred. */
import type { ErrorData } from "../../base/mod.ts";
import type { Source } from "../../garble/mod.ts";
import type { Event } from "../../observability/mod.ts";
import type { LoadedFacts } from "../loaded.ts";
import type { BuildOptions, Built } from "../program.ts";
import type { Computed, Job, StockJob } from "./engine.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** A call of the channel; `call` numbers it. */
export type ChannelCall =
  & { readonly call: number }
  & (
    | { readonly kind: "send"; readonly to: number; readonly step: string; readonly bytes: Bytes }
    | {
      readonly kind: "recv";
      readonly from: number;
      readonly step: string;
      readonly length: number;
    }
    | { readonly kind: "abort"; readonly reason: string }
  );

/** How a call of the channel ended; `bytes` is what was received. */
export type ChannelAnswer =
  & { readonly kind: "answer"; readonly call: number }
  & ({ readonly bytes?: Bytes } | { readonly error: ErrorData });

/** A computation that the worker is to run. */
export interface ComputeRequest {
  readonly kind: "compute";
  readonly job: Job;
  /** Own party number. */
  readonly self: number;
  /** Own packed input bits. */
  readonly input: Bytes;
}

/** A stock that the worker is to make. */
export interface PreprocessRequest {
  readonly kind: "preprocess";
  readonly job: StockJob;
  /** Own party number. */
  readonly self: number;
}

/** A message to the worker. */
export type ToWorker =
  | { readonly kind: "load"; readonly source: Source; readonly options: BuildOptions }
  | { readonly kind: "rehearse"; readonly parties: number }
  | ComputeRequest
  | PreprocessRequest
  /** Asks for a sign of life. */
  | { readonly kind: "ping" }
  | ChannelAnswer;

/** A message from the worker. */
export type FromWorker =
  /** It has begun, or answers a ping; bytes of its heap, its buffers and its kernels. */
  | { readonly kind: "ready" | "pong"; readonly memoryBytes: number }
  | { readonly kind: "loaded"; readonly built: Built<LoadedFacts> }
  | { readonly kind: "rehearsed" }
  | { readonly kind: "computed"; readonly computed: Computed }
  | { readonly kind: "preprocessed" }
  /** What was asked for failed; of a computation the others have been told. */
  | { readonly kind: "failed"; readonly error: ErrorData }
  /** An error that nobody caught: the worker is of no more use. */
  | { readonly kind: "broken"; readonly error: ErrorData }
  | { readonly kind: "event"; readonly event: Event }
  | ChannelCall;

/** Hands a message over together with the buffers in `transfer`. */
export type Post<M> = (message: M, transfer: Transferable[]) => void;

/** `bytes` alone in its memory, so that transferring it takes nothing else along. */
export function alone(bytes: Bytes): Bytes {
  return bytes.byteLength === bytes.buffer.byteLength ? bytes : bytes.slice();
}
