/** Reaching one peer for a short while: by its address, or by its id through peers that know it. */
import { UnreachableError, UsageError } from "../base/mod.ts";
import { type DialTarget, isPeerId, type Node, requireAddress, searchPeer } from "../net/mod.ts";
import { systemClock } from "../session/mod.ts";
import type { Context } from "./context.ts";

/** Whom the user means. */
export type Whom = { readonly peer: string } | { readonly address: string };

/** Reads a peer id or a multiaddress. @throws {UsageError} if it is neither. */
export function parseWhom(text: string | undefined): Whom {
  if (text === undefined) {
    throw new UsageError("Cannot reach anybody: a peer id or a multiaddress is missing", {
      hint: "every node prints its addresses when it starts, such as /ip4/…/tcp/…/p2p/12D3KooW…",
    });
  }
  if (isPeerId(text)) return { peer: text };
  requireAddress(text);
  return { address: text };
}

/**
 * Where to dial.
 *
 * @throws {UnreachableError} if a peer id is all there is, and no connected peer knows where it is.
 */
export async function targetOf(
  node: Node,
  whom: Whom,
  { signal }: Context,
): Promise<DialTarget> {
  if ("address" in whom) return { addresses: [whom.address] };
  const { peer } = whom;
  const connected = node.peers().find((other) => other.peer === peer);
  const addresses = connected === undefined
    ? await searchPeer(node, peer, systemClock, signal)
    : [connected.address];
  signal.throwIfAborted();
  if (addresses.length > 0) return { peer, addresses };
  const alone = node.peers().length === 0;
  throw new UnreachableError(
    `Cannot find "${peer}": ` + (alone ? "there is nobody to ask" : "no connected peer knows it"),
    { hint: "give its address, or a --bootnode that knows it" },
  );
}

/** How a connection is made, in words: "direct, tcp" or "via relay 12D3…". */
export function pathText(address: string): string {
  const relay = /\/p2p\/([^/]+)\/p2p-circuit/.exec(address)?.[1];
  if (relay !== undefined) return `via relay ${relay}`;
  return `direct, ${/\/wss?\b/.test(address) ? "websocket" : "tcp"}`;
}
