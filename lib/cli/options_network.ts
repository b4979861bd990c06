/** Options of the network. */
import { CONNECTING, refuseEmpty } from "./option_commands.ts";
import type { OptionSpec } from "./option_spec.ts";

/** What is wrong with an address. */
export function refuseAddress(value: string): string | undefined {
  return value.startsWith("/")
    ? undefined
    : "it is no multiaddress such as /ip4/127.0.0.1/tcp/9000";
}

/** What is wrong with an address that must name its peer. */
export function refuseAnonymous(value: string): string | undefined {
  return refuseAddress(value) ??
    (/\/p2p\/[^/]+/.test(value) ? undefined : "it has no peer id, it must contain /p2p/<peer id>");
}

/** The rows of the table of options. */
export const NETWORK_OPTIONS = {
  networkPort: {
    name: "network-port",
    short: "p",
    kind: "integer",
    min: 0,
    max: 65_535,
    default: 0,
    commands: CONNECTING,
    group: "Network",
    help: "TCP port to listen on for peers; 0 takes a free one",
  },
  listen: {
    name: "listen",
    kind: "list",
    value: "multiaddr",
    default: [],
    defaultText: "/ip4/0.0.0.0/tcp/<network-port>",
    configKey: "listen_addresses",
    commands: CONNECTING,
    group: "Network",
    help: "Address to listen on, instead of all interfaces; repeatable; none: only dial",
    refuse: (value) => value === "none" ? undefined : refuseAddress(value),
  },
  topic: {
    name: "topic",
    short: "t",
    kind: "list",
    value: "name",
    default: [],
    configKey: "topics",
    commands: ["node"],
    group: "Network",
    help: "Gossip topic to join; its messages are shown; repeatable",
    refuse: refuseEmpty,
  },
  bootnode: {
    name: "bootnode",
    kind: "list",
    value: "multiaddr",
    default: [],
    configKey: "bootnodes",
    commands: CONNECTING,
    group: "Network",
    help: "Peer to connect to at start, with its id: /ip4/…/tcp/…/p2p/<peer id>; repeatable",
    refuse: refuseAnonymous,
  },
  seedNode: {
    name: "seed-node",
    kind: "list",
    value: "multiaddr",
    default: [],
    configKey: "seed_nodes",
    commands: CONNECTING,
    group: "Network",
    help: "Address to dial at start, whoever answers; repeatable",
    refuse: refuseAddress,
  },
  carrySessions: {
    name: "carry-sessions",
    kind: "boolean",
    default: false,
    commands: ["node"],
    group: "Network",
    help: "Forward the gossip of sessions between peers that cannot reach each other",
  },
  explicitPeer: {
    name: "explicit-peer",
    kind: "string",
    value: "peer id",
    commands: ["node"],
    group: "Network",
    help: "Peer that gets every gossip message directly once it is connected",
    refuse: refuseEmpty,
  },
  pskFile: {
    name: "psk-file",
    kind: "path",
    value: "path",
    commands: CONNECTING,
    group: "Network",
    help:
      "Key of a private network: only nodes with the same key can connect; keygen --psk makes one",
    refuse: refuseEmpty,
  },
  maxConnections: {
    name: "max-connections",
    kind: "integer",
    min: 1,
    max: 10_000,
    default: 100,
    commands: CONNECTING,
    group: "Network",
    help: "Most connections to peers at a time",
  },
  maxMessageSize: {
    name: "max-message-size",
    kind: "integer",
    min: 262_144,
    max: 3_145_728,
    default: 1_048_576,
    commands: CONNECTING,
    group: "Network",
    help: "Most bytes of a gossip message, in and out; larger ones are not forwarded",
  },
  peersFile: {
    name: "peers-file",
    kind: "path",
    value: "path",
    defaultText: "p2p-mpc/peers.json among the states of your programs",
    commands: [...CONNECTING, "peers", "policy"],
    group: "Network",
    help: "File with the peers that are banned, trusted or named",
    refuse: refuseEmpty,
  },
  fileStore: {
    name: "file-store",
    kind: "path",
    value: "path",
    defaultText: "p2p-mpc/files among the data of your programs",
    commands: ["node", "file", "doctor"],
    group: "Network",
    help: "Folder with the shared files; a node gives them to whoever knows their CID",
    refuse: refuseEmpty,
  },
  fileQuota: {
    name: "file-quota",
    kind: "integer",
    min: 0,
    max: 1 << 20,
    default: 1024,
    commands: ["node", "file", "doctor"],
    group: "Network",
    help: "Most MiB of shared files, all together",
  },
  identityKeyPath: {
    name: "identity-key-path",
    kind: "path",
    value: "path",
    defaultText: "a new identity on each run",
    commands: [...CONNECTING, "id"],
    group: "Network",
    help: "Key file of this node; it is created when it does not exist",
    refuse: refuseEmpty,
  },
} as const satisfies Readonly<Record<string, OptionSpec>>;
