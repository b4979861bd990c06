/** A collector of traces that speaks OTLP over gRPC and HTTP, with a protobuf decoder of its own. */
import http2 from "node:http2";
import type { OtlpProtocol } from "../../lib/observability/mod.ts";

/** A span as it came over the wire; ids are hex. */
export interface ReceivedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentId: string;
  readonly name: string;
  readonly kind: number;
  readonly startNs: bigint;
  readonly endNs: bigint;
  readonly attributes: Readonly<Record<string, string | number>>;
  /** 2 is an error. */
  readonly status: number;
  /** Attributes of the resource. */
  readonly resource: Readonly<Record<string, string | number>>;
}

export interface Collector extends AsyncDisposable {
  readonly port: number;
  /** Bodies of all requests. */
  readonly bodies: Uint8Array<ArrayBuffer>[];
  spans(): ReceivedSpan[];
}

type Value = bigint | Uint8Array;

/** The fields of a message, in order: varints and fixed numbers, or bytes. */
function* fields(bytes: Uint8Array): Generator<{ readonly number: number; readonly value: Value }> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n;; shift += 7n) {
      const byte = view.getUint8(at++);
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  while (at < bytes.length) {
    const tag = Number(varint());
    const number = tag >> 3;
    switch (tag & 7) {
      case 0:
        yield { number, value: varint() };
        break;
      case 1:
        yield { number, value: view.getBigUint64(at, true) };
        at += 8;
        break;
      case 2: {
        const length = Number(varint());
        yield { number, value: bytes.subarray(at, at += length) };
        break;
      }
      case 5:
        yield { number, value: BigInt(view.getUint32(at, true)) };
        at += 4;
        break;
      default:
        throw new Error(`wire type ${tag & 7}`);
    }
  }
}

function all(bytes: Uint8Array, wanted: number): Uint8Array[] {
  const found: Uint8Array[] = [];
  for (const { number, value } of fields(bytes)) {
    if (number === wanted && value instanceof Uint8Array) found.push(value);
  }
  return found;
}

function one(bytes: Uint8Array, wanted: number): Value | undefined {
  for (const { number, value } of fields(bytes)) if (number === wanted) return value;
  return undefined;
}

const none = new Uint8Array(0);

function bytesOf(bytes: Uint8Array, wanted: number): Uint8Array {
  const value = one(bytes, wanted);
  return value instanceof Uint8Array ? value : none;
}

function numberOf(bytes: Uint8Array, wanted: number): bigint {
  const value = one(bytes, wanted);
  return typeof value === "bigint" ? value : 0n;
}

function textOf(bytes: Uint8Array, wanted: number): string {
  return new TextDecoder().decode(bytesOf(bytes, wanted));
}

function attributesOf(bytes: Uint8Array, wanted: number): Record<string, string | number> {
  return Object.fromEntries(
    all(bytes, wanted).map((pair) => {
      const value = bytesOf(pair, 2);
      const text = one(value, 1);
      return [textOf(pair, 1), text === undefined ? Number(numberOf(value, 3)) : textOf(value, 1)];
    }),
  );
}

function spanOf(bytes: Uint8Array, resource: ReceivedSpan["resource"]): ReceivedSpan {
  return {
    traceId: bytesOf(bytes, 1).toHex(),
    spanId: bytesOf(bytes, 2).toHex(),
    parentId: bytesOf(bytes, 4).toHex(),
    name: textOf(bytes, 5),
    kind: Number(numberOf(bytes, 6)),
    startNs: numberOf(bytes, 7),
    endNs: numberOf(bytes, 8),
    attributes: attributesOf(bytes, 9),
    status: Number(numberOf(bytesOf(bytes, 15), 3)),
    resource,
  };
}

/** The spans of an ExportTraceServiceRequest. */
export function decodeSpans(request: Uint8Array): ReceivedSpan[] {
  return all(request, 1).flatMap((group) => {
    const resource = attributesOf(bytesOf(group, 1), 1);
    return all(group, 2).flatMap((scope) => all(scope, 2).map((bytes) => spanOf(bytes, resource)));
  });
}

function joined(chunks: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return new Uint8Array(chunks.flatMap((chunk) => [...chunk]));
}

/** Flag and length before a message of gRPC. */
const GRPC_PREFIX = 5;

async function grpcCollector(
  bodies: Uint8Array<ArrayBuffer>[],
  status: number,
): Promise<Collector> {
  const server = http2.createServer();
  const sessions = new Set<{ close(): void }>();
  server.on("session", (session: { close(): void }) => void sessions.add(session));
  server.on("stream", (stream: http2.ServerHttp2Stream) => {
    const chunks: Uint8Array[] = [];
    stream.on("data", (chunk: Uint8Array) => void chunks.push(chunk));
    stream.on("end", () => {
      bodies.push(joined(chunks).slice(GRPC_PREFIX));
      const headers = { ":status": 200, "content-type": "application/grpc" };
      stream.respond(headers, { waitForTrailers: true });
      stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": `${status}` }));
      stream.end(new Uint8Array(GRPC_PREFIX));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return {
    port: typeof address === "object" ? address?.port ?? 0 : 0,
    bodies,
    spans: () => bodies.flatMap(decodeSpans),
    async [Symbol.asyncDispose](): Promise<void> {
      for (const session of sessions) session.close();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function httpCollector(bodies: Uint8Array<ArrayBuffer>[]): Collector {
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    async (request) => {
      const body = new Uint8Array(await request.arrayBuffer());
      if (new URL(request.url).pathname !== "/v1/traces") {
        return new Response(null, {
          status: 404,
        });
      }
      bodies.push(body);
      return new Response(none, { headers: { "content-type": "application/x-protobuf" } });
    },
  );
  return {
    port: server.addr.port,
    bodies,
    spans: () => bodies.flatMap(decodeSpans),
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

/** Starts a collector on a free port of loopback. `status`: how it answers over gRPC. */
export async function startCollector(protocol: OtlpProtocol, status = 0): Promise<Collector> {
  return protocol === "grpc" ? await grpcCollector([], status) : httpCollector([]);
}
