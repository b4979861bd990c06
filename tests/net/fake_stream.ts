/** A libp2p stream without a network: the part of it that lib/net uses, under the control of a test. */
import type { Stream } from "@libp2p/interface";
import { Uint8ArrayList } from "uint8arraylist";

/** The end that a test holds. */
export class FakeStream extends EventTarget {
  status = "open";
  writeStatus = "writable";
  readStatus = "readable";
  /** What the link has sent and the "network" has not yet taken. */
  writeBufferLength = 0;
  /** Whether sent bytes stay in the queue until {@linkcode take}. */
  slow = false;
  readonly sent = new Uint8ArrayList();
  readonly sends: number[] = [];
  /** Whether the peer is held; as in libp2p the end of `resume` frees it, whatever came between. */
  windowClosed = false;
  #held: Uint8Array[] = [];

  /** This object as what the link expects. */
  get stream(): Stream {
    return this as unknown as Stream;
  }

  /** Bytes arrive from the peer. */
  arrive(bytes: Uint8Array): void {
    if (this.readStatus === "paused") this.#held.push(bytes);
    else this.dispatchEvent(Object.assign(new Event("message"), { data: bytes }));
  }

  /** The network takes `count` queued bytes and says so. */
  take(count: number, event: "drain" | "idle"): void {
    this.writeBufferLength -= count;
    this.dispatchEvent(new Event(event));
  }

  /** The peer closes its side, or the connection is lost with `error`. */
  end(error?: Error): void {
    if (error === undefined) this.dispatchEvent(new Event("remoteCloseWrite"));
    else {
      this.status = "reset";
      this.writeStatus = "closed";
      this.dispatchEvent(Object.assign(new Event("close"), { error }));
    }
  }

  send(data: Uint8ArrayList): boolean {
    this.sends.push(data.byteLength);
    this.sent.append(data);
    if (this.slow) this.writeBufferLength += data.byteLength;
    return this.writeBufferLength === 0;
  }

  pause(): void {
    this.readStatus = "paused";
    this.windowClosed = true;
  }

  resume(): void {
    this.readStatus = "readable";
    const held = this.#held;
    this.#held = [];
    for (const bytes of held) this.arrive(bytes);
    this.windowClosed = false;
  }

  close(): Promise<void> {
    this.writeStatus = "closed";
    return Promise.resolve();
  }

  abort(error: Error): void {
    if (this.status === "open") this.end(error);
  }

  /** Never resolves: lib/net must not rely on it. */
  onDrain(): Promise<void> {
    return new Promise(() => {});
  }
}
