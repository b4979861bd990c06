/** Strict CBOR: one byte string for each value, and every other byte string is refused. */
import { decode, encode } from "cborg";
import { z } from "zod";
import { equal } from "../base/mod.ts";

/** Deterministic CBOR of a plain value: sorted keys, shortest lengths. Omits absent keys. */
export function encodeCbor(value: unknown): Uint8Array<ArrayBuffer> {
  return new Uint8Array(encode(value, { ignoreUndefinedProperties: true }));
}

/**
 * The value of a schema that `bytes` encode, or undefined if they are no deterministic CBOR or do not
 * fit the schema. Never throws, whatever the bytes are.
 */
export function decodeCbor<T>(schema: z.ZodType<T>, bytes: Uint8Array): T | undefined {
  try {
    const value: unknown = decode(bytes, {
      strict: true,
      allowIndefinite: false,
      allowUndefined: false,
      allowInfinity: false,
      allowNaN: false,
      allowBigInt: false,
      rejectDuplicateMapKeys: true,
    });
    const result = schema.safeParse(value);
    return result.success && equal(encodeCbor(value), bytes) ? result.data : undefined;
  } catch {
    return undefined;
  }
}

/** Schema of `length` bytes in an array of their own. */
export function fixedBytes(length: number): z.ZodType<Uint8Array<ArrayBuffer>> {
  return boundedBytes(length).refine((value) => value.length === length);
}

/** Schema of at most `max` bytes. */
export function boundedBytes(max: number): z.ZodType<Uint8Array<ArrayBuffer>> {
  return z.instanceof(Uint8Array).refine((value) => value.length <= max)
    .transform((value) => new Uint8Array(value)) as unknown as z.ZodType<Uint8Array<ArrayBuffer>>;
}

/** Schema of a line of text for people: nothing that a terminal obeys, nothing invisible. */
export function lineOfText(max: number): z.ZodType<string> {
  return z.string().max(max).regex(/^\P{C}*$/u);
}

/** Most parties of a session. */
export const PARTIES_MAX = 64;
/** Most addresses of one peer. */
export const ADDRESSES_MAX = 16;

/** Schema of a party number. */
export const partySchema: z.ZodType<number> = z.int().min(0).max(PARTIES_MAX - 1);
/** Schema of a peer id. */
export const peerSchema: z.ZodType<string> = z.string().regex(/^[1-9A-HJ-NP-Za-km-z]{20,80}$/);
/** Schema of a list of multiaddresses. */
export const addressesSchema: z.ZodType<string[]> = z
  .array(z.string().max(200).regex(/^\/[\x21-\x7e]+$/)).max(ADDRESSES_MAX);
