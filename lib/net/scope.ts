/** From where an address can be reached, by what it says alone. */
import { BlockList, isIP } from "node:net";

/**
 * `machine`: from this machine alone; `network`: from the own network; `carrier`: from that of the provider, which
 * shares its public addresses between its customers; `world`: from everywhere, unless a firewall is in between.
 */
export type AddressScope = "machine" | "network" | "carrier" | "world";

const SUBNETS: Readonly<Record<Exclude<AddressScope, "world">, readonly string[]>> = {
  machine: ["127.0.0.0/8", "::1/128"],
  network: [
    ...["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16"],
    ...["fc00::/7", "fe80::/10"],
    // For tests and documents; nobody routes them.
    ...["192.0.2.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32"],
  ],
  carrier: ["100.64.0.0/10"],
};

function blockList(subnets: readonly string[]): BlockList {
  const list = new BlockList();
  for (const subnet of subnets) {
    const [address = "", bits] = subnet.split("/");
    list.addSubnet(address, Number(bits), address.includes(":") ? "ipv6" : "ipv4");
  }
  return list;
}

const LISTS = Object.entries(SUBNETS).map(([scope, subnets]) => ({
  scope: scope as AddressScope,
  list: blockList(subnets),
}));

/** The IP address in a multiaddress; undefined if it has none, as with a name, or leads through a relay. */
export function ipIn(address: string): string | undefined {
  if (address.includes("/p2p-circuit")) return undefined;
  return /^\/ip[46]\/([^/]+)/.exec(address)?.[1];
}

/** The scope of an IP address. */
export function scopeOf(ip: string): AddressScope {
  const family = isIP(ip) === 6 ? "ipv6" : "ipv4";
  return LISTS.find(({ list }) => list.check(ip, family))?.scope ?? "world";
}
