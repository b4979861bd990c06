/** Listening through relays: a place at each of them, and a new one whenever it was lost. */
import { MpcError, UnreachableError } from "../base/mod.ts";
import { type Observe, observeNothing } from "../observability/mod.ts";
import type { Clock } from "../session/ports.ts";
import { parseRelay } from "./address.ts";
import { relayReason } from "./failures.ts";
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

function hasPlace({ libp2p }: Node, relay: string): boolean {
  return libp2p.services.own.isHeld(parseRelay(relay).peer);
}

/**
 * Lets others reach `node` through a relay, as long as its connection to the relay lasts.
 *
 * @throws {UnreachableError} if the relay cannot be reached, or does not serve us.
 */
export async function holdPlace(node: Node, relay: string, signal: AbortSignal): Promise<void> {
  const { address, peer } = parseRelay(relay);
  try {
    // Why first: the relay transport never again tries a relay that it could not reach itself.
    await node.libp2p.dial(address, { signal });
    await node.libp2p.services.own.hold(peer, address);
  } catch (cause) {
    const { reason, hint } = relayReason(cause, node.peerId);
    // Why without the cause: libp2p puts stack traces in its message.
    throw new UnreachableError(`Cannot listen through relay "${relay}": ${reason}`, { hint });
  }
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
    holdPlace(node, relay, AbortSignal.any([stop.signal, AbortSignal.timeout(ATTEMPT_MS)]));
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
      const work = hasPlace(node, kept.relay) ? Promise.resolve() : regain(kept);
      void work.then(() => stop.signal.aborted || look(kept));
    });
    stop.signal.addEventListener("abort", cancel);
  }

  for (const relay of relays) look({ relay, lost: false, pauseMs: LOOK_MS });
  node.atStop(() => stop.abort());
}
