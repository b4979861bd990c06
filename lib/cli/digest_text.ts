/** Digests as flags take them. */
import { toHex } from "../base/mod.ts";

/** The digest of a program as `--expect-program` takes it. */
export function digestText(program: Uint8Array): string {
  return `sha256:${toHex(program)}`;
}
