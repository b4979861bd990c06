/**
 * OTLP over gRPC: one unary call for each batch of spans, on HTTP/2 without TLS.
 *
 * Why not the library's exporter: it loads its gRPC package at run time by a name that `deno compile --bundle` does not
 * see, so that it is missing in the executable. What is sent is made by the library's serializer here, too.
 */
import http2 from "node:http2";
import type { ReadableSpan, SpanExporter } from "@opentelemetry/sdk-trace";

const METHOD = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";
/** A byte that says whether a message is compressed, and its length. */
const PREFIX_BYTES = 5;
const STATUS_OK = "0";
const EXPORTED = 0;
const FAILED = 1;

/** What {@linkcode grpcExporter} needs. */
export interface GrpcOptions {
  /** Scheme, host and port of the collector. */
  readonly url: string;
  /** Longest time for a call, in milliseconds. */
  readonly waitMs: number;
  /** Calls `action` once after `ms` milliseconds, unless the returned function is called before. */
  readonly after: (ms: number, action: () => void) => () => void;
}

function framed(message: Uint8Array): Uint8Array<ArrayBuffer> {
  const frame = new Uint8Array(PREFIX_BYTES + message.length);
  new DataView(frame.buffer).setUint32(1, message.length);
  frame.set(message, PREFIX_BYTES);
  return frame;
}

/** Makes one call. Rejects if it has no answer in time, or one that is not "OK". */
async function call({ url, waitMs, after }: GrpcOptions, message: Uint8Array): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const cancel = after(waitMs, () => reject(new Error(`no answer within ${waitMs} ms`)));
  const client = http2.connect(url);
  client.on("error", reject);
  try {
    const stream = client.request({
      ":method": "POST",
      ":path": METHOD,
      "content-type": "application/grpc",
      te: "trailers",
    });
    const settle = (status: unknown): void => {
      if (String(status) === STATUS_OK) resolve();
      else reject(new Error(status === undefined ? "no gRPC answer" : `gRPC status ${status}`));
    };
    // The status stands in the trailers, or in the headers of an answer that has nothing else.
    const read = (headers: Readonly<Record<string, unknown>>): void => {
      if (headers["grpc-status"] !== undefined) settle(headers["grpc-status"]);
    };
    stream.on("error", reject);
    stream.on("response", read);
    stream.on("trailers", read);
    stream.on("close", () => settle(undefined));
    stream.resume();
    stream.end(framed(message));
    await promise;
  } finally {
    cancel();
    client.destroy();
  }
}

/** An exporter whose calls are independent of each other: a collector that comes back gets the next batch. */
export async function grpcExporter(options: GrpcOptions): Promise<SpanExporter> {
  const { ProtobufTraceSerializer } = await import("@opentelemetry/otlp-transformer");
  const running = new Set<Promise<void>>();
  return {
    export(spans: ReadableSpan[], done): void {
      const message = ProtobufTraceSerializer.serializeRequest(spans);
      const work = message === undefined ? Promise.resolve() : call(options, message);
      const told = work.then(
        () => done({ code: EXPORTED }),
        (error: Error) => done({ code: FAILED, error }),
      ).finally(() => running.delete(told));
      running.add(told);
    },
    async shutdown(): Promise<void> {
      await Promise.all(running);
    },
  };
}
