/** Reaching one peer for a short while: by its address, or by its id through peers that know it. */
import { pathText, sizeText, UnreachableError, UsageError } from "../base/mod.ts";
import {
  type ConnectedPeer,
  type DialTarget,
  isPeerId,
  type Node,
  requireAddress,
  searchPeer,
} from "../net/mod.ts";
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
  const connected = addressOf(node, peer);
  const addresses = connected === undefined
    ? await searchPeer(node, peer, systemClock, signal)
    : [connected];
  signal.throwIfAborted();
  if (addresses.length > 0) return { peer, addresses };
  const alone = node.peers().length === 0;
  throw new UnreachableError(
    `Cannot find "${peer}": ` + (alone ? "there is nobody to ask" : "no connected peer knows it"),
    { hint: "give its address, or a --bootnode that knows it" },
  );
}

/** What a node tells of its connections. */
export interface LinkSource extends Pick<Node, "path"> {
  peers(): readonly Pick<ConnectedPeer, "peer" | "address">[];
}

/** How a peer is connected, in words: "direct, tcp", or "via relay 12D3…" with what that one lets pass. */
export function linkText(node: LinkSource, peer: string): string {
  const { relay, bytesLeft } = node.path(peer) ?? {};
  const way = pathText(relay);
  if (relay !== undefined) {
    return bytesLeft === undefined ? way : `${way}, which lets ${sizeText(bytesLeft)} pass`;
  }
  return `${way}, ${/\/wss?\b/.test(addressOf(node, peer) ?? "") ? "websocket" : "tcp"}`;
}

/** The address at which a peer is connected, rather a direct one; undefined if it is not. */
export function addressOf(node: Pick<LinkSource, "peers">, peer: string): string | undefined {
  const addresses = node.peers().filter((other) => other.peer === peer)
    .map(({ address }) => address);
  return addresses.find((address) => !address.includes("/p2p-circuit")) ?? addresses[0];
}
