/**
 * A joint coin: commit and open.
 *
 * Source: Blum's coin toss, in the random-oracle model; F_Rand of WRK17 (eprint 2017/189).
 * In: nothing. Out: 32 bytes, the same for all, unknown to everybody before the last honest opening.
 * Rounds: 1, since the commitment travels with the caller's last data message.
 * Bytes, each party: (32 + 64)·(n − 1), and 32·(n − 1) more for n ≥ 3.
 * Aborts: opening => "coin opening"; different commitments to different parties => "echo".
 * Deviations: no simulation-based commitment; a hash with a nonce is one in the random-oracle model. The
 * commitments are compared by a hash that travels with the openings. Why: with two coins, two honest
 * parties would fail each other's next check, and blame each other.
 */
import { COIN_BYTES, type CommitContext, HASH_BYTES } from "../crypto/mod.ts";
import { commit, NONCE_BYTES, transcriptHash, verifyCommitment } from "../crypto/mod.ts";
import { concat, equal } from "../base/mod.ts";
import { DOMAIN } from "./domains.ts";
import { exchange, type Message, receiveAll, sendAll } from "./exchange.ts";
import type { Party } from "./party.ts";

/** A coin that this party has committed to. */
export interface Coin {
  /**
   * Receives all commitments, opens and gives the coin, 32 bytes.
   *
   * Security: call it only when everything that the coin tests has arrived from all parties; from this
   * call on the coin may be known to others.
   *
   * @throws {CheatingError} "coin opening" if an opening does not fit its commitment.
   */
  open(): Promise<Message>;
}

function context(party: Party, step: string, of: number): CommitContext {
  return { domain: DOMAIN.COIN, sid: party.sid, step, party: of };
}

/** Commits to a part of the coin `step` and sends the commitment at once. */
export function commitCoin(party: Party, step: string): Coin {
  const rng = party.rng.fork(step);
  const part = rng.fill(new Uint8Array(COIN_BYTES));
  const { commitment, nonce } = commit(context(party, step, party.self), part, rng);
  const sent = sendAll(party, `${step}/commit`, () => commitment.slice());
  // Why: open() awaits it; should the caller fail before, the failure here is not news.
  sent.catch(() => {});
  return {
    async open(): Promise<Message> {
      const commitments = await receiveAll(party, `${step}/commit`, HASH_BYTES);
      await sent;
      commitments[party.self] = commitment;
      const seen = commitmentsSeen(party, step, commitments);
      const own = concat(part, nonce, seen);
      const openings = await exchange(party, `${step}/open`, () => own.slice(), own.length);
      openings[party.self] = own;
      return combine(party, step, { commitments, openings });
    },
  };
}

/** What a party tells of the commitments it received; nothing for two parties, who have one each. */
function commitmentsSeen(party: Party, step: string, commitments: readonly Message[]): Message {
  if (party.parameters.parties === 2) return new Uint8Array(0);
  return transcriptHash(DOMAIN.ECHO, party.sid, `${step}/commit`, ...commitments);
}

/** Verifies all openings, compares the commitments and hashes the parts in party order. */
function combine(
  party: Party,
  step: string,
  received: { readonly commitments: readonly Message[]; readonly openings: readonly Message[] },
): Message {
  const parts = received.openings.map((opening) => opening.subarray(0, COIN_BYTES));
  for (const [from, commitment] of received.commitments.entries()) {
    const value = parts[from] ?? new Uint8Array(0);
    const opening = received.openings[from] as Message;
    const nonce = opening.slice(COIN_BYTES, COIN_BYTES + NONCE_BYTES);
    const ok = verifyCommitment(context(party, step, from), { commitment, value, nonce });
    party.checks.require("coin opening", ok, { step, party: from });
  }
  const seen = received.openings.map((opening) => opening.subarray(COIN_BYTES + NONCE_BYTES));
  const own = seen[party.self] as Message;
  if (own.length > 0) {
    party.checks.require("echo", seen.every((hash) => equal(hash, own)), { step });
  }
  return transcriptHash(DOMAIN.COIN_SEED, party.sid, step, ...parts);
}
