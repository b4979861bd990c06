/**
 * V check: that the leaky products of a batch were made as they should be, ⊕_i T_i = 0.
 *
 * Source: KRRW18 (eprint 2018/578), figure 5, last step, batched by a random linear hash. Assumes: a coin
 * tossed after all e of the batch have arrived, and their comparison; CPace (cpace.ts) for n = 2. Realises the check
 * of F_LaAND.
 * In, each party: T_i. Out: nothing.
 * Rounds: 2 for n = 2 (E, tag), else 5 (commit, four pieces; the comparison travels with the first).
 * Bytes, each party: 64 for n = 2; else (n − 1)·(128 + 32 + 4·34).
 * Aborts: sum => "V check"; for n ≥ 3 opening => "V opening", different commitments => "echo".
 *
 * Deviation: V_i = Σ_m χ_m·T_{i,m} is never sent whole, nor a hash of it, and its upper half never. Why: a false e makes
 * the sum a multiple of Δ; opened whole it would hand a cheater the Δ_i of the last honest party when tables of
 * earlier chunks are out. A hash of it would do the same after 2^63 trials, since T has 64 bits.
 *
 * For n ≥ 3 a party opens piece p + 1 only when the pieces p of all add up to 0. A check that fails tells 16 bits of one
 * Δ (another 16 for each piece that was guessed), and of Δ's 128 bits 111 are left. The comparison of the commitments
 * travels with the first piece: if it fails, that piece is all that was opened. For n = 2 the sum is 0 if both have the
 * same V, which is the password of a CPace: a check that fails tells that one guess of V was wrong.
 *
 * What a failed check tells of x is worth nothing: x ⊕ λ is opened only when the check has passed (material.ts).
 */
import { concat, equal, xorInto } from "../base/mod.ts";
import {
  commit,
  type CommitContext,
  type Commitment,
  CPACE_BYTES,
  cpaceStart,
  cpaceTags,
  type Halves,
  HASH_BYTES,
  NONCE_BYTES,
  verifyCommitment,
} from "../crypto/mod.ts";
import { broadcast, echo } from "./broadcast.ts";
import { DOMAIN } from "./domains.ts";
import { exchange, type Message } from "./exchange.ts";
import { others, type Party } from "./party.ts";

/** Number of pieces in which the lower half of V is opened. */
export const V_PIECES = 4;
/** Bytes of a piece: what a cheater may learn of Δ's low half at most, 16 bits. */
export const V_PIECE_BYTES = 2;

/** A batch to be checked. */
export interface VCheck {
  /** Number of the chunk, for the order table. */
  readonly chunk: number;
  /** First part of the names of the steps. */
  readonly step: string;
  /** Joint coin χ, 32 bytes. */
  readonly coin: Uint8Array;
  /** T_i, 8 bytes a product. */
  readonly t: Halves;
}

/**
 * Goes on if the T of all parties add up to 0 under the coin.
 *
 * @throws {CheatingError} "V check", "V opening" or "echo".
 * @throws {ProtocolError} if another party's E is no group element (n = 2).
 */
export async function vCheck(party: Party, check: VCheck): Promise<void> {
  const { kernels, order, parameters } = party;
  const v = kernels.macSumHalves(check.coin, check.t, check.t.length / 8);
  party.secrets.keep(v);
  order.sending("V commitments", check.chunk);
  if (parameters.parties === 2) await compare(party, check.step, v);
  else await openPieces(party, check.step, v);
  v.fill(0);
  order.passed("V check", check.chunk);
}

function context(party: Party, step: string, of: number): CommitContext {
  return { domain: DOMAIN.V_CHECK, sid: party.sid, step, party: of };
}

/** The form for two parties: V is the password of a CPace. */
async function compare(party: Party, name: string, v: Uint8Array): Promise<void> {
  const { kernels, self, sid, rng } = party;
  const step = `${name}/V`;
  const peer = 1 - self;
  const context = { sid, step, self, peer };
  const { message, state } = cpaceStart(kernels.curve, context, v, rng.fork(`${step}/exponent`));
  const elements = await exchange(party, `${step}/E`, () => message, CPACE_BYTES);
  const { own, expected } = cpaceTags(state, elements[peer] as Message);
  const tags = await exchange(party, `${step}/tag`, () => own, HASH_BYTES);
  party.checks.require("V check", equal(tags[peer] as Message, expected), { step, party: peer });
}

/** The form for three and more: the low half of V, one piece after the other. */
async function openPieces(party: Party, step: string, v: Uint8Array): Promise<void> {
  const rng = party.rng.fork(`${step}/V`);
  const pieces = Array.from({ length: V_PIECES }, (_, p) => {
    const value = v.slice(p * V_PIECE_BYTES, (p + 1) * V_PIECE_BYTES);
    return { value, ...commit(context(party, `${step}/V/${p}`, party.self), value, rng) };
  });
  const own = concat(...pieces.map(({ commitment }) => commitment));
  const received = await broadcast(party, `${step}/V/commit`, own, own.length, `${step}/V`);
  const compared = echo(party, `${step}/V/echo`, `${step}/V`);
  // Why: the first piece awaits it; should opening that piece fail before, a failure here is not news.
  compared.catch(() => {});
  for (const [p, piece] of pieces.entries()) {
    const commitments = received.map((all) => all.slice(p * HASH_BYTES, (p + 1) * HASH_BYTES));
    const sum = piece.value.slice();
    const openings = exchangeOpenings(party, `${step}/V/${p}`, piece);
    const [messages] = await Promise.all([openings, compared]);
    const values = verifyOpenings(party, `${step}/V/${p}`, piece, { commitments, messages });
    for (const from of others(party)) xorInto(sum, values[from] as Message);
    party.checks.require("V check", sum.every((byte) => byte === 0), { step: `${step}/V/${p}` });
  }
}

/** A value that this party has committed to. */
type Committed = Commitment & { readonly value: Message };

/** Opens the own commitment; what the others open, by party, not yet verified. */
function exchangeOpenings(party: Party, step: string, own: Committed): Promise<Message[]> {
  const send = (): Message => concat(own.value, own.nonce);
  return exchange(party, `${step}/open`, send, own.value.length + NONCE_BYTES);
}

/** Verifies the openings of the others; the values by party. */
function verifyOpenings(
  party: Party,
  step: string,
  own: Committed,
  received: { readonly commitments: readonly Message[]; readonly messages: readonly Message[] },
): Message[] {
  const bytes = own.value.length;
  return received.messages.map((opening, from) => {
    if (from === party.self) return own.value;
    const value = opening.slice(0, bytes);
    const commitment = received.commitments[from] as Message;
    const ok = verifyCommitment(context(party, step, from), {
      ...{ commitment, value, nonce: opening.slice(bytes) },
    });
    party.checks.require("V opening", ok, { step, party: from });
    return value;
  });
}
