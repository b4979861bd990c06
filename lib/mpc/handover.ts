/**
 * One value at a time from one stage to the next: the giver goes on when its value was taken, so that it is one value
 * ahead and no more.
 */
import { deferred } from "../base/mod.ts";

/** A place where two stages meet. */
export class Handover<T> {
  #offer: { readonly value: T; readonly taken: PromiseWithResolvers<void> } | undefined;
  #wanted: PromiseWithResolvers<T> | undefined;
  #end: { readonly error: unknown } | undefined;

  /** Resolves when the other side has taken `value`. One call at a time. */
  async give(value: T): Promise<void> {
    if (this.#end !== undefined) throw this.#end.error;
    const wanted = this.#wanted;
    if (wanted !== undefined) {
      this.#wanted = undefined;
      wanted.resolve(value);
      return;
    }
    const taken = deferred<void>();
    this.#offer = { value, taken };
    await taken.promise;
  }

  /** The next value. One call at a time. */
  async take(): Promise<T> {
    if (this.#end !== undefined) throw this.#end.error;
    const offer = this.#offer;
    if (offer !== undefined) {
      this.#offer = undefined;
      offer.taken.resolve();
      return offer.value;
    }
    this.#wanted = deferred<T>();
    return await this.#wanted.promise;
  }

  /** Fails both sides with `error`, now and later; the first call counts. */
  close(error: unknown): void {
    this.#end ??= { error };
    this.#offer?.taken.reject(this.#end.error);
    this.#wanted?.reject(this.#end.error);
    this.#offer = undefined;
    this.#wanted = undefined;
  }
}
