/**
 * The mesh: one lasting link for each pair of parties. The party with the lower number opens its streams, at
 * the start and after each loss. After a loss both ends try to connect: perhaps only one of them can. The first frame in each direction is a hello (hello.ts); both ends
 * compare it with the roster and with the authenticated peer id of the connection.
 */
import {
  AgreementError,
  ConnectionError,
  MpcError,
  pathText,
  UnreachableError,
  utf8,
} from "../base/mod.ts";
import { systemRng } from "../crypto/mod.ts";
import { type Observe, observeNothing, type RequestResult } from "../observability/mod.ts";
import type { Clock, Connect, Mesh, MeshPeer, MeshRequest } from "../session/ports.ts";
import { REFUSED } from "./failures.ts";
import { FRAME_TAG_BYTES } from "./frame.ts";
import type { Gate, HeldStream } from "./gate.ts";
import { decodeHello, encodeHello, isFor, NONCE_BYTES } from "./hello.ts";
import { LastingLink, StartedAnewError } from "./lasting_link.ts";
import type { Node } from "./node.ts";
import { readReason } from "./reason.ts";
import { type ChannelLimits, StreamChannel } from "./stream_channel.ts";
import { StreamLink } from "./stream_link.ts";

/** Least time between two attempts to reach a party. */
const RETRY_MS = 300;
/** Least time between two lines that tell of a lost connection to a party. */
const TELL_MS = 1000;
/** Longest time for one attempt. */
const ATTEMPT_MS = 20_000;
/** How long the end that waits for streams leaves it to the other one to connect again. */
const LEAVE_MS = 5000;
/** Default of {@linkcode DirectConnectInit.reconnectMs}. */
export const RECONNECT_MS = 60_000;

/** Arguments of {@linkcode directConnect}. */
export interface DirectConnectInit {
  /** The node to use. */
  readonly node: Node;
  /** The node's door for direct streams. */
  readonly gate: Gate;
  /** Time and timers. */
  readonly clock: Clock;
  /** Bounds of the channel; the step time-out comes with the request. */
  readonly limits?: Omit<ChannelLimits, "stepTimeoutMs">;
  /** Longest time that a lost link may take to come back, in milliseconds. Default: 60 s. */
  readonly reconnectMs?: number;
  /** Takes the events. */
  readonly observe?: Observe;
}

/** One link and the two parties at its ends. */
interface Pair {
  readonly link: LastingLink;
  readonly request: MeshRequest;
  readonly other: MeshPeer;
  /** Aborts with the link. */
  readonly over: AbortController;
  /** Whether this end is trying to open a stream, or to connect. */
  seeking: boolean;
  /** When it has tried last, in milliseconds of the clock, and how many frames the link had brought then. */
  triedAt: number;
  received: number;
  /** Whether it has not tried yet. */
  fresh: boolean;
}

/** What a hello from this end says about whom it is for. */
function ends({ request, other }: Pair): { sid: Uint8Array; from: number; to: number } {
  return { sid: request.sid, from: request.self, to: other.party };
}

/** Whether a hello that came is for this pair. */
function isOurs(pair: Pair, hello: Parameters<typeof isFor>[0]): boolean {
  return isFor(hello, { sid: pair.request.sid, from: pair.other.party, to: pair.request.self });
}

class DirectConnect implements Connect {
  readonly #init: DirectConnectInit;

  constructor(init: DirectConnectInit) {
    this.#init = init;
  }

