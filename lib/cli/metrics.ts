/** `metrics`: shows the metrics page of a running node. */
import { UnreachableError } from "../base/mod.ts";
import { sanitizeLines } from "../observability/mod.ts";
import type { Settings } from "./options.ts";
import { dialable, metricsUrl } from "./metrics_server.ts";
import type { Context } from "./context.ts";

/** Longest page that is read. */
const PAGE_BYTES_MAX = 16 * 1024 * 1024;
const TIMEOUT_MS = 10_000;

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

/**
 * Writes the page to stdout.
 *
 * @throws {UnreachableError} if no page is there.
 */
export async function showMetrics(settings: Settings, context: Context): Promise<void> {
  const url = settings.url ?? metricsUrl(dialable(settings.metricsHost), settings.metricsPort);
  const limit = new AbortController();
  const cancel = context.system.after(
    TIMEOUT_MS,
    () => limit.abort(new Error("no answer in time")),
  );
  try {
    const page = await fetchPage(url, AbortSignal.any([context.signal, limit.signal]));
    context.system.stdout.write(sanitizeLines(page, ""));
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
