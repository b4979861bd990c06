/** libp2p's own metrics in our registry. */
import type { Metrics, Stream } from "@libp2p/interface";
import type { Counter, Gauge, Register } from "../observability/mod.ts";

/** What libp2p says of a metric; `calculate` gives its value when a page is made. */
interface Options {
  readonly label?: string;
  readonly help?: string;
  readonly buckets?: number[];
  readonly calculate?: () => Value | Promise<Value>;
}

/** The value of a metric, or those of a group by the value of its label. */
type Value = number | Readonly<Record<string, number>>;

type Increment = number | true | Readonly<Record<string, number | true | undefined>>;

/** Label of groups that name none. */
const LABEL = "kind";
/** Upper bounds of histograms that name none, in the unit of each. */
const BUCKETS = [0.001, 0.01, 0.1, 1, 10, 100, 1000];

/** Names the addresses that a node listens on by number: the label has as many values as there are listeners. */
function addressNames(): (key: string) => string {
  const numbers = new Map<string, number>();
  return (key) =>
    key.replace(/^\S+/, (address) => {
      const number = numbers.get(address) ?? numbers.size;
      numbers.set(address, number);
      return `listener ${number}`;
    });
}

class Libp2pMetrics {
  readonly #register: Register;
  readonly #gauges = new Map<string, Gauge>();
  readonly #counters = new Map<string, Counter>();
  readonly #histograms = new Map<string, ReturnType<Register["histogram"]>>();
  /** Those who give the values of a metric; each listener registers its own. */
  readonly #calculated = new Map<string, (() => Promise<void>)[]>();
  readonly #addressName = addressNames();
  readonly #bytes: Counter;

  constructor(register: Register) {
    this.#register = register;
    this.#bytes = register.counter({
      name: "p2p_mpc_network_bytes_total",
      help: "Bytes of streams by protocol, before encryption",
      labels: ["direction", "protocol"],
    });
  }

  registerMetric(name: string, options: Options = {}): unknown {
    return this.#gaugeOf(name, options, []);
  }

  registerMetricGroup(name: string, options: Options = {}): unknown {
    return this.#gaugeOf(name, options, [options.label ?? LABEL]);
  }

  registerCounter(name: string, options: Options = {}): unknown {
    return this.#counterOf(name, options, []);
  }

  registerCounterGroup(name: string, options: Options = {}): unknown {
    return this.#counterOf(name, options, [options.label ?? LABEL]);
  }

  registerHistogram(name: string, options: Options = {}): unknown {
    return this.#histogramOf(name, options, []);
  }

  registerHistogramGroup(name: string, options: Options = {}): unknown {
    return this.#histogramOf(name, options, [options.label ?? LABEL]);
  }

  /** As histograms: percentiles of several nodes cannot be added up. */
  registerSummary(name: string, options: Options = {}): unknown {
    return this.registerHistogram(name, options);
  }

  registerSummaryGroup(name: string, options: Options = {}): unknown {
    return this.registerHistogramGroup(name, options);
  }

  /** Connections are encrypted beside their streams of libp2p, so that only the protocols' streams can be counted. */
  trackMultiaddrConnection(): void {}

  /** Counts what passes a stream. Its protocol is one that this node speaks, so that there are few. */
  trackProtocolStream(stream: Stream): void {
    const { protocol } = stream;
    const counted = <A extends { byteLength: number }, R>(
      direction: string,
      pass: (data: A) => R,
    ): (data: A) => R =>
    (data) => {
      this.#bytes.inc({ direction, protocol }, data.byteLength);
      return pass(data);
    };
    stream.send = counted("outbound", stream.send.bind(stream));
    // Why not a listener: the first one that is added takes what was kept for the protocol.
    const inner = stream as Stream & { onData?: (data: { byteLength: number }) => void };
    if (inner.onData !== undefined) {
      inner.onData = counted("inbound", inner.onData.bind(inner));
    }
  }

  traceFunction<F>(_name: string, work: F): F {
    return work;
  }

  createTrace(): undefined {}

  #labelsOf(labels: readonly string[], key: string): Readonly<Record<string, string>> {
    const [label] = labels;
    if (label === undefined) return {};
    return { [label]: label === "address" ? this.#addressName(key) : key };
  }

  /** Calls `take` for each value. */
  #each(labels: readonly string[], value: Increment, take: Gauge["set"]): void {
    const values = typeof value === "object" ? Object.entries(value) : [["", value] as const];
    for (const [key, given] of values) {
      if (given !== undefined) take(this.#labelsOf(labels, key), given === true ? 1 : given);
    }
  }

  #gaugeOf(name: string, { help = name, calculate }: Options, labels: readonly string[]): unknown {
    const calculated = this.#calculated.get(name) ?? [];
    this.#calculated.set(name, calculated);
    const gauge = this.#gauges.get(name) ?? this.#register.gauge({
      ...{ name, help, labels },
      collect: async () => void await Promise.all(calculated.map((give) => give())),
    });
    this.#gauges.set(name, gauge);
    const set = (value: Value): void =>
      this.#each(labels, value, (at, given) => gauge.set(at, given));
    if (calculate !== undefined) calculated.push(async () => set(await calculate()));
    const add = (value: Increment, sign: number): void =>
      this.#each(labels, value, (at, by) => gauge.inc(at, sign * by));
    return {
      update: set,
      increment: (value: Increment = 1) => add(value, 1),
      decrement: (value: Increment = 1) => add(value, -1),
      reset: () => gauge.reset(),
      timer: (key = "") => timed((seconds) => gauge.set(this.#labelsOf(labels, key), seconds)),
    };
  }

  #counterOf(name: string, options: Options, labels: readonly string[]): unknown {
    // Why a gauge: what is calculated is set.
    if (options.calculate !== undefined) return this.#gaugeOf(name, options, labels);
    const { help = name } = options;
    const counter = this.#counters.get(name) ?? this.#register.counter({ name, help, labels });
    this.#counters.set(name, counter);
    if (labels.length === 0) counter.inc({}, 0);
    return {
      increment: (value: Increment = 1) =>
        this.#each(labels, value, (at, by) => counter.inc(at, by)),
      reset: () => {},
    };
  }

  #histogramOf(name: string, options: Options, labels: readonly string[]): unknown {
    const { help = name, buckets = BUCKETS } = options;
    const histogram = this.#histograms.get(name) ??
      this.#register.histogram({ name, help, labels, buckets });
    this.#histograms.set(name, histogram);
    return {
      observe: (value: Value) =>
        this.#each(labels, value, (at, given) => histogram.observe(at, given)),
      reset: () => histogram.reset(),
      timer: (key = "") => timed((s) => histogram.observe(this.#labelsOf(labels, key), s)),
    };
  }
}

/** Begins to take the time; the returned function hands over seconds. */
function timed(take: (seconds: number) => void): () => void {
  const startMs = performance.now();
  return () => take((performance.now() - startMs) / 1000);
}

/**
 * Where libp2p's parts register their metrics, for a node that has `register`. Nothing is traced.
 *
 * Why not `@libp2p/prometheus-metrics`: it has addresses as labels, a metric that is registered twice fails, and it counts
 * received bytes by a listener that may take them from the protocol.
 */
export function libp2pMetrics(register: Register): Metrics {
  return new Libp2pMetrics(register) as unknown as Metrics;
}
