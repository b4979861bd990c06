/** The HTTP page of the metrics and of the state of health. */
import { UsageError } from "../base/mod.ts";
import type { Metrics, Observe } from "../observability/mod.ts";
import type { MetricsConfig } from "./config.ts";

/** A running page. */
export interface MetricsServer {
  /** The address of the metrics, with the port that was taken. */
  readonly url: string;
  /** Stops listening; answers under way are finished. */
  stop(): Promise<void>;
}

/** What the server needs. */
export interface MetricsServerOptions {
  readonly config: MetricsConfig;
  readonly metrics: Metrics;
  /** Gets one request event for each answer. */
  readonly observe: Observe;
}

const PLAIN = { "content-type": "text/plain; charset=utf-8" };

async function answer(request: Request, metrics: Metrics): Promise<Response> {
  const { pathname } = new URL(request.url);
  if (pathname !== "/metrics" && pathname !== "/healthz") {
    return new Response("not found; there are /metrics and /healthz\n", {
      status: 404,
      headers: PLAIN,
    });
  }
  if (request.method !== "GET" && request.method !== "HEAD") {
    return new Response(null, { status: 405, headers: { allow: "GET, HEAD" } });
  }
  if (pathname === "/healthz") return new Response("ok\n", { headers: PLAIN });
  const { contentType, body } = await metrics.page();
  return new Response(body, { headers: { "content-type": contentType } });
}

/** The host as it stands in a URL. */
function urlHost(host: string): string {
  return host.includes(":") ? `[${host}]` : host;
}

/** An address of ours where a node that listens everywhere can be reached. */
export function dialable(host: string): string {
  return host === "0.0.0.0" ? "127.0.0.1" : host === "::" ? "::1" : host;
}

/** The address of the metrics page of a node with this config. */
export function metricsUrl(host: string, port: number): string {
  return `http://${urlHost(host)}:${port}/metrics`;
}

/**
 * Serves `GET /metrics` and `GET /healthz`.
 *
 * @throws {UsageError} if the address cannot be listened on.
 */
export function startMetricsServer(options: MetricsServerOptions): MetricsServer {
  const { config: { host, port }, metrics, observe } = options;
  const handle = async (request: Request): Promise<Response> => {
    const startMs = performance.now();
    const response = await answer(request, metrics);
    const seconds = (performance.now() - startMs) / 1000;
    const result = response.ok ? "ok" : "rejected";
    observe({ kind: "request", protocol: "metrics-http", direction: "inbound", result, seconds });
    return response;
  };
  try {
    const server = Deno.serve({ hostname: host, port, onListen: () => {} }, handle);
    return { url: metricsUrl(host, server.addr.port), stop: () => server.shutdown() };
  } catch (cause) {
    throw new UsageError(`Cannot serve metrics on ${urlHost(host)}:${port}`, {
      cause,
      hint: "another program, maybe another node, has the port: choose one with --metrics-port, " +
        "or 0 for a free one",
    });
  }
}
