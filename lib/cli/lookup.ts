/** `lookup`: who a peer is, where, and what it speaks. */
import { lookUp, type PeerFacts } from "../net/mod.ts";
import { systemClock } from "../session/mod.ts";
import { listenConfig } from "./config.ts";
import type { Context } from "./context.ts";
import { writeJson } from "./json.ts";
import { withNode } from "./meeting.ts";
import type { Settings } from "./options.ts";
import { addressOf, linkText, parseWhom, targetOf } from "./reach.ts";

/** A line for each fact, with its name in a column. */
function table(rows: readonly (readonly [string, string | undefined])[]): string {
  return rows.filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name.padEnd(10)}${value}\n`).join("");
}

/**
 * Finds a peer by its address, or by its id through connected peers, and writes what it says of itself.
 *
 * @throws {UnreachableError} if it cannot be found or reached.
 */
export async function lookup(
  settings: Settings,
  [word]: readonly string[],
  context: Context,
): Promise<void> {
  const whom = parseWhom(word);
  const { system, signal } = context;
  await withNode(listenConfig(settings), context, async (node) => {
    const target = await targetOf(node, whom, context);
    const facts: PeerFacts = await lookUp(node, target, systemClock, signal);
    const { peer, agent, addresses, protocols, observed } = facts;
    const connected = addressOf(node, peer);
    const path = connected === undefined ? undefined : linkText(node, peer);
    if (settings.json) {
      const found = { v: 1, peer, agent, connected, path, observed, addresses, protocols };
      return writeJson(context, found);
    }
    system.stdout.write(table([
      ["peer", peer],
      ["agent", agent],
      ["reached", connected === undefined ? undefined : `${connected} (${path})`],
      ["sees us", observed],
      ...addresses.map((address) => ["listens", address] as const),
      ...protocols.map((protocol) => ["speaks", protocol] as const),
    ]));
  });
}