  async open(request: MeshRequest, signal: AbortSignal): Promise<Mesh> {
    const others = request.peers.filter(({ party }) => party !== request.self);
    const links = new Map(others.map((other) => [other.party, this.#link(request, other)]));
    const onAbort = (): void => {
      const { reason } = signal;
      const error = reason instanceof MpcError ? reason : new ConnectionError(String(reason));
      for (const link of links.values()) link.fail(error);
    };
    signal.addEventListener("abort", onAbort);
    if (signal.aborted) onAbort();
    try {
      await Promise.all([...links].map(async ([party, link]) => {
        link.start();
        await link.opened;
        request.onLink(party);
      }));
    } catch (error) {
      for (const link of links.values()) link.destroy("The mesh could not be built");
      throw signal.aborted ? signal.reason : error;
    } finally {
      signal.removeEventListener("abort", onAbort);
    }
    const { self, onReady, onEnd, stepTimeoutMs } = request;
    const limits = { ...this.#init.limits, stepTimeoutMs };
    const clock = this.#init.clock;
    const onWait = (text: string): void => this.#init.observe?.({ kind: "notice", text });
    const channel = new StreamChannel({ self, links, clock, limits, onReady, onEnd, onWait });
    return {
      channel,
      announceReady: () => channel.announceReady(),
      close: () => channel.close(),
    };
  }

  /** The link of a pair, which seeks its streams itself, or waits for those of the other end. */
  #link(request: MeshRequest, other: MeshPeer): LastingLink {
    const { node, gate, clock, reconnectMs = RECONNECT_MS } = this.#init;
    const over = new AbortController();
    const dials = request.self < other.party;
    const tell = this.#teller(other);
    let unexpect = (): void => {};
    const link: LastingLink = new LastingLink({
      party: other.party,
      nonce: systemRng().fill(new Uint8Array(NONCE_BYTES)),
      clock,
      reconnectMs,
      ...(dials ? { seek: () => void this.#seek(pair) } : {}),
      suspect: () => void node.probeRelay(other.peer),
      distrust: () => node.drop(other.peer),
      isGone: () => this.#isGone(other, over.signal),
      onChange: (change) => {
        tell(change);
        if (change === "lost" && !dials) void this.#meetAgain(pair);
      },
      onOver: () => {
        over.abort(new ConnectionError("The link is over"));
        unexpect();
      },
    });
    const pair: Pair = {
      link,
      request,
      other,
      over,
      seeking: false,
      triedAt: -Infinity,
      received: 0,
      fresh: true,
    };
    if (!dials) {
      const tag = request.sid.slice(0, FRAME_TAG_BYTES);
      unexpect = gate.expect(other.peer, tag, (held) => {
        const result = answer(pair, held) ? "ok" : "rejected";
        const told = { kind: "request", protocol: "session", direction: "inbound" } as const;
        // The answer is written at once.
        this.#init.observe?.({ ...told, result, seconds: 0 });
      });
    }
    return link;
  }

  /** Tells people of a link; not of each time, where a party keeps breaking it. */
  #teller({ party, peer }: MeshPeer): (change: "lost" | "back") => void {
    const { node, clock, observe = observeNothing } = this.#init;
    let toldAt = -Infinity;
    let told: "lost" | "back" = "back";
    return (change) => {
      observe({ kind: "link", change, party });
      if (change === told || (change === "lost" && clock.now() - toldAt < TELL_MS)) return;
      toldAt = clock.now();
      told = change;
      const text = change === "lost"
        ? `lost the connection to party ${party}, trying to get it back...`
        : `the connection to party ${party} is back (${pathText(node.path(peer)?.relay)})`;
      observe({ kind: "notice", text });
    };
  }

  /** Connects to the other party, which then opens the stream: it may not be able to dial us. */
  async #meetAgain(pair: Pair): Promise<void> {
    const { link, other, over } = pair;
    if (pair.seeking) return;
    pair.seeking = true;
    await this.#pause(LEAVE_MS, over.signal);
    while (!link.settled) {
      try {
        const { peer, addresses } = other;
        const late = AbortSignal.timeout(ATTEMPT_MS);
        await this.#init.node.dial({ peer, addresses }, AbortSignal.any([over.signal, late]));
      } catch {
        // Until the link gives up, it is tried again.
      }
      await this.#pause(RETRY_MS, over.signal);
    }
    pair.seeking = false;
  }

  /** Whether nobody listens any more where the other party was. */
  async #isGone({ peer, addresses }: MeshPeer, signal: AbortSignal): Promise<boolean> {
    try {
      await this.#init.node.dial({ peer, addresses }, signal);
      return false;
    } catch (error) {
      return error instanceof UnreachableError && error.message.endsWith(REFUSED);
    }
  }

  /** Tries until the other party has answered, or refused. */
  async #seek(pair: Pair): Promise<void> {
    const { link, over } = pair;
    if (pair.seeking) return;
    pair.seeking = true;
    while (!link.settled) {
      const { received } = link.standing;
      // Why also after a success: a party that breaks each new stream must not keep us busy.
      const early = received > pair.received ? 0 : pair.triedAt + RETRY_MS - this.#init.clock.now();
      await this.#pause(early, over.signal);
      if (link.settled) break;
      pair.triedAt = this.#init.clock.now();
      pair.received = received;
      try {
        await this.#attempt(pair);
      } catch (error) {
        // Who is not reached may be reached later. Who refuses, or is another process, never.
        if (error instanceof Refusal) return link.fail(error.why);
      }
    }
    pair.seeking = false;
  }

  /** Dials once, and tells that as a request. */
  async #attempt(pair: Pair): Promise<void> {
    const told = { kind: "request", protocol: "session", direction: "outbound" } as const;
    const { clock, observe = observeNothing } = this.#init;
    const since = clock.now();
    const tell = (result: RequestResult): void =>
      observe({ ...told, result, seconds: (clock.now() - since) / 1000 });
    try {
      await this.#dialOnce(pair);
      tell("ok");
    } catch (error) {
      tell(error instanceof Refusal ? "rejected" : "error");
      throw error;
    }
  }

