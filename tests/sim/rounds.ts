/** Counts rounds: how long the longest chain of messages is that wait for each other. */
import type { Channel } from "../../lib/mpc/mod.ts";

/** Depth of what the parties of one network have sent so far. */
export class Rounds {
  readonly #known = new Map<number, number>();
  readonly #messages = new Map<string, number>();
  /** Depth of each step's deepest message, in the order of first sending. */
  readonly steps: Map<string, number> = new Map();

  /** Depth of the deepest message. */
  get depth(): number {
    return Math.max(0, ...this.steps.values());
  }

  /** A channel that counts: a message is one deeper than all that its sender has received. */
  wrap(channel: Channel): Channel {
    const { self, parties } = channel;
    return {
      ...{ self, parties },
      send: (to, step, bytes): Promise<void> => {
        const depth = (this.#known.get(self) ?? 0) + 1;
        this.#messages.set(`${step}/${self}/${to}`, depth);
        this.steps.set(step, Math.max(this.steps.get(step) ?? 0, depth));
        return channel.send(to, step, bytes);
      },
      recv: async (from, step, length): Promise<Uint8Array<ArrayBuffer>> => {
        const bytes = await channel.recv(from, step, length);
        const depth = this.#messages.get(`${step}/${from}/${self}`) ?? 0;
        this.#known.set(self, Math.max(this.#known.get(self) ?? 0, depth));
        return bytes;
      },
      abort: (reason) => channel.abort(reason),
    };
  }
}
