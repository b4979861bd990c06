/** What a peer says of itself, and how it is connected. */
import type { IdentifyResult, Peer } from "@libp2p/interface";
import { peerIdFromString } from "@libp2p/peer-id";
import type { Clock } from "../session/ports.ts";
import { sanitize } from "../observability/mod.ts";
import { findPeer } from "./discovery.ts";
import type { DialTarget, Node } from "./node.ts";
import { pause } from "./pause.ts";

/** Longest time for a peer to introduce itself once it is connected, in milliseconds. */
const IDENTIFY_MS = 5000;
/** Longest search for a peer of which the id is all that is known, and the time between two of its attempts. */
const SEARCH_MS = 5000;
const AGAIN_MS = 250;
/** Most protocols and addresses of a peer that are told. */
const LIST_MAX = 64;
/** Name under which the node keeps what program a peer says it is. */
const AGENT = "AgentVersion";
/** Longest text of a peer that is told, in characters. */
const TEXT_MAX = 200;

/** What is known of a connected peer. Its texts are harmless for a terminal. */
export interface PeerFacts {
  /** Peer id. */
  readonly peer: string;
  /** The program that it is, by its own word; undefined if it does not say. */
  readonly agent: string | undefined;
  /** Addresses at which it says it listens. */
  readonly addresses: readonly string[];
  /** Protocols that it speaks. */
  readonly protocols: readonly string[];
  /** The own address as it sees it; undefined if it does not say. */
  readonly observed: string | undefined;
}

function harmless(text: string | undefined): string | undefined {
  return text === undefined ? undefined : sanitize(text.slice(0, TEXT_MAX));
}

function listed(texts: readonly { toString(): string }[]): string[] {
  return texts.slice(0, LIST_MAX).map((text) => sanitize(text.toString().slice(0, TEXT_MAX)))
    .sort();
}

function fromIdentify(peer: string, result: IdentifyResult): PeerFacts {
  const { agentVersion, listenAddrs, protocols, observedAddr } = result;
  return {
    ...{ peer, agent: harmless(agentVersion) },
    ...{ addresses: listed(listenAddrs), protocols: listed(protocols) },
    observed: harmless(observedAddr?.toString()),
  };
}

/** What the node remembers from when the peer introduced itself. */
function fromStore(peer: string, { metadata, addresses, protocols }: Peer): PeerFacts {
  const agent = metadata.get(AGENT);
  return {
    ...{ peer, agent: agent === undefined ? undefined : harmless(new TextDecoder().decode(agent)) },
    addresses: listed(addresses.map(({ multiaddr }) => multiaddr)),
    ...{ protocols: listed(protocols), observed: undefined },
  };
}

/**
 * Connects to a peer and asks it who it is.
 *
 * @throws {UnreachableError} if it cannot be reached.
 */
export async function lookUp(
  node: Node,
  target: DialTarget,
  clock: Clock,
  signal: AbortSignal,
): Promise<PeerFacts> {
  const { libp2p } = node;
  const results = new Map<string, IdentifyResult>();
  let wake = (): void => {};
  const onIdentify = (event: CustomEvent<IdentifyResult>): void => {
    results.set(event.detail.peerId.toString(), event.detail);
    wake();
  };
  libp2p.addEventListener("peer:identify", onIdentify);
  try {
    const peer = await node.dial(target, signal);
    const told = new AbortController();
    wake = (): void => results.has(peer) ? told.abort() : undefined;
    wake();
    const { metadata } = await libp2p.peerStore.get(peerIdFromString(peer));
    // Why: one that was connected before has introduced itself, and does not do so again.
    if (!metadata.has(AGENT)) {
      await pause(IDENTIFY_MS, clock, AbortSignal.any([signal, told.signal]));
    }
    signal.throwIfAborted();
    const result = results.get(peer);
    if (result !== undefined) return fromIdentify(peer, result);
    return fromStore(peer, await libp2p.peerStore.get(peerIdFromString(peer)));
  } finally {
    libp2p.removeEventListener("peer:identify", onIdentify);
  }
}

/** The addresses of a peer that connected peers know, tried for a while; empty if nobody knows any. */
export async function searchPeer(
  node: Node,
  peer: string,
  clock: Clock,
  signal: AbortSignal,
): Promise<string[]> {
  for (const start = clock.now(); clock.now() - start < SEARCH_MS && !signal.aborted;) {
    const found = await findPeer(node.libp2p, peer, signal);
    if (found.length > 0) return listed(found);
    if (node.peers().length === 0) break;
    await pause(AGAIN_MS, clock, signal);
  }
  return [];
}
