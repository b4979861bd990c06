/** Listening through relays: a place at each of them, and a new one whenever it was lost. */
import { MpcError } from "../base/mod.ts";
import { type Observe, observeNothing } from "../observability/mod.ts";
import type { Clock } from "../session/ports.ts";
import type { Node } from "./node.ts";

/** Time between two looks whether the places are still there. */
const LOOK_MS = 1000;
/** Longest time between two attempts to get a place back. */
const PAUSE_MS_MAX = 30_000;
/** Longest time for one attempt. */
const ATTEMPT_MS = 15_000;

/** Arguments of {@linkcode listenThrough}. */
export interface RelaysInit {
  /** Multiaddresses of relays, each with its peer id. */
  readonly relays: readonly string[];
  /** Time and timers. */
  readonly clock: Clock;
  /** Takes the events. */
  readonly observe?: Observe;
}

/** A relay that is to be listened through. */
interface Kept {
  readonly relay: string;
  lost: boolean;
  /** Time until the next attempt. */
  pauseMs: number;
}

/**
 * Listens through relays until the node stops.
 *
 * @throws {UnreachableError} if one of them cannot be reached, or does not serve us.
 */
export async function listenThrough(node: Node, init: RelaysInit): Promise<void> {
  const { relays, clock, observe = observeNothing } = init;
  const stop = new AbortController();
  const attempt = (relay: string): Promise<void> =>
    node.holdPlace(relay, AbortSignal.any([stop.signal, AbortSignal.timeout(ATTEMPT_MS)]));
  await Promise.all(relays.map(attempt));

  async function regain(kept: Kept): Promise<void> {
    if (!kept.lost) {
      kept.lost = true;
      observe({ kind: "notice", text: `lost relay ${kept.relay}, trying to get it back...` });
    }
    try {
      await attempt(kept.relay);
      Object.assign(kept, { lost: false, pauseMs: LOOK_MS });
      observe({ kind: "notice", text: `relay ${kept.relay} is back` });
    } catch (error) {
      if (!(error instanceof MpcError) || stop.signal.aborted) return;
      kept.pauseMs = Math.min(2 * kept.pauseMs, PAUSE_MS_MAX);
      observe({ kind: "log", level: "warn", module: "net", text: error.message });
    }
  }

  function look(kept: Kept): void {
    const cancel = clock.after(kept.pauseMs, () => {
      stop.signal.removeEventListener("abort", cancel);
      const work = node.hasPlace(kept.relay) ? Promise.resolve() : regain(kept);
      void work.then(() => stop.signal.aborted || look(kept));
    });
    stop.signal.addEventListener("abort", cancel);
  }

  for (const relay of relays) look({ relay, lost: false, pauseMs: LOOK_MS });
  node.atStop(() => stop.abort());
}
