/** Ports, own addresses, and the peers that the settings name. */
import { MpcError } from "../../base/mod.ts";
import {
  type AddressScope,
  generateIdentity,
  holdPlace,
  ipIn,
  loadIdentity,
  loadNetworkKey,
  lookUp,
  type Node,
  pause,
  scopeOf,
  startNode,
} from "../../net/mod.ts";
import { type Clock, systemClock } from "../../session/mod.ts";
import { type ListenConfig, listenConfig } from "../config.ts";
import type { Context } from "../context.ts";
import { dialable, metricsUrl } from "../http_server.ts";
import type { Settings } from "../options.ts";
import { linkText } from "../reach.ts";
import { messageOf } from "../report.ts";
import { type Finding, fine } from "./finding.ts";
import { trouble } from "./own_files.ts";

/** Longest time for peers to try to reach us, and the time between two looks; they begin after five seconds. */
const CHECKED_MS = 12_000;
const LOOK_MS = 500;
/** Longest time to get a place at a relay, in milliseconds. */
const PLACE_MS = 15_000;
/** Longest time for the page of a running node to answer, in milliseconds. */
const PAGE_MS = 2000;

/** A node for the look: it does not make a key, and bans nobody. */
async function lookingNode(config: ListenConfig): Promise<Node> {
  const { identityKeyPath, pskFile, listen, announce, relays } = config;
  // Why the own key where there is one: others may let nobody else in. What is wrong with it is told elsewhere.
  const own = identityKeyPath === undefined
    ? undefined
    : await loadIdentity(identityKeyPath).catch(() => undefined);
  return await startNode({
    identity: own ?? await generateIdentity(),
    ...{ listen, announce, behindRelays: relays.length > 0 },
    networkKey: pskFile === undefined ? undefined : await loadNetworkKey(pskFile),
  });
}

async function isOurs(url: string): Promise<boolean> {
  try {
    const response = await fetch(new URL("/healthz", url), {
      signal: AbortSignal.timeout(PAGE_MS),
    });
    return (await response.text()).startsWith("ok");
  } catch {
    return false;
  }
}

async function metricsPort(
  { metricsHost: hostname, metricsPort: port }: Settings,
): Promise<Finding> {
  const where = `${hostname}:${port}`;
  try {
    Deno.listen({ hostname, port }).close();
    return fine("ports", port === 0 ? "any for metrics" : `metrics: ${where} is free`);
  } catch (error) {
    const advice = "choose another one with --metrics-port, or 0 for any";
    if (!(error instanceof Deno.errors.AddrInUse)) {
      return {
        ...{ topic: "ports", level: "problem", advice },
        text: `metrics cannot be served on ${where}: ${messageOf(error)}`,
        meaning: "a node has no page to be watched by",
      };
    }
    const ours = await isOurs(metricsUrl(dialable(hostname), port));
    return {
      ...{ topic: "ports", level: ours ? "note" : "warning", advice },
      text: `metrics: ${where} is taken` + (ours ? " by a running node" : ""),
      meaning: "another node on this machine has no page of its own there",
    };
  }
}

const SCOPE_FINDINGS: Readonly<Record<AddressScope, Omit<Finding, "topic" | "text">>> = {
  machine: {
    level: "warning",
    meaning: "nobody on another machine can reach you",
    advice: "listen on all interfaces: leave --listen out",
  },
  network: {
    level: "note",
    meaning: "parties outside of your network cannot dial you; you can dial them",
    advice: "one party that all can reach is enough; else --upnp, --announce or --relay",
  },
  carrier: {
    level: "note",
    meaning: "your provider shares its addresses between customers: nobody outside can dial you",
    advice:
      "use a relay: --relay=<address>, or let a party with a public address create the session",
  },
  world: { level: "ok" },
};
/** From the widest. */
const SCOPES: readonly AddressScope[] = ["world", "carrier", "network", "machine"];

/** From where a node with these IP addresses can be reached. */
export function addressFinding(ips: readonly string[]): Finding {
  const scope = SCOPES.find((name) => ips.some((ip) => scopeOf(ip) === name));
  const text = ips.length === 0 ? "none" : ips.join(", ");
  return { topic: "addresses", text, ...SCOPE_FINDINGS[scope ?? "machine"] };
}

/** Where a peer sees us, if that is none of the `own` IP addresses. */
export function translation(own: readonly string[], observed: string | undefined): Finding[] {
  const ip = observed === undefined ? undefined : ipIn(observed);
  if (ip === undefined || scopeOf(ip) === "machine" || own.includes(ip)) return [];
  return [{
    ...{
      topic: "addresses",
      level: "note",
      text: `others see you at ${ip}, not an address of yours`,
    },
    meaning: "you are behind a router that translates addresses (NAT)",
    advice:
      "to be dialled, forward the port (--upnp, or on the router with --announce), or use --relay",
  }];
}

