/** A TCP forwarder on loopback that a test can break: what is between two nodes in these tests. */

/** How a connection is broken: both ways at once, or one direction is closed before the rest. */
export type Cut = "both" | "to the listener" | "to the dialler";

/** Decides after each piece, with all bytes of the connection so far, whether to break it here. */
export type Judge = (bytes: number) => Cut | undefined;

/** The port in a multiaddress. */
export function portOf(address: string): number {
  return Number(/\/tcp\/(\d+)/.exec(address)?.[1]);
}

interface Wire {
  readonly near: Deno.Conn;
  readonly far: Deno.Conn;
}

/** Forwards every connection to a port of 127.0.0.1. */
export class Forwarder {
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #wires = new Set<Wire>();
  readonly #working = new Set<Promise<void>>();
  readonly #target: number;
  readonly #judge: Judge;
  #refusing = false;
  /** Flips a bit of the next piece. */
  #corrupting = false;
  #stalled = Promise.resolve();
  /** Connections that were broken. */
  cuts = 0;

  constructor(target: number, judge: Judge = () => undefined) {
    this.#target = target;
    this.#judge = judge;
    void this.#accept();
  }

  /** Where to dial instead of the target. */
  get address(): string {
    return `/ip4/127.0.0.1/tcp/${this.port}`;
  }

  /** The port of {@linkcode address}. */
  get port(): number {
    return this.#listener.addr.port;
  }

  /** Breaks every connection, and takes no new one until {@linkcode admit}. */
  refuse(): void {
    this.#refusing = true;
    this.cutAll("both");
  }

  /** Takes new connections again. */
  admit(): void {
    this.#refusing = false;
  }

  /** Breaks every connection. */
  cutAll(how: Cut): void {
    for (const wire of [...this.#wires]) this.cut(wire, how);
  }

  /** Changes one bit of what comes next. */
  corrupt(): void {
    this.#corrupting = true;
  }

  /** Carries nothing until `work` is over. */
  stall(work: Promise<void>): void {
    this.#stalled = work;
  }

  async close(): Promise<void> {
    this.refuse();
    this.#listener.close();
    await Promise.all(this.#working);
  }

  cut(wire: Wire, how: Cut): void {
    if (!this.#wires.delete(wire)) return;
    this.cuts += 1;
    if (how !== "to the dialler") quietly(() => wire.far.close());
    if (how !== "to the listener") quietly(() => wire.near.close());
    quietly(() => wire.far.close());
    quietly(() => wire.near.close());
  }

  async #accept(): Promise<void> {
    for await (const near of this.#listener) {
      if (this.#refusing) {
        near.close();
        continue;
      }
      let far: Deno.Conn;
      try {
        far = await Deno.connect({ hostname: "127.0.0.1", port: this.#target });
      } catch {
        near.close();
        continue;
      }
      const wire = { near, far };
      this.#wires.add(wire);
      const count = { bytes: 0 };
      for (const work of [this.#pump(wire, near, far, count), this.#pump(wire, far, near, count)]) {
        const tracked: Promise<void> = work.finally(() => this.#working.delete(tracked));
        this.#working.add(tracked);
      }
    }
  }

  async #pump(wire: Wire, from: Deno.Conn, to: Deno.Conn, count: { bytes: number }): Promise<void> {
    const buffer = new Uint8Array(16 * 1024);
    try {
      for (let read = await from.read(buffer); read !== null; read = await from.read(buffer)) {
        await this.#stalled;
        if (this.#corrupting) {
          this.#corrupting = false;
          buffer[read >>> 1] = (buffer[read >>> 1] ?? 0) ^ 1;
        }
        for (let at = 0; at < read;) at += await to.write(buffer.subarray(at, read));
        count.bytes += read;
        const how = this.#judge(count.bytes);
        if (how !== undefined) return this.cut(wire, how);
      }
    } catch {
      // One end is gone; the other one follows.
    }
    quietly(() => from.close());
    quietly(() => to.close());
    this.#wires.delete(wire);
  }
}

function quietly(action: () => void): void {
  try {
    action();
  } catch {
    // It was closed already.
  }
}
