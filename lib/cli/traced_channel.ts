/**
 * A channel that tells of every round as a span: the messages of one step of the protocol, from the first call until none
 * is under way. A step that is sent before anybody waits for its other messages is told as two.
 */
import { type Channel, phaseOf, stepFamily, type TrafficPhase } from "../mpc/mod.ts";
import { errorType, type Observe, type Phase } from "../observability/mod.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/**
 * Phases of the protocol in which messages of a phase of the wire are under way. Those of the set-up may still arrive
 * while the first bits are made, and the coin of the buckets is committed to beside the leaky ANDs.
 */
const PHASES: Readonly<Record<TrafficPhase, readonly Phase[]>> = {
  "set-up": ["setup", "authenticated bits"],
  "authenticated bits": ["authenticated bits"],
  "delta consistency": ["authenticated bits"],
  "leaky ANDs": ["leaky ANDs"],
  buckets: ["buckets", "leaky ANDs"],
  "V check": ["buckets"],
  inputs: ["inputs"],
  tables: ["garbling", "evaluation"],
  checks: ["garbling", "evaluation"],
  output: ["output"],
};

interface Round {
  /** Calls that wait. */
  calls: number;
  messages: number;
  sent: number;
  received: number;
  error: string | undefined;
}

class TracedChannel implements Channel {
  readonly self: number;
  readonly parties: number;
  readonly #inner: Channel;
  readonly #observe: Observe;
  readonly #rounds = new Map<string, Round>();

  constructor(inner: Channel, observe: Observe) {
    this.self = inner.self;
    this.parties = inner.parties;
    this.#inner = inner;
    this.#observe = observe;
  }

  async send(to: number, step: string, bytes: Bytes): Promise<void> {
    const { length } = bytes;
    await this.#call(step, async (round) => {
      await this.#inner.send(to, step, bytes);
      round.sent += length;
    });
  }

  async recv(from: number, step: string, length: number): Promise<Bytes> {
    return await this.#call(step, async (round) => {
      const bytes = await this.#inner.recv(from, step, length);
      round.received += bytes.length;
      return bytes;
    });
  }

  async abort(reason: string): Promise<void> {
    await this.#inner.abort(reason);
  }

  async #call<T>(step: string, work: (round: Round) => Promise<T>): Promise<T> {
    const round = this.#begin(step);
    try {
      const value = await work(round);
      round.messages++;
      return value;
    } catch (error) {
      round.error ??= errorType(error);
      throw error;
    } finally {
      round.calls--;
      if (round.calls === 0) this.#end(step, round);
    }
  }

  #begin(step: string): Round {
    const open = this.#rounds.get(step);
    if (open !== undefined) {
      open.calls++;
      return open;
    }
    const round = { calls: 1, messages: 0, sent: 0, received: 0, error: undefined };
    this.#rounds.set(step, round);
    this.#observe({
      ...{ kind: "span", change: "begin", id: `round ${step}` },
      name: `mpc round ${stepFamily(step)}`,
      within: PHASES[phaseOf(step)].map((phase) => `mpc phase ${phase}`),
      attributes: { "mpc.round.label": step },
    });
    return round;
  }

  #end(step: string, { messages, sent, received, error }: Round): void {
    this.#rounds.delete(step);
    this.#observe({
      ...{ kind: "span", change: "end", id: `round ${step}` },
      attributes: {
        "mpc.round.messages": messages,
        "mpc.round.bytes_sent": sent,
        "mpc.round.bytes_received": received,
      },
      ...(error === undefined ? {} : { error }),
    });
  }
}

/** Tells `observe` of the rounds of `inner`. */
export function tracedChannel(inner: Channel, observe: Observe): Channel {
  return new TracedChannel(inner, observe);
}
