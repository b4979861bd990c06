/** Peers on the local network that are found without an address (mDNS), and connected. */
import type { Libp2p, PeerInfo } from "@libp2p/interface";
import type { mdns } from "@libp2p/mdns";

/** Name of our service: nodes of other programs are not found. */
const SERVICE = "_p2p-mpc._udp.local";
/** Time between two questions who is there. */
const ASK_MS = 5000;
/** Longest time to connect to somebody who answers. */
const DIAL_MS = 5000;

/** Most of those who answer before the node is ready. */
const EARLY_MAX = 64;

type MakeService = ReturnType<typeof mdns>;

/** Connects the node to those who answer. */
export class LocalPeers {
  #node: Pick<Libp2p, "dial"> | undefined;
  /** Who answered before the node was ready. */
  #early: PeerInfo[] = [];

  /** The service that asks, and answers the questions of others. */
  async service(): Promise<MakeService> {
    // Why here: few nodes need it.
    const { mdns } = await import("@libp2p/mdns");
    const make = mdns({ serviceTag: SERVICE, interval: ASK_MS });
    return (components) => {
      const service = make(components);
      service.addEventListener("peer", ({ detail }) => this.#meet(detail));
      return service;
    };
  }

  /** Connects `node` to those who have answered and will answer. */
  connect(node: Pick<Libp2p, "dial">): void {
    this.#node = node;
    for (const peer of this.#early.splice(0)) this.#meet(peer);
  }

  #meet(peer: PeerInfo): void {
    if (this.#node === undefined) this.#early = [...this.#early, peer].slice(0, EARLY_MAX);
    else void this.#dial(this.#node, peer);
  }

  async #dial(node: Pick<Libp2p, "dial">, { id, multiaddrs }: PeerInfo): Promise<void> {
    const addresses = multiaddrs.map((address) => address.encapsulate(`/p2p/${id}`));
    try {
      await node.dial(addresses, { signal: AbortSignal.timeout(DIAL_MS) });
    } catch {
      // It will answer again.
    }
  }
}
