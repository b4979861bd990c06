/**
 * A wide area network in virtual time: every link has a delay and a bandwidth, computing takes no time. What a session takes
 * is then a number of the protocol alone, the same on every machine.
 */
import type { Channel } from "../../lib/mpc/mod.ts";

/** Shape of every link, in each direction. */
export interface WanShape {
  /** One way, in milliseconds. */
  readonly delayMs: number;
  /** Megabits a second. */
  readonly mbit: number;
}

interface Flying {
  readonly at: number;
  readonly deliver: () => Promise<void>;
}

/** The network of one session. */
export class Wan {
  readonly #shape: WanShape;
  readonly #flying: Flying[] = [];
  /** When the last byte sent so far has left, by link. */
  readonly #free = new Map<string, number>();
  #now = 0;

  /** All links alike. */
  constructor(shape: WanShape) {
    this.#shape = shape;
  }

  /** Milliseconds since the beginning. */
  get now(): number {
    return this.#now;
  }

  /** The channel that a party gets. */
  wrap(channel: Channel): Channel {
    const { self, parties } = channel;
    return {
      ...{ self, parties },
      send: (to, step, bytes): Promise<void> => {
        const link = `${self} ${to}`;
        const begin = Math.max(this.#now, this.#free.get(link) ?? 0);
        const left = begin + bytes.length * 8 / (this.#shape.mbit * 1000);
        this.#free.set(link, left);
        const deliver = (): Promise<void> => channel.send(to, step, bytes);
        this.#flying.push({ at: left + this.#shape.delayMs, deliver });
        return Promise.resolve();
      },
      recv: (from, step, length) => channel.recv(from, step, length),
      abort: (reason) => channel.abort(reason),
    };
  }

  /** Delivers message after message until `session` has ended; gives its result. */
  async run<T>(session: Promise<T>): Promise<T> {
    let ended = false;
    const end = (): void => {
      ended = true;
    };
    session.then(end, end);
    for (;;) {
      // Parties never wait for a timer: when it fires, all that can go on without a message has gone on.
      await new Promise((resolve) => setTimeout(resolve, 0));
      const at = Math.min(...this.#flying.map((message) => message.at));
      if (ended || at === Infinity) break;
      this.#now = at;
      const due = this.#flying.filter((message) => message.at === at);
      for (const message of due) this.#flying.splice(this.#flying.indexOf(message), 1);
      await Promise.all(due.map(({ deliver }) => deliver()));
    }
    return await session;
  }
}
