/** The messages of a session's lobby and their strict codec. Senders are authenticated by the lobby. */
import { z } from "zod";
import {
  addressesSchema,
  boundedBytes,
  decodeCbor,
  encodeCbor,
  fixedBytes,
  lineOfText,
  PARTIES_MAX,
  partySchema,
  peerSchema,
} from "./codec.ts";
import {
  type Constant,
  constantSchema,
  DESCRIPTION_BYTES_MAX,
  type RosterEntry,
  rosterEntrySchema,
} from "./description.ts";

/** Most bytes of a message. */
export const MESSAGE_BYTES_MAX = 64 * 1024;
/** Most characters of a reason or refusal. */
export const REASON_LENGTH_MAX = 300;

/** In place of a party number: any that is free when all are there. */
export const ANY_PARTY = 0xffff;

/** That the sender knows the join secret, for the one who has drawn `challenge`. */
export interface Proof {
  /** The challenge that the proof answers, 16 bytes. */
  readonly challenge: Uint8Array<ArrayBuffer>;
  /** HMAC of the proof, 32 bytes. */
  readonly mac: Uint8Array<ArrayBuffer>;
}

/** A party introduces itself. */
export interface Hello {
  /** Tells the kinds apart. */
  readonly kind: "hello";
  /** Version of the messages. */
  readonly version: number;
  /** Version of p2p-mpc. */
  readonly engine: string;
  /** Party number, or {@linkcode ANY_PARTY}. */
  readonly party: number;
  /** Peer id. */
  readonly peer: string;
  /** Multiaddresses to dial. */
  readonly addresses: readonly string[];
  /** 16 bytes, fresh for this run of the process. */
  readonly nonce: Uint8Array<ArrayBuffer>;
  /** SHA-256 of the program's source. */
  readonly program: Uint8Array<ArrayBuffer>;
  /** Constants of all parties. */
  readonly constants: readonly Constant[];
  /** Of the creator: the parties that get the result, in ascending order; absent: everybody does. */
  readonly outputParties?: readonly number[];
  /** 16 bytes that others put in their proofs for us. */
  readonly challenge: Uint8Array<ArrayBuffer>;
  /** For everybody it has met. */
  readonly proofs: readonly Proof[];
}

/** The creator announces who takes part. */
export interface Roster {
  /** Tells the kinds apart. */
  readonly kind: "roster";
  /** The parties in ascending order. */
  readonly entries: readonly RosterEntry[];
}

/** A party shows its description. */
export interface Agree {
  /** Tells the kinds apart. */
  readonly kind: "agree";
  /** Canonical bytes of the description. */
  readonly description: Uint8Array<ArrayBuffer>;
}

/** A party has consented and signs. */
export interface Sign {
  /** Tells the kinds apart. */
  readonly kind: "sign";
  /** Session hash, 32 bytes. */
  readonly sid: Uint8Array<ArrayBuffer>;
  /** Ed25519 signature of {@linkcode signedBytes}. */
  readonly signature: Uint8Array<ArrayBuffer>;
}

/** The creator turns a joiner away. */
export interface Refuse {
  /** Tells the kinds apart. */
  readonly kind: "refuse";
  /** Peer id. */
  readonly peer: string;
  /** Nonce of the run that is meant, 16 bytes. */
  readonly nonce: Uint8Array<ArrayBuffer>;
  /** Exit code that tells the sort of trouble. */
  readonly exitCode: RefusalCode;
  /** The reason, a line of text. */
  readonly text: string;
}

/** Somebody leaves. */
export interface Abort {
  /** Tells the kinds apart. */
  readonly kind: "abort";
  /** Nonce of the run that is meant, 16 bytes. */
  readonly nonce: Uint8Array<ArrayBuffer>;
  /** 4 if others did not come in time, 5 if there is no agreement or consent, 9 for a limit, else 7. */
  readonly exitCode: 4 | 5 | 7 | 9;
  /** The reason, a line of text. */
  readonly reason: string;
}

/** Exit codes that a refusal may carry: usage, agreement, credentials. */
export type RefusalCode = 2 | 5 | 8;

/** The closed union of messages. */
export type Message = Hello | Roster | Agree | Sign | Refuse | Abort;

const nonce = fixedBytes(16);

const messageSchema: z.ZodType<Message> = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("hello"),
    version: z.int().min(0).max(65535),
    engine: lineOfText(64),
    party: z.int().min(0).max(65535),
    peer: peerSchema,
    addresses: addressesSchema,
    nonce,
    program: fixedBytes(32),
    constants: z.array(constantSchema).max(256),
    outputParties: z.array(partySchema).min(1).max(PARTIES_MAX).optional(),
    challenge: nonce,
    proofs: z.array(z.strictObject({ challenge: nonce, mac: fixedBytes(32) })).max(PARTIES_MAX),
  }),
  z.strictObject({
    kind: z.literal("roster"),
    entries: z.array(rosterEntrySchema).min(2).max(PARTIES_MAX),
  }),
  z.strictObject({
    kind: z.literal("agree"),
    description: boundedBytes(DESCRIPTION_BYTES_MAX),
  }),
  z.strictObject({
    kind: z.literal("sign"),
    sid: fixedBytes(32),
    signature: fixedBytes(64),
  }),
  z.strictObject({
    kind: z.literal("refuse"),
    peer: peerSchema,
    nonce,
    exitCode: z.union([z.literal(2), z.literal(5), z.literal(8)]),
    text: lineOfText(REASON_LENGTH_MAX),
  }),
  z.strictObject({
    kind: z.literal("abort"),
    nonce,
    exitCode: z.union([z.literal(4), z.literal(5), z.literal(7), z.literal(9)]),
    reason: lineOfText(REASON_LENGTH_MAX),
  }),
]) as unknown as z.ZodType<Message>;

/** The bytes of a message. */
export function encodeMessage(message: Message): Uint8Array<ArrayBuffer> {
  return encodeCbor(message);
}

/** Reads a message, or returns undefined if the bytes are none. Never throws. */
export function decodeMessage(bytes: Uint8Array): Message | undefined {
  return bytes.length > MESSAGE_BYTES_MAX ? undefined : decodeCbor(messageSchema, bytes);
}

/**
 * What the mesh makes of a message on the topic of a session, for which `creator` has made the ticket: it
 * forwards what its author may say, drops what it cannot read, and counts it against a peer when it
 * passes on what an author cannot have said.
 */
export function judgeMessage(
  creator: string,
  from: string,
  bytes: Uint8Array,
): "accept" | "oversized" | "unreadable" | "forged" {
  const message = decodeMessage(bytes);
  if (message === undefined) return bytes.length > MESSAGE_BYTES_MAX ? "oversized" : "unreadable";
  switch (message.kind) {
    case "hello":
      return message.peer === from ? "accept" : "forged";
    case "roster":
    case "refuse":
      return from === creator ? "accept" : "forged";
    case "agree":
    case "sign":
    case "abort":
      return "accept";
  }
}

/** `text` as a reason or refusal may hold it: one line, cut to its limit between characters. */
export function reasonText(text: string): string {
  let out = "";
  for (const character of text.replaceAll(/\p{C}+/gu, " ")) {
    if (out.length + character.length > REASON_LENGTH_MAX) break;
    out += character;
  }
  return out;
}

/** Whether a number can be a party of a session of `parties`. */
export function isParty(party: number, parties: number): boolean {
  return partySchema.safeParse(party).success && party < parties;
}
