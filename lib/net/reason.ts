/** Texts that a peer sends to be shown to people. */
import { sanitize } from "../observability/mod.ts";

/** Most bytes of such a text. */
export const REASON_BYTES_MAX = 512;

/** The text in `bytes`, harmless for a terminal and of at most 300 characters. */
export function readReason(bytes: Uint8Array): string {
  const text = new TextDecoder().decode(bytes.subarray(0, REASON_BYTES_MAX));
  return sanitize(text.slice(0, 300)) || "no reason given";
}
