/** Whether the process lives and whether it is of use, as pages for those who restart and route. */
import type { Node } from "../net/mod.ts";
import type { RemoteEngine } from "./engine/remote.ts";
import { observeNothing } from "../observability/mod.ts";
import type { ListenConfig } from "./config.ts";
import { PLAIN } from "./http_server.ts";
import { targetsOf } from "./targets.ts";
import type { Watcher } from "./watch.ts";

/**
 * Longest time for which a worker in good health owes a sign of life, in milliseconds. It computes for a while without a look at its
 * messages, longest where it expands the trees of all other parties: with --k=8 and six parties on two cores that were busy, 26 s,
 * five for each other party. Ten minutes are twice what 63 others would take, and by then these give the party up as well (the default
 * of --step-timeout).
 */
export const WORKER_SILENCE_MS = 600_000;

/** One thing that must hold for a node to be of use. */
interface Check {
  readonly name: string;
  readonly holds: () => boolean;
}

/** `?verbose`: each check on its own line, as in Kubernetes. */
function verbose(checks: readonly Check[], failed: readonly string[]): string {
  const lines = checks.map(({ name }) =>
    failed.includes(name) ? `[-]${name} failed` : `[+]${name} ok`
  );
  return `${lines.join("\n")}\n`;
}

function answer(request: Request, checks: readonly Check[]): Response {
  const failed = checks.filter(({ holds }) => !holds()).map(({ name }) => name);
  const status = failed.length === 0 ? 200 : 503;
  if (new URL(request.url).searchParams.has("verbose")) {
    return new Response(verbose(checks, failed), { status, headers: PLAIN });
  }
  if (status === 200) return new Response("ok\n", { headers: PLAIN });
  return Response.json({ v: 1, failed }, { status });
}

/**
 * `/livez` and `/healthz` answer as long as the event loop turns: the answer is the proof. They are 503 when the engine's worker
 * owes a sign of life for longer than {@linkcode WORKER_SILENCE_MS}; each look asks it for the next one. `/readyz` is 200 when the node
 * listens, one of the bootnodes is connected if there are any, and the command is not at its end; else 503 with the list of what
 * fails. `signal` is that of the command.
 */
export function healthPages(
  { bootnodes }: Pick<ListenConfig, "bootnodes">,
  signal: AbortSignal,
): Watcher {
  let node: Node | undefined;
  let engine: RemoteEngine | undefined;
  const wanted = new Set(targetsOf({ bootnodes, seedNodes: [] }).map(({ peer }) => peer));
  const live: readonly Check[] = [
    { name: "event-loop", holds: () => true },
    { name: "worker", holds: () => (engine?.vitals().silentMs ?? 0) <= WORKER_SILENCE_MS },
  ];
  const ready: readonly Check[] = [
    { name: "listen", holds: () => node !== undefined },
    {
      name: "bootnodes",
      holds: () => wanted.size === 0 || (node?.peers() ?? []).some(({ peer }) => wanted.has(peer)),
    },
    { name: "not-stopping", holds: () => !signal.aborted },
  ];
  return {
    attach(attached): void {
      node = attached;
    },
    attachEngine(attached): void {
      engine = attached;
    },
    observe: observeNothing,
    routes: new Map([
      ["/healthz", (request: Request) => answer(request, live)],
      ["/livez", (request: Request) => answer(request, live)],
      ["/readyz", (request: Request) => answer(request, ready)],
    ]),
  };
}
