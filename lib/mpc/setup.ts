/** Set-up of a session: what every pair of parties shares for correlated OT. */
import type { CotStream } from "./ot/correlated.ts";

/** Both directions of correlated OT with one peer. */
export interface Link {
  /** This party gets MACs under the peer's key: it has all leaf seeds. */
  readonly macs: CotStream;
  /** This party keeps keys for the peer's bits: it lacks one leaf seed of each chunk. */
  readonly keys: CotStream;
}

/** What the set-up gives; serves the whole session. */
export interface Links {
  /** By party; the own entry is undefined. */
  readonly peers: readonly (Link | undefined)[];
  /** Session salt, 16 bytes, public. */
  readonly salt: Uint8Array<ArrayBuffer>;
  /** Batches of authenticated bits made so far. */
  batches: number;
}
