/** Bar charts as SVG. */

/** Bars that stand together; each has one value for every series, undefined where there is none. */
export interface Group {
  readonly label: string;
  readonly values: readonly (number | undefined)[];
}

/** A chart with a bar for each value, side by side or one upon the other. */
export interface Chart {
  readonly title: string;
  /** Of the values, on the axis. */
  readonly unit: string;
  readonly series: readonly string[];
  readonly groups: readonly Group[];
  /** Side by side on a logarithmic axis, or stacked on a linear one. */
  readonly kind: "logarithmic" | "stacked";
}

const WIDTH = 860;
const PLOT_HEIGHT = 300;
const LEFT = 70;
const TOP = 40;
const LEGEND_LINE = 18;
const COLOURS = [
  ...["#3b6fb6", "#9dbbe3", "#d9822b", "#f2c18d", "#3f8f5f"],
  ...["#a5d3b6", "#8a5fb0", "#c9b3dc", "#b5484b", "#6b6b6b"],
];

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** A value as a tick shows it: three digits at most, with k, M or G. */
export function short(value: number): string {
  const units = ["", "k", "M", "G"];
  const power = value < 1000 ? 0 : Math.min(3, Math.floor(Math.log10(value) / 3));
  const scaled = value / 1000 ** power;
  return `${Number(scaled.toPrecision(3))}${units[power]}`;
}

interface Scale {
  readonly ticks: readonly number[];
  /** Height of a value over the axis, in pixels. */
  height(value: number): number;
}

function logarithmic(values: readonly number[]): Scale {
  const low = Math.floor(Math.log10(Math.min(...values)));
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...values))));
  const ticks = Array.from({ length: high - low + 1 }, (_, i) => 10 ** (low + i));
  return {
    ticks,
    height: (value) => (Math.log10(value) - low) / (high - low) * PLOT_HEIGHT,
  };
}

function linear(most: number): Scale {
  const step = 10 ** Math.floor(Math.log10(most));
  const unit = most / step < 2 ? step / 5 : most / step < 5 ? step / 2 : step;
  const count = Math.ceil(most / unit);
  const ticks = Array.from({ length: count + 1 }, (_, i) => i * unit);
  return { ticks, height: (value) => value / (count * unit) * PLOT_HEIGHT };
}

function rect(x: number, y: number, width: number, height: number, colour: string): string {
  const [left, top, wide, high] = [x, y, width, height].map((value) => value.toFixed(1));
  return `<rect x="${left}" y="${top}" width="${wide}" height="${high}" fill="${colour}"/>`;
}

function label(x: number, y: number, anchor: string, text: string): string {
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}">${
    escape(text)
  }</text>`;
}

function colourOf(series: number): string {
  return COLOURS[series % COLOURS.length] ?? "";
}

/** The bars of one group, `x` to `x + width`. */
function bars(
  { kind, series }: Chart,
  group: Group,
  scale: Scale,
  x: number,
  width: number,
): string[] {
  const base = TOP + PLOT_HEIGHT;
  const out: string[] = [];
  let below = 0;
  for (const [i, value] of group.values.entries()) {
    if (value === undefined || value <= 0) continue;
    const height = scale.height(value);
    if (kind === "stacked") {
      out.push(rect(x, base - below - height, width, height, colourOf(i)));
      below += height;
    } else {
      const wide = width / series.length;
      out.push(rect(x + i * wide, base - height, wide - 1, height, colourOf(i)));
      out.push(label(x + (i + 0.5) * wide, base - height - 3, "middle", short(value)));
    }
  }
  return out;
}

function scaleOf({ kind, groups }: Chart): Scale {
  const values = groups.flatMap((group) => group.values.filter((value) => value !== undefined));
  if (kind === "logarithmic") return logarithmic(values);
  return linear(Math.max(...groups.map(({ values }) => {
    return values.reduce<number>((sum, value) => sum + (value ?? 0), 0);
  })));
}

/** The chart as the text of an SVG file. */
export function chartSvg(chart: Chart): string {
  const { title, unit, series, groups } = chart;
  const scale = scaleOf(chart);
  const base = TOP + PLOT_HEIGHT;
  const legendTop = base + 50;
  const height = legendTop + LEGEND_LINE * Math.ceil(series.length / 3) + 10;
  const step = (WIDTH - LEFT - 20) / groups.length;
  const out = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" ` +
    `font-family="sans-serif" font-size="11" fill="#222">`,
    `<title>${escape(title)}</title>`,
    rect(0, 0, WIDTH, height, "#fff"),
    `<text x="${LEFT}" y="20" font-size="14">${escape(`${title}, ${unit}`)}</text>`,
  ];
  for (const tick of scale.ticks) {
    const y = base - scale.height(tick);
    out.push(rect(LEFT, y, WIDTH - LEFT - 20, 0.5, "#bbb"));
    out.push(label(LEFT - 6, y + 4, "end", short(tick)));
  }
  for (const [i, group] of groups.entries()) {
    const x = LEFT + (i + 0.1) * step;
    out.push(...bars(chart, group, scale, x, step * 0.8));
    const [first = "", second = ""] = group.label.split(", ");
    out.push(label(x + step * 0.4, base + 16, "middle", first));
    out.push(label(x + step * 0.4, base + 30, "middle", second));
  }
  for (const [i, name] of series.entries()) {
    const x = LEFT + (i % 3) * 250;
    const y = legendTop + Math.floor(i / 3) * LEGEND_LINE;
    out.push(rect(x, y, 12, 12, colourOf(i)), label(x + 18, y + 10, "start", name));
  }
  return `${out.join("\n")}\n</svg>\n`;
}