  async #dialOnce(pair: Pair): Promise<void> {
    const { link, request, other: { peer, addresses, party }, over } = pair;
    const late = AbortSignal.timeout(ATTEMPT_MS);
    const signal = AbortSignal.any([over.signal, late]);
    // Why not at first: the parties have met already. A relayed connection is good enough for that, but
    // after a loss a direct one is tried again.
    const met = pair.fresh && this.#init.node.path(peer) !== undefined;
    pair.fresh = false;
    if (!met) await this.#init.node.dial({ peer, addresses }, signal);
    const opened = await this.#init.node.openStream(peer, signal);
    const stream = new StreamLink(opened, request.sid.slice(0, FRAME_TAG_BYTES));
    const onAbort = (): void => stream.destroy("The attempt is over");
    signal.addEventListener("abort", onAbort);
    try {
      const attempt = link.nextAttempt();
      const payload = encodeHello({ ...ends(pair), ...link.standing, attempt });
      stream.write({ kind: "hello", payload });
      const reply = await stream.next();
      if (reply?.kind === "refuse") {
        const why = `it refused: ${readReason(reply.payload)}`;
        throw new Refusal(
          new AgreementError(`Cannot connect to party ${party}: ${why}`),
        );
      }
      if (reply?.kind !== "hello") throw new ConnectionError("Cannot connect: no answer");
      const hello = decodeHello(reply.payload);
      if (!isOurs(pair, hello)) {
        const why = "it answered for another session or party";
        throw new Refusal(new AgreementError(`Cannot connect to party ${party}: ${why}`));
      }
      checkHello(link, hello);
      link.attach(stream);
    } catch (error) {
      stream.destroy("The attempt has failed");
      throw error;
    } finally {
      signal.removeEventListener("abort", onAbort);
    }
  }

  async #pause(ms: number, signal: AbortSignal): Promise<void> {
    if (ms <= 0) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        cancel();
        signal.removeEventListener("abort", done);
        resolve();
      };
      const cancel = this.#init.clock.after(ms, done);
      signal.addEventListener("abort", done);
      if (signal.aborted) done();
    });
  }
}

/** The other end has answered, and there is no use in trying again. */
class Refusal extends Error {
  constructor(readonly why: MpcError) {
    super(why.message);
  }
}

function checkHello(link: LastingLink, hello: Parameters<LastingLink["check"]>[0]): void {
  try {
    link.check(hello);
  } catch (error) {
    throw error instanceof MpcError ? new Refusal(error) : error;
  }
}

/** Answers a hello: with ours, after which the link goes on over this stream, or with a refusal. */
function answer(pair: Pair, { link: stream, hello: frame }: HeldStream): boolean {
  const { link } = pair;
  try {
    const hello = decodeHello(frame.payload);
    if (!isOurs(pair, hello)) throw new AgreementError("it is another session or party");
    link.check(hello);
    const payload = encodeHello({ ...ends(pair), ...link.standing, attempt: hello.attempt });
    stream.write({ kind: "hello", payload });
    link.attach(stream);
    return true;
  } catch (error) {
    if (!(error instanceof MpcError)) throw error;
    refuse(stream, error.message);
    // Another process in place of the one that we have computed with: the computation is lost.
    if (error instanceof StartedAnewError) {
      link.fail(error);
    }
    return false;
  }
}

function refuse(stream: StreamLink, why: string): void {
  try {
    stream.write({ kind: "refuse", payload: utf8(why) });
    void stream.finish();
  } catch {
    // The other side has given this stream up; it will open another one.
  }
}

/** Builds meshes over direct streams of `node`. */
export function directConnect(init: DirectConnectInit): Connect {
  return new DirectConnect(init);
}
