/** Asking the gateway of the local network to forward a port to this node (UPnP). */
import type { Gateway } from "@achingbrain/nat-port-mapper";
import { isPrivate, isPrivateIp } from "@libp2p/utils";
import { multiaddr } from "@multiformats/multiaddr";
import { type Observe, observeNothing } from "../observability/mod.ts";
import type { Node } from "./node.ts";

/** Longest time for a gateway to answer. */
const SEARCH_MS = 4000;
/** Time between two questions whether there is one. */
const ASK_MS = 1000;
/** Longest time for a gateway to do what it is asked. */
const REQUEST_MS = 5000;
/** Longest time for it to take the forwarding back. */
const STOP_MS = 1000;

/** A listening address that a gateway could forward to. */
interface Local {
  readonly host: string;
  readonly port: number;
}

/** Private IPv4 addresses at which the node listens. */
function localsOf(addresses: readonly string[]): Local[] {
  return addresses.flatMap((text) => {
    const [, host = "", port] = /^\/ip4\/([\d.]+)\/tcp\/(\d+)\/p2p\/\w+$/.exec(text) ?? [];
    const fits = host !== "" && !host.startsWith("127.") && isPrivate(multiaddr(text));
    return fits ? [{ host, port: Number(port) }] : [];
  });
}

async function findGateway(): Promise<Gateway | undefined> {
  // Why here: few nodes need it.
  const { upnpNat } = await import("@achingbrain/nat-port-mapper");
  const signal = AbortSignal.timeout(SEARCH_MS);
  const search = upnpNat({ description: "p2p-mpc" }).findGateways({
    signal,
    searchInterval: ASK_MS,
  });
  for await (const gateway of search) if (gateway.family === "IPv4") return gateway;
  return undefined;
}

async function forward(node: Node, gateway: Gateway, { host, port }: Local): Promise<string> {
  const options = { protocol: "TCP", signal: AbortSignal.timeout(REQUEST_MS) } as const;
  const mapping = await gateway.map(port, host, options);
  const { externalHost, externalPort } = mapping;
  if (isPrivateIp(externalHost) !== false) {
    throw new Error(`its own address ${externalHost} is not public, so there is another NAT`);
  }
  node.tellForwarded(mapping);
  return `${externalHost}:${externalPort}`;
}

/**
 * Has the gateway forward the node's ports, and tells others the address outside. Never rejects: a node
 * without it is reached in other ways, or not at all. The forwarding ends with the node.
 */
export async function forwardPorts(node: Node, observe: Observe = observeNothing): Promise<void> {
  const warn = (text: string): void =>
    observe({ kind: "log", level: "warn", module: "net", text: `UPnP: ${text}` });
  const reasonOf = (error: unknown): string => error instanceof Error ? error.message : "no reason";
  let gateway: Gateway | undefined;
  try {
    gateway = await findGateway();
  } catch (error) {
    return warn(`no gateway was found: ${reasonOf(error)}`);
  }
  if (gateway === undefined) return warn("no gateway answers in this network");
  const { host } = gateway;
  for (const local of localsOf(node.addresses())) {
    try {
      const outside = await forward(node, gateway, local);
      const text = `the gateway ${host} forwards ${outside} to ${local.host}:${local.port} (UPnP)`;
      observe({ kind: "notice", text });
    } catch (error) {
      warn(`the gateway ${host} does not forward a port: ${reasonOf(error)}`);
    }
  }
  node.atStop(() => gateway.stop({ signal: AbortSignal.timeout(STOP_MS) }).catch(() => {}));
}
