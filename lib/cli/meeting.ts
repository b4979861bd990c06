/** What all commands do that meet other parties: a node, an engine, a session, and its orderly end. */
import { CheatingError } from "../base/mod.ts";
import type { Node } from "../net/mod.ts";
import { meetOn, type MeetOptions } from "../party/mod.ts";
import type { Description, Session } from "../session/mod.ts";
import type { ListenConfig, MeetingConfig } from "./config.ts";
import type { Context } from "./context.ts";
import { type Engine, localEngine } from "./engine/engine.ts";
import { workerEngine } from "./engine/remote.ts";
import type { LinkEnds } from "./estimate.ts";
import { OPTIONS } from "./options.ts";
import { messageOf } from "./report.ts";
import { startConfigured } from "./start_node.ts";
import { keepConnected } from "./targets.ts";
import { requireWritten } from "./written.ts";

/** Longest time for the node to close its connections, in milliseconds. */
const STOP_MS = 1000;

/** Who has waited this long for the others will wait long enough to rehearse, in milliseconds. */
const REHEARSE_AFTER_MS = 2000;

/** In a worker the computation does not hold up pings, gossip and Ctrl-C. One is all that it can use. */
export function startEngine({ workers }: MeetingConfig, context: Context): Engine {
  const { system, signal, watch } = context;
  if (workers === 0) return localEngine(() => system.now());
  const engine = workerEngine(system.startWorker(), system, signal);
  watch?.attachEngine(engine);
  return engine;
}

/** Runs `work` with a node that listens for that long and keeps the named peers connected. */
export async function withNode<T>(
  config: ListenConfig,
  context: Context,
  work: (node: Node) => Promise<T>,
): Promise<T> {
  const node = await startConfigured(config, context, { server: false });
  const peers = keepConnected(node, config, context);
  try {
    // Why: they may know where the creator is, if the ticket does not.
    await peers.begun;
    return await work(node);
  } finally {
    peers.stop();
    const patience = Promise.withResolvers<void>();
    const cancel = context.system.after(STOP_MS, patience.resolve);
    await Promise.race([node.stop(), patience.promise]);
    cancel();
  }
}

/** What a party wants to meet for. */
export interface Purpose
  extends
    Pick<MeetOptions, "invitation" | "parties" | "program" | "propose" | "consent" | "showTicket"> {
  /** The parties that get the result, if this party says so. */
  readonly outputParties?: readonly number[] | undefined;
  /** Rehearses while the others join, unless there is nothing to rehearse. */
  readonly engine?: Pick<Engine, "rehearse"> | undefined;
  /** Bytes that pass between this party and another one, both directions together. */
  readonly linkBytes: (description: Description, ends: LinkEnds) => number;
}

/** Meets the other parties and agrees with them; the creator shows its ticket first. */
export async function meet(
  node: Node,
  config: MeetingConfig,
  context: Context,
  purpose: Purpose,
): Promise<Session> {
  const { observe, signal, system } = context;
  const { outputParties, engine, ...wanted } = purpose;
  const { channel, bootnodes, seedNodes } = config;
  const parties = wanted.invitation?.parties ?? wanted.parties;
  // Why: over gossip any peer of the mesh will do; where none is named the creator is the mesh.
  const others = bootnodes.length + seedNodes.length > 0 ? "nobody" : "creator";
  // Why not on this thread: the node has to answer meanwhile.
  const cancel = config.workers === 0
    ? (): void => {}
    : system.after(REHEARSE_AFTER_MS, () => void engine?.rehearse(parties));
  return await meetOn(node, {
    ...wanted,
    ...{ channel, observe, signal, now: system.now() },
    ...(config.party === undefined ? {} : { party: config.party }),
    ...(outputParties === undefined ? {} : { outputParties }),
    ...(config.joinTimeoutMs === undefined ? {} : { joinMs: config.joinTimeoutMs }),
    waitMs: config.waitTimeMs,
    consentMs: config.consentTimeoutMs,
    stepTimeoutMs: config.stepTimeoutMs,
    reconnectMs: config.reconnectTimeoutMs,
    dials: channel === "direct" ? "everybody" : others,
    linkBytes: (description, other) => {
      // Why not over gossip: what a session adds to a connection there depends on the whole mesh.
      if (channel === "gossip") return 0;
      const { roster } = description;
      const self = roster.find(({ peer }) => peer === node.peerId)?.party ?? 0;
      return purpose.linkBytes(description, { self, other });
    },
  }).finally(cancel);
}

/** The flags of a meeting that others must give as well. k is none: who names none takes that of the creator. */
export function sameFlags(config: MeetingConfig): string {
  const { evaluator, channel, stepTimeoutMs, totalTimeoutMs, relays } = config;
  const stepSeconds = stepTimeoutMs / 1000;
  const flags = [
    ...relays.map((relay) => `--relay=${relay} `),
    ...(evaluator === 0 ? [] : [`--evaluator=${evaluator} `]),
    ...(channel === "direct" ? [] : [`--channel=${channel} `]),
    ...(stepSeconds === OPTIONS.stepTimeout.default ? [] : [`--step-timeout=${stepSeconds} `]),
    ...(totalTimeoutMs === undefined ? [] : [`--total-timeout=${totalTimeoutMs / 1000} `]),
  ];
  return flags.join("");
}

/** Text as one word of a shell. */
export function quoted(text: string): string {
  return /^[\w:=.,/-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** Writes the ticket to stdout, and tells the commands with which others join: they work as they stand. */
export function showTicket(
  { quiet }: MeetingConfig,
  { system, observe }: Context,
  ticket: string,
  commands: readonly string[],
): void {
  system.stdout.write(quiet ? `${ticket}\n` : `> ticket to join us: ${ticket}\n`);
  // Why now: nobody has joined yet, and nobody can.
  requireWritten(system, "the ticket");
  for (const command of commands) {
    observe({ kind: "notice", text: `to join: ${command}`, private: true });
  }
  const text =
    "where others may not see the ticket in the list of processes: give - in its place, " +
    "and it is asked for";
  observe({ kind: "notice", text });
}

/** A session being worked on. */
export interface Meeting {
  readonly session: Pick<Session, "channel" | "description">;
  readonly node: Pick<Node, "reputation">;
  /** Aborted when the user wants to stop. */
  readonly signal: AbortSignal;
}

/**
 * Runs `work`; when the user wants to stop, the others are told and all that waits fails. A party that a check
 * proves to have cheated is remembered, on this machine alone.
 */
export async function untilStopped<T>(
  { session, node, signal }: Meeting,
  work: () => Promise<T>,
): Promise<T> {
  let told = Promise.resolve();
  const stop = (): void => {
    told = session.channel.abort(messageOf(signal.reason)).catch(() => {});
  };
  signal.addEventListener("abort", stop);
  try {
    return await work();
  } catch (error) {
    if (error instanceof CheatingError) {
      const { roster } = session.description;
      const cheat = roster.find(({ party }) => party === error.party);
      if (cheat !== undefined) node.reputation.caught(cheat.peer, error.check);
    }
    throw error;
  } finally {
    signal.removeEventListener("abort", stop);
    await told;
  }
}
