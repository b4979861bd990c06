/** Authenticated bits. */
import type { Shares } from "./shares.ts";

/** A source of authenticated bits: correlated OT, or in tests an ideal dealer. */
export interface AuthenticatedBits {
  /**
   * `count` fresh random authenticated shares, in one batch for `chunk`. All parties call it with the
   * same arguments in the same order, one call after the other.
   *
   * Records in the party's order table: "COT check" of `chunk`, and with the first batch "tree check"
   * and "delta consistency".
   */
  take(count: number, chunk: number): Promise<Shares>;
}
