/** The end of a session: each party states how it ended, and receipts keep what all have stated. */
import { type Node } from "../net/mod.ts";
import {
  decodeStatement,
  encodeReceipt,
  encodeStatement,
  type Session,
  SIGNATURE_BYTES,
  type SignedStatement,
  signedStatementBytes,
  statementBytes,
  type Transcript,
} from "../session/mod.ts";
import { concat } from "../base/mod.ts";
import type { Context } from "./context.ts";
import { exitCodeOf, messageOf } from "./report.ts";

/** Name of the step in which statements are exchanged, after the last one of the protocol. */
const STEP = "receipt";
/** Longest wait for the statements of the others, in milliseconds. */
const PATIENCE_MS = 5000;

/** A session that is over for this party. */
export interface Ending {
  readonly session: Session;
  readonly transcript: Transcript;
  readonly identity: Node["identity"];
  /** When the computation began, in milliseconds since 1970. */
  readonly startedMs: number;
  /** Path of the receipt; undefined: none is kept, but the others get our statement. */
  readonly path: string | undefined;
}

/** Tells the others that this party has finished, and keeps what they say. A failure is told, and harms nothing. */
export async function finishWithReceipt(ending: Ending, context: Context): Promise<void> {
  const { session, transcript, identity } = ending;
  const { channel, roster, sid } = session;
  const own = await signStatement(ending, 0, context);
  const statements = new Map([[channel.self, own]]);
  const others = roster.filter(({ party }) => party !== channel.self);
  const length = statementBytes(transcript.parties) + SIGNATURE_BYTES;
  const exchanged = others.map(async ({ party, peer }) => {
    const [, bytes] = await Promise.all([
      channel.send(party, STEP, concat(own.body, own.signature)),
      channel.recv(party, STEP, length),
    ]);
    const split = length - SIGNATURE_BYTES;
    const signed = { body: bytes.slice(0, split), signature: bytes.slice(split) };
    const claimed = signedStatementBytes(sid, signed.body);
    const right = decodeStatement(signed.body, channel.parties)?.party === party &&
      await identity.verify({ peer, bytes: claimed, signature: signed.signature });
    if (right) statements.set(party, signed);
  });
  const patience = Promise.withResolvers<void>();
  const cancel = context.system.after(PATIENCE_MS, patience.resolve);
  await Promise.race([Promise.allSettled(exchanged), patience.promise]);
  cancel();
  await write(ending, statements, context);
}

/** Keeps what there is of a session that failed for this party with `error`. */
export async function failWithReceipt(
  ending: Ending,
  error: unknown,
  context: Context,
): Promise<void> {
  if (ending.path === undefined) return;
  const own = await signStatement(ending, exitCodeOf(error), context);
  await write(ending, new Map([[ending.session.channel.self, own]]), context);
}

async function signStatement(
  { session, transcript, identity, startedMs }: Ending,
  outcome: number,
  { system }: Context,
): Promise<SignedStatement> {
  const { channel, sid } = session;
  const body = encodeStatement({
    ...{ party: channel.self, outcome, startedMs, endedMs: system.now() },
    links: transcript.digests(),
  });
  return { body, signature: await identity.sign(signedStatementBytes(sid, body)) };
}

async function write(
  { session, path }: Ending,
  statements: ReadonlyMap<number, SignedStatement>,
  { system, observe }: Context,
): Promise<void> {
  if (path === undefined) return;
  const { description, signatures: consents, channel } = session;
  try {
    await system.writePrivateFile(path, encodeReceipt({ description, consents, statements }));
    const text = `the receipt "${path}" has ${statements.size} of ${channel.parties} statements`;
    observe({ kind: "notice", text });
  } catch (error) {
    const text = `the receipt "${path}" cannot be written: ${messageOf(error)}`;
    observe({ kind: "log", level: "error", module: "receipt", text });
  }
}
