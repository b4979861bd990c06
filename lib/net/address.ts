/** Addresses and peer ids as text. */
import type { PeerId } from "@libp2p/interface";
import { peerIdFromString } from "@libp2p/peer-id";
import { type Multiaddr, multiaddr } from "@multiformats/multiaddr";
import { UsageError } from "../base/mod.ts";
import type { DialTarget } from "./node.ts";
import { isRelayed } from "./path.ts";

/** A multiaddress. @throws {UsageError} if it is none. */
export function parseAddress(text: string): Multiaddr {
  try {
    return multiaddr(text);
  } catch (cause) {
    throw new UsageError(`Cannot use address "${text}": it is no multiaddress`, {
      cause,
      hint: "such an address looks like /ip4/127.0.0.1/tcp/9000",
    });
  }
}

/** Goes on if `text` is a multiaddress. @throws {UsageError} if it is none. */
export function requireAddress(text: string): void {
  parseAddress(text);
}

/** Whether `text` is a peer id. */
export function isPeerId(text: string): boolean {
  try {
    peerIdFromString(text);
    return true;
  } catch {
    return false;
  }
}

/** A peer id. @throws {UsageError} if it is none. */
export function parsePeerId(text: string): PeerId {
  try {
    return peerIdFromString(text);
  } catch (cause) {
    throw new UsageError(`Cannot use peer id "${text}": it is none`, {
      cause,
      hint: "such an id looks like 12D3KooW…; keygen and every node print theirs",
    });
  }
}

/** Where a peer may be dialled, as multiaddresses that name it if it is known. */
export function parseAddresses({ addresses, peer }: DialTarget): Multiaddr[] {
  return addresses.map((text) => {
    const address = parseAddress(text);
    // Why the last: a relayed address names the relay before.
    const named = address.getComponents().at(-1)?.name === "p2p";
    return named || peer === undefined ? address : address.encapsulate(`/p2p/${peer}`);
  });
}

/** A relay: its address, which ends in its peer id, and that id. */
export interface RelayAddress {
  /** The multiaddress. */
  readonly address: Multiaddr;
  /** The peer id in it. */
  readonly peer: PeerId;
}

/** The address of a relay. @throws {UsageError} if it is none with a peer id. */
export function parseRelay(text: string): RelayAddress {
  const address = parseAddress(text);
  const id = address.getComponents().findLast(({ name }) => name === "p2p")?.value;
  if (id !== undefined && !isRelayed(address)) return { address, peer: parsePeerId(id) };
  throw new UsageError(`Cannot use relay "${text}": it is no address with a peer id at its end`, {
    hint: "`p2p-mpc relay` prints its addresses",
  });
}
