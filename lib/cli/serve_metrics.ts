/** The metrics of a running command: counted from its events, served on a page of their own. */
import { UsageError } from "../base/mod.ts";
import { createMetrics, type Observe } from "../observability/mod.ts";
import type { MetricsConfig } from "./config.ts";
import { startMetricsServer } from "./metrics_server.ts";
import { messageOf } from "./report.ts";

/** Metrics being counted, and maybe served. */
export interface ServedMetrics {
  /** Takes the events that are counted. */
  readonly observe: Observe;
  /** Closes the page. */
  stop(): Promise<void>;
}

/**
 * Starts to count and to serve. `observe` gets the address of the page, or the warning that there is none
 * because the default port is taken.
 *
 * @throws {UsageError} if the user asked for the port and it cannot be had.
 */
export async function serveMetrics(
  config: MetricsConfig,
  observe: Observe,
): Promise<ServedMetrics> {
  const metrics = await createMetrics();
  try {
    const server = startMetricsServer({ config, metrics, observe: metrics.observe });
    observe({ kind: "notice", text: `metrics at ${server.url}` });
    return { observe: metrics.observe, stop: () => server.stop() };
  } catch (error) {
    if (config.required || !(error instanceof UsageError)) throw error;
    const text = `${error.message}: ${messageOf(error.cause)}; this node has no metrics page ` +
      `(${error.hint ?? ""})`;
    observe({ kind: "log", level: "warn", module: "metrics", text });
    return { observe: metrics.observe, stop: () => Promise.resolve() };
  }
}
