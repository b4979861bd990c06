/**
 * The bandwidth of a link to a peer, by frames of step `probe` in rounds of growing size. The asker sends a round; the
 * other one sends as many frames, all but the last when the first one comes, and the last when all have come. So both
 * directions carry the bytes at the same time, as a session has it, and the slower one is what is measured.
 *
 * A large round takes as many round trips as a small one, since the rounds in between have ended the slow start: the
 * difference in time is that of the bytes.
 *
 * Who answers says who may ask, and answers once: the frames of {@linkcode ROUNDS}, for a bounded time, with no more
 * than a round stored. The asker begins no round before the last one is over, so that little is under way on a slow
 * link when its time ends.
 */
import { ConnectionError, ProtocolError } from "../base/mod.ts";
import type { Clock } from "../session/ports.ts";
import { FRAME_HEADER_BYTES, FRAME_TAG_BYTES } from "./frame.ts";
import type { Node } from "./node.ts";
import { StreamLink } from "./stream_link.ts";

/** Protocol of the streams. */
export const PROBE_PROTOCOL = "/p2p-mpc/probe/1";
/** Step of its frames. */
const STEP = "probe";
/** Bytes of a frame's payload. */
const PART_BYTES = 8 * 1024;
/** Frames of each round. Why the largest twice: the faster one counts, as either party may pause for a moment. */
export const ROUNDS: readonly number[] = [1, 4, 16, 64, 64];
/** Frames of the smallest and of the largest round. */
const SMALLEST = Math.min(...ROUNDS);
const LARGEST = Math.max(...ROUNDS);
/** Most unread bytes of the stream: a round and its headers. */
const UNREAD_BYTES_MAX = LARGEST * (PART_BYTES + FRAME_HEADER_BYTES + STEP.length);
/** Longest time for the one who answers, and for the one who asks, in milliseconds. */
const ANSWER_MS = 15_000;
const PROBE_MS = 3000;

/** Who may ask. */
export interface ProbeAnswerer {
  /** The peer that is answered, once. */
  readonly asker: string;
  /** Time and timers. */
  readonly clock: Clock;
}

/** Answers one probe of one peer from now on; everybody else is refused. A node does this once. */
export async function answerProbe(node: Node, { asker, clock }: ProbeAnswerer): Promise<void> {
  let answered = false;
  await node.handleStreams((stream, connection) => {
    const link = new StreamLink(stream);
    if (answered || connection.remotePeer.toString() !== asker) {
      return link.destroy("No probe is expected");
    }
    answered = true;
    void answer(link, clock);
  }, PROBE_PROTOCOL);
}

/** Never rejects. */
async function answer(link: StreamLink, clock: Clock): Promise<void> {
  link.confine(UNREAD_BYTES_MAX);
  const cancel = clock.after(ANSWER_MS, () => link.destroy("The probe took too long"));
  try {
    for (const parts of ROUNDS) {
      await receive(link, 1);
      send(link, parts - 1);
      await receive(link, parts - 1);
      send(link, 1);
    }
    await link.finish();
  } catch {
    link.destroy("The probe was no valid one, or broke off");
  } finally {
    cancel();
  }
}

function send(link: StreamLink, parts: number): void {
  const payload = new Uint8Array(PART_BYTES);
  for (let i = 0; i < parts; i++) link.write({ kind: "data", step: STEP, payload });
}

/** Takes so many frames. @throws {ConnectionError} or {ProtocolError} if others come, or none. */
async function receive(link: StreamLink, parts: number): Promise<void> {
  for (let i = 0; i < parts; i++) {
    const frame = await link.next();
    if (frame === undefined) throw new ConnectionError("Cannot measure the link: the peer ended");
    const { kind, step, more, payload } = frame;
    const right = kind === "data" && step === STEP && !more;
    if (right && payload.length === PART_BYTES) continue;
    throw new ProtocolError("Cannot measure the link: the peer sent something else");
  }
}

/** What is measured. */
export interface ProbeRequest {
  /** A connected peer. */
  readonly peer: string;
  /** Time and timers. */
  readonly clock: Clock;
  /** Longest time, in milliseconds. */
  readonly limitMs: number;
}

/**
 * Bits a second that the connection with a peer carries: 0 if its relay counts bytes, which are not to be spent on this,
 * or if the time is over after the first round; undefined if the peer does not answer, or not as it should. Never rejects.
 *
 * @param signal ends it.
 */
export async function probeLink(
  node: Node,
  { peer, clock, limitMs }: ProbeRequest,
  signal: AbortSignal,
): Promise<number | undefined> {
  if (node.path(peer)?.bytesLeft !== undefined) return 0;
  const times: number[] = [];
  const late = new AbortController();
  const cancel = clock.after(limitMs, () => late.abort(new ConnectionError("It takes too long")));
  const ended = AbortSignal.any([signal, late.signal]);
  try {
    const stream = await node.openStream(peer, ended, PROBE_PROTOCOL);
    const link = new StreamLink(stream, new Uint8Array(FRAME_TAG_BYTES));
    const end = (): void => link.destroy("The probe is over");
    ended.addEventListener("abort", end);
    try {
      // Why here: the event was before there was a listener for it.
      if (stream.remoteWriteStatus !== "writable") return undefined;
      link.confine(UNREAD_BYTES_MAX);
      for (const parts of ROUNDS) times.push(await round(link, parts, clock));
    } finally {
      ended.removeEventListener("abort", end);
      end();
    }
  } catch {
    return late.signal.aborted && times.length > 0 ? 0 : undefined;
  } finally {
    cancel();
  }
  return rateOf(times);
}

/** What is needed to measure links. */
export interface ProberOptions {
  /** The own node. */
  readonly node: Node;
  /** Time and timers. */
  readonly clock: Clock;
  /** For how long the others wait, in milliseconds: half of it may be used. */
  readonly waitMs: number;
  /** Ends it. */
  readonly signal: AbortSignal;
}

/**
 * Measures links in turn as {@linkcode probeLink} does, each for up to 3 s, and begins none 3 s after the first: what is
 * not measured then is undefined.
 */
export function linkProber(
  { node, clock, waitMs, signal }: ProberOptions,
): (peer: string) => Promise<number | undefined> {
  const limitMs = Math.min(PROBE_MS, waitMs / 4);
  let lastMs: number | undefined;
  return async (peer) => {
    lastMs ??= clock.now() + limitMs;
    if (clock.now() > lastMs) return undefined;
    return await probeLink(node, { peer, clock, limitMs }, signal);
  };
}

/** Milliseconds until so many frames have gone in both directions. */
async function round(link: StreamLink, parts: number, clock: Clock): Promise<number> {
  const begin = clock.now();
  send(link, parts);
  await receive(link, parts);
  return clock.now() - begin;
}

/**
 * Bits a second, from the milliseconds of each round.
 *
 * @internal
 */
export function rateOf(times: readonly number[]): number {
  const fastest = (parts: number): number =>
    Math.min(...times.filter((_, i) => ROUNDS[i] === parts));
  const ms = fastest(LARGEST) - fastest(SMALLEST);
  // Why 1: the clock tells no less, and two rounds that took as long say that the bytes took no time.
  return (LARGEST - SMALLEST) * PART_BYTES * 8 / Math.max(1, ms) * 1000;
}
