/** `peers`: what is remembered of other peers, and the user's own word on them. */
import { UsageError } from "../base/mod.ts";
import { isAddressOrSubnet, isPeerId, type PeerBook, type Reputation } from "../net/mod.ts";
import { sanitize } from "../observability/mod.ts";
import type { Context } from "./context.ts";
import { openPeerStore } from "./peer_store.ts";
import type { Settings } from "./options.ts";
import { PEER_ACTIONS, type PeerAction } from "./peer_actions.ts";
import { unknownWord } from "./suggest.ts";

/** Longest name for a peer. */
const ALIAS_MAX = 64;

type Change = (reputation: Reputation, target: string, alias: string) => void;

/** What each action but `list` changes. */
const CHANGES: Readonly<Record<Exclude<PeerAction, "list">, Change>> = {
  ban(reputation, target): void {
    if (isAddressOrSubnet(target)) reputation.banAddress(target);
    else reputation.ban(target);
  },
  unban(reputation, target): void {
    if (isAddressOrSubnet(target)) reputation.unbanAddress(target);
    else reputation.unban(target);
  },
  trust: (reputation, target) => reputation.trust(target, true),
  untrust: (reputation, target) => reputation.trust(target, false),
  alias: (reputation, target, alias) => reputation.rename(target, alias),
};

interface Row {
  readonly peer: string;
  readonly standing: string;
  readonly score: number;
  readonly alias: string | undefined;
  readonly reason: string | undefined;
}

function rowsOf(reputation: Reputation, { peers }: PeerBook): Row[] {
  return Object.keys(peers).map((peer) => {
    const { score, alias, cheated, bannedUntilMs } = reputation.record(peer);
    const standing = reputation.standing(peer);
    const until = bannedUntilMs === null || bannedUntilMs === undefined
      ? "by you"
      : `until ${new Date(bannedUntilMs).toISOString()}`;
    const reason = cheated !== undefined
      ? `failed the check "${cheated}"`
      : standing === "banned"
      ? until
      : undefined;
    return { peer, standing, score: Math.round(score * 10) / 10, alias, reason };
  });
}

function list(reputation: Reputation, json: boolean, { system }: Context): void {
  const book = reputation.book();
  const rows = rowsOf(reputation, book);
  if (json) {
    system.stdout.write(`${JSON.stringify({ v: 1, peers: rows, addresses: book.addresses })}\n`);
    return;
  }
  for (const { peer, standing, score, alias, reason } of rows) {
    const columns = [
      peer,
      standing.padEnd(7),
      String(score).padStart(6),
      alias ?? "-",
      reason ?? "",
    ];
    system.stdout.write(`${sanitize(columns.join("  ").trimEnd())}\n`);
  }
  for (const address of book.addresses) {
    system.stdout.write(`${sanitize(address)}  banned  by you\n`);
  }
}

function requireTarget(action: string, target: string | undefined): string {
  const isBan = action === "ban" || action === "unban";
  if (target !== undefined && (isPeerId(target) || (isBan && isAddressOrSubnet(target)))) {
    return target;
  }
  const what = isBan ? "a peer id, an address or a subnet" : "a peer id";
  throw new UsageError(`Cannot ${action}: ${what} is missing`, {
    hint:
      `p2p-mpc peers ${action} <peer id>; every node prints its own, and peers list those known`,
  });
}

/**
 * Shows or changes what is remembered of peers.
 *
 * @throws {UsageError} for an unknown action, a bad peer, or a file that cannot be used.
 */
export function peers(settings: Settings, operands: readonly string[], context: Context): void {
  const [word = "list", target, alias = ""] = operands;
  const action = PEER_ACTIONS.find((name) => name === word);
  if (action === undefined) throw unknownWord("action", word, PEER_ACTIONS);
  const store = openPeerStore(settings.peersFile, context.system);
  if (action === "list") return list(store.load(() => {}), settings.json, context);
  const peer = requireTarget(action, target);
  if (alias.length > ALIAS_MAX || (alias !== "" && action !== "alias")) {
    throw new UsageError(`Cannot ${action} "${peer}": the last word is too long, or one too many`);
  }
  if (!store.isKept) {
    throw new UsageError(`Cannot ${action} "${peer}": the system names no home folder`, {
      hint: "name the file to keep it in with --peers-file",
    });
  }
  store.update((reputation) => CHANGES[action](reputation, peer, alias));
}
