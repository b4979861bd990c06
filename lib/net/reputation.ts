/**
 * What this node remembers of others: a score of their behaviour that fades, bans, and whom the user trusts. It
 * is local and never told to anybody: what others say of somebody proves nothing, and who is banned could slander.
 *
 * Three things are kept apart: the score of gossipsub (its own, of the mesh), this score of behaviour towards us,
 * and the user's own word, which stands above both.
 */
import { BlockList, isIP } from "node:net";

/** What a peer did, as far as it counts. */
export type Deed =
  /** Bytes that are no valid message. */
  | "malformed message"
  /** More bytes than the limit. */
  | "oversized message"
  /** It took part in a session to the end. */
  | "completed session";

const WEIGHTS: Readonly<Record<Deed, number>> = {
  "malformed message": -10,
  "oversized message": -10,
  "completed session": 5,
};

/** The deeds that count against a peer. */
export const PENALTIES: readonly Deed[] = (Object.keys(WEIGHTS) as Deed[])
  .filter((deed) => WEIGHTS[deed] < 0);

/** Time in which a score loses half its weight, in milliseconds. */
export const HALF_LIFE_MS = 600_000;
/** A peer below this is not connected to until its score has faded. */
export const SCORE_BAD: number = -20;
/** A peer below this is banned for {@linkcode BAN_MS}. */
export const SCORE_BANNED: number = -50;
/** Most that good behaviour counts: nobody can save up for a misdeed. */
export const SCORE_MAX = 20;
/** Time of a ban for behaviour, in milliseconds. */
export const BAN_MS = 1_800_000;
/** Most peers that are remembered. */
export const PEERS_MAX = 1000;

/** What is remembered of a peer. */
export interface PeerRecord {
  /** Score of its behaviour at `atMs`. */
  readonly score: number;
  /** Milliseconds since 1970. */
  readonly atMs: number;
  /** The protocol check that it failed; it is banned for that until the user lifts the ban. */
  readonly cheated?: string;
  /** Banned until then, in milliseconds since 1970; null: by the user, until the user lifts the ban. */
  readonly bannedUntilMs?: number | null;
  /** The user trusts it. */
  readonly trusted?: true;
  /** The user's name for it. */
  readonly alias?: string;
}

/** Everything that is remembered, as plain data. */
export interface PeerBook {
  /** By peer id. */
  readonly peers: Readonly<Record<string, PeerRecord>>;
  /** Addresses and subnets (`10.0.0.0/8`) that are banned. */
  readonly addresses: readonly string[];
}

/** How a peer stands: a ban or a bad score keeps it from connecting. */
export type Standing = "trusted" | "good" | "neutral" | "bad" | "banned";

/** Whether `text` is an IP address or a subnet in the form `10.0.0.0/8`. */
export function isAddressOrSubnet(text: string): boolean {
  return blockRule(text) !== undefined;
}

interface BlockRule {
  readonly address: string;
  readonly bits: number;
  readonly family: "ipv4" | "ipv6";
}

function blockRule(text: string): BlockRule | undefined {
  const [, address = "", prefix] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const version = isIP(address);
  if (version === 0) return undefined;
  const width = version === 4 ? 32 : 128;
  const bits = prefix === undefined ? width : Number(prefix);
  const family = version === 4 ? "ipv4" : "ipv6";
  return bits > width ? undefined : { address, bits, family };
}

/** What {@linkcode Reputation} needs. */
export interface ReputationOptions {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** What is remembered from before. */
  readonly book?: PeerBook;
  /** Told each peer that is banned for what it did, with its record, which is worth keeping. */
  readonly onBan?: (peer: string, record: PeerRecord) => void;
  /** Told each deed that counts against somebody. */
  readonly onPenalty?: (deed: Deed) => void;
}

/** The memory of one node. */
export class Reputation {
  readonly #now: () => number;
  readonly #onBan: (peer: string, record: PeerRecord) => void;
  readonly #onPenalty: (deed: Deed) => void;
  readonly #peers = new Map<string, PeerRecord>();
  readonly #addresses = new Set<string>();
  #blocked = new BlockList();

  /** Remembers what the options say. */
  constructor({ now, book, onBan = () => {}, onPenalty = () => {} }: ReputationOptions) {
    this.#now = now;
    this.#onBan = onBan;
    this.#onPenalty = onPenalty;
    if (book !== undefined) this.merge(book);
  }

  /**
   * Takes over what another memory of the same user knows: its word on each peer and address, and the lower
   * of both scores.
   */
  merge(book: PeerBook): void {
    for (const [peer, theirs] of Object.entries(book.peers)) {
      const own = this.record(peer);
      this.#peers.set(peer, theirs);
      const told = this.record(peer);
      this.#keep(peer, { ...told, score: Math.min(told.score, own.score) });
    }
    this.#addresses.clear();
    for (const address of book.addresses) this.#addresses.add(address);
    this.#block();
  }

