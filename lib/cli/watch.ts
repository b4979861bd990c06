/** Who watches a running command: everybody gets its events, and has pages on one listener. */
import {
  AgreementError,
  CheatingError,
  ConnectionError,
  InterruptedError,
  LimitError,
  UnreachableError,
  UsageError,
  VERSION,
} from "../base/mod.ts";
import { type Channel, CHECKS } from "../mpc/mod.ts";
import { type Node, PENALTIES } from "../net/mod.ts";
import {
  asksForOpenMetrics,
  createMetrics,
  type Event,
  type Observe,
  observeAll,
  openMetrics,
  type Register,
  type SessionResult,
} from "../observability/mod.ts";

import { buildInfo } from "./build.ts";
import type { WatchConfig } from "./config.ts";
import type { Context } from "./context.ts";
import { dashboard } from "./dashboard/dashboard.ts";
import type { RemoteEngine } from "./engine/remote.ts";
import { healthPages } from "./health.ts";
import { type Routes, startHttpServer } from "./http_server.ts";
import { watchLoop } from "./loop_lag.ts";
import { meteredChannel } from "./metered_channel.ts";
import { inboxGauges, nodeGauges, workerGauges } from "./node_gauges.ts";
import { messageOf } from "./report.ts";
import type { System } from "./system.ts";

/** One who watches. */
export interface Watcher {
  /** Takes all events from the start of the command to its end. */
  readonly observe: Observe;
  /** Its pages. */
  readonly routes: Routes;
  /** Takes the node when it listens: what it is asked is as of then. */
  readonly attach?: (node: Node) => void;
  /** Takes the engine when it is in a worker. */
  readonly attachEngine?: (engine: RemoteEngine) => void;
  /** Ends what goes on beside events, such as timers. */
  readonly stop?: () => void;
}

/** All who watch. */
export interface Watch {
  /** Takes all events. */
  readonly observe: Observe;
  /** Takes metrics of others. */
  readonly register: Register;
  /** Hands the node to everybody. */
  attach(node: Node): void;
  /** Hands the engine to everybody, if it is in a worker. */
  attachEngine(engine: RemoteEngine): void;
  /** Closes the pages. */
  stop(): Promise<void>;
}

/** Digits of the commit in a label: enough to find it. */
const COMMIT_DIGITS = 12;

/** The page of the metrics, and where others register theirs. */
async function metricsPage(system: System): Promise<Watcher & Pick<Watch, "register">> {
  const lag = watchLoop(system);
  const { commit } = await buildInfo(system);
  const metrics = await createMetrics({
    now: () => system.now(),
    build: {
      version: VERSION,
      commit: commit?.slice(0, COMMIT_DIGITS) ?? "unknown",
      deno: Deno.version.deno,
    },
    checks: CHECKS,
    penalties: PENALTIES,
    process: { memory: () => Deno.memoryUsage().rss, lag: () => lag.greatest() },
  });
  const show = async ({ headers }: Request): Promise<Response> => {
    const page = await metrics.page();
    const asked = asksForOpenMetrics(headers.get("accept"));
    const { contentType, body } = asked ? openMetrics(page) : page;
    return new Response(body, { headers: { "content-type": contentType } });
  };
  const { observe, register } = metrics;
  const routes = new Map([["/metrics", show]]);
  return {
    observe,
    register,
    routes,
    attach: nodeGauges(register, () => system.now()),
    attachEngine: workerGauges(register),
    stop: () => lag.stop(),
  };
}

/**
 * Begins to watch, and to serve the pages. `observe` of the context gets their address, or the warning that there are none
 * because the default port is taken.
 *
 * @throws {UsageError} if the user asked for the port and it cannot be had.
 */
export async function startWatch(
  config: WatchConfig,
  context: Context,
): Promise<Watch> {
  const { observe: tell, signal, system } = context;
  const page = await metricsPage(system);
  const watchers: readonly Watcher[] = [
    page,
    healthPages(config, signal),
    dashboard(config.command, context),
  ];
  const observe = observeAll(...watchers.map((watcher) => watcher.observe));
  const attach = (node: Node): void => {
    for (const watcher of watchers) watcher.attach?.(node);
  };
  const attachEngine = (engine: RemoteEngine): void => {
    for (const watcher of watchers) watcher.attachEngine?.(engine);
  };
  const end = (): void => watchers.forEach((watcher) => watcher.stop?.());
  const watch = { observe, attach, attachEngine, register: page.register };
  const routes = new Map(watchers.flatMap((watcher) => [...watcher.routes]));
  try {
    const server = startHttpServer({ config, routes, observe });
    tell({ kind: "notice", text: `metrics at ${server.origin}/metrics` });
    tell({ kind: "notice", text: `dashboard at ${server.origin}/` });
    const stop = async (): Promise<void> => {
      end();
      await server.stop();
    };
    return { ...watch, stop };
  } catch (error) {
    if (config.required || !(error instanceof UsageError)) {
      end();
      throw error;
    }
    const text = `${error.message}: ${messageOf(error.cause)}; this node has no metrics page ` +
      `(${error.hint ?? ""})`;
    tell({ kind: "log", level: "warn", module: "metrics", text });
    return { ...watch, stop: () => Promise.resolve(end()) };
  }
}

/** Why a session ended, as one of a few words; `refused`: this party has not consented. */
export function resultOf(error: unknown, refused: boolean): SessionResult {
  if (error instanceof CheatingError) return "cheat_detected";
  if (error instanceof InterruptedError) return "aborted";
  if (error instanceof AgreementError) return refused ? "rejected" : "disagreement";
  if (error instanceof UnreachableError || error instanceof LimitError) return "timeout";
  return error instanceof ConnectionError ? "network" : "error";
}

/** Runs a command while it is watched; a session is told to be over before the pages are gone. */
export async function withWatch(
  config: WatchConfig,
  context: Context,
  action: (context: Context) => Promise<void>,
): Promise<void> {
  const watch = await startWatch(config, context);
  let refused = false;
  const onEvent = (event: Event): void => {
    if (event.kind === "consent") refused = /refused$/.test(event.decision);
  };
  const observe = observeAll(context.observe, watch.observe, onEvent);
  const watchInbox = inboxGauges(watch.register);
  const traced = (channel: Channel): Channel => {
    watchInbox(channel);
    return meteredChannel(context.traced?.(channel) ?? channel, context.system, watch.observe);
  };
  try {
    await action({ ...context, observe, watch, traced });
    watch.observe({ kind: "session end", result: "ok" });
  } catch (error) {
    if (error instanceof CheatingError) {
      watch.observe({ kind: "check", check: error.check, passed: false, count: 1 });
    }
    watch.observe({ kind: "session end", result: resultOf(error, refused) });
    throw error;
  } finally {
    await watch.stop();
  }
}
