/** Reaching a peer: at one of its direct addresses after the other, then through a relay. */
import type { Connection, Libp2p, PeerId } from "@libp2p/interface";
import { loopbackAddressLast, publicAddressesFirst } from "@libp2p/utils";
import type { Multiaddr } from "@multiformats/multiaddr";
import { isRelayed } from "./path.ts";

/** Longest time for the direct addresses where there is a relay to fall back on, in milliseconds. */
const DIRECT_MS = 8000;
/** Longest time for an address after which there is another one to try, in milliseconds. */
const ADDRESS_MS = 4000;

/** What {@linkcode reach} uses of a node. */
export type Dialler = Pick<
  Libp2p,
  "dial" | "getConnections" | "addEventListener" | "removeEventListener"
>;

/** Whom to reach and where. */
export interface Goal {
  /** The peer; undefined: whoever answers. */
  readonly peer: PeerId | undefined;
  /** Multiaddresses, direct and relayed. */
  readonly addresses: readonly Multiaddr[];
}

/** A connection with the peer; also one that the peer opens meanwhile, if it is direct. */
export async function reach(node: Dialler, goal: Goal, signal: AbortSignal): Promise<Connection> {
  const { peer } = goal;
  const arrived = Promise.withResolvers<Connection>();
  const onOpen = ({ detail }: CustomEvent<Connection>): void => {
    const theirs = detail.direction === "inbound" && !isRelayed(detail.remoteAddr);
    if (theirs && peer?.equals(detail.remotePeer)) arrived.resolve(detail);
  };
  node.addEventListener("connection:open", onOpen);
  try {
    // Why our dial goes on: it may be open at the other end, which would do the same to its dial, and none would be left.
    const dialled = climb(node, goal, signal);
    dialled.catch(() => {});
    return await Promise.race([arrived.promise, dialled]);
  } finally {
    node.removeEventListener("connection:open", onOpen);
  }
}

async function climb(
  node: Dialler,
  { peer, addresses }: Goal,
  signal: AbortSignal,
): Promise<Connection> {
  const relayed = addresses.filter(isRelayed);
  const direct = addresses.filter((address) => !isRelayed(address));
  if (relayed.length === 0) return await dialInTurn(node, { addresses: direct, signal });
  try {
    const soon = AbortSignal.any([signal, AbortSignal.timeout(DIRECT_MS)]);
    const more = true;
    if (direct.length > 0) return await dialInTurn(node, { addresses: direct, signal: soon, more });
  } catch {
    signal.throwIfAborted();
  }
  const open = peer === undefined
    ? undefined
    : node.getConnections(peer).find(({ status }) => status === "open");
  return open ?? await node.dial(relayed, { signal });
}

/** Addresses to dial, and how long. */
interface Turns {
  readonly addresses: readonly Multiaddr[];
  readonly signal: AbortSignal;
  /** There is something else to try after the last one. Default: no. */
  readonly more?: boolean;
}

/**
 * Dials one address after the other, public ones first. Why not libp2p: it gives the first all the time, and an address
 * behind another NAT, or the public one of our own, never answers.
 */
async function dialInTurn(
  node: Dialler,
  { addresses, signal, more = false }: Turns,
): Promise<Connection> {
  const failures: unknown[] = [];
  const inTurn = addresses.toSorted((a, b) =>
    loopbackAddressLast(a, b) || publicAddressesFirst(a, b)
  );
  for (const [i, address] of inTurn.entries()) {
    const isLast = i === inTurn.length - 1 && !more;
    const limits = isLast ? [signal] : [signal, AbortSignal.timeout(ADDRESS_MS)];
    try {
      return await node.dial([address], { signal: AbortSignal.any(limits) });
    } catch (error) {
      failures.push(error);
      if (signal.aborted) break;
    }
  }
  const what = failures.length === 0 ? "no address is known" : "no address is of use";
  throw failures.length === 1 ? failures[0] : new AggregateError(failures, what);
}
