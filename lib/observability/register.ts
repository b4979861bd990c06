/** A registry of metrics in the text format of Prometheus: what this program uses of `prom-client`. */

/** Values of labels by name. */
export type Labels = Readonly<Record<string, string>>;

/** What a metric is called. */
export interface MetricOptions {
  /** Its name. */
  readonly name: string;
  /** One line about it. */
  readonly help: string;
  /** Names of its labels. Each may have few values only: no peer, address, topic of somebody else, or session. */
  readonly labels?: readonly string[];
}

/** Goes up. */
export interface Counter {
  /** Adds `by`, 1 by default; 0 makes the series exist. */
  inc(labels: Labels, by?: number): void;
}

/** Goes up and down. */
export interface Gauge extends Counter {
  /** Sets the value. */
  set(labels: Labels, value: number): void;
  /** Forgets all series. */
  reset(): void;
}

/** Counts values by size. */
export interface Histogram {
  /** Counts a value. */
  observe(labels: Labels, value: number): void;
  /** Makes the series exist. */
  zero(labels: Labels): void;
  /** Forgets all series. */
  reset(): void;
}

/** A metric whose value is asked for when a page is made. */
export interface Collected {
  /** Sets the values of `gauge`. */
  readonly collect?: (gauge: Gauge) => void | Promise<void>;
}

/** Makes metrics. Each name may be taken once. */
export interface Register {
  /** A counter without series. */
  counter(options: MetricOptions): Counter;
  /** A gauge without series. */
  gauge(options: MetricOptions & Collected): Gauge;
  /** A histogram without series; `buckets` are upper bounds, ascending. */
  histogram(options: MetricOptions & { readonly buckets: readonly number[] }): Histogram;
}

/** A page of metrics as it goes over HTTP. */
export interface MetricsPage {
  /** Value of the header `content-type`. */
  readonly contentType: string;
  /** The text of the page. */
  readonly body: string;
}

/** A registry and its page. */
export interface Registry extends Register {
  /** The page as of now. */
  page(): Promise<MetricsPage>;
}

/** What is asked about the process when a page is made. */
export interface ProcessProbe {
  /** Resident memory in bytes. */
  readonly memory: () => number;
  /** Greatest delay of the event loop since it was last asked, in seconds. */
  readonly lag: () => number;
}

/** What `prom-client` says of the process without knowing it: Deno does not show `/proc`, nor the histogram of delays. */
const UNKNOWN = /^(process_(resident|virtual|heap|open|max)_|nodejs_eventloop_lag_)/;

/**
 * A registry of its own, so that two nodes in one process do not share it. With `probe` it also tells of the process: memory,
 * processor time, delays of the event loop.
 */
export async function createRegistry(probe?: ProcessProbe): Promise<Registry> {
  const prometheus = await import("prom-client");
  const registry = new prometheus.Registry();
  const registers = [registry];
  const made: Registry = {
    counter: ({ name, help, labels = [] }) =>
      new prometheus.Counter({ name, help, labelNames: labels, registers }),
    gauge({ name, help, labels = [], collect }): Gauge {
      const gauge: Gauge = new prometheus.Gauge({
        ...{ name, help, labelNames: labels, registers },
        ...(collect === undefined ? {} : { collect: () => collect(gauge) }),
      });
      return gauge;
    },
    histogram: ({ name, help, labels = [], buckets }) =>
      new prometheus.Histogram({
        name,
        help,
        labelNames: labels,
        buckets: [...buckets],
        registers,
      }),
    async page(): Promise<MetricsPage> {
      return { contentType: registry.contentType, body: await registry.metrics() };
    },
  };
  if (probe === undefined) return made;
  prometheus.collectDefaultMetrics({ register: registry });
  for (const { name } of registry.getMetricsAsArray()) {
    if (UNKNOWN.test(name)) registry.removeSingleMetric(name);
  }
  made.gauge({
    name: "process_resident_memory_bytes",
    help: "Resident memory size in bytes.",
    collect: (gauge) => gauge.set({}, probe.memory()),
  });
  made.gauge({
    name: "p2p_mpc_event_loop_lag_seconds",
    help: "Greatest delay of the event loop since the last look",
    collect: (gauge) => gauge.set({}, probe.lag()),
  });
  return made;
}
