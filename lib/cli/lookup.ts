/** `lookup`: who a peer is, where, and what it speaks. */
import { UnreachableError } from "../base/mod.ts";
import { lookUp, type PeerFacts } from "../net/mod.ts";
import { systemClock } from "../session/mod.ts";
import { listenConfig } from "./config.ts";
import type { Context } from "./context.ts";
import { writeJson } from "./json.ts";
import { withNode } from "./meeting.ts";
import type { Settings } from "./options.ts";
import { addressOf, linkText, parseWhom, targetOf } from "./reach.ts";

/** Nothing that a peer would have to say itself. */
const NOTHING = { agent: undefined, protocols: [], observed: undefined };

/** How a peer is connected. */
interface Reached {
  readonly address: string;
  /** In words. */
  readonly path: string;
}

/** How the command was called. */
interface Telling {
  readonly settings: Settings;
  readonly context: Context;
}

/** A line for each fact, with its name in a column. */
function table(rows: readonly (readonly [string, string | undefined])[]): string {
  return rows.filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name.padEnd(10)}${value}\n`).join("");
}

/** Writes what is known, as a table or for scripts. */
function tell(
  { peer, agent, addresses, protocols, observed }: PeerFacts,
  reached: Reached | undefined,
  { settings, context }: Telling,
): void {
  const { address, path } = reached ?? {};
  if (settings.json) {
    const found = { v: 1, peer, agent, connected: address, path, observed, addresses, protocols };
    return writeJson(context, found);
  }
  context.system.stdout.write(table([
    ["peer", peer],
    ["agent", agent],
    ["reached", address === undefined ? undefined : `${address} (${path})`],
    ["sees us", observed],
    ...addresses.map((text) => ["listens", text] as const),
    ...protocols.map((text) => ["speaks", text] as const),
  ]));
}

/**
 * Finds a peer by its address, or by its id through connected peers, and writes what it says of itself; where it cannot be
 * reached, the addresses that others know.
 *
 * @throws {UnreachableError} if it cannot be found or reached.
 */
export async function lookup(
  settings: Settings,
  [word]: readonly string[],
  context: Context,
): Promise<void> {
  const whom = parseWhom(word);
  const telling = { settings, context };
  await withNode(listenConfig(settings), context, async (node) => {
    const target = await targetOf(node, whom, context);
    try {
      const facts = await lookUp(node, target, systemClock, context.signal);
      const address = addressOf(node, facts.peer) ?? "";
      tell(facts, { address, path: linkText(node, facts.peer) }, telling);
    } catch (error) {
      const { peer, addresses } = target;
      if (peer !== undefined && error instanceof UnreachableError) {
        tell({ ...NOTHING, peer, addresses }, undefined, telling);
      }
      throw error;
    }
  });
}
