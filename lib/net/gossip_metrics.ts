/** Gossipsub's own metrics in our registry. */
import type { GossipsubOpts } from "@libp2p/gossipsub";
import type { Labels, Register } from "../observability/mod.ts";

type MetricsRegister = NonNullable<GossipsubOpts["metricsRegister"]>;
type GivenLabels = Readonly<Record<string, string | number>>;

interface Config {
  readonly name: string;
  readonly help: string;
  readonly labelNames?: readonly string[];
  readonly buckets?: number[];
}

/** Topics that have series of their own; the rest share one, so that their number is bounded. */
const TOPICS_MAX = 10;
/** Topics of sessions begin so; each is used once. */
const SESSION_TOPICS = "/p2p-mpc/";
const OTHER = "other";
/** The metric that is set when this node joins a topic. */
const JOINED = "gossipsub_topic_subscription_status";
/** Upper bounds of histograms that name none. */
const BUCKETS = [0.001, 0.01, 0.1, 1, 10];

/** Names of topics in labels: only those that this node has joined are shown. */
class TopicNames {
  readonly #own = new Set<string>();

  /** This node joins a topic. */
  join(topic: string): void {
    if (!topic.startsWith(SESSION_TOPICS) && this.#own.size < TOPICS_MAX) this.#own.add(topic);
  }

  of(topic: string): string {
    if (topic.startsWith(SESSION_TOPICS)) return "session";
    return this.#own.has(topic) ? topic : OTHER;
  }
}

/** Splits the arguments of gossipsub's metrics, whose labels may be left out. */
function split<V>(
  labels: GivenLabels | V | undefined,
  value: V | undefined,
): [GivenLabels, V | undefined] {
  return typeof labels === "object" && !Array.isArray(labels)
    ? [labels as GivenLabels, value]
    : [{}, labels as V | undefined];
}

class GossipMetrics {
  readonly #register: Register;
  readonly #topics = new TopicNames();

  constructor(register: Register) {
    this.#register = register;
  }

  gauge({ name, help, labelNames = [] }: Config): unknown {
    const collects: (() => void)[] = [];
    const collect = (): void => collects.forEach((run) => run());
    const gauge = this.#register.gauge({ name, help, labels: labelNames, collect });
    if (labelNames.length === 0) gauge.set({}, 0);
    const outer = {
      inc: (first?: GivenLabels | number, second?: number): void => {
        const [labels, by = 1] = split(first, second);
        gauge.inc(this.#named(labels), by);
      },
      set: (first: GivenLabels | number, second?: number): void => {
        const [labels, value = 0] = split(first, second);
        if (name === JOINED && value > 0) this.#topics.join(String(labels["topicStr"]));
        const named = this.#named(labels);
        // Why: the last of several topics would stand for all of them.
        if (Object.values(named).includes(OTHER)) return;
        gauge.set(named, value);
      },
      addCollect: (run: (of: unknown) => void): void => void collects.push(() => run(outer)),
    };
    return outer;
  }

  histogram({ name, help, labelNames = [], buckets = BUCKETS }: Config): unknown {
    const histogram = this.#register.histogram({ name, help, labels: labelNames, buckets });
    return {
      startTimer(): () => void {
        const startMs = performance.now();
        return () => histogram.observe({}, (performance.now() - startMs) / 1000);
      },
      observe: (first: GivenLabels | number, second?: number): void => {
        const [labels, value = 0] = split(first, second);
        histogram.observe(this.#named(labels), value);
      },
      reset: () => histogram.reset(),
    };
  }

  /** Mean, least and greatest of some values, as three series. */
  avgMinMax({ name, help, labelNames = [] }: Config): unknown {
    const gauge = this.#register.gauge({ name, help, labels: [...labelNames, "of"] });
    return {
      set: (first: GivenLabels | number[], second?: number[]): void => {
        const [labels, values = []] = split(first, second);
        if (values.length === 0) return;
        const sum = values.reduce((a, b) => a + b);
        const named = this.#named(labels);
        gauge.set({ ...named, of: "average" }, sum / values.length);
        gauge.set({ ...named, of: "minimum" }, Math.min(...values));
        gauge.set({ ...named, of: "maximum" }, Math.max(...values));
      },
    };
  }

  #named(labels: GivenLabels): Labels {
    return Object.fromEntries(
      Object.entries(labels).map(([label, value]) => [
        label,
        /^topic/.test(label) ? this.#topics.of(String(value)) : String(value),
      ]),
    );
  }
}

/** Options of gossipsub with which it counts into `register`. Labels name at most the topics of the node itself. */
export function countingGossip(register: Register | undefined): Partial<GossipsubOpts> {
  if (register === undefined) return {};
  const metricsRegister = new GossipMetrics(register) as unknown as MetricsRegister;
  return { metricsRegister, metricsTopicStrToLabel: new Map() };
}
