/** The end of a session: each party states how it ended, and all exchange what they state. */
import { concat } from "../base/mod.ts";
import type { Clock, Identity } from "./ports.ts";
import type { Receipt } from "./receipt.ts";
import type { Session } from "./runtime.ts";
import {
  decodeStatement,
  encodeStatement,
  SIGNATURE_BYTES,
  type SignedStatement,
  signedStatementBytes,
  statementBytes,
} from "./statement.ts";
import type { Transcript } from "./transcript.ts";

/** Name of the step in which statements are exchanged, after the last one of the protocol. */
const STEP = "receipt";
/** Longest wait for the statements of the others, in milliseconds. */
const PATIENCE_MS = 5000;

/** A session that is over for this party. */
export interface Ending {
  /** The session; its channel is still open. */
  readonly session: Session;
  /** What went over the session's channel. */
  readonly transcript: Transcript;
  /** The own key, which signs. */
  readonly identity: Identity;
  /** Says when it ended, and how long to wait. */
  readonly clock: Clock;
  /** When the computation began, in milliseconds since 1970. */
  readonly startedMs: number;
}

/**
 * States that this party has finished with the exit code `outcome`. After 0 it tells the others, and waits for a while for what
 * they state; what does not come, or is not right, is left out.
 */
export async function stateEnding(ending: Ending, outcome: number): Promise<Receipt> {
  const { session: { channel, description, signatures: consents } } = ending;
  const own = await signStatement(ending, outcome);
  const statements = new Map([[channel.self, own]]);
  if (outcome === 0) await exchange(ending, own, statements);
  return { description, consents, statements };
}

async function signStatement(
  { session: { channel, sid }, transcript, identity, clock, startedMs }: Ending,
  outcome: number,
): Promise<SignedStatement> {
  const body = encodeStatement({
    ...{ party: channel.self, outcome, startedMs, endedMs: clock.now() },
    links: transcript.digests(),
  });
  return { body, signature: await identity.sign(signedStatementBytes(sid, body)) };
}

/** Sends `own` to everybody and adds what they state to `statements`. A failure harms nothing. */
async function exchange(
  { session: { channel, roster, sid }, identity, clock }: Ending,
  own: SignedStatement,
  statements: Map<number, SignedStatement>,
): Promise<void> {
  const others = roster.filter(({ party }) => party !== channel.self);
  const split = statementBytes(channel.parties);
  const exchanged = others.map(async ({ party, peer }) => {
    const [, bytes] = await Promise.all([
      channel.send(party, STEP, concat(own.body, own.signature)),
      channel.recv(party, STEP, split + SIGNATURE_BYTES),
    ]);
    const signed = { body: bytes.slice(0, split), signature: bytes.slice(split) };
    const claimed = signedStatementBytes(sid, signed.body);
    const right = decodeStatement(signed.body, channel.parties)?.party === party &&
      await identity.verify({ peer, bytes: claimed, signature: signed.signature });
    if (right) statements.set(party, signed);
  });
  const patience = Promise.withResolvers<void>();
  const cancel = clock.after(PATIENCE_MS, patience.resolve);
  await Promise.race([Promise.allSettled(exchanged), patience.promise]);
  cancel();
}
