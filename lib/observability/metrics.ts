/** Counters of a node in the text format of Prometheus. */
import type { Direction, Observe, RequestProtocol, RequestResult } from "./event.ts";

/** A page of metrics as it goes over HTTP. */
export interface MetricsPage {
  /** Value of the header `content-type`. */
  readonly contentType: string;
  /** The text of the page. */
  readonly body: string;
}

/** Counts events. */
export interface Metrics {
  /** Takes note of connections and requests, and of nothing else. */
  readonly observe: Observe;
  /** The page as of now. */
  page(): Promise<MetricsPage>;
}

const PROTOCOLS: readonly RequestProtocol[] = ["session", "gossip", "ping", "dial", "metrics-http"];
const DIRECTIONS: readonly Direction[] = ["inbound", "outbound"];
const RESULTS: readonly RequestResult[] = ["ok", "error", "rejected", "timeout"];
/** Upper bounds in seconds. */
const DURATION_BUCKETS = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 60];

/**
 * Metrics in a registry of their own, so that two nodes in one process do not share them. All series exist
 * with the value zero from the start. Labels have few values each: no peer, address, topic or session.
 */
export async function createMetrics(): Promise<Metrics> {
  const { Counter, Gauge, Histogram, Registry } = await import("prom-client");
  const registry = new Registry();
  const registers = [registry];
  const requests = new Counter({
    name: "p2p_mpc_requests_total",
    help: "Total number of requests, answered and made",
    labelNames: ["protocol", "direction", "result"],
    registers,
  });
  const connections = new Gauge({
    name: "p2p_mpc_active_connections",
    help: "Number of active connections to peers",
    labelNames: ["direction", "kind"],
    registers,
  });
  const durations = new Histogram({
    name: "p2p_mpc_request_duration_seconds",
    help: "Request duration in seconds",
    labelNames: ["protocol", "direction"],
    buckets: DURATION_BUCKETS,
    registers,
  });
  for (const direction of DIRECTIONS) {
    for (const kind of ["direct", "relayed"]) connections.set({ direction, kind }, 0);
    for (const protocol of PROTOCOLS) {
      durations.zero({ protocol, direction });
      for (const result of RESULTS) requests.inc({ protocol, direction, result }, 0);
    }
  }
  return {
    observe(event): void {
      if (event.kind === "connection") {
        const labels = { direction: event.direction, kind: event.via };
        if (event.change === "open") connections.inc(labels);
        else connections.dec(labels);
      } else if (event.kind === "request") {
        const { protocol, direction, result, seconds } = event;
        requests.inc({ protocol, direction, result });
        durations.observe({ protocol, direction }, seconds);
      }
    },
    async page(): Promise<MetricsPage> {
      return { contentType: registry.contentType, body: await registry.metrics() };
    },
  };
}