/** The IP addresses of this machine. */
function machineIps(): string[] {
  return Deno.networkInterfaces().map(({ address }) => address);
}

async function reached(node: Node, address: string, { signal }: Context): Promise<Finding[]> {
  try {
    const { peer, agent = "an unnamed program", observed } = await lookUp(
      node,
      { addresses: [address] },
      systemClock,
      signal,
    );
    const ms = await node.ping(peer);
    const path = linkText(node, peer);
    return [
      fine("reach", `${peer} answers in ${ms} ms, ${path} (${agent})`),
      ...translation(machineIps(), observed),
    ];
  } catch (error) {
    signal.throwIfAborted();
    const hint = error instanceof MpcError ? error.hint : undefined;
    return [{
      ...{ topic: "reach", level: "warning", text: messageOf(error) },
      meaning: "this peer is of no help to find others",
      ...(hint === undefined ? {} : { advice: hint }),
    }];
  }
}

/**
 * Whether a peer has reached us at one of our public addresses, which peers try when they are connected.
 *
 * @param clock what the waiting is measured with.
 */
export async function seenFromOutside(
  node: Pick<Node, "checkedAddresses">,
  clock: Clock,
  signal: AbortSignal,
): Promise<Finding> {
  const start = clock.now();
  for (;;) {
    const checked = node.checkedAddresses(clock.now());
    if (checked.length > 0) return fine("reach", `others reach you at ${checked.join(", ")}`);
    if (clock.now() - start >= CHECKED_MS || signal.aborted) break;
    await pause(LOOK_MS, clock, signal);
  }
  return {
    ...{ topic: "reach", level: "warning", text: "nobody has reached you from outside" },
    meaning: "a firewall may be in between, or no peer with another public address has tried",
    advice: "open the port of --network-port in the firewall; --bootnode names peers that try",
  };
}

async function placeAt(node: Node, relay: string, { signal }: Context): Promise<Finding> {
  try {
    await holdPlace(node, relay, AbortSignal.any([signal, AbortSignal.timeout(PLACE_MS)]));
    return fine("relays", `${relay} makes you reachable`);
  } catch (error) {
    signal.throwIfAborted();
    return trouble("relays", error, "with this relay no session and no node starts");
  }
}

async function throughRelays(
  node: Node,
  { relays }: ListenConfig,
  addresses: Finding,
  context: Context,
): Promise<Finding[]> {
  if (relays.length > 0) {
    return await Promise.all(relays.map((relay) => placeAt(node, relay, context)));
  }
  if (addresses.level === "ok") return [fine("relays", "none is given, and none is needed")];
  return [{
    ...{ topic: "relays", level: "note", text: "none is given" },
    meaning: "two parties that nobody can dial, as behind two NATs, cannot meet",
    advice: "let somebody with a public address run `p2p-mpc relay`, and add --relay=<its address>",
  }];
}

/** What can be said of the network. */
export async function networkFindings(settings: Settings, context: Context): Promise<Finding[]> {
  const findings = [await metricsPort(settings)];
  const config = listenConfig(settings);
  let node: Node;
  try {
    node = await lookingNode(config);
  } catch (error) {
    return [...findings, trouble("ports", error, "no node can start with these settings")];
  }
  try {
    const ips = [...new Set(node.addresses().flatMap((address) => ipIn(address) ?? []))];
    const addresses = addressFinding(ips);
    findings.push(fine("ports", `peers: ${config.listen.join(", ")}`), addresses);
    const targets = [...config.bootnodes, ...config.seedNodes];
    if (targets.length === 0) {
      findings.push({
        ...{ topic: "reach", level: "note", text: "no --bootnode is given to be tried" },
        meaning: "whether others can be reached was not looked at",
        advice: "name one: p2p-mpc doctor --bootnode /ip4/…/tcp/…/p2p/<peer id>",
      });
    }
    const results = await Promise.all(targets.map((target) => reached(node, target, context)));
    // Why after the bootnodes: a peer tells where it sees us once, when it is connected.
    findings.push(...results.flat(), ...await throughRelays(node, config, addresses, context));
    const isPublic = addresses.level === "ok" || config.announce.length > 0;
    if (
      isPublic && results.flat().some(({ level, topic }) => topic === "reach" && level === "ok")
    ) {
      findings.push(await seenFromOutside(node, systemClock, context.signal));
    }
    return findings;
  } finally {
    await node.stop();
  }
}
