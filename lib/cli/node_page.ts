/** Reading the pages of a running node. */
import { UnreachableError } from "../base/mod.ts";
import type { Context } from "./context.ts";
import { dialable, metricsUrl } from "./http_server.ts";
import type { Settings } from "./options.ts";

/** Longest page that is read. */
const PAGE_BYTES_MAX = 16 * 1024 * 1024;
const TIMEOUT_MS = 10_000;
/** Time between two looks when a page is watched. */
const WATCH_MS = 2000;
/** Moves a terminal's cursor to the top and clears what is below. */
const CLEAR = "\x1b[H\x1b[J";

/** Where the settings say that a node has its metrics. */
export function pageUrl({ url, metricsHost, metricsPort }: Settings): string {
  return url ?? metricsUrl(dialable(metricsHost), metricsPort);
}

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
 * The page at `url`, which is called `what` in errors.
 *
 * @throws {UnreachableError} if no page is there.
 */
export async function readNodePage(what: string, url: string, context: Context): Promise<string> {
  const limit = new AbortController();
  const cancel = context.system.after(
    TIMEOUT_MS,
    () => limit.abort(new Error("no answer in time")),
  );
  try {
    return await fetchPage(url, AbortSignal.any([context.signal, limit.signal]));
  } catch (cause) {
    context.signal.throwIfAborted();
    throw new UnreachableError(`Cannot read the ${what} at "${url}"`, {
      cause,
      hint: "start a node, or name the page of a running one with --url or --metrics-port",
    });
  } finally {
    cancel();
  }
}

/** The error of a page that is none of ours. */
export function foreignPage(what: string, url: string, cause: unknown): UnreachableError {
  return new UnreachableError(`Cannot read the ${what} at "${url}"`, {
    cause,
    hint: "something else answers there; name the page of a node with --url or --metrics-port",
  });
}

/**
 * Writes what `look` gives to stdout; with `--watch` again and again until the signal aborts or nobody reads it, where on a terminal each takes the
 * place of the one before.
 */
export async function show(
  { json, watch }: Settings,
  { system, signal }: Context,
  look: () => Promise<string>,
): Promise<void> {
  // Why here: the network is not needed for a single look, and takes a while to load.
  const pause = watch ? (await import("../net/mod.ts")).pause : undefined;
  const clear = watch && !json && system.stdout.isTerminal ? CLEAR : "";
  do {
    system.stdout.write(clear + await look());
    if (system.stdout.lost() !== undefined) return;
    await pause?.(WATCH_MS, system, signal);
  } while (watch && !signal.aborted);
}
