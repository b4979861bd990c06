/** Telling whether others can reach this node directly, as far as others have tried (AutoNAT). */
import type { Observe } from "../observability/mod.ts";
import type { Clock } from "../session/ports.ts";
import type { Node } from "./node.ts";

/** Time between two looks. */
const LOOK_MS = 2000;

/** Arguments of {@linkcode watchReach}. */
export interface WatchReachInit {
  /** Time and timers. */
  readonly clock: Clock;
  /** Takes the events. */
  readonly observe: Observe;
}

/** Tells, until the node stops, each own public address at which a peer has reached us to check it. */
export function watchReach(node: Node, { clock, observe }: WatchReachInit): void {
  const told = new Set<string>();
  function look(): void {
    for (const address of node.checkedAddresses(clock.now())) {
      if (told.has(address)) continue;
      told.add(address);
      observe({ kind: "notice", text: `others can reach us at ${address}` });
    }
    cancel = clock.after(LOOK_MS, look);
  }
  let cancel = clock.after(LOOK_MS, look);
  node.atStop(() => cancel());
}
