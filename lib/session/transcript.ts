/** What a party sent to and received from each other party, as hashes that both ends can compare. */
import { concat, utf8 } from "../base/mod.ts";
import { Sha256, sha256, u32 } from "../crypto/mod.ts";
import type { Channel } from "../mpc/channel.ts";

/** Hashes of all messages to and from one other party. */
export interface LinkDigests {
  /** Of what was sent to it, 32 bytes. */
  readonly sent: Uint8Array<ArrayBuffer>;
  /** Of what was received from it, 32 bytes. */
  readonly received: Uint8Array<ArrayBuffer>;
}

const LABEL = utf8("p2p-mpc transcript v1\0");

/**
 * A channel that notes the hash of every message. Each step carries one message to each party, so that the order in which
 * steps happen to be sent or awaited does not matter: the messages of a link are hashed in the order of their steps' names.
 */
export class Transcript implements Channel {
  /** Own party number. */
  readonly self: number;
  /** Number of parties. */
  readonly parties: number;
  readonly #inner: Channel;
  readonly #sent: readonly Map<string, Uint8Array<ArrayBuffer>>[];
  readonly #received: readonly Map<string, Uint8Array<ArrayBuffer>>[];
  #bytes = 0;

  /** Notes what goes over `inner` from now on. */
  constructor(inner: Channel) {
    this.self = inner.self;
    this.parties = inner.parties;
    this.#inner = inner;
    const links = (): Map<string, Uint8Array<ArrayBuffer>>[] =>
      Array.from({ length: inner.parties }, () => new Map());
    this.#sent = links();
    this.#received = links();
  }

  /** Payload bytes of all messages so far, in both directions. */
  get bytes(): number {
    return this.#bytes;
  }

  /** As {@linkcode Channel.stored}. */
  get stored(): Channel["stored"] {
    return this.#inner.stored;
  }

  /** As {@linkcode Channel.send}. */
  async send(to: number, step: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    // Why before: the buffer is handed over.
    this.#note(this.#sent, to, step, bytes);
    await this.#inner.send(to, step, bytes);
  }

  /** As {@linkcode Channel.recv}. */
  async recv(from: number, step: string, length: number): Promise<Uint8Array<ArrayBuffer>> {
    const bytes = await this.#inner.recv(from, step, length);
    this.#note(this.#received, from, step, bytes);
    return bytes;
  }

  /** As {@linkcode Channel.abort}; the notice is not noted. */
  async abort(reason: string): Promise<void> {
    await this.#inner.abort(reason);
  }

  /** The hashes by party so far; those of the own number are of nothing. */
  digests(): LinkDigests[] {
    return this.#sent.map((sent, party) => {
      return { sent: digestOf(sent), received: digestOf(this.#received[party] ?? new Map()) };
    });
  }

  #note(
    links: readonly Map<string, Uint8Array<ArrayBuffer>>[],
    party: number,
    step: string,
    bytes: Uint8Array<ArrayBuffer>,
  ): void {
    this.#bytes += bytes.length;
    links[party]?.set(step, sha256(bytes));
  }
}

function digestOf(messages: ReadonlyMap<string, Uint8Array<ArrayBuffer>>): Uint8Array<ArrayBuffer> {
  const hash = new Sha256().update(LABEL);
  for (const [step, digest] of [...messages].sort(([a], [b]) => a < b ? -1 : 1)) {
    const name = utf8(step);
    hash.update(concat(u32(name.length), name, digest));
  }
  return hash.digest();
}
