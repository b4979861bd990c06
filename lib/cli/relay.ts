/** `relay`: a node through which parties behind NAT reach each other. */
import { sizeText } from "../base/mod.ts";
import type { RelayLimits } from "../net/mod.ts";
import { type ListenConfig, listenConfig } from "./config.ts";
import type { Context } from "./context.ts";
import type { Settings } from "./options.ts";
import { startConfigured } from "./start_node.ts";
import { tendUntilStopped } from "./tend.ts";
import { requireWritten } from "./written.ts";

/** What a relay does. */
export interface RelayConfig extends ListenConfig {
  /** What it grants. */
  readonly relay: RelayLimits;
}

/** The config of `relay`. @throws {UsageError} if options contradict each other. */
export function relayConfig(settings: Settings): RelayConfig {
  const { maxReservations, maxBytes, maxDuration, allowPeer } = settings;
  return {
    ...listenConfig(settings),
    relay: {
      reservations: maxReservations,
      bytes: maxBytes,
      durationMs: maxDuration * 1000,
      allow: allowPeer,
    },
  };
}

/** What a relay does for others. */
function granted({ reservations, bytes, durationMs, allow }: RelayLimits): string {
  const whom = allow.length === 0 ? "everybody" : `${allow.length} peers`;
  return `relaying for ${whom}: ${reservations} can be reached at a time, and a connection passes ` +
    `${sizeText(bytes)}, both directions together, in ${durationMs / 1000} s`;
}

/**
 * Writes its addresses to stdout, and relays until the signal aborts.
 *
 * @throws {UsageError} if it cannot listen; {@linkcode CredentialError} if its key cannot be used.
 */
export async function runRelay(config: RelayConfig, context: Context): Promise<void> {
  const { relay } = config;
  const node = await startConfigured(config, context, { relay });
  try {
    for (const address of node.addresses()) context.system.stdout.write(`${address}\n`);
    requireWritten(context.system, "the addresses");
    context.observe({ kind: "notice", text: granted(relay) });
    await tendUntilStopped(node, { ...config, topics: [] }, context);
  } finally {
    await node.stop();
  }
}
