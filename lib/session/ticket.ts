/**
 * Tickets: one word that invites to a session.
 *
 * `p2pmpc1` ‖ base32(body ‖ first 4 bytes of SHA-256(body)), lower case, no padding. The body is the
 * deterministic CBOR of `[version, session, creator, addresses, [], parties, program, secret,
 * expiry]`; the empty place is that of relays, which stand in the addresses that lead through them. A ticket is a bearer secret: who holds it may ask to take part.
 */
import { base32 } from "multiformats/bases/base32";
import { z } from "zod";
import { concat, CredentialError, equal, toHex, utf8 } from "../base/mod.ts";
import { hmacSha256, sha256 } from "../crypto/mod.ts";
import {
  addressesSchema,
  decodeCbor,
  encodeCbor,
  fixedBytes,
  PARTIES_MAX,
  peerSchema,
} from "./codec.ts";
import type { Random } from "./ports.ts";

/** What a ticket begins with. */
export const TICKET_PREFIX = "p2pmpc1";
/** Version of the body. */
const TICKET_VERSION = 1;
/** How long a ticket is good for, in seconds. */
export const TICKET_LIFETIME_S = 24 * 60 * 60;
/** Most characters of a ticket. */
const TICKET_LENGTH_MAX = 8192;
const CHECK_BYTES = 4;

/** What a ticket says. Must not be printed as a whole: `secret` is for the parties only. */
export interface Ticket {
  /** Random id of the session, 32 bytes. */
  readonly session: Uint8Array<ArrayBuffer>;
  /** Peer id of the party that has made the ticket. */
  readonly creator: string;
  /** Where the creator listens. */
  readonly addresses: readonly string[];
  /** Number of parties, at least 2. */
  readonly parties: number;
  /** SHA-256 of the program's source, 32 bytes. */
  readonly program: Uint8Array<ArrayBuffer>;
  /** The join secret, 32 bytes. */
  readonly secret: Uint8Array<ArrayBuffer>;
  /** Seconds since 1970 after which nobody may join. */
  readonly expiry: number;
}

/** What {@linkcode createTicket} is given. */
export interface TicketInit {
  /** Peer id of the party that has made the ticket. */
  readonly creator: string;
  /** Multiaddresses to dial. */
  readonly addresses: readonly string[];
  /** Number of parties. */
  readonly parties: number;
  /** SHA-256 of the program's source. */
  readonly program: Uint8Array<ArrayBuffer>;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Source of random bytes. */
  readonly random: Random;
}

const bodySchema: z.ZodType<
  readonly [
    number,
    Uint8Array<ArrayBuffer>,
    string,
    string[],
    string[],
    number,
    Uint8Array<ArrayBuffer>,
    Uint8Array<ArrayBuffer>,
    number,
  ]
> = z.tuple([
  z.literal(TICKET_VERSION),
  fixedBytes(32),
  peerSchema,
  addressesSchema,
  addressesSchema,
  z.int().min(2).max(PARTIES_MAX),
  fixedBytes(32),
  fixedBytes(32),
  z.int().min(0).max(2 ** 40),
]);
const versionSchema = z.tuple([z.int().min(0)], z.unknown());

/** A ticket for a new session, with a fresh id and join secret, good for 24 hours. */
export function createTicket(init: TicketInit): Ticket {
  const { creator, addresses, parties, program, now, random } = init;
  return {
    session: random(32),
    creator,
    addresses,
    parties,
    program,
    secret: random(32),
    expiry: Math.floor(now / 1000) + TICKET_LIFETIME_S,
  };
}

/** The text of a ticket. */
export function encodeTicket(ticket: Ticket): string {
  const { session, creator, addresses, parties, program, secret, expiry } = ticket;
  const body = encodeCbor([
    TICKET_VERSION,
    session,
    creator,
    addresses,
    // Why: who reads tickets of this version wants a list in this place.
    [],
    parties,
    program,
    secret,
    expiry,
  ]);
  return TICKET_PREFIX + base32.baseEncode(concat(body, sha256(body).subarray(0, CHECK_BYTES)));
}

/**
 * Reads a ticket. White space around it is ignored.
 *
 * @param now milliseconds since 1970.
 * @throws {CredentialError} if the text is no ticket, is damaged, of a newer version or expired.
 */
export function decodeTicket(text: string, now: number): Ticket {
  const word = text.trim();
  if (/^p2pmpc[2-9]/.test(word)) throw newer();
  if (!word.startsWith(TICKET_PREFIX)) {
    throw new CredentialError("Cannot use ticket: this is no ticket of p2p-mpc", {
      hint: `a ticket is one word that begins with "${TICKET_PREFIX}", printed by "p2p-mpc new"`,
    });
  }
  const body = readBody(word);
  const version = decodeCbor(versionSchema, body)?.[0];
  if (version !== undefined && version > TICKET_VERSION) throw newer();
  const fields = decodeCbor(bodySchema, body);
  if (fields === undefined) throw damaged();
  const [, session, creator, addresses, , parties, program, secret, expiry] = fields;
  if (expiry * 1000 <= now) {
    const since = new Date(expiry * 1000).toISOString().slice(0, 16).replace("T", " ");
    throw new CredentialError(`Cannot use ticket: it has expired at ${since} UTC`, {
      hint: 'ask for a new one; "p2p-mpc new" prints it',
    });
  }
  return { session, creator, addresses, parties, program, secret, expiry };
}

/**
 * The gossip topic of a session. It is derived from the join secret, so that only those who have the
 * ticket find it, and does not tell the secret.
 */
export function lobbyTopic(ticket: Ticket): string {
  const mac = hmacSha256(ticket.secret, utf8("p2p-mpc topic v1"), ticket.session);
  return `/p2p-mpc/lobby/1/${toHex(mac)}`;
}

/** What a proof of the join secret is about. */
export interface ProofInit {
  /** Peer id of the one who proves. */
  readonly peer: string;
  /** The challenge of the one who verifies, 16 bytes. */
  readonly challenge: Uint8Array;
}

/** The proof that `peer` knows the join secret, for one verifier: 32 bytes. */
export function joinProof(ticket: Ticket, { peer, challenge }: ProofInit): Uint8Array<ArrayBuffer> {
  const label = utf8("p2p-mpc join v1");
  return hmacSha256(ticket.secret, label, ticket.session, challenge, utf8(peer));
}

function readBody(word: string): Uint8Array<ArrayBuffer> {
  if (word.length > TICKET_LENGTH_MAX) throw damaged();
  let bytes: Uint8Array;
  try {
    bytes = base32.baseDecode(word.slice(TICKET_PREFIX.length));
  } catch (cause) {
    throw damaged(cause);
  }
  const split = Math.max(bytes.length - CHECK_BYTES, 0);
  const body = bytes.slice(0, split);
  if (!equal(sha256(body).subarray(0, CHECK_BYTES), bytes.subarray(split))) throw damaged();
  return body;
}

function damaged(cause?: unknown): CredentialError {
  return new CredentialError("Cannot use ticket: it is damaged", {
    cause,
    hint: "copy the whole word again; no character may be missing or changed",
  });
}

function newer(): CredentialError {
  return new CredentialError("Cannot use ticket: it was made by a newer version", {
    hint: "update p2p-mpc; all parties need the same version",
  });
}
