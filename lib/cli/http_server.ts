/** The HTTP listener of a running command: a table of pages, behind the same guards for all of them. */
import { isIP } from "node:net";
import { UsageError } from "../base/mod.ts";
import type { Observe } from "../observability/mod.ts";
import type { WatchConfig } from "./config.ts";

/**
 * Answers GET and HEAD requests for one path. `closing` aborts when the listener closes: an answer that goes on and on must
 * end then.
 */
export type Handler = (request: Request, closing: AbortSignal) => Response | Promise<Response>;

/** Pages by path. */
export type Routes = ReadonlyMap<string, Handler>;

/** A running listener. */
export interface HttpServer {
  /** Where it listens, such as `http://127.0.0.1:9090`, with the port that was taken. */
  readonly origin: string;
  /** Stops listening; answers under way are finished. */
  stop(): Promise<void>;
}

/** What the listener needs. */
export interface HttpServerOptions {
  /** Where to listen. */
  readonly config: Pick<WatchConfig, "host" | "port">;
  /** What to serve. */
  readonly routes: Routes;
  /** Gets one request event for each answer. */
  readonly observe: Observe;
}

/** Header of an answer in plain text. */
export const PLAIN: Readonly<Record<string, string>> = {
  "content-type": "text/plain; charset=utf-8",
};

/** What every answer says to browsers, unless the page says something else. */
const GUARDS: Readonly<Record<string, string>> = {
  "cache-control": "no-store",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};

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

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127\./.test(host);
}

/**
 * Whether a request may be answered, by what it calls this host. Security: a page of another site can have a name of its own
 * resolve to a loopback address and so pass for this one (DNS rebinding); it cannot do without a name. Who listens on
 * other addresses has shown the pages to that network, where hosts have names.
 */
function isWelcome(called: string | null, listening: string): boolean {
  if (!isLoopback(listening)) return true;
  const name = /^(?:\[([0-9a-f:.]+)\]|([^:]+))(?::\d+)?$/i.exec(called ?? "");
  const host = name?.[1] ?? name?.[2] ?? "";
  return isIP(host) !== 0 || host === "localhost" || host === listening;
}

function text(
  status: number,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): Response {
  return new Response(body, { status, headers: { ...PLAIN, ...headers } });
}

function answer(
  request: Request,
  { config, routes }: HttpServerOptions,
  closing: AbortSignal,
): Response | Promise<Response> {
  if (!isWelcome(request.headers.get("host"), config.host)) {
    return text(403, "this listener answers to its own address and to localhost only\n");
  }
  const handler = routes.get(new URL(request.url).pathname);
  if (handler === undefined) {
    return text(404, `not found; there are ${[...routes.keys()].join(", ")}\n`);
  }
  if (request.method !== "GET" && request.method !== "HEAD") {
    return text(405, "only GET and HEAD\n", { allow: "GET, HEAD" });
  }
  return handler(request, closing);
}

/** A port that is free at the moment, in words; nothing if the host has none for us. */
function freePort(hostname: string): string {
  try {
    using listener = Deno.listen({ hostname, port: 0 });
    return `; ${listener.addr.port} is free`;
  } catch {
    return "";
  }
}

/** The answer, whatever becomes of the page. Its error is for nobody who asks. */
async function answered(
  ...[request, options, closing]: Parameters<typeof answer>
): Promise<Response> {
  try {
    return await answer(request, options, closing);
  } catch {
    return text(500, "this page failed\n");
  }
}

/**
 * Serves `routes` until it is stopped.
 *
 * @throws {UsageError} if the address cannot be listened on.
 */
export function startHttpServer(options: HttpServerOptions): HttpServer {
  const { config: { host, port }, observe } = options;
  const closing = new AbortController();
  const handle = async (request: Request): Promise<Response> => {
    const startMs = performance.now();
    const response = await answered(request, options, closing.signal);
    for (const [name, value] of Object.entries(GUARDS)) {
      if (!response.headers.has(name)) response.headers.set(name, value);
    }
    const seconds = (performance.now() - startMs) / 1000;
    const result = response.status < 400 ? "ok" : response.status < 500 ? "rejected" : "error";
    observe({ kind: "request", protocol: "metrics-http", direction: "inbound", result, seconds });
    return response;
  };
  try {
    const server = Deno.serve({ hostname: host, port, onListen: () => {} }, handle);
    return {
      origin: `http://${urlHost(host)}:${server.addr.port}`,
      stop: async () => {
        closing.abort();
        await server.shutdown();
      },
    };
  } catch (cause) {
    throw new UsageError(`Cannot serve metrics on ${urlHost(host)}:${port}`, {
      cause,
      hint:
        "another program, maybe another node, has the port, and 9090 is also that of Prometheus itself: " +
        `choose one with --metrics-port${freePort(host)}`,
    });
  }
}
