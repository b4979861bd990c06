/** `metrics`: shows the metrics page of a running node, once or again and again. */
import { UnreachableError } from "../base/mod.ts";
import { sanitizeLines } from "../observability/mod.ts";
import type { Settings } from "./options.ts";
import { dialable, metricsUrl } from "./http_server.ts";
import { type Family, readPage, readSample } from "./metrics_text.ts";
import type { Context } from "./context.ts";

/** Longest page that is read. */
const PAGE_BYTES_MAX = 16 * 1024 * 1024;
const TIMEOUT_MS = 10_000;
/** Time between two pages that are watched. */
const WATCH_MS = 2000;
/** Moves a terminal's cursor to the top and clears what is below. */
const CLEAR = "\x1b[H\x1b[J";

async function fetchPage(url: string, signal: AbortSignal): Promise<string> {
  const response = await fetch(url, { signal });
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > PAGE_BYTES_MAX) throw new Error(`it is longer than ${PAGE_BYTES_MAX} bytes`);
    text += decoder.decode(chunk, { stream: true });
  }
  if (!response.ok) throw new Error(`it answered with status ${response.status}`);
  return text;
}

async function readMetrics(url: string, context: Context): Promise<string> {
  const limit = new AbortController();
  const cancel = context.system.after(
    TIMEOUT_MS,
    () => limit.abort(new Error("no answer in time")),
  );
  try {
    return await fetchPage(url, AbortSignal.any([context.signal, limit.signal]));
  } catch (cause) {
    context.signal.throwIfAborted();
    throw new UnreachableError(`Cannot read the metrics at "${url}"`, {
      cause,
      hint: "start a node, or name the page of a running one with --url or --metrics-port",
    });
  } finally {
    cancel();
  }
}

/** The families of a page. @throws {UnreachableError} if it is a page of something else. */
function familiesOf(page: string, url: string, grep: string | undefined): readonly Family[] {
  try {
    return readPage(page, grep === undefined ? undefined : new RegExp(grep));
  } catch (cause) {
    throw new UnreachableError(`Cannot read the metrics at "${url}"`, {
      cause,
      hint: "something else answers there; name the page of a node with --url or --metrics-port",
    });
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
  const { json, grep, watch } = settings;
  const { system, signal } = context;
  const url = settings.url ?? metricsUrl(dialable(settings.metricsHost), settings.metricsPort);
  // Why here: the network is not needed for a single look, and takes a while to load.
  const pause = watch ? (await import("../net/mod.ts")).pause : undefined;
  const clear = watch && !json && system.stdout.isTerminal ? CLEAR : "";
  do {
    const families = familiesOf(await readMetrics(url, context), url, grep);
    system.stdout.write(clear + shown(families, json, system.now()));
    await pause?.(WATCH_MS, system, signal);
  } while (watch && !signal.aborted);
}
