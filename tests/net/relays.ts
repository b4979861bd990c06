/** Relays on the loopback interface, and nodes that can be reached through them alone, for tests. */
import {
  generateIdentity,
  type KeyIdentity,
  listenThrough,
  type Node,
  type NodeOptions,
  type RelayLimits,
  startNode,
} from "../../lib/net/mod.ts";
import type { Observe } from "../../lib/observability/mod.ts";
import { systemClock } from "../../lib/session/clock.ts";
import { loopbackNode, type TestNode } from "./loopback.ts";

/** Starts a relay on 127.0.0.1, which grants much unless `change` says otherwise. */
export async function loopbackRelay(
  change: Partial<RelayLimits> = {},
  { identity, listen = ["/ip4/127.0.0.1/tcp/0"] }: Partial<NodeOptions> = {},
): Promise<Node> {
  const relay = { reservations: 16, bytes: 2 ** 40, durationMs: 600_000, allow: [], ...change };
  return await startNode({ identity: identity ?? await generateIdentity(), listen, relay });
}

/** The one address of a relay. */
export function relayAddress(relay: Pick<Node, "addresses">): string {
  return relay.addresses()[0] ?? "";
}

/** Starts a node that listens through `relay` and nowhere else. */
export async function nodeBehind(
  relay: Pick<Node, "addresses">,
  { identity, observe }: { identity?: KeyIdentity; observe?: Observe } = {},
): Promise<TestNode> {
  const behind = await loopbackNode(identity, { listen: [], behindRelays: true });
  try {
    const relays = [relayAddress(relay)];
    await listenThrough(behind.node, { relays, clock: systemClock, ...(observe && { observe }) });
  } catch (error) {
    await behind.node.stop();
    throw error;
  }
  return behind;
}
