/**
 * The end of a party: after a failed check nothing more leaves, from none of the stages that run side by side.
 */
import type { Channel } from "./channel.ts";
import type { Checks } from "./checks.ts";

/** A channel that can be stopped from this side. */
export class StoppableChannel implements Channel {
  /** Own party number. */
  readonly self: number;
  /** Number of parties. */
  readonly parties: number;
  readonly #inner: Channel;
  #reason: { readonly error: unknown } | undefined;

  /** Passes everything on to `inner` until it is stopped. */
  constructor(inner: Channel) {
    this.self = inner.self;
    this.parties = inner.parties;
    this.#inner = inner;
  }

  /**
   * From now on every call but `abort` fails with `error`; the first call counts. Why the same error: whichever stage
   * ends first, what is reported is what went wrong.
   */
  stop(error: unknown): void {
    this.#reason ??= { error };
  }

  /** As {@linkcode Channel.send}. Wipes what does not leave any more. */
  async send(to: number, step: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    if (this.#reason !== undefined) bytes.fill(0);
    this.#go();
    await this.#inner.send(to, step, bytes);
  }

  /** As {@linkcode Channel.recv}. What arrives after the stop is not handed over: nobody computes with it any more. */
  async recv(from: number, step: string, length: number): Promise<Uint8Array<ArrayBuffer>> {
    this.#go();
    const bytes = await this.#inner.recv(from, step, length);
    this.#go();
    return bytes;
  }

  /** As {@linkcode Channel.abort}. */
  async abort(reason: string): Promise<void> {
    await this.#inner.abort(reason);
  }

  /** Goes on unless stopped. */
  #go(): void {
    if (this.#reason !== undefined) throw this.#reason.error;
  }
}

/** `checks` of which a failed one calls `stop` before anybody else runs. */
export function stoppingChecks(checks: Checks, stop: (error: unknown) => void): Checks {
  return {
    counts: checks.counts,
    require(check, ok, site): void {
      try {
        checks.require(check, ok, site);
      } catch (error) {
        stop(error);
        throw error;
      }
    },
  };
}
