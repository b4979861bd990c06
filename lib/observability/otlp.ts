/**
 * Spans to a collector, over OTLP. The batches, the messages and their way over the network are those of the
 * OpenTelemetry libraries; what a span is comes from spans.ts, since its trace id is known only after its begin.
 */
import type { HrTime, SpanContext, SpanKind as OtelKind } from "@opentelemetry/api";
import type { ReadableSpan, SpanExporter } from "@opentelemetry/sdk-trace";
import type { FinishedSpan, SpanKind } from "./spans.ts";
import { shownAttributes } from "./trace_record.ts";

/**
 * Longest wait for a collector, in milliseconds: for one batch with the attempts to send it again, and for all that is
 * left at the end of the program.
 */
export const COLLECTOR_WAIT_MS = 3000;
/** Most spans that wait to be sent; what is more is dropped. */
const QUEUE_MAX = 8192;
/** Where a collector takes traces over HTTP. */
const HTTP_PATH = "/v1/traces";

/** How a collector is spoken to. */
export type OtlpProtocol = "grpc" | "http";

/** What {@linkcode otlpExport} needs. */
export interface OtlpOptions {
  /** How the collector is spoken to. */
  readonly protocol: OtlpProtocol;
  /** Its name or address. */
  readonly host: string;
  /** Its TCP port. */
  readonly port: number;
  /** Version of the program. */
  readonly version: string;
  /** Own peer id, once there is one; asked with the first span. */
  readonly peer: () => string | undefined;
  /** Hides secrets. */
  readonly redact: (text: string) => string;
  /** Told once, when a batch did not arrive. */
  readonly onFailure: (text: string) => void;
  /** Calls `action` once after `ms` milliseconds, unless the returned function is called before. */
  readonly after: (ms: number, action: () => void) => () => void;
}

/** Spans on their way to a collector. */
export interface OtlpExport {
  /** Takes a span; it leaves with the next batch. */
  add(span: FinishedSpan): void;
  /** Sends what is left. Ends within {@linkcode COLLECTOR_WAIT_MS}, whatever the collector does; never rejects. */
  close(): Promise<void>;
}

/** Numbers of OTLP. */
const KINDS: Readonly<Record<SpanKind, OtelKind>> = {
  internal: 0,
  server: 1,
  client: 2,
  consumer: 4,
};
const STATUS_UNSET = 0;
const STATUS_ERROR = 2;
const SAMPLED = 1;
const EXPORTED = 0;

function hrTime(ms: number): HrTime {
  const seconds = Math.floor(ms / 1000);
  return [seconds, Math.min(Math.round((ms - seconds * 1000) * 1e6), 999_999_999)];
}

/** The address of the collector. */
export function collectorUrl(
  { protocol, host, port }: Pick<OtlpOptions, "protocol" | "host" | "port">,
): string {
  const name = host.includes(":") ? `[${host}]` : host;
  return `http://${name}:${port}${protocol === "http" ? HTTP_PATH : ""}`;
}

async function exporterOf(options: OtlpOptions): Promise<SpanExporter> {
  const url = collectorUrl(options);
  const { after } = options;
  if (options.protocol === "grpc") {
    const { grpcExporter } = await import("./otlp_grpc.ts");
    return await grpcExporter({ url, waitMs: COLLECTOR_WAIT_MS, after });
  }
  const { OTLPTraceExporter } = await import("@opentelemetry/exporter-trace-otlp-proto");
  return new OTLPTraceExporter({ url, timeoutMillis: COLLECTOR_WAIT_MS });
}

/** An exporter that tells of failures and fails no more: a lost trace is no failure of the program. */
function telling(inner: SpanExporter, fail: (text: string) => void): SpanExporter {
  return {
    export(spans, done): void {
      inner.export(spans, ({ code, error }) => {
        if (code !== EXPORTED) fail(error?.message ?? "no reason is known");
        done({ code: EXPORTED });
      });
    },
    shutdown: () => inner.shutdown(),
  };
}

/** Starts to export. Loads the libraries. */
export async function otlpExport(options: OtlpOptions): Promise<OtlpExport> {
  const { BatchSpanProcessor } = await import("@opentelemetry/sdk-trace");
  const { resourceFromAttributes } = await import("@opentelemetry/resources");
  const { version, peer, redact, after } = options;
  let failed = false;
  const fail = (text: string): void => {
    if (!failed) options.onFailure(text);
    failed = true;
  };
  const exporter = telling(await exporterOf(options), fail);
  const processor = new BatchSpanProcessor({ exporter, maxQueueSize: QUEUE_MAX });
  let resource: ReadableSpan["resource"] | undefined;

  function resourceNow(): ReadableSpan["resource"] {
    const instance = peer();
    return resourceFromAttributes({
      ...{ "service.name": "p2p-mpc", "service.version": version },
      ...(instance === undefined ? {} : { "service.instance.id": instance }),
    });
  }

  function readable(span: FinishedSpan): ReadableSpan {
    const { traceId, spanId, parentId, name, kind, startMs, endMs, error } = span;
    const context = (id: string): SpanContext => ({ traceId, spanId: id, traceFlags: SAMPLED });
    return {
      ...{ name, kind: KINDS[kind], spanContext: () => context(spanId) },
      ...(parentId === undefined ? {} : { parentSpanContext: context(parentId) }),
      ...{ startTime: hrTime(startMs), endTime: hrTime(endMs), duration: hrTime(endMs - startMs) },
      status: { code: error === undefined ? STATUS_UNSET : STATUS_ERROR },
      attributes: { ...shownAttributes(span, redact) },
      ...{ links: [], events: [], ended: true, resource: resource ??= resourceNow() },
      instrumentationScope: { name: "p2p-mpc", version },
      ...{ droppedAttributesCount: 0, droppedEventsCount: 0, droppedLinksCount: 0 },
    };
  }

  return {
    add: (span) => processor.onEnd(readable(span)),
    async close(): Promise<void> {
      const { promise: patience, resolve } = Promise.withResolvers<void>();
      const cancel = after(COLLECTOR_WAIT_MS, () => {
        fail(`no answer within ${COLLECTOR_WAIT_MS} ms`);
        resolve();
      });
      // Why caught: what went wrong with a batch has been told.
      await Promise.race([processor.shutdown().catch(() => {}), patience]);
      cancel();
    },
  };
}
