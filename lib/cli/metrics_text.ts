/** The text format of Prometheus, read. */

/** One line with a value. */
export interface Sample {
  /** Name, such as `p2p_mpc_requests_total`. */
  readonly name: string;
  /** Values of its labels by name. */
  readonly labels: Readonly<Record<string, string>>;
  /** NaN and infinities are values, too. */
  readonly value: number;
}

/** A metric with its samples. */
export interface Family {
  /** The lines that say what it is, as they stand. */
  readonly about: readonly string[];
  /** The lines with values, as they stand. */
  readonly lines: readonly string[];
}

const SAMPLE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)(?: -?\d+)?$/;
const LABEL = /([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g;
const VALUES: Readonly<Record<string, number>> = { "+Inf": Infinity, "-Inf": -Infinity, NaN };

/** Reads a line with a value. @throws {SyntaxError} if it is none. */
export function readSample(line: string): Sample {
  const [, name, labels = "", text = ""] = SAMPLE.exec(line) ?? [];
  const value = VALUES[text] ?? Number(text);
  if (name === undefined || text === "" || Number.isNaN(value) && text !== "NaN") {
    throw new SyntaxError(`it is no page of metrics: ${JSON.stringify(line.slice(0, 80))}`);
  }
  const unescape = (escaped: string): string =>
    escaped.replace(/\\(.)/g, (_, character) => character === "n" ? "\n" : character);
  const pairs = [...labels.matchAll(LABEL)].map(([, label = "", of = ""]) => [label, unescape(of)]);
  return { name, labels: Object.fromEntries(pairs), value };
}

/**
 * The metrics of a page with those lines that `wanted` matches; metrics without any are left out.
 *
 * @throws {SyntaxError} if it is no page of metrics.
 */
export function readPage(page: string, wanted = /(?:)/): readonly Family[] {
  const families: { about: string[]; lines: string[] }[] = [];
  let about: string[] = [];
  let lines: string[] = [];
  for (const line of page.split("\n").filter((text) => text !== "")) {
    if (line.startsWith("#")) {
      if (lines.length > 0) families.push({ about, lines });
      if (lines.length > 0 || line.startsWith("# HELP ")) about = [];
      lines = [];
      about.push(line);
    } else {
      readSample(line);
      lines.push(line);
    }
  }
  families.push({ about, lines });
  return families.map((family) => ({
    ...family,
    lines: family.lines.filter((l) => wanted.test(l)),
  }))
    .filter((family) => family.lines.length > 0);
}
