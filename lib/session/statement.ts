/**
 * What a party states about a session that is over, and signs: when it ran, how it ended, and the hashes of what went over
 * each link. The form has a fixed length for a number of parties, so that it can be sent as one more step.
 */
import { concat, utf8 } from "../base/mod.ts";
import { isParty } from "./messages.ts";
import type { LinkDigests } from "./transcript.ts";

/** Version of the form. */
const VERSION = 1;
const HEAD_BYTES = 2 + 2 + 8 + 8;
const HASH_BYTES = 32;
/** Bytes of an Ed25519 signature. */
export const SIGNATURE_BYTES = 64;
const LABEL = utf8("p2p-mpc receipt v1\0");

/** What a party states. */
export interface Statement {
  /** Number of the party. */
  readonly party: number;
  /** Exit code with which the session ended for it: 0 is done. */
  readonly outcome: number;
  /** When it began to compute, in milliseconds since 1970. */
  readonly startedMs: number;
  /** When it had its result, in milliseconds since 1970. */
  readonly endedMs: number;
  /** By party. */
  readonly links: readonly LinkDigests[];
}

/** A statement with its signature. */
export interface SignedStatement {
  /** Bytes of the statement, see {@linkcode encodeStatement}. */
  readonly body: Uint8Array<ArrayBuffer>;
  /** Signature of {@linkcode signedStatementBytes}. */
  readonly signature: Uint8Array<ArrayBuffer>;
}

/** Bytes of a statement in a session of `parties`. */
export function statementBytes(parties: number): number {
  return HEAD_BYTES + 2 * HASH_BYTES * parties;
}

/** Version, outcome, party, times in milliseconds, then for each party the hashes of sent and received. */
export function encodeStatement(statement: Statement): Uint8Array<ArrayBuffer> {
  const head = new DataView(new ArrayBuffer(HEAD_BYTES));
  head.setUint8(0, VERSION);
  head.setUint8(1, statement.outcome);
  head.setUint16(2, statement.party);
  head.setBigUint64(4, BigInt(Math.round(statement.startedMs)));
  head.setBigUint64(12, BigInt(Math.round(statement.endedMs)));
  const links = statement.links.flatMap(({ sent, received }) => [sent, received]);
  return concat(new Uint8Array(head.buffer), ...links);
}

/** Reads a statement of a session of `parties`, or returns undefined if the bytes are none. */
export function decodeStatement(body: Uint8Array, parties: number): Statement | undefined {
  if (body.length !== statementBytes(parties)) return undefined;
  const head = new DataView(body.buffer, body.byteOffset, HEAD_BYTES);
  const party = head.getUint16(2);
  if (head.getUint8(0) !== VERSION || !isParty(party, parties)) return undefined;
  const hash = (index: number): Uint8Array<ArrayBuffer> => {
    const at = HEAD_BYTES + index * HASH_BYTES;
    return new Uint8Array(body.subarray(at, at + HASH_BYTES));
  };
  return {
    party,
    outcome: head.getUint8(1),
    startedMs: Number(head.getBigUint64(4)),
    endedMs: Number(head.getBigUint64(12)),
    links: Array.from({ length: parties }, (_, i) => {
      return { sent: hash(2 * i), received: hash(2 * i + 1) };
    }),
  };
}

/** What a party signs: a label, the session hash and the statement. */
export function signedStatementBytes(sid: Uint8Array, body: Uint8Array): Uint8Array<ArrayBuffer> {
  return concat(LABEL, sid, body);
}
