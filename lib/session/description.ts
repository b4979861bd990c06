/**
 * The description of a session: everything on which the parties must agree before any input is used.
 * Its canonical CBOR is what they compare and sign; the SHA-256 of that is the session hash `sid`.
 */
import { z } from "zod";
import { sha256 } from "../crypto/mod.ts";
import {
  addressesSchema,
  decodeCbor,
  encodeCbor,
  fixedBytes,
  PARTIES_MAX,
  partySchema,
  peerSchema,
} from "./codec.ts";

/** Version of the description and of the messages of a session. */
export const SESSION_VERSION = 1;
/** Most bytes of an encoded description. */
export const DESCRIPTION_BYTES_MAX = 48 * 1024;

/** A constant that a party has set. */
export interface Constant {
  /** Name of the constant. */
  readonly name: string;
  /** The value as Garble literal. */
  readonly value: string;
  /** Number of the party that has set it. */
  readonly owner: number;
}

/** One party of the roster. */
export interface RosterEntry {
  /** Party number. */
  readonly party: number;
  /** Peer id. */
  readonly peer: string;
  /** 16 bytes, fresh for this run of the party's process. */
  readonly nonce: Uint8Array<ArrayBuffer>;
  /** Multiaddresses to dial. */
  readonly addresses: readonly string[];
}

/** The input of one party. */
export interface InputFact {
  /** Name of the Garble type. */
  readonly type: string;
  /** Number of bits. */
  readonly bits: number;
}

/** Material of the protocol that is made ahead of time: made in this session, or used by it. */
export type Preprocessing =
  | {
    readonly kind: "make";
    /** AND gates that it will serve. */
    readonly ands: number;
    /** Input bits of all parties that it will serve. */
    readonly inputs: number;
  }
  | {
    readonly kind: "use";
    /** Session hash of the session that made it, 32 bytes. */
    readonly sid: Uint8Array<ArrayBuffer>;
  };

/** What every party finds out by compiling the program itself, and how it means to run it. */
export interface CompiledFacts {
  /** Name of the entry function. */
  readonly entry: string;
  /** Options of the compiler that change the circuit, by name. */
  readonly compileOptions: Readonly<Record<string, string | number | boolean>>;
  /** The compiled circuit. */
  readonly circuit: {
    /** Canonical digest of the circuit, 32 bytes. */
    readonly digest: Uint8Array<ArrayBuffer>;
    readonly gates: number;
    readonly ands: number;
    readonly outputs: number;
  };
  /** Inputs by party. */
  readonly inputs: readonly InputFact[];
  /** Name of the Garble type of the result. */
  readonly outputType: string;
  /** Parties that learn the result, in ascending order. */
  readonly outputParties: readonly number[];
  /** Party that evaluates the garbled circuit. */
  readonly evaluator: number;
  /** Bits of a chunk of the correlated OT extension: 1, 2, 4 or 8. */
  readonly k: number;
  /** AND gates that are preprocessed at a time. */
  readonly chunk: number;
  /** Bounds that all keep, by name. */
  readonly limits: Readonly<Record<string, number>>;
  /** How messages travel, for instance `direct`. */
  readonly channel: string;
  /** Absent: all is made in this session. */
  readonly preprocessing?: Preprocessing;
}

/** What a party proposes: k is left open by who takes that of the creator. */
export type ProposedFacts = Omit<CompiledFacts, "k"> & Partial<Pick<CompiledFacts, "k">>;

/** The description of a session. */
export interface Description extends CompiledFacts {
  /** Version of the description. */
  readonly version: number;
  /** Version of the program p2p-mpc that all parties run. */
  readonly engine: string;
  /** Random id of the session, 32 bytes. */
  readonly session: Uint8Array<ArrayBuffer>;
  /** Peer id of the party that has made the ticket. */
  readonly creator: string;
  /** SHA-256 of the program's source. */
  readonly program: Uint8Array<ArrayBuffer>;
  /** Constants of all parties. */
  readonly constants: readonly Constant[];
  /** The parties in ascending order. */
  readonly roster: readonly RosterEntry[];
  /** Seconds since 1970 after which the session may not start. */
  readonly deadline: number;
}

const text = z.string().max(4096);
const count = z.int().min(0).max(2 ** 50);
const key = z.string().max(64);

/** Schema of {@linkcode Constant}. */
export const constantSchema: z.ZodType<Constant> = z.strictObject({
  name: z.string().max(256),
  value: text,
  owner: partySchema,
});

/** Schema of {@linkcode RosterEntry}. */
export const rosterEntrySchema: z.ZodType<RosterEntry> = z.strictObject({
  party: partySchema,
  peer: peerSchema,
  nonce: fixedBytes(16),
  addresses: addressesSchema,
});

const preprocessingSchema: z.ZodType<Preprocessing> = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("make"), ands: count, inputs: count }),
  z.strictObject({ kind: z.literal("use"), sid: fixedBytes(32) }),
]);

const descriptionSchema = z.strictObject({
  version: z.int().min(0).max(65535),
  engine: z.string().max(64),
  session: fixedBytes(32),
  creator: peerSchema,
  program: fixedBytes(32),
  entry: z.string().max(256),
  constants: z.array(constantSchema).max(256),
  compileOptions: z.record(key, z.union([z.string().max(256), count, z.boolean()])),
  circuit: z.strictObject({ digest: fixedBytes(32), gates: count, ands: count, outputs: count }),
  inputs: z.array(z.strictObject({ type: text, bits: count })).max(PARTIES_MAX),
  outputType: text,
  outputParties: z.array(partySchema).max(PARTIES_MAX),
  evaluator: partySchema,
  roster: z.array(rosterEntrySchema).min(2).max(PARTIES_MAX),
  k: z.literal([1, 2, 4, 8]),
  chunk: count,
  limits: z.record(key, count),
  channel: z.string().max(64),
  preprocessing: preprocessingSchema.optional(),
  deadline: count,
}) as z.ZodType<Description>;

/** The canonical bytes of a description. */
export function encodeDescription(description: Description): Uint8Array<ArrayBuffer> {
  return encodeCbor(description);
}

/** Reads a description, or returns undefined if the bytes are no canonical description. */
export function decodeDescription(bytes: Uint8Array): Description | undefined {
  return bytes.length > DESCRIPTION_BYTES_MAX ? undefined : decodeCbor(descriptionSchema, bytes);
}

/** The session hash of the canonical bytes: 32 bytes. */
export function sessionHash(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return sha256(bytes);
}
