/** Work that several take from one queue, and give back when they cannot do it. */

/** Items of which each must be done once. */
export class WorkQueue<T> {
  readonly #items: T[] = [];
  readonly #waiting: ((item: T | undefined) => void)[] = [];
  readonly #ended = Promise.withResolvers<void>();
  #undone = 0;
  #over = false;

  /** Resolves when all is over. */
  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  /** Number of items that are not done. */
  get undone(): number {
    return this.#undone;
  }

  /** Whether everything is done, or {@linkcode end} was called. */
  get over(): boolean {
    return this.#over;
  }

  /** Adds work. */
  add(items: Iterable<T>): void {
    for (const item of items) {
      this.#undone += 1;
      this.giveBack(item);
    }
  }

  /** An item, once there is one; undefined when all is over. */
  async take(): Promise<T | undefined> {
    if (this.#over) return undefined;
    const item = this.#items.shift();
    if (item !== undefined) return item;
    return await new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** An item that was taken, for another one to do. */
  giveBack(item: T): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#items.push(item);
    else next(item);
  }

  /** An item that was taken is done. */
  finish(): void {
    this.#undone -= 1;
    if (this.#undone === 0) this.end();
  }

  /** Ends it for all, whatever is left. */
  end(): void {
    this.#over = true;
    this.#ended.resolve();
    for (const next of this.#waiting.splice(0)) next(undefined);
  }
}
