/**
 * What a party does to the bytes of its own streams, below our code: they go over an authenticated connection with
 * a valid key, and are no frames that our code would send.
 */
import type { Stream } from "@libp2p/interface";
import { Uint8ArrayList } from "uint8arraylist";
import { FRAME_HEADER_BYTES, type Node } from "../../lib/net/mod.ts";

/** The deeds of a party that has a seat. */
export const DEEDS = [
  "random bytes",
  "giant frame",
  "wrong length",
  "bytes missing",
  "bytes twice",
  "bytes of an earlier session",
  "half-closed stream",
  "silence",
  "very slow",
  "flood of frames",
  "1000 streams",
] as const;
/** One of {@linkcode DEEDS}. */
export type Deed = typeof DEEDS[number];

/** Frames of a flood. */
const FLOOD = 20_000;
/** Streams that are opened for no purpose. */
export const MANY_STREAMS = 1000;
const SLOW_BYTES = 64;
const SLOW_MS = 100;
/** A first write of a session that is long enough to be worth playing again. */
const RECORD_BYTES = 200;

/** A frame that our code would not send; header and one byte of step, as at the front of `real` but for the rest. */
function forged(real: Uint8Array, change: (view: DataView, out: Uint8Array) => void): Uint8Array {
  const out = new Uint8Array(FRAME_HEADER_BYTES + 1);
  out.set(real.subarray(0, FRAME_HEADER_BYTES));
  out.set([1, 0, 1], 1);
  change(new DataView(out.buffer), out);
  return out;
}

/** Frames with steps that nobody asked for, numbered on from those of `real`. */
function flood(real: Uint8Array): Uint8ArrayList {
  const first = new DataView(real.buffer, real.byteOffset).getUint32(12);
  const frames = new Uint8ArrayList();
  for (let i = 0; i < FLOOD; i++) {
    const step = new TextEncoder().encode(`x${i}`);
    const head = forged(real, (view, out) => {
      out[3] = step.length;
      view.setUint32(12, first + i);
      view.setUint32(16, 0);
    });
    frames.append(head.subarray(0, FRAME_HEADER_BYTES), step);
  }
  return frames;
}

type Send = Stream["send"];

/** Sits between our code and its streams. */
export class Saboteur {
  #peers = (): readonly string[] => [];
  #open = (_peer: string): Promise<Stream> => Promise.reject(new TypeError("Nothing is tapped"));
  #deed: Deed | undefined;
  #onDone = (): void => {};
  /** What was sent first on some stream of an earlier session. */
  #record: Uint8Array | undefined;
  #next: Uint8Array | undefined;
  /** Streams whose bytes leave slowly, in order. */
  readonly #dripping = new WeakMap<Stream, Promise<void>>();

  /** Must be done before anybody uses the streams of `node`. */
  tap(node: Node): void {
    const { openStream, handleStreams } = node;
    node.openStream = async (...args): Promise<Stream> =>
      this.#tap(await openStream.apply(node, args));
    node.handleStreams = (handler, ...rest) =>
      handleStreams.call(
        node,
        (stream, connection) => handler(this.#tap(stream), connection),
        ...rest,
      );
    this.#peers = () => node.peers().map(({ peer }) => peer);
    this.#open = (peer) => openStream.call(node, peer, AbortSignal.timeout(10_000));
  }

  /** Does `deed` with the next bytes of a stream, and from then on if it is one that lasts. */
  arm(deed: Deed, onDone: () => void): void {
    this.#deed = deed;
    this.#onDone = onDone;
  }

  /** The session is over: the next one is done as it should be. */
  disarm(): void {
    this.#deed = undefined;
    this.#record = this.#next ?? this.#record;
    this.#next = undefined;
  }

  #tap(stream: Stream): Stream {
    const send = stream.send.bind(stream);
    stream.send = (data): boolean => {
      const bytes = data instanceof Uint8Array ? data : data.subarray();
      if (bytes.length >= RECORD_BYTES) this.#next ??= bytes.slice();
      return this.#deed === undefined ? send(data) : this.#abuse(this.#deed, stream, send, bytes);
    };
    return stream;
  }

  #abuse(deed: Deed, stream: Stream, send: Send, bytes: Uint8Array): boolean {
    this.#onDone();
    this.#onDone = (): void => {};
    switch (deed) {
      case "silence":
        return true;
      case "very slow": {
        // Why a copy: our code may use its buffer again.
        const copy = bytes.slice();
        this.#dripping.set(stream, this.#dripped(stream).then(() => drip(send, copy)));
        return true;
      }
      case "half-closed stream":
        send(bytes);
        stream.close().catch(() => {});
        return true;
      case "1000 streams":
        this.#deed = undefined;
        void this.#openMany();
        return send(bytes);
      case "random bytes":
        return send(crypto.getRandomValues(new Uint8Array(1000)));
      case "giant frame":
        return send(forged(bytes, (view) => view.setUint32(16, 0xffff_ffff)));
      case "wrong length": {
        const lie = bytes.slice();
        const view = new DataView(lie.buffer);
        view.setUint32(16, view.getUint32(16) + 3);
        return send(lie);
      }
      case "bytes missing":
        return send(bytes.subarray(0, -3));
      case "bytes twice":
        send(bytes);
        return send(bytes);
      case "bytes of an earlier session":
        return send(this.#record ?? bytes);
      case "flood of frames":
        return send(flood(bytes));
    }
  }

  #dripped(stream: Stream): Promise<void> {
    return this.#dripping.get(stream) ?? Promise.resolve();
  }

  async #openMany(): Promise<void> {
    for (const peer of this.#peers()) {
      await Promise.allSettled(Array.from({ length: MANY_STREAMS }, () => this.#open(peer)));
    }
  }
}

async function drip(send: Send, bytes: Uint8Array): Promise<void> {
  try {
    for (let at = 0; at < bytes.length; at += SLOW_BYTES) {
      send(bytes.subarray(at, at + SLOW_BYTES));
      await new Promise((resolve) => setTimeout(resolve, SLOW_MS));
    }
  } catch {
    // The other end has had enough.
  }
}
