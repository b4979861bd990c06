/** The encrypted side of a TLS socket as the byte stream that libp2p works on. */
import type { TLSSocket } from "node:tls";
import type { MessageStream } from "@libp2p/interface";
import { AbstractMessageStream, type SendResult } from "@libp2p/utils";
import type { Uint8ArrayList } from "uint8arraylist";
import { ConnectionError } from "../base/mod.ts";

/** Bytes over a {@linkcode TLSSocket} that has taken over the socket of `base`. */
export class TlsStream extends AbstractMessageStream {
  readonly #base: MessageStream;
  readonly #socket: TLSSocket;

  /** Must be made in the task that took the last bytes of the handshake. */
  constructor(base: MessageStream, socket: TLSSocket) {
    super({
      log: base.log.newScope("tls"),
      inactivityTimeout: base.inactivityTimeout,
      maxReadBufferLength: base.maxReadBufferLength,
      direction: base.direction,
    });
    this.#base = base;
    this.#socket = socket;
    socket.on("data", (bytes: Uint8Array) => this.onData(bytes));
    socket.on("drain", () => this.safeDispatchEvent("drain"));
    socket.on("error", (error: Error) => base.abort(error));
    socket.on("close", () => this.#closed());
    base.addEventListener("close", ({ error, local }) => {
      socket.destroy();
      if (error === undefined) this.onTransportClosed();
      else if (local === true) this.abort(error);
      else this.onRemoteReset();
    });
  }

  /** Closes after all that was sent has been written. */
  override async close(): Promise<void> {
    if (this.#socket.destroyed || this.writeStatus !== "writable") return;
    this.writeStatus = "closing";
    const gone = new Promise<void>((resolve) => this.#socket.once("close", () => resolve()));
    this.#socket.destroySoon();
    await gone;
  }

  /** Hands bytes to TLS; what it cannot take at once it queues, and says so. */
  override sendData(data: Uint8ArrayList): SendResult {
    const sentBytes = data.byteLength;
    let canSendMore = true;
    // Why corked: the parts go to TLS as one, without being copied together here.
    this.#socket.cork();
    for (const part of data) canSendMore = this.#socket.write(part);
    this.#socket.uncork();
    return { sentBytes, canSendMore };
  }

  /** Ends both directions at once. */
  override sendReset(error: Error): void {
    this.#socket.destroy();
    this.#base.abort(error);
  }

  // Why nothing: a muxer never holds a whole connection, it holds its streams. Under Deno, a TLS socket
  // that is paused goes on to read from the network all the same.
  override sendPause(): void {}
  override sendResume(): void {}

  #closed(): void {
    if (this.#base.status !== "open") return;
    this.#base.close().catch((cause: unknown) =>
      this.#base.abort(new ConnectionError("Cannot close the connection", { cause }))
    );
  }
}
