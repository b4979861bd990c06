/** Peers that are dialled at start, and again while they are not connected. */
import { MpcError } from "../base/mod.ts";
import { type Node, pause } from "../net/mod.ts";
import type { Level, Observe, RequestProtocol, RequestResult } from "../observability/mod.ts";
import type { Context } from "./context.ts";
import { messageOf } from "./report.ts";

/** Time between two attempts of a computation to reach the peers it knows, in milliseconds. */
const RETRY_MS = 1000;

/** Longest time for the first attempt to hold up what comes next, in milliseconds. */
const BEGIN_MS = 3000;

/** Whom to dial. */
export interface TargetAddresses {
  /** Multiaddresses with peer ids. */
  readonly bootnodes: readonly string[];
  /** Multiaddresses, with or without peer ids. */
  readonly seedNodes: readonly string[];
}

/** A peer that the node keeps connected. */
export interface Target {
  readonly address: string;
  /** Known from the address, or from whoever answered there. */
  peer: string | undefined;
  /** Whether the last attempt failed, so that the same trouble is told once. */
  failed: boolean;
}

/** Writes log lines of the node. */
export function logger(observe: Observe): (level: Level, text: string) => void {
  return (level, text) => observe({ kind: "log", level, module: "node", text });
}

/** Runs `action` as one outbound request, counted with its result and duration. */
export async function counted<T>(
  context: Context,
  protocol: RequestProtocol,
  action: () => Promise<T>,
): Promise<T> {
  const { system, observe } = context;
  const start = system.now();
  const tell = (result: RequestResult): void => {
    const seconds = (system.now() - start) / 1000;
    observe({ kind: "request", protocol, direction: "outbound", result, seconds });
  };
  try {
    const value = await action();
    tell("ok");
    return value;
  } catch (error) {
    const origin = error instanceof Error ? error.cause ?? error : error;
    tell(origin instanceof Error && /Timeout|Abort/.test(origin.name) ? "timeout" : "error");
    throw error;
  }
}

/** The targets of a config. */
export function targetsOf({ bootnodes, seedNodes }: TargetAddresses): Target[] {
  return [...bootnodes, ...seedNodes].map((address) => ({
    address,
    peer: /\/p2p\/([^/]+)$/.exec(address)?.[1],
    failed: false,
  }));
}

async function dialTarget(node: Node, target: Target, context: Context): Promise<void> {
  const log = logger(context.observe);
  const whom = target.peer === undefined ? {} : { peer: target.peer };
  try {
    target.peer = await counted(
      context,
      "dial",
      () => node.dial({ addresses: [target.address], ...whom }, context.signal),
    );
    target.failed = false;
    log("info", `connected to ${target.peer} at ${target.address}`);
  } catch (error) {
    if (context.signal.aborted) return;
    const hint = error instanceof MpcError && error.hint !== undefined ? ` (${error.hint})` : "";
    log(target.failed ? "debug" : "warn", `${messageOf(error)}, at ${target.address}${hint}`);
    target.failed = true;
  }
}

/** Dials the targets that are not connected. Never rejects. */
export async function dialMissing(
  node: Node,
  targets: readonly Target[],
  context: Context,
): Promise<void> {
  const peers = new Set(node.peers().map(({ peer }) => peer));
  const missing = targets.filter(({ peer }) => peer === undefined || !peers.has(peer));
  await Promise.all(missing.map((target) => dialTarget(node, target, context)));
}

/** The work of {@linkcode keepConnected}. */
export interface Keeping {
  /** Resolves when every target was dialled once, or after a short while. */
  readonly begun: Promise<void>;
  /** Ends it. */
  stop(): void;
}

/** Keeps the targets connected from now on. */
export function keepConnected(node: Node, addresses: TargetAddresses, context: Context): Keeping {
  const stop = new AbortController();
  const targets = targetsOf(addresses);
  const within = { ...context, signal: stop.signal };
  const first = dialMissing(node, targets, within);
  async function tend(): Promise<void> {
    await first;
    while (!stop.signal.aborted) {
      await pause(RETRY_MS, context.system, stop.signal);
      await dialMissing(node, targets, within);
    }
  }
  if (targets.length > 0) void tend();
  const enough = AbortSignal.any([stop.signal, context.signal]);
  return {
    begun: targets.length === 0
      ? Promise.resolve()
      : Promise.race([first, pause(BEGIN_MS, context.system, enough)]),
    stop: () => stop.abort(),
  };
}
