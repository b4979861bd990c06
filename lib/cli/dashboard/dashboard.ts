/** The dashboard: a page that shows what this process does, and keeps itself up to date. It only shows. */
import { toHex, utf8, VERSION } from "../../base/mod.ts";
import { sha256 } from "../../crypto/mod.ts";
import type { RunningCommand } from "../config.ts";
import type { Context } from "../context.ts";
import { type Handler, PLAIN } from "../http_server.ts";
import type { Watcher } from "../watch.ts";
import style from "./assets/dashboard.css" with { type: "text" };
import script from "./assets/dashboard.js" with { type: "text" };
import icon from "./assets/icon.svg" with { type: "text" };
import { page, parts, PATHS } from "./page.ts";
import { DashboardState } from "./state.ts";
import { type Part, Viewers } from "./viewers.ts";

/** Time between two samples, after which browsers are told what is new, in milliseconds. */
const TICK_MS = 500;

/**
 * What the page may load: its own style sheet, script and picture, and nothing from elsewhere. Security: no script and no
 * style in the text of the page, so that markup that was smuggled in could do nothing.
 */
const POLICY = [
  "default-src 'none'",
  ...["script-src", "style-src", "img-src", "connect-src"].map((kind) => `${kind} 'self'`),
  ...["base-uri", "form-action", "frame-ancestors"].map((kind) => `${kind} 'none'`),
].join("; ");

/** Headers of the page. */
const PAGE: Readonly<Record<string, string>> = {
  "content-type": "text/html; charset=utf-8",
  "content-security-policy": POLICY,
  "cross-origin-opener-policy": "same-origin",
};

/** A file that stays the same while the program does: a browser asks whether it has it already. */
function asset(type: string, text: string): Handler {
  const etag = `"${toHex(sha256(utf8(text))).slice(0, 32)}"`;
  const headers = { "content-type": `${type}; charset=utf-8`, etag, "cache-control": "no-cache" };
  return (request) => {
    const known = request.headers.get("if-none-match") === etag;
    return new Response(known ? null : text, { status: known ? 304 : 200, headers });
  };
}

/** Begins to collect for the dashboard of `command`, and serves it. */
export function dashboard(
  command: RunningCommand,
  { system, redactor }: Pick<Context, "system" | "redactor">,
): Watcher {
  const memory = (): number => Deno.memoryUsage().rss;
  const state = new DashboardState({ version: VERSION, command, now: () => system.now(), memory });
  const viewers = new Viewers();
  const redact = (text: string): string => redactor.redact(text);
  const present = (): Part[] =>
    parts(state.snapshot()).map(({ id, text }) => ({ id, text: redact(text) }));
  let cancel = (): void => {};
  const tick = (): void => {
    state.sample();
    if (viewers.count > 0) viewers.tell(present());
    cancel = system.after(TICK_MS, tick);
  };
  tick();
  const events: Handler = (request) => {
    const headers = { "content-type": "text/event-stream" };
    if (request.method === "HEAD") return new Response(null, { headers });
    const stream = viewers.open(present());
    return stream === undefined
      ? new Response("too many look on\n", { status: 503, headers: PLAIN })
      : new Response(stream, { headers });
  };
  const status = (): Response => {
    const headers = { "content-type": "application/json" };
    return new Response(redact(`${JSON.stringify(state.snapshot())}\n`), { headers });
  };
  return {
    observe: state.observe,
    attach: (node) => state.attach(node),
    stop(): void {
      cancel();
      // Why once more: how it ended is what one wants to know.
      viewers.tell(present());
      viewers.close();
    },
    routes: new Map<string, Handler>([
      [PATHS.page, () => new Response(redact(page(state.snapshot())), { headers: PAGE })],
      [PATHS.style, asset("text/css", style)],
      [PATHS.script, asset("text/javascript", script)],
      [PATHS.icon, asset("image/svg+xml", icon)],
      [PATHS.status, status],
      [PATHS.events, events],
    ]),
  };
}
