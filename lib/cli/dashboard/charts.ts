/** Charts as SVG in HTML. Sizes stand in attributes: the page's policy allows no styles in the text. */
import { html, type Markup } from "./markup.ts";
import type { LinePhase, PartyView } from "./snapshot.ts";
import { durationText } from "./words.ts";

/** Width of all charts in their own units; they are stretched to the room that they get. */
const WIDTH = 1000;
const SPARK_HEIGHT = 100;
/** With fewer samples than this a curve does not fill its chart. */
const SPARK_SAMPLES_MIN = 30;
const LINE_HEIGHT = 10;

/** The class of a phase, which has its colour. */
export function phaseClass(phase: LinePhase): string {
  return `phase-${phase.toLowerCase().replaceAll(/[^a-z]+/g, "-")}`;
}

/** The samples as an area under a curve: the newest on the right, the lower edge is zero. */
export function sparkline(samples: readonly number[], label: string): Markup {
  const top = Math.max(1e-9, ...samples) * 1.1;
  const step = WIDTH / (Math.max(SPARK_SAMPLES_MIN, samples.length) - 1);
  const points = samples.map((value, at) => {
    const x = WIDTH - (samples.length - 1 - at) * step;
    const y = SPARK_HEIGHT * (1 - value / top);
    return `${x.toFixed(1)},${y.toFixed(1)}`;
  });
  const from = points[0]?.split(",")[0] ?? "0";
  const area = `${from},${SPARK_HEIGHT} ${points.join(" ")} ${WIDTH},${SPARK_HEIGHT}`;
  return html`
    <svg class="spark" viewBox="0 0 ${WIDTH} ${SPARK_HEIGHT}" preserveAspectRatio="none" role="img"
      aria-label="${label}">
      <polygon points="${area}" />
      <polyline points="${points.join(" ")}" />
    </svg>
  `;
}

/** Part of a session, in milliseconds from its start. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** What a party did when, as bars: making material above, using it below. `shown` is the width of the chart. */
export function timeLine(party: PartyView, shown: Span): Markup {
  const scale = WIDTH / Math.max(1, shown.toMs - shown.fromMs);
  const bars = party.lines.flatMap((line, row) =>
    line.filter(({ toMs }) => toMs > shown.fromMs).map(({ phase, fromMs, toMs }) => {
      const x = Math.max(0, fromMs - shown.fromMs) * scale;
      const width = Math.max(1, (toMs - shown.fromMs) * scale - x);
      const y = row * (LINE_HEIGHT + 2);
      return html`
        <rect class="${phaseClass(phase)}" x="${x.toFixed(1)}" y="${y}" width="${width.toFixed(
          1,
        )}" height="${LINE_HEIGHT}">
          <title>${phase}, ${durationText(toMs - fromMs)}</title>
        </rect>
      `;
    })
  );
  const height = 2 * LINE_HEIGHT + 2;
  return html`
    <svg class="line" viewBox="0 0 ${WIDTH} ${height}" preserveAspectRatio="none" role="img"
      aria-label="${lineLabel(party)}">${bars}</svg>
  `;
}

/** The time line in words: how long which phase took. */
function lineLabel({ party, lines }: PartyView): string {
  const sums = new Map<LinePhase, number>();
  for (const { phase, fromMs, toMs } of lines.flat()) {
    sums.set(phase, (sums.get(phase) ?? 0) + toMs - fromMs);
  }
  const parts = [...sums].map(([phase, ms]) => `${phase} ${durationText(ms)}`);
  return `Party ${party}: ${parts.length === 0 ? "nothing heard yet" : parts.join(", ")}`;
}
