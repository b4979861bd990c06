/**
 * One round of messages of the same step.
 *
 * Receiving starts before sending is awaited: both ends of a link may send more than its high-water
 * mark at once, and neither may wait for the other to read first.
 */
import { BLOCK_BYTES } from "../crypto/mod.ts";
import { others, type Party } from "./party.ts";

/** A message, or nothing: an array of no bytes. */
export type Message = Uint8Array<ArrayBuffer>;

/** Bytes that each sender's message has. 0: this sender has none, nothing is sent. */
export type Length = number | ((from: number) => number);

/** The length of the message of party `from`. */
export function lengthOf(length: Length, from: number): number {
  return typeof length === "number" ? length : length(from);
}

/**
 * Sends `outgoing(to)` to every other party as the message of `step`, and receives theirs. The buffers
 * are handed over. An empty message is not sent.
 *
 * @returns the messages by sender; the own entry is empty.
 * @throws {ProtocolError} if a message does not have the length announced for its sender.
 * @throws {ConnectionError} if a link is lost.
 */
export async function exchange(
  party: Party,
  step: string,
  outgoing: (to: number) => Message,
  length: Length,
): Promise<Message[]> {
  const received = receiveAll(party, step, length);
  const [messages] = await Promise.all([received, sendAll(party, step, outgoing)]);
  return messages;
}

/** Sends `outgoing(to)` to every other party; an empty message is not sent. */
export async function sendAll(
  party: Party,
  step: string,
  outgoing: (to: number) => Message,
): Promise<void> {
  await Promise.all(
    others(party).map(async (to) => {
      const bytes = outgoing(to);
      if (bytes.length > 0) await party.channel.send(to, step, bytes);
    }),
  );
}

/** Receives the message of `step` from every other party. The own entry is empty. */
export async function receiveAll(party: Party, step: string, length: Length): Promise<Message[]> {
  const messages: Message[] = [];
  for (let j = 0; j < party.parameters.parties; j++) messages.push(new Uint8Array(0));
  await Promise.all(
    others(party).map(async (from) => {
      const bytes = lengthOf(length, from);
      if (bytes > 0) messages[from] = await receive(party, step, from, bytes);
    }),
  );
  return messages;
}

/**
 * Receives the message of `step` from party `from`, aligned as the kernels ask for: a channel may hand
 * over a view into a bigger buffer.
 */
export async function receive(
  party: Party,
  step: string,
  from: number,
  length: number,
): Promise<Message> {
  const bytes = await party.channel.recv(from, step, length);
  return bytes.byteOffset % BLOCK_BYTES === 0 ? bytes : bytes.slice();
}
