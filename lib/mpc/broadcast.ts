/**
 * Broadcast with abort: the same bytes to all, compared later.
 *
 * Source: Goldwasser, Lindell, "Secure computation without agreement" (DISC 2002): echo broadcast.
 * In: own bytes. Out: everybody's bytes, by party.
 * Rounds: 1 for a broadcast; 1 for a comparison, which covers all broadcasts since the last one.
 * Bytes, each party: (n − 1)·length for a broadcast, 32·(n − 1) for a comparison; no comparison for n = 2.
 * Aborts: comparison => "echo". It proves that somebody told two parties different things, but not who:
 * the sender of a broadcast, or the one who reports it.
 * Deviation: parties compare one hash of all broadcasts of a scope (a part of the protocol) instead of echoing each; the order
 * table (order.ts) says which messages wait for the comparison.
 */
import { equal } from "../base/mod.ts";
import { HASH_BYTES } from "../crypto/mod.ts";
import { exchange, type Length, lengthOf, type Message } from "./exchange.ts";
import type { Party } from "./party.ts";

/**
 * Broadcasts `bytes` and receives what the others broadcast in the same step.
 *
 * @param length of each sender's message; a sender with length 0 broadcasts nothing. For the own party it
 * is the length of `bytes`.
 * @param scope what it is compared with.
 * @returns the messages by sender; the own entry is `bytes`.
 */
export async function broadcast(
  party: Party,
  step: string,
  bytes: Message,
  length: Length,
  scope: string,
): Promise<Message[]> {
  if (lengthOf(length, party.self) !== bytes.length) {
    throw new RangeError(`Cannot broadcast ${bytes.length} bytes in step "${step}"`);
  }
  const messages = await exchange(party, step, () => bytes.slice(), length);
  messages[party.self] = bytes;
  for (const [from, message] of messages.entries()) {
    if (message.length > 0) party.echo.record(scope, step, from, message);
  }
  return messages;
}

/**
 * Compares with all parties what was broadcast in `scope` since the last comparison; without a scope, all that
 * was ever broadcast.
 *
 * @throws {CheatingError} "echo" if a party saw something else.
 */
export async function echo(party: Party, step: string, scope?: string): Promise<void> {
  if (party.parameters.parties === 2) return;
  const own = party.echo.take(party.sid, step, scope);
  const messages = await exchange(party, step, () => own.slice(), HASH_BYTES);
  messages[party.self] = own;
  party.checks.require("echo", messages.every((message) => equal(message, own)), { step });
}
