/** Starts a libp2p node. */
import "./shim.ts";
import { autoNATv2 } from "@libp2p/autonat-v2";
import { dcutr } from "@libp2p/dcutr";
import { gossipsub } from "@libp2p/gossipsub";
import { identify } from "@libp2p/identify";
import type { Libp2p } from "@libp2p/interface";
import { ping } from "@libp2p/ping";
import { preSharedKey } from "@libp2p/pnet";
import { createLibp2p, type Libp2pOptions } from "libp2p";
import { UsageError, VERSION } from "../base/mod.ts";
import { type Observe, observeNothing, type Register } from "../observability/mod.ts";
import { parseAddress, parsePeerId } from "./address.ts";
import { observeConnections, observeDials } from "./connections.ts";
import { kademlia } from "./discovery.ts";
import { encrypters } from "./encrypters.ts";
import { listenReason } from "./failures.ts";
import { gaterOf } from "./gater.ts";
import { gossipOptions } from "./gossip_options.ts";
import type { KeyIdentity } from "./identity.ts";
import { libp2pMetrics } from "./libp2p_metrics.ts";
import { LocalPeers } from "./local_peers.ts";
import { plainYamux, wideYamux } from "./muxer.ts";
import { DIAL_TIMEOUT_MS, Node, type NodeServices } from "./node.ts";
import { OwnAddresses } from "./own_addresses.ts";
import type { NetworkKey } from "./private_network.ts";
import { dropDead, freePlaces, type RelayLimits, relayServer } from "./relay_server.ts";
import { RecordStore } from "./record_store.ts";
import { Reputation } from "./reputation.ts";
import { transports } from "./transports.ts";

/** Most new connections a second from one host. */
const INBOUND_PER_SECOND_MAX = 64;
/**
 * Most connections that are being made at a time: more than one host can begin before the first of them is given up,
 * so that a host with silent sockets does not keep others out.
 */
const PENDING_MAX = INBOUND_PER_SECOND_MAX * (DIAL_TIMEOUT_MS / 1000 + 1);
/** Most pings of one connection at a time, in each direction. */
const PINGS_MAX = 8;

/** Arguments of {@linkcode startNode}. */
export interface NodeOptions {
  /** The own key. */
  readonly identity: KeyIdentity;
  /** Multiaddresses to listen on, such as `/ip4/0.0.0.0/tcp/0`. */
  readonly listen: readonly string[];
  /** Takes the events. */
  readonly observe?: Observe;
  /** Peer ids that get every gossip message directly and are dialled again when they are lost. */
  readonly explicitPeers?: readonly string[];
  /** Key of the private network; nodes with another key, or none, cannot connect. */
  readonly networkKey?: NetworkKey | undefined;
  /** Most connections at a time. Default: 100. */
  readonly maxConnections?: number;
  /** Largest gossip message that is taken or sent, in bytes. Default: 1 MiB. */
  readonly maxMessageBytes?: number;
  /** Who is not wanted. Default: nobody is remembered. */
  readonly reputation?: Reputation;
  /** Gets libp2p's and gossipsub's own metrics. */
  readonly metrics?: Register | undefined;
  /** Addresses at which others can reach this node beside those on which it listens. */
  readonly announce?: readonly string[];
  /** This node is a relay for others, and grants this. */
  readonly relay?: RelayLimits | undefined;
  /** Whether the node is going to listen through relays. */
  readonly behindRelays?: boolean;
  /** Whether the node keeps for others who is where, and who has which file. Default: yes. */
  readonly server?: boolean;
  /** Whether peers on the local network are found, and connected, without an address (mDNS). */
  readonly mdns?: boolean;
}

type Services = NodeServices & Record<string, unknown>;

/**
 * Starts a node.
 *
 * @throws {UsageError} if it cannot listen on any of the addresses, or an explicit peer is no peer id.
 */
export async function startNode(options: NodeOptions): Promise<Node> {
  const { identity, listen, announce = [], observe = observeNothing, maxMessageBytes } = options;
  const { reputation = new Reputation({ now: () => Date.now() }), mdns = false } = options;
  for (const address of [...listen, ...announce]) parseAddress(address);
  for (const peer of options.relay?.allow ?? []) parsePeerId(peer);
  const neighbours = mdns ? new LocalPeers() : undefined;
  const settings = settingsOf({ ...options, reputation }, await neighbours?.service());
  let libp2p: Libp2p<Services>;
  try {
    libp2p = await createLibp2p<Services>(settings);
  } catch (cause) {
    // Why without the cause: libp2p puts stack traces in its message.
    throw new UsageError(`Cannot listen on "${listen.join('", "')}": ${listenReason(cause)}`, {
      hint: "choose another port, or 0 for any free one",
    });
  }
  observeConnections(libp2p, observe);
  observeDials(libp2p, observe);
  const { own, relay } = libp2p.services;
  own.tellPublic();
  if (relay !== undefined) {
    freePlaces(libp2p, relay);
    dropDead(libp2p);
  }
  neighbours?.connect(libp2p);
  const limit = { maxMessageBytes: maxMessageBytes ?? 1 << 20 };
  return new Node({ libp2p, identity, reputation, observe, ...limit });
}

function settingsOf(
  options: NodeOptions & { readonly reputation: Reputation },
  neighbours: Awaited<ReturnType<LocalPeers["service"]>> | undefined,
): Libp2pOptions<Services> {
  const { identity, listen, announce = [], maxConnections = 100, networkKey, relay } = options;
  const { reputation, metrics, behindRelays = false, server = true } = options;
  return {
    privateKey: identity.privateKey,
    datastore: new RecordStore(identity.peerId),
    nodeInfo: { name: "p2p-mpc", version: VERSION },
    addresses: { listen: [...listen], appendAnnounce: [...announce] },
    transports: transports(behindRelays),
    // Security: what is negotiated comes after this; nothing may bypass it and use the socket itself.
    ...(networkKey === undefined
      ? {}
      : { connectionProtector: preSharedKey({ psk: networkKey.encode() }) }),
    connectionEncrypters: encrypters(networkKey !== undefined),
    streamMuxers: [wideYamux(), plainYamux()],
    connectionManager: {
      maxConnections,
      // Why: many parties may come from one host at once, and a link that was cut comes back at once.
      inboundConnectionThreshold: INBOUND_PER_SECOND_MAX,
      maxIncomingPendingConnections: PENDING_MAX,
      // Why longer than usual: where many parties start on one machine, a handshake takes its time.
      dialTimeout: DIAL_TIMEOUT_MS,
      addressDialTimeout: DIAL_TIMEOUT_MS,
      inboundUpgradeTimeout: DIAL_TIMEOUT_MS,
    },
    connectionGater: gaterOf(reputation, relay?.allow),
    ...(metrics === undefined ? {} : { metrics: () => libp2pMetrics(metrics) }),
    // Why: a party that computes for long does not answer pings, and must not be cut off for that.
    connectionMonitor: { abortConnectionOnPingFailure: false },
    ...(neighbours === undefined ? {} : { peerDiscovery: [neighbours] }),
    services: {
      identify: identify(),
      kad: kademlia(server),
      // Why several: the table of peers pings, too.
      ping: ping({ maxInboundStreams: PINGS_MAX, maxOutboundStreams: PINGS_MAX }),
      own: (components) => new OwnAddresses(components),
      reachability: autoNATv2(),
      holePunching: dcutr(),
      ...(relay === undefined ? {} : { relay: relayServer(relay) }),
      pubsub: gossipsub(gossipOptions(options, reputation)),
    },
  };
}
