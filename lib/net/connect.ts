/**
 * The mesh: one direct stream for each pair of parties. The party with the lower number dials. The first
 * frame in each direction is a hello `sid (32 bytes) ‖ from (u16 BE) ‖ to (u16 BE)`; both ends compare
 * it with the roster and with the authenticated peer id of the connection.
 */
import { AgreementError, concat, equal, utf8 } from "../base/mod.ts";
import type { Clock, Connect, Mesh, MeshPeer, MeshRequest } from "../session/ports.ts";
import { FRAME_TAG_BYTES } from "./frame.ts";
import type { Gate, HeldStream } from "./gate.ts";
import type { Node } from "./node.ts";
import { readReason } from "./reason.ts";
import { type ChannelLimits, StreamChannel } from "./stream_channel.ts";
import { StreamLink } from "./stream_link.ts";

/** Time between two attempts to reach a party. */
const RETRY_MS = 300;

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
}

/** The two ends of a link as its hello names them. */
interface Ends {
  readonly from: number;
  readonly to: number;
}

function encodeHello(sid: Uint8Array, { from, to }: Ends): Uint8Array<ArrayBuffer> {
  return concat(sid, new Uint8Array([from >>> 8, from & 255, to >>> 8, to & 255]));
}

class DirectConnect implements Connect {
  readonly #init: DirectConnectInit;

  constructor(init: DirectConnectInit) {
    this.#init = init;
  }

  async open(request: MeshRequest, signal: AbortSignal): Promise<Mesh> {
    const others = request.peers.filter(({ party }) => party !== request.self);
    const stop = new AbortController();
    const onAbort = (): void => stop.abort(signal.reason);
    signal.addEventListener("abort", onAbort);
    if (signal.aborted) onAbort();
    const links = new Map<number, StreamLink>();
    try {
      await Promise.all(others.map(async (other) => {
        const dials = request.self < other.party;
        const link = dials
          ? await this.#dial(request, other, stop.signal)
          : await this.#accept(request, other, stop.signal);
        links.set(other.party, link);
        request.onLink(other.party);
      }));
    } catch (error) {
      stop.abort(error);
      for (const link of links.values()) link.destroy("The mesh could not be built");
      throw error;
    } finally {
      signal.removeEventListener("abort", onAbort);
    }
    const { self, onReady, onEnd, stepTimeoutMs } = request;
    const limits = { ...this.#init.limits, stepTimeoutMs };
    const clock = this.#init.clock;
    const channel = new StreamChannel({ self, links, clock, limits, onReady, onEnd });
    return {
      channel,
      announceReady: () => channel.announceReady(),
      close: () => channel.close(),
    };
  }

  /** Tries until the other party has answered, or refused. */
  async #dial(request: MeshRequest, other: MeshPeer, signal: AbortSignal): Promise<StreamLink> {
    while (true) {
      signal.throwIfAborted();
      try {
        return await this.#dialOnce(request, other, signal);
      } catch (error) {
        if (error instanceof AgreementError) throw error;
      }
      await this.#pause(signal);
    }
  }

  async #dialOnce(request: MeshRequest, other: MeshPeer, signal: AbortSignal): Promise<StreamLink> {
    const { self, sid } = request;
    await this.#init.node.dial({ peer: other.peer, addresses: other.addresses }, signal);
    const stream = await this.#init.node.openStream(other.peer, signal);
    const link = new StreamLink(stream, sid.slice(0, FRAME_TAG_BYTES));
    const onAbort = (): void => link.destroy("The mesh could not be built");
    signal.addEventListener("abort", onAbort);
    try {
      link.write({ kind: "hello", payload: encodeHello(sid, { from: self, to: other.party }) });
      const reply = await link.next();
      if (reply?.kind === "refuse") {
        throw new AgreementError(
          `Cannot connect to party ${other.party}: it refused: ${readReason(reply.payload)}`,
        );
      }
      const expected = encodeHello(sid, { from: other.party, to: self });
      if (reply?.kind === "hello" && equal(reply.payload, expected)) return link;
      throw new AgreementError(
        `Cannot connect to party ${other.party}: it answered for another session or party`,
      );
    } catch (error) {
      link.destroy("The mesh could not be built");
      throw error;
    } finally {
      signal.removeEventListener("abort", onAbort);
    }
  }

  /** Waits until the other party has opened a stream with the right hello. */
  async #accept(request: MeshRequest, other: MeshPeer, signal: AbortSignal): Promise<StreamLink> {
    const tag = request.sid.slice(0, FRAME_TAG_BYTES);
    while (true) {
      signal.throwIfAborted();
      const arrival = this.#init.gate.arrival(signal);
      const found = this.#init.gate.take(other.peer, tag)
        .filter((held) => answer(held, request, other));
      const [first, ...rest] = found;
      for (const { link } of rest) link.destroy("There is a link already");
      if (first !== undefined) return first.link;
      await arrival;
    }
  }

  async #pause(signal: AbortSignal): Promise<void> {
    await new Promise<void>((resolve) => {
      const done = (): void => {
        cancel();
        signal.removeEventListener("abort", done);
        resolve();
      };
      const cancel = this.#init.clock.after(RETRY_MS, done);
      signal.addEventListener("abort", done);
    });
  }
}

/** Answers a hello: with ours, or with a refusal. Returns whether the link can be used. */
function answer(held: HeldStream, request: MeshRequest, other: MeshPeer): boolean {
  const { self, sid } = request;
  const { link, hello } = held;
  const right = equal(hello.payload, encodeHello(sid, { from: other.party, to: self }));
  try {
    if (right) {
      link.write({ kind: "hello", payload: encodeHello(sid, { from: self, to: other.party }) });
      return true;
    }
    link.write({ kind: "refuse", payload: utf8("it is another session or party") });
    void link.finish();
  } catch {
    // The other side has given this stream up; it will open another one.
  }
  return false;
}

/** Builds meshes over direct streams of `node`. */
export function directConnect(init: DirectConnectInit): Connect {
  return new DirectConnect(init);
}
