/**
 * Where this node can be reached: what of it others are told, and the places it has at relays.
 *
 * Why a service: the address book and the listeners of a libp2p node are open to its services alone.
 */
import type { PeerId, Transport } from "@libp2p/interface";
import { isPrivate } from "@libp2p/utils";
import type { Multiaddr } from "@multiformats/multiaddr";
import { isRelayed, relayOf } from "./path.ts";

/** Most addresses that others are told, as in a ticket. */
const ADDRESSES_MAX = 16;
/** Most of them that lead through a relay. */
const RELAYED_MAX = 4;
/** An address that a peer has dialled for us is good for minutes; ours begins as due for that check. */
const DUE_MS = 0;

interface OwnAddress {
  readonly multiaddr: Multiaddr;
  readonly verified: boolean;
  readonly type: string;
  readonly expires: number;
}

/** A forwarded port of a gateway. */
export interface ForwardedPort {
  /** Own IPv4 address. */
  readonly internalHost: string;
  /** Own TCP port. */
  readonly internalPort: number;
  /** The gateway's public IPv4 address. */
  readonly externalHost: string;
  /** Its port. */
  readonly externalPort: number;
}

/** What the service uses of the node. */
export interface OwnAddressesComponents {
  /** The node's address book of itself. */
  readonly addressManager: {
    getAddressesWithMetadata(): readonly OwnAddress[];
    confirmObservedAddr(
      address: Multiaddr,
      options: { readonly type: "transport" | "ip-mapping"; readonly ttl: number },
    ): void;
    addPublicAddressMapping(
      internalHost: string,
      internalPort: number,
      externalHost: string,
      externalPort: number,
      protocol: "tcp",
    ): void;
  };
  /** The node's listeners. */
  readonly transportManager: {
    listen(addresses: Multiaddr[]): Promise<void>;
    getTransports(): readonly Transport[];
  };
}

/** The places at relays, as the relay transport keeps them. */
interface Places {
  hasReservation(relay: PeerId): boolean;
  addRelay(relay: PeerId, type: "configured"): Promise<unknown>;
}

/** The service. */
export class OwnAddresses {
  readonly #components: OwnAddressesComponents;
  readonly #relays = new Set<string>();

  constructor(components: OwnAddressesComponents) {
    this.#components = components;
  }

  /** Public addresses of our own interfaces, which libp2p would not tell before others have checked them. */
  tellPublic(): void {
    const { addressManager } = this.#components;
    for (const { multiaddr, type, verified } of addressManager.getAddressesWithMetadata()) {
      if (type !== "transport" || verified || isRelayed(multiaddr)) continue;
      addressManager.confirmObservedAddr(multiaddr, { type: "transport", ttl: DUE_MS });
    }
  }

  /** Tells others of a port that a gateway forwards to us. */
  tellForwarded(port: ForwardedPort): void {
    const { internalHost, internalPort, externalHost, externalPort } = port;
    const { addressManager } = this.#components;
    addressManager.addPublicAddressMapping(
      internalHost,
      internalPort,
      externalHost,
      externalPort,
      "tcp",
    );
    for (const { multiaddr, type } of addressManager.getAddressesWithMetadata()) {
      if (type !== "ip-mapping") continue;
      addressManager.confirmObservedAddr(multiaddr, { type: "ip-mapping", ttl: DUE_MS });
    }
  }

  /** Public addresses at which a peer has just reached us to check them. */
  checked(now: number): readonly string[] {
    return this.#components.addressManager.getAddressesWithMetadata()
      .filter(({ type }) => type === "transport" || type === "ip-mapping")
      .filter(({ verified, expires, multiaddr }) =>
        verified && expires > now && !isRelayed(multiaddr) && !isPrivate(multiaddr)
      )
      .map(({ multiaddr }) => multiaddr.toString());
  }

  /** Addresses at a gateway that forwards to us. */
  forwarded(): readonly string[] {
    return this.#components.addressManager.getAddressesWithMetadata()
      .filter(({ type }) => type === "ip-mapping")
      .map(({ multiaddr }) => multiaddr.toString());
  }

  /** Whether there is a place at a relay. */
  isHeld(relay: PeerId): boolean {
    return this.#places().hasReservation(relay);
  }

  /** Takes a place at a relay that is connected, whose address is `address`. */
  async hold(relay: PeerId, address: Multiaddr): Promise<void> {
    const id = relay.toString();
    // Why not `listen` again: each call leaves a listener behind.
    if (this.#relays.has(id)) await this.#places().addRelay(relay, "configured");
    else {
      this.#relays.add(id);
      await this.#components.transportManager.listen([address.encapsulate("/p2p-circuit")]);
    }
  }

  /** What others are told of the addresses `all`: also those through relays, if we chose the relay. */
  select(all: readonly Multiaddr[]): readonly string[] {
    const chosen = all.filter((address) => this.#relays.has(relayOf(address) ?? ""));
    const far = chosen.filter((address) => !/^\/ip(4\/127\.|6\/::1\/)/.test(address.toString()));
    const relayed = (far.length > 0 ? far : chosen).slice(0, RELAYED_MAX);
    const direct = all.filter((address) => !isRelayed(address));
    return [...direct.slice(0, ADDRESSES_MAX - relayed.length), ...relayed].map(String);
  }

  #places(): Places {
    for (const transport of this.#components.transportManager.getTransports()) {
      const places: unknown = Reflect.get(transport, "reservationStore");
      // Invariant: transports.ts adds the relay transport, whose class has this public field.
      if (places !== undefined) return places as Places;
    }
    throw new TypeError("The node has no relay transport");
  }
}