  /** Everything that is remembered now. */
  book(): PeerBook {
    return { peers: Object.fromEntries(this.#peers), addresses: [...this.#addresses] };
  }

  /** What is remembered of a peer, with the score as of now. */
  record(peer: string): PeerRecord {
    const record = this.#peers.get(peer);
    const nowMs = this.#now();
    if (record === undefined) return { score: 0, atMs: nowMs };
    const faded = record.score * 2 ** (-Math.max(0, nowMs - record.atMs) / HALF_LIFE_MS);
    return { ...record, score: Math.abs(faded) < 0.01 ? 0 : faded, atMs: nowMs };
  }

  /** Counts a deed of `peer`; a score that falls too low bans it for a while. */
  count(peer: string, deed: Deed): void {
    if (WEIGHTS[deed] < 0) this.#onPenalty(deed);
    const before = this.record(peer);
    const score = Math.min(SCORE_MAX, before.score + WEIGHTS[deed]);
    if (score >= SCORE_BANNED || this.standing(peer) === "banned") {
      return this.#keep(peer, { ...before, score });
    }
    this.#ban(peer, { ...before, score, bannedUntilMs: before.atMs + BAN_MS });
  }

  /** `peer` failed the protocol check `check`: it is banned until the user lifts the ban. Does not fade. */
  caught(peer: string, check: string): void {
    this.#ban(peer, { ...this.record(peer), cheated: check });
  }

  /** The user bans a peer. */
  ban(peer: string): void {
    const { trusted: _, ...record } = this.record(peer);
    this.#keep(peer, { ...record, bannedUntilMs: null });
  }

  /** The user lifts every ban of a peer, and its score starts anew. */
  unban(peer: string): void {
    const { cheated: _, bannedUntilMs: __, ...record } = this.record(peer);
    this.#keep(peer, { ...record, score: 0 });
  }

  /** The user bans an address or a subnet. @throws {RangeError} if it is none. */
  banAddress(text: string): void {
    if (!isAddressOrSubnet(text)) throw new RangeError(`Cannot ban "${text}": it is no address`);
    this.#addresses.add(text);
    this.#block();
  }

  /** The user lifts the ban of an address; whether there was one. */
  unbanAddress(text: string): boolean {
    const found = this.#addresses.delete(text);
    this.#block();
    return found;
  }

  /** The user trusts a peer, or no longer: behaviour alone does not ban a trusted one. */
  trust(peer: string, isTrusted: boolean): void {
    const { trusted: _, ...record } = this.record(peer);
    this.#keep(peer, isTrusted ? { ...record, trusted: true } : record);
  }

  /** The user's name for a peer; the empty name takes it away. */
  rename(peer: string, alias: string): void {
    const { alias: _, ...record } = this.record(peer);
    this.#keep(peer, alias === "" ? record : { ...record, alias });
  }

  /** How a peer stands now. */
  standing(peer: string): Standing {
    const { score, atMs, cheated, bannedUntilMs, trusted } = this.record(peer);
    if (cheated !== undefined || bannedUntilMs === null) return "banned";
    if (trusted) return "trusted";
    if (bannedUntilMs !== undefined && bannedUntilMs > atMs) return "banned";
    if (score < SCORE_BAD) return "bad";
    return score > 0 ? "good" : "neutral";
  }

  /** Whether a connection with the peer is wanted. */
  allows(peer: string): boolean {
    const standing = this.standing(peer);
    return standing !== "bad" && standing !== "banned";
  }

  /** Whether a connection with this IP address is wanted. */
  allowsAddress(text: string): boolean {
    // Why: a socket for both families shows an IPv4 address as a mapped one.
    const address = text.replace(/^::ffff:(?=\d+\.)/i, "");
    const version = isIP(address);
    return version === 0 || !this.#blocked.check(address, version === 4 ? "ipv4" : "ipv6");
  }

  #ban(peer: string, record: PeerRecord): void {
    this.#keep(peer, record);
    this.#onBan(peer, record);
  }

  #block(): void {
    this.#blocked = new BlockList();
    for (const text of this.#addresses) {
      const rule = blockRule(text);
      if (rule !== undefined) this.#blocked.addSubnet(rule.address, rule.bits, rule.family);
    }
  }

  #keep(peer: string, record: PeerRecord): void {
    this.#peers.set(peer, record);
    if (this.#peers.size > PEERS_MAX) this.#forget();
  }

  /** Forgets the peer that matters least: nothing the user said, no cheat, the score nearest to zero. */
  #forget(): void {
    let least: string | undefined;
    let weight = Infinity;
    for (const peer of this.#peers.keys()) {
      const { score, cheated, bannedUntilMs, trusted, alias } = this.record(peer);
      const isTold = trusted || alias !== undefined || bannedUntilMs === null;
      const own = isTold ? 3000 : cheated !== undefined ? 2000 : Math.abs(score);
      if (own < weight) {
        weight = own;
        least = peer;
      }
    }
    if (least !== undefined) this.#peers.delete(least);
  }
}
