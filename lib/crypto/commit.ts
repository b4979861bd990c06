/**
 * Hiding and binding commitments in the random-oracle model:
 * {@linkcode transcriptHash}(domain, sid, step, u32(party), value, nonce) with a nonce of 32 random bytes.
 *
 * Party and step are part of the input, so that a commitment copied from another party, or from another
 * step, does not open.
 */
import { equal } from "../base/mod.ts";
import { HASH_BYTES, NONCE_BYTES } from "./constants.ts";
import { transcriptHash, u32 } from "./hash.ts";
import type { Rng } from "./rng.ts";

/** Where a commitment belongs. */
export interface CommitContext {
  /** Domain word of the protocol that commits. */
  readonly domain: string;
  /** Session id, 32 bytes. */
  readonly sid: Uint8Array;
  /** Step of the protocol; unique in the session for each commitment of a party. */
  readonly step: string;
  /** The party that commits. */
  readonly party: number;
}

/** A commitment with what opens it beside the value. */
export interface Commitment {
  /** Sent first, 32 bytes. */
  readonly commitment: Uint8Array<ArrayBuffer>;
  /** Sent with the value to open it, 32 bytes, secret until then. */
  readonly nonce: Uint8Array<ArrayBuffer>;
}

/** What a party received of a commitment and its opening. */
export interface Opening extends Commitment {
  /** The claimed value. */
  readonly value: Uint8Array;
}

/** Commits to `value` with a fresh nonce. */
export function commit(context: CommitContext, value: Uint8Array, rng: Rng): Commitment {
  const nonce = rng.fill(new Uint8Array(NONCE_BYTES));
  return { commitment: hashOpening(context, value, nonce), nonce };
}

/** Whether `opening` opens its commitment in this context. False, too, if a length is wrong. */
export function verifyCommitment(context: CommitContext, opening: Opening): boolean {
  if (opening.nonce.length !== NONCE_BYTES || opening.commitment.length !== HASH_BYTES) {
    return false;
  }
  return equal(hashOpening(context, opening.value, opening.nonce), opening.commitment);
}

function hashOpening(
  context: CommitContext,
  value: Uint8Array,
  nonce: Uint8Array,
): Uint8Array<ArrayBuffer> {
  const { domain, sid, step, party } = context;
  return transcriptHash(domain, sid, step, u32(party), value, nonce);
}
