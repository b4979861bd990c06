/** A channel of the embedding program's own, here over message ports, which Deno, Node and browsers have. */
import { type Channel, ConnectionError, ProtocolError } from "../../lib/mod.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** What one party says to another: the message of a step, or why it leaves. */
interface Frame {
  readonly step?: string;
  readonly bytes?: Bytes;
  readonly reason?: string;
}

interface Waiter {
  readonly take: (bytes: Bytes) => void;
  readonly fail: (error: Error) => void;
}

/** A {@linkcode Channel} with one message port to each other party. */
export class PortChannel implements Channel {
  readonly self: number;
  readonly parties: number;
  readonly #ports: ReadonlyMap<number, MessagePort>;
  /** Messages that came before they were asked for, by sender and step. */
  readonly #inbox = new Map<string, Bytes>();
  readonly #waiters = new Map<string, Waiter>();
  #end: Error | undefined;

  constructor(self: number, ports: ReadonlyMap<number, MessagePort>) {
    this.self = self;
    this.parties = ports.size + 1;
    this.#ports = ports;
    for (const [from, port] of ports) {
      port.onmessage = (event: MessageEvent<Frame>): void => this.#receive(from, event.data);
    }
  }

  send(to: number, step: string, bytes: Bytes): Promise<void> {
    if (this.#end !== undefined) return Promise.reject(this.#end);
    this.#ports.get(to)?.postMessage({ step, bytes });
    return Promise.resolve();
  }

  async recv(from: number, step: string, length: number): Promise<Bytes> {
    if (this.#end !== undefined) throw this.#end;
    const key = `${from} ${step}`;
    const early = this.#inbox.get(key);
    this.#inbox.delete(key);
    const bytes = early ??
      await new Promise<Bytes>((take, fail) => this.#waiters.set(key, { take, fail }));
    if (bytes.length === length) return bytes;
    throw new ProtocolError(`Cannot accept step "${step}" of party ${from}: its length is wrong`);
  }

  abort(reason: string): Promise<void> {
    for (const port of this.#ports.values()) port.postMessage({ reason });
    this.#fail(new ConnectionError(`Cannot go on: ${reason}`));
    return Promise.resolve();
  }

  /** Closes the ports once everything is done. */
  close(): void {
    for (const port of this.#ports.values()) port.close();
  }

  #receive(from: number, { step, bytes, reason }: Frame): void {
    if (step === undefined || bytes === undefined) {
      return this.#fail(new ConnectionError(`Cannot go on: party ${from} left: ${reason}`));
    }
    const key = `${from} ${step}`;
    const waiter = this.#waiters.get(key);
    this.#waiters.delete(key);
    if (waiter === undefined) this.#inbox.set(key, bytes);
    else waiter.take(bytes);
  }

  #fail(error: Error): void {
    this.#end ??= error;
    for (const { fail } of this.#waiters.values()) fail(this.#end);
    this.#waiters.clear();
  }
}
