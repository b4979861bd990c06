/**
 * Draws docs/img/terminal.svg: what one of three parties sees of a computation, from a run of the demo.
 *
 * usage: deno run --allow-read --allow-run --allow-write=docs/img scripts/terminal_picture.ts
 */
import { runDemo } from "./demo.ts";

const FILE = "docs/img/terminal.svg";
/** Most characters of a line; of a longer one the middle is left out. */
const COLUMNS = 104;
const LINE_HEIGHT = 19;
const CHAR_WIDTH = 7.8;
const PADDING = 16;
const TITLE_HEIGHT = 34;

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** The line as it fits: tickets and ids are long words whose beginning says enough. */
export function fitted(line: string): string {
  const short = line.replaceAll(/\b(p2pmpc1\w{12})\w{20,}(\w{6})\b/g, "$1…$2")
    .replaceAll(/\b(12D3KooW\w{4})\w{30,}(\w{6})\b/g, "$1…$2")
    .replaceAll(/\b([0-9a-f]{16})[0-9a-f]{40,}\b/g, "$1…");
  return short.length <= COLUMNS ? short : `${short.slice(0, COLUMNS - 1)}…`;
}

function classOf(line: string): string {
  if (line.startsWith("$")) return "command";
  if (line.startsWith("The result")) return "result";
  return line.includes("ticket to join us") ? "ticket" : "notice";
}

/** A window with `lines` in it, its upper edge at `y`. */
function windowSvg(title: string, lines: readonly string[], y: number): string {
  const height = windowHeight(lines);
  const width = COLUMNS * CHAR_WIDTH + 2 * PADDING;
  const dots = ["#ff5f57", "#febc2e", "#28c840"].map((colour, i) =>
    `<circle cx="${20 + i * 20}" cy="${y + TITLE_HEIGHT / 2}" r="6" fill="${colour}"/>`
  );
  const texts = lines.map((line, i) => {
    const at = y + TITLE_HEIGHT + PADDING + i * LINE_HEIGHT + 8;
    return `<text x="${PADDING}" y="${at}" class="${classOf(line)}">${escape(line)}</text>`;
  });
  return [
    `<rect x="0" y="${y}" width="${width}" height="${height}" rx="10" fill="#161b22" stroke="#30363d"/>`,
    ...dots,
    `<text x="${width / 2}" y="${y + 22}" class="title" text-anchor="middle">${
      escape(title)
    }</text>`,
    ...texts,
  ].join("\n");
}

function windowHeight(lines: readonly string[]): number {
  return TITLE_HEIGHT + 2 * PADDING + lines.length * LINE_HEIGHT;
}

/** The picture of several windows, one below the other. */
export function pictureOf(windows: readonly { title: string; lines: readonly string[] }[]): string {
  const gap = 14;
  let y = 0;
  const parts = windows.map(({ title, lines }) => {
    const part = windowSvg(title, lines, y);
    y += windowHeight(lines) + gap;
    return part;
  });
  const [width, height] = [COLUMNS * CHAR_WIDTH + 2 * PADDING, y - gap];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="-1 -1 ${width + 2} ${
    height + 2
  }" role="img">
<title>Three parties compute 2 + 2 + 2: the terminal of one of them</title>
<style>
text { font: 13px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; white-space: pre; }
.title { fill: #8b949e; } .notice { fill: #8b949e; } .command { fill: #e6edf3; font-weight: bold; }
.ticket { fill: #d2a8ff; } .result { fill: #56d364; font-weight: bold; }
</style>
${parts.join("\n")}
</svg>
`;
}

async function main(): Promise<void> {
  const seen = new Map<number, string[]>();
  const codes = await runDemo((party, line) => {
    seen.set(party, [...seen.get(party) ?? [], fitted(line)]);
  });
  if (codes.some((code) => code !== 0)) throw new Error(`The demo failed: ${codes.join(" ")}`);
  const windows = [1].map((party) => ({
    title: `party ${party}`,
    lines: (seen.get(party) ?? []).filter((line) => line.trim() !== ""),
  }));
  await Deno.writeTextFile(FILE, pictureOf(windows));
}

if (import.meta.main) await main();
