/**
 * Takes the direct streams that others open. The first frame says what a stream is for: lobby messages
 * are handed on; a hello is held until the own party has agreed and asks for its links, since the other
 * one may be faster.
 */
import { equal, toHex } from "../base/mod.ts";
import type { Clock } from "../session/ports.ts";
import type { Frame } from "./frame.ts";
import type { Node } from "./node.ts";
import { StreamLink } from "./stream_link.ts";

/** Largest lobby message. */
export const LOBBY_BYTES_MAX = 64 * 1024;
/** Most messages of a lobby over one stream. */
const LOBBY_FRAMES_MAX = 16;
/** Most streams whose first frame has not come, and most of one peer. */
const OPENING_MAX = 256;
const OPENING_OF_PEER_MAX = 16;
/** Most streams that are held, and most of one peer. */
const HELD_MAX = 64;
const HELD_OF_PEER_MAX = 4;
/** Most unread bytes of a stream that nobody has taken: enough for the largest first frame. */
const UNTAKEN_BYTES_MAX = LOBBY_BYTES_MAX + 1024;
/** Time within which the first frame must come, and time for which a hello is held. */
const FIRST_FRAME_MS = 15_000;
const HELD_MS = 120_000;

/**
 * A stream whose hello has been read.
 *
 * @internal
 */
export interface HeldStream {
  /** Authenticated peer id of the other end. */
  readonly peer: string;
  /** The framed stream. */
  readonly link: StreamLink;
  /** What it has said about itself. */
  readonly hello: Frame;
}

/** A link that waits for streams. */
interface Expected {
  readonly peer: string;
  readonly tag: Uint8Array;
  readonly handler: (held: HeldStream) => void;
}

function fits({ peer, tag }: Expected, held: HeldStream): boolean {
  return held.peer === peer && equal(held.hello.tag, tag);
}

function hand({ handler }: Expected, held: HeldStream): void {
  held.link.confine(Infinity);
  handler(held);
}

/** A lobby message that came over a direct stream. */
export type LobbyHandler = (from: string, bytes: Uint8Array) => void;

/** The door of a node for direct streams. */
export class Gate {
  readonly #clock: Clock;
  readonly #lobbies = new Map<string, LobbyHandler>();
  /** With each stream the function that cancels the end of its time. */
  readonly #held = new Map<HeldStream, () => void>();
  readonly #expected = new Set<Expected>();
  /** Streams whose first frame has not come, with their peers. */
  readonly #opening = new Map<StreamLink, string>();

  /** Use {@linkcode openGate}. */
  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Hands lobby messages with this tag to `handler`; the returned function ends it. */
  listen(tag: Uint8Array, handler: LobbyHandler): () => void {
    const key = toHex(tag);
    this.#lobbies.set(key, handler);
    return () => this.#lobbies.delete(key);
  }

  /**
   * Hands over the streams that `peer` opens for the session with this tag, those that are held already
   * at once. The returned function ends it.
   *
   * @internal
   */
  expect(peer: string, tag: Uint8Array, handler: (held: HeldStream) => void): () => void {
    const expected: Expected = { peer, tag, handler };
    this.#expected.add(expected);
    for (const [held, cancel] of [...this.#held]) {
      if (!fits(expected, held)) continue;
      cancel();
      this.#held.delete(held);
      hand(expected, held);
    }
    return () => this.#expected.delete(expected);
  }

  /** Drops all that is held. */
  close(): void {
    for (const [{ link }, cancel] of this.#held) {
      cancel();
      link.destroy("The node stops");
    }
    this.#held.clear();
  }

  /**
   * Takes a stream that `peer` has opened. Attaches the listeners before it returns.
   *
   * @internal
   */
  accept(link: StreamLink, peer: string): void {
    if (!this.#hasRoom(peer)) return link.destroy("Too many streams at once");
    link.confine(UNTAKEN_BYTES_MAX);
    this.#opening.set(link, peer);
    void this.#sort(link, peer).finally(() => this.#opening.delete(link));
  }

  /** Whether one more stream of `peer` may open. Strangers, however many, do not keep out who is expected. */
  #hasRoom(peer: string): boolean {
    const ofPeer = [...this.#opening.values()].filter((other) => other === peer).length;
    if (ofPeer >= OPENING_OF_PEER_MAX) return false;
    return this.#opening.size < OPENING_MAX ||
      [...this.#expected].some((each) => each.peer === peer);
  }

  async #sort(link: StreamLink, peer: string): Promise<void> {
    const cancel = this.#clock.after(
      FIRST_FRAME_MS,
      () => link.destroy("No frame came on the stream"),
    );
    try {
      let frame = await link.next();
      for (let i = 0; frame?.kind === "lobby" && i < LOBBY_FRAMES_MAX; i++) {
        this.#deliver(peer, frame);
        frame = await link.next();
      }
      if (frame?.kind === "hello") return this.#hold({ peer, link, hello: frame });
    } catch {
      // It is no stream of ours, or broke off.
    } finally {
      cancel();
    }
    link.destroy("The stream has served its purpose");
  }

  #deliver(peer: string, { tag, payload }: Frame): void {
    if (payload.length <= LOBBY_BYTES_MAX) this.#lobbies.get(toHex(tag))?.(peer, payload);
  }

  #hold(held: HeldStream): void {
    for (const expected of this.#expected) {
      if (fits(expected, held)) return hand(expected, held);
    }
    const ofPeer = [...this.#held.keys()].filter(({ peer }) => peer === held.peer).length;
    if (this.#held.size >= HELD_MAX || ofPeer >= HELD_OF_PEER_MAX) {
      held.link.destroy("Too many streams are waiting");
      return;
    }
    const cancel = this.#clock.after(HELD_MS, () => {
      this.#held.delete(held);
      held.link.destroy("The stream waited too long");
    });
    this.#held.set(held, cancel);
  }
}

/** The gate of `node`. A node has one. */
export async function openGate(node: Node, clock: Clock): Promise<Gate> {
  const gate = new Gate(clock);
  await node.handleStreams((stream, connection) =>
    gate.accept(new StreamLink(stream), connection.remotePeer.toString())
  );
  return gate;
}
