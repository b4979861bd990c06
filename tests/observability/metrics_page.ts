/** A small reader of the text format of Prometheus. */

/** One line with a value. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A page. */
export interface Page {
  /** Type by metric name. */
  readonly types: Readonly<Record<string, string>>;
  readonly samples: readonly Sample[];
}

/** Reads a page; throws at the first line that is none of the format. */
export function parsePage(text: string): Page {
  const types: Record<string, string> = {};
  const samples: Sample[] = [];
  for (const line of text.split("\n")) {
    if (line === "" || /^# HELP \w+ \S/.test(line)) continue;
    const type = /^# TYPE (\w+) (counter|gauge|histogram)$/.exec(line);
    if (type !== null) {
      types[type[1] ?? ""] = type[2] ?? "";
      continue;
    }
    const sample = /^(\w+)(?:\{(.*)\})? (-?[0-9.e+-]+|NaN|Nan|[+-]Inf)$/.exec(line);
    if (sample === null) throw new Error(`no line of a metrics page: ${line}`);
    const pairs = [...(sample[2] ?? "").matchAll(/(\w+)="([^"]*)"/g)];
    const labels = Object.fromEntries(pairs.map((pair) => [pair[1] ?? "", pair[2] ?? ""]));
    samples.push({ name: sample[1] ?? "", labels, value: Number(sample[3]) });
  }
  return { types, samples };
}

/** Sum of the samples of `name` that have all of `labels`. */
export function total(
  samples: readonly Sample[],
  name: string,
  labels: Readonly<Record<string, string>>,
): number {
  const wanted = Object.entries(labels);
  return samples.filter((sample) =>
    sample.name === name && wanted.every(([label, value]) => sample.labels[label] === value)
  ).reduce((sum, sample) => sum + sample.value, 0);
}
