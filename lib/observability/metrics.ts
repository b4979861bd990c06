/** The metrics of a running command, counted from its events. */
import { type Observe, observeAll } from "./event.ts";
import { nodeMetrics } from "./node_metrics.ts";
import { createRegistry, type MetricsPage, type ProcessProbe, type Register } from "./register.ts";
import { sessionMetrics } from "./session_metrics.ts";

/** Counts events. */
export interface Metrics {
  /** Takes note of what is counted, and of nothing else. */
  readonly observe: Observe;
  /** Takes metrics of others, which are shown on the same page. */
  readonly register: Register;
  /** The page as of now. */
  page(): Promise<MetricsPage>;
}

/** What {@linkcode createMetrics} needs. */
export interface MetricsSetup {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Names of the protocol's checks. */
  readonly checks: readonly string[];
  /** What can count against a peer. */
  readonly penalties: readonly string[];
  /** What the program is: labels of a metric that is always 1. */
  readonly build: Readonly<Record<string, string>>;
  /** With it the page also tells of the process. */
  readonly process?: ProcessProbe;
}

/**
 * Metrics in a registry of their own. All series whose labels are known exist with the value zero from the start. Labels have
 * few values each: no peer, address, session or topic that somebody else has named.
 */
export async function createMetrics(setup: MetricsSetup): Promise<Metrics> {
  const registry = await createRegistry(setup.process);
  const about = { help: "1, with what this program is", labels: Object.keys(setup.build) };
  registry.gauge({ name: "p2p_mpc_build_info", ...about }).set(setup.build, 1);
  const observe = observeAll(
    ...nodeMetrics(registry, setup.penalties),
    ...sessionMetrics(registry, setup),
  );
  return { observe, register: registry, page: () => registry.page() };
}
