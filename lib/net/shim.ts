/**
 * Two differences between Deno and Node that keep a process alive after a libp2p node has stopped.
 * Must be imported before libp2p.
 */

/** The `BroadcastChannel` of libp2p's peer store lock: it never needs other threads, and never closes. */
class SilentChannel extends EventTarget {
  constructor(readonly name: string) {
    super();
  }
  postMessage(): void {}
  close(): void {}
  ref(): this {
    return this;
  }
  unref(): this {
    return this;
  }
}

const MARK = Symbol.for("p2p-mpc.shim");

if (!(MARK in globalThis)) {
  Object.defineProperty(globalThis, MARK, { value: true });
  // Why: package `mortice` opens this channel for good and relies on Node's `unref()`.
  globalThis.BroadcastChannel = new Proxy(globalThis.BroadcastChannel ?? SilentChannel, {
    construct: (target, [name]: [string]): object =>
      name === "mortice" ? new SilentChannel(name) : new target(name),
  });
  // Why: Deno keeps the process alive for a time-out signal that has a listener; Node does not.
  AbortSignal.timeout = (ms: number): AbortSignal => {
    const controller = new AbortController();
    const timer = setTimeout(
      () => controller.abort(new DOMException("The time is over", "TimeoutError")),
      Math.min(ms, 2 ** 31 - 1),
    );
    Deno.unrefTimer(timer);
    return controller.signal;
  };
}
