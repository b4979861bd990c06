/**
 * Set-up of a session: links for correlated OT between every pair of parties, and the session salt.
 *
 * Source: SoftSpoken OT (Roy, eprint 2022/192) over base OTs.
 * Assumes: {@linkcode peerStrings}. Realises: {@linkcode Links}, under the Δ of every party.
 * In: Δ_i. Out: links and salt.
 * Rounds: 3 (choices; answers, trees and reversal; trees of the other direction). The salt's coin is tossed in the
 * first two; the corrections of the first batch of authenticated bits travel with the third.
 * Bytes, a pair i < j: 64·128 from i; 32·128 from j; trees in both directions (ot/seeds.ts); the reversal
 * (ot/reversal.ts) from j; the joint coin.
 * Aborts: "tree check", "COT check", "coin opening", as the parts say.
 * Notation: pair i < j; in the first direction i is the key holder and j the MAC holder.
 * Deviation: public-key operations in one direction only, see ot/reversal.ts. Every pair goes its own way, waiting
 * for nobody else but the coin.
 */
import { utf8 } from "../base/mod.ts";
import { KAPPA, POINT_HASH_ROWS, SALT_BYTES, SALT_WORD, sha256 } from "../crypto/mod.ts";
import { commitCoin } from "./coin.ts";
import type { Message } from "./exchange.ts";
import { type PeerStrings, peerStrings } from "./ot/base.ts";
import type { CotStream } from "./ot/correlated.ts";
import {
  acceptReversal,
  chosenStrings,
  offerReversal,
  type Reversal,
  stringPairs,
} from "./ot/reversal.ts";
import { seedsFrom } from "./ot/seeds.ts";
import { others, type Party } from "./party.ts";

/** Both directions of correlated OT with one peer. */
export interface Link {
  /** This party gets MACs under the peer's key: it has all leaf seeds. */
  readonly macs: CotStream;
  /** This party keeps keys for the peer's bits: it lacks one leaf seed of each chunk. */
  readonly keys: CotStream;
}

/** What the set-up gives; serves the whole session. */
export interface Links {
  /** By party; the own entry is undefined. */
  readonly peers: readonly (Link | undefined)[];
  /** Session salt, 16 bytes, public. */
  readonly salt: Message;
  /**
   * When the streams for keys may be used, that is when all trees have arrived and "tree check" is in the order
   * table. Rejects as the set-up does.
   */
  readonly keysReady: Promise<void>;
  /** Batches of authenticated bits made so far. */
  batches: number;
}

/**
 * Sets up the session with all peers. Resolves when all streams for MACs are there; those for keys follow with
 * {@linkcode Links.keysReady}.
 *
 * @throws {CheatingError} if a check fails.
 * @throws {ProtocolError} if a peer sends what is no group element.
 */
export async function setUp(party: Party): Promise<Links> {
  const strings = Array.from(
    { length: party.parameters.parties },
    (_, peer) => peer === party.self ? undefined : peerStrings(party, peer),
  );
  const links = await linksFromStrings(party, strings);
  const peers = party.parameters.parties - 1;
  party.observe({ kind: "ot", sort: "base", count: peers * KAPPA });
  party.observe({ kind: "ot", sort: "extended", count: peers * POINT_HASH_ROWS });
  return links;
}

/** The part of {@linkcode setUp} after the base OTs, with each peer as soon as its strings are there. Wipes them. */
export async function linksFromStrings(
  party: Party,
  strings: readonly (PeerStrings | Promise<PeerStrings> | undefined)[],
): Promise<Links> {
  const coin = commitCoin(party, "setup/salt").open();
  const salt = coin.then((bytes) => sha256(utf8(SALT_WORD), bytes).slice(0, SALT_BYTES));
  const pairs = others(party).map(async (peer): Promise<Pair> => {
    const own = await strings[peer];
    if (own === undefined) throw new RangeError(`Cannot set up: no strings with party ${peer}`);
    return { peer, ...await setUpPair(party, peer, own, salt) };
  });
  const [made, known] = await Promise.all([Promise.all(pairs), salt]);
  const peers: (Link | undefined)[] = Array.from({ length: party.parameters.parties });
  for (const { peer, link } of made) peers[peer] = link;
  const keysReady = Promise.all(made.map(({ ready }) => ready)).then(() => {
    party.order.passed("tree check");
  });
  // Why: whoever uses a stream awaits it; should the session fail before, a failure here is not news.
  keysReady.catch(() => {});
  return { peers, salt: known, keysReady, batches: 0 };
}

/** Overwrites all seeds. */
export function wipeLinks(links: Links): void {
  for (const link of links.peers) {
    link?.macs.seeds.seeds.fill(0);
    link?.keys.seeds.seeds.fill(0);
  }
}

/** A link, and when its stream for keys may be used. */
interface PairLink {
  readonly link: Link;
  readonly ready: Promise<void>;
}

/** A link to a peer. */
interface Pair extends PairLink {
  readonly peer: number;
}

/** The set-up with one peer. */
async function setUpPair(
  party: Party,
  peer: number,
  strings: PeerStrings,
  salt: Promise<Message>,
): Promise<PairLink> {
  const first = await seedsFrom(party, { step: "setup/trees", peer, strings });
  const step = "setup/reversed trees";
  if (party.self < peer) {
    const rows = await acceptReversal(party, peer, first);
    const reversed = stringPairs(party, await salt, peer, rows);
    party.order.sending("reversed trees", peer);
    const { stream: macs } = await seedsFrom(party, { step, peer, strings: reversed });
    return { link: { keys: first.stream, macs }, ready: Promise.resolve() };
  }
  const rows = await offerReversal(party, peer, first);
  const keys: CotStream = {
    seeds: { k: party.parameters.k, seeds: new Uint8Array(first.stream.seeds.seeds.length) },
    group: 0,
  };
  const ready = receiveKeys(party, { peer, rows, salt, keys });
  // Why: as for all pairs together.
  ready.catch(() => {});
  return { link: { macs: first.stream, keys }, ready };
}

/** Fills in the seeds of a stream for keys when the trees of the other direction arrive. */
async function receiveKeys(
  party: Party,
  of: {
    readonly peer: number;
    readonly rows: Reversal;
    readonly salt: Promise<Message>;
    readonly keys: CotStream;
  },
): Promise<void> {
  const { peer, rows, keys } = of;
  const strings = chosenStrings(party, await of.salt, peer, rows);
  const { stream } = await seedsFrom(party, { step: "setup/reversed trees", peer, strings });
  keys.seeds.seeds.set(stream.seeds.seeds);
  stream.seeds.seeds.fill(0);
}
