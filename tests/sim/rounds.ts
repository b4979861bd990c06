/**
 * Counts rounds: every message takes one unit of time, computing takes none. Messages are held back until
 * no party can go on, then all that were sent meanwhile arrive together.
 */
import type { Channel } from "../../lib/mpc/mod.ts";

/** Rounds of one network. */
export class Rounds {
  #held: { readonly step: string; readonly deliver: () => Promise<void> }[] = [];
  /** Steps that were under way in each round, sorted. */
  readonly rounds: string[][] = [];

  /** The channel that a party gets. */
  wrap(channel: Channel): Channel {
    const { self, parties } = channel;
    return {
      ...{ self, parties },
      send: (to, step, bytes): Promise<void> => {
        this.#held.push({ step, deliver: () => channel.send(to, step, bytes) });
        return Promise.resolve();
      },
      recv: (from, step, length) => channel.recv(from, step, length),
      abort: (reason) => channel.abort(reason),
    };
  }

  /** Delivers round after round until `session` has ended; gives its result. */
  async run<T>(session: Promise<T>): Promise<T> {
    let ended = false;
    const end = (): void => {
      ended = true;
    };
    session.then(end, end);
    while (!ended || this.#held.length > 0) {
      await idle();
      const messages = this.#held;
      this.#held = [];
      if (messages.length === 0) continue;
      this.rounds.push([...new Set(messages.map(({ step }) => step))].sort());
      await Promise.all(messages.map(({ deliver }) => deliver()));
    }
    return await session;
  }
}

/** Resolves when all that can go on without a message has gone on: parties never wait for a timer. */
function idle(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
