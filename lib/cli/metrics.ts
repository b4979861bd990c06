/** `metrics`: shows the metrics page of a running node, once or again and again. */
import { sanitizeLines } from "../observability/mod.ts";
import type { Settings } from "./options.ts";
import { foreignPage, pageUrl, readNodePage, show } from "./node_page.ts";
import { type Family, readPage, readSample } from "./metrics_text.ts";
import type { Context } from "./context.ts";

/** The families of a page. @throws {UnreachableError} if it is a page of something else. */
function familiesOf(page: string, url: string, grep: string | undefined): readonly Family[] {
  try {
    return readPage(page, grep === undefined ? undefined : new RegExp(grep));
  } catch (cause) {
    throw foreignPage("metrics", url, cause);
  }
}

function shown(families: readonly Family[], json: boolean, nowMs: number): string {
  if (json) {
    const samples = families.flatMap(({ lines }) => lines.map(readSample));
    // Why as text: JSON has no infinities.
    const values = samples.map(({ value, ...rest }) => ({ ...rest, value: `${value}` }));
    return `${JSON.stringify({ v: 1, ts: new Date(nowMs).toISOString(), samples: values })}\n`;
  }
  const text = families.map(({ about, lines }) => [...about, ...lines].join("\n")).join("\n\n");
  return sanitizeLines(`${text}\n`, "");
}

/**
 * Writes the page to stdout: the lines that the user wants, as text or as one JSON object, and again and again with `watch`,
 * until the signal aborts. On a terminal each page takes the place of the one before.
 *
 * @throws {UnreachableError} if no page of metrics is there.
 */
export async function showMetrics(settings: Settings, context: Context): Promise<void> {
  const { json, grep } = settings;
  const { system } = context;
  const url = pageUrl(settings);
  await show(settings, context, async () => {
    const page = await readNodePage("metrics", url, context);
    return shown(familiesOf(page, url, grep), json, system.now());
  });
}
